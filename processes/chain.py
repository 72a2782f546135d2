"""The hash chain of steps, acts and daily heads: one encoding, written once and read back from the raw rows.

A row's hash covers the hash of the row before and the encoding of every stored column but those with `hash` in their name. The
encoding is canonical: columns sorted by name, each with its name, a tag of the stored type, the length and the bytes as stored. A
column that is NULL is left out, so that a nullable column added later does not change the hashes of old rows, while setting or
clearing one does. The column `algorithm` says how the row was hashed (NULL: SHA-256) and is covered like any other.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from processes import settings
from processes.sm3 import Sm3

#: `previous_hash` of the first row of a chain
START = "0" * 64
SHA256, SM3 = "sha256", "sm3"


def _best_sm3() -> Callable[[], Any]:
    """OpenSSL's SM3 where this Python has it, for its speed; else the one in plain Python."""
    try:
        hashlib.new(SM3)
    except ValueError:
        return Sm3
    return lambda: hashlib.new(SM3)


DIGESTS: Final[Mapping[str, Callable[[], Any]]] = {SHA256: hashlib.sha256, SM3: _best_sm3()}


def algorithm() -> str:
    """The algorithm for what is written now: setting `audit.hash`."""
    return settings.current().audit.hash


def column_value() -> str | None:
    """What the column `algorithm` of a row written now holds: nothing for SHA-256, so that rows of before it are like those after."""
    name = algorithm()
    return None if name == SHA256 else name


def row_hash(previous: str, stored: Mapping[str, Any]) -> str:
    """The hash of a row, given the hash before it and its columns as stored (text, integers, bytes, None)."""
    columns = ((name, *tagged(value)) for name, value in stored.items() if value is not None)
    return hash_of(previous, columns, stored.get("algorithm") or SHA256)


def hash_of(previous: str, columns: Iterable[tuple[str, bytes, bytes]], name: str = SHA256) -> str:
    """The hash of a row given as (column, type tag, bytes) of all columns that are not NULL; none ("") by an unknown algorithm."""
    if name not in DIGESTS:
        return ""
    parts = [_sized(previous.encode())]
    for column, tag, content in sorted(columns):
        if "hash" not in column:
            parts += (_begins(column, tag), _sized(content))
    digest = DIGESTS[name]()
    digest.update(b"".join(parts))
    return str(digest.hexdigest())


@lru_cache(maxsize=1_000)
def _begins(column: str, tag: bytes) -> bytes:
    return _sized(column.encode()) + tag


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content


def tagged(value: Any) -> tuple[bytes, bytes]:
    """Type tag and bytes of a stored value; booleans are integers, as SQLite stores them."""
    if isinstance(value, str):
        return b"s", value.encode("utf-8", "surrogatepass")
    if isinstance(value, int):
        return b"i", str(int(value)).encode()
    if isinstance(value, bytes | memoryview):
        return b"b", bytes(value)
    return b"?", repr(value).encode()
