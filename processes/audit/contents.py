"""What a step holds, looked at apart from its hash: that it can be unpacked, and that what stands in the open is what is packed."""

from typing import Any

import msgspec

from engine import values
from processes import packing

TABLE = "step"
COLUMNS = ("trigger", "context", "events", "codec", "content")


class _Kind(msgspec.Struct):
    kind: msgspec.Raw


_kind = msgspec.json.Decoder(_Kind)


def fault(trigger: Any, context: Any, events: Any, codec: Any, content: Any) -> str | None:
    """What is wrong with a step that was read from the database as it is; None: nothing."""
    if codec is None:
        return None if content is None else "something is packed in it, and nothing says how"
    try:
        unpacked = packing.unpack(_text(codec), content)
        shown = b'{"kind":' + bytes(_kind.decode(unpacked.trigger).kind) + b"}"
    except values.ValueRefused as problem:
        return f"its content {problem}"
    except (msgspec.DecodeError, msgspec.ValidationError):
        return "its content is not what a step holds"
    if (_bytes(trigger), _bytes(context), _bytes(events)) != (shown, b"{}", b"[]"):
        return "what stands in the open is not what is packed"
    return None


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value
