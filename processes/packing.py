"""What a step holds as bytes: one JSON document {context, events, trigger}, by raw deflate with a dictionary that never changes.

Packed together, a form's text that stands in the request and in the event is written once. A codec is known by name; its dictionary is
frozen (`codecs/`, its digest here), stands in the table `step_codec` and in each export, and any zlib unpacks with it (ADR 14).
"""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from engine import values

FOLDER = Path(__file__).parent / "codecs"
#: what is written now
CODEC: Final = "deflate-1"
#: of each dictionary; a release adds codecs and never changes or removes one
DIGESTS: Final[Mapping[str, str]] = {"deflate-1": "602de8568f7449ac9b95a3ae6b59ea813ff735153cd9315a1ee5e29eba912652"}
#: no step is unpacked to more bytes; a larger one is stored as it is
MOST = 16 * 1024 * 1024
#: raw deflate, of which each byte tells something; a quarter of the memory that zlib takes by itself, so that beginning costs little
_WINDOW, _LEVEL, _MEMORY = -15, 6, 6


class Unreadable(values.ValueRefused):
    """What a step holds cannot be unpacked: a codec that is not known, bytes that are cut or changed, too much of it."""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An unpacked step; each part is JSON that is made into values only where somebody wants them."""

    context: msgspec.Raw
    events: msgspec.Raw
    trigger: msgspec.Raw


_decoder = msgspec.json.Decoder(Content)


@dataclass(frozen=True, slots=True)
class Codec:
    """One way of packing."""

    dictionary: bytes
    #: a compressor that knows the dictionary, to be copied
    begun: Callable[[], Any]

    def pack(self, plain: bytes) -> bytes:
        """The packed bytes."""
        made = self.begun()
        return made.compress(plain) + made.flush()  # type: ignore[no-any-return]

    def unpack(self, packed: bytes) -> bytes:
        """The bytes that were packed; raises Unreadable."""
        reader = zlib.decompressobj(_WINDOW, zdict=self.dictionary)
        try:
            plain = reader.decompress(packed, MOST)
        except zlib.error as problem:
            raise Unreadable("cannot be unpacked") from problem
        if reader.unconsumed_tail:
            raise Unreadable("unpacks to too much")
        if not reader.eof or reader.unused_data:
            raise Unreadable("is cut or longer than it was")
        return plain


def _codec(name: str) -> Codec:
    dictionary = (FOLDER / f"{name}.txt").read_bytes()
    if hashlib.sha256(dictionary).hexdigest() != DIGESTS[name]:
        raise RuntimeError(f"the dictionary {name} is not the one that steps were packed with")
    return Codec(dictionary, zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, dictionary).copy)


CODECS: Final[Mapping[str, Codec]] = {name: _codec(name) for name in DIGESTS}


def plain(document: Mapping[str, Any]) -> bytes:
    """The document {context, events, trigger} as it is packed."""
    return values.dumps(document)


def pack(document: Mapping[str, Any]) -> bytes | None:
    """The document {context, events, trigger} by the codec of now; None where it is too large to be packed."""
    written = plain(document)
    return None if len(written) > MOST else CODECS[CODEC].pack(written)


def pack_value(value: Any) -> bytes:
    """A JSON value by the codec of now, for what is made again from the steps."""
    return CODECS[CODEC].pack(values.dumps(value))


def unpack_value(packed: bytes) -> Any:
    """What `pack_value` packed; raises Unreadable."""
    return values.loads(CODECS[CODEC].unpack(bytes(packed)))


def shown(trigger: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the open of a packed trigger."""
    return {"kind": trigger["kind"]}


def unpack(codec: str | None, content: Any) -> Content:
    """What is in a packed step; raises Unreadable."""
    known = CODECS.get(codec or "")
    if known is None:
        raise Unreadable("packed in a way that is not known")
    if not isinstance(content, bytes | memoryview):
        raise Unreadable("holds nothing")
    unpacked = known.unpack(bytes(content))
    try:
        return _decoder.decode(unpacked)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError) as problem:
        raise Unreadable("is not what a step holds") from problem
