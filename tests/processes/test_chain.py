"""The encoding behind the hashes: nothing can be moved between columns, rows or types unseen."""

import hashlib

import pytest

from processes import chain

ROW = {"actor": "li", "at": "2026", "seq": 1, "on_behalf_of": None, "previous_hash": "x", "hash": "y"}


def test_the_encoding_is_what_the_export_tells_its_readers() -> None:
    def part(content: bytes) -> bytes:
        return len(content).to_bytes(8, "big") + content

    told = part(b"0" * 64)
    for name, tag, content in ((b"actor", b"s", b"li"), (b"at", b"s", b"2026"), (b"seq", b"i", b"1")):
        told += part(name) + tag + part(content)
    assert chain.row_hash(chain.START, ROW) == hashlib.sha256(told).hexdigest()


@pytest.mark.parametrize(
    "changed",
    [
        {"actor": "lI"},
        {"actor": "li2026", "at": ""},
        {"actor": b"li"},
        {"seq": "1"},
        {"seq": 1.0},
        {"seq": 2},
        {"on_behalf_of": ""},
        {"actor": None},
        {"other": "x"},
    ],
)
def test_every_change_changes_the_hash(changed: dict[str, object]) -> None:
    assert chain.row_hash(chain.START, {**ROW, **changed}) != chain.row_hash(chain.START, ROW)


def test_hash_columns_and_columns_that_are_null_are_left_out() -> None:
    assert chain.row_hash(chain.START, {**ROW, "hash": "z", "previous_hash": "q", "new_column": None}) == chain.row_hash(chain.START, ROW)


def test_the_row_before_is_part_of_the_hash() -> None:
    assert chain.row_hash("1" * 64, ROW) != chain.row_hash(chain.START, ROW)


def test_truth_is_stored_as_a_number() -> None:
    assert chain.row_hash("", {"allowed": True}) == chain.row_hash("", {"allowed": 1})
