"""The hash chain of steps and acts: one encoding, written once and read back from the raw rows.

A row's hash is SHA-256 over the hash of the row before and the encoding of every stored column but those with `hash` in their
name. The encoding is canonical: columns sorted by name, each with its name, a tag of the stored type, the length and the bytes as
stored. A column that is NULL is left out, so that a nullable column added later does not change the hashes of old rows, while
setting or clearing one does.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

#: `previous_hash` of the first row of a chain
START = "0" * 64


def row_hash(previous: str, stored: Mapping[str, Any]) -> str:
    """The hash of a row, given the hash before it and its columns as stored (text, integers, bytes, None)."""
    return hash_of(previous, ((name, *tagged(value)) for name, value in stored.items() if value is not None))


def hash_of(previous: str, columns: Iterable[tuple[str, bytes, bytes]]) -> str:
    """The hash of a row given as (column, type tag, bytes) of all columns that are not NULL."""
    digest = hashlib.sha256()
    _feed(digest, previous.encode())
    for name, tag, content in sorted(columns):
        if "hash" not in name:
            _feed(digest, name.encode())
            digest.update(tag)
            _feed(digest, content)
    return digest.hexdigest()


def _feed(digest: Any, content: bytes) -> None:
    digest.update(len(content).to_bytes(8, "big"))
    digest.update(content)


def tagged(value: Any) -> tuple[bytes, bytes]:
    """Type tag and bytes of a stored value; booleans are integers, as SQLite stores them."""
    if isinstance(value, str):
        return b"s", value.encode("utf-8", "surrogatepass")
    if isinstance(value, int):
        return b"i", str(int(value)).encode()
    if isinstance(value, bytes | memoryview):
        return b"b", bytes(value)
    return b"?", repr(value).encode()
