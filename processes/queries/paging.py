"""Pages of lists: a cursor names the last row seen, so that a page costs the same however far down it is."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from engine import values
from processes.errors import Invalid

MOST = 200
MAX_CURSOR = 1000


def write_cursor(*key: str | int) -> str:
    """The cursor after the row with this sort key; opaque to clients."""
    return base64.urlsafe_b64encode(values.dumps(list(key))).decode().rstrip("=")


def read_cursor(cursor: str | None, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The sort key in a cursor, None at the beginning; raises Invalid for a cursor that no list of this kind has given."""
    if not cursor:
        return None
    try:
        if len(cursor) > MAX_CURSOR:
            raise ValueError
        key = values.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        values.check(key)
    except (values.ValueRefused, binascii.Error, UnicodeEncodeError, ValueError) as problem:
        raise Invalid("invalid_cursor", fields={"cursor": ["这个翻页标记无效。"]}) from problem
    if not isinstance(key, list) or [type(part) for part in key] != list(kinds):
        raise Invalid("invalid_cursor", fields={"cursor": ["这个翻页标记无效。"]})
    return tuple(key)


def read_moment(text: str) -> datetime:
    """A moment of a cursor; raises Invalid."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid("invalid_cursor", fields={"cursor": ["这个翻页标记无效。"]})


def size(limit: int) -> int:
    """How many rows a page holds."""
    return max(1, min(limit, MOST))


def page(items: list[Any], limit: int, cursor_of: Any) -> dict[str, Any]:
    """`items` read with one row more than the page holds, as `{items, next}`; `cursor_of` gives the cursor after a row."""
    shown = items[: size(limit)]
    return {"items": shown, "next": cursor_of(shown[-1]) if len(items) > len(shown) else None}
