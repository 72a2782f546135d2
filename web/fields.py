"""Kinds of fields and schemas that the API's requests and answers are made of."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, validate

_CONTROLS = frozenset(chr(code) for code in [*range(32), 127]) - {"\t", "\n", "\r"}


class Strict(Schema):
    """What a client sends: an unknown field is an error, not dropped."""

    class Meta:
        unknown = RAISE


class Answer(Schema):
    """What a client gets."""


class Text(fields.String):
    """Text without control characters; `lines=False`: of one line. Bounded, so that every database takes it."""

    def __init__(self, *, longest: int, lines: bool = False, empty: bool = False, **given: Any) -> None:
        checks = given.pop("validate", None) or []
        super().__init__(validate=[validate.Length(max=longest), *checks], **given)
        self.lines = lines
        self.empty = empty

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if any(letter in _CONTROLS or (letter in "\n\r" and not self.lines) for letter in value):
            raise ValidationError("Must not hold control characters.")
        if not self.empty and not value.strip():
            raise ValidationError("May not be empty.")
        return value


class Whole(fields.Integer):
    """A whole number; true is none, and in a query only ASCII digits are."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> Any:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        return value


class Truth(fields.Boolean):
    """true or false, in a query as text."""

    WORDS: ClassVar[dict[str, bool]] = {"true": True, "1": True, "false": False, "0": False}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **given: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in self.WORDS:
            return self.WORDS[value]
        raise self.make_error("invalid", input=value)


class Variables(fields.Dict):
    """Variables by name; names and values are checked by the command (processes.inputs)."""


class Moment(fields.DateTime):
    """A moment in an answer: RFC 3339 in UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **given: Any) -> str | None:
        return None if value is None else moment_text(value)


def moment_text(value: datetime) -> str:
    """A moment as the API writes it: 2026-11-24T05:47:20.123Z, to the millisecond."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Paging(Strict):
    """Query parameters of every list."""

    limit = Whole(load_default=50, validate=validate.Range(1, 200), metadata={"description": "at most so many items"})
    cursor = Text(longest=500, load_default=None, metadata={"description": "`next` of the page before"})


class Empty(Strict):
    """A body or a query that holds nothing."""


def page_of(item: type[Schema]) -> type[Schema]:
    """The answer of a list: `{items, next}`."""
    name = item.__name__.removesuffix("Answer") + "Page"
    parts: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(allow_none=True, required=True),
    }
    return type(name, (Answer,), parts)
