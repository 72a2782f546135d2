"""The encoding behind the hashes: nothing can be moved between columns, rows or types unseen."""

import hashlib

import pytest

from processes import chain
from processes.sm3 import Sm3

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


@pytest.mark.parametrize("digest", [Sm3, chain.DIGESTS["sm3"]])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_values_of_its_standard(digest: type[Sm3], content: bytes, expected: str) -> None:
    """GB/T 32905-2016, annex A."""
    made = digest()
    for place in range(0, len(content), 7):
        made.update(content[place : place + 7])
    assert made.hexdigest() == expected


if "sm3" in hashlib.algorithms_available:  # not every OpenSSL has it; the values of the standard are checked above

    @pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
    def test_sm3_in_plain_python_is_that_of_openssl(length: int) -> None:
        content = bytes(number * 37 % 256 for number in range(length))
        assert Sm3(content).hexdigest() == hashlib.new("sm3", content).hexdigest()


def test_a_row_says_how_it_was_hashed() -> None:
    as_sm3 = chain.row_hash(chain.START, {**ROW, "algorithm": "sm3"})
    assert as_sm3 != chain.row_hash(chain.START, ROW)
    assert chain.row_hash(chain.START, {**ROW, "algorithm": None}) == chain.row_hash(chain.START, ROW)
    assert chain.row_hash(chain.START, {**ROW, "algorithm": "md5"}) == ""
