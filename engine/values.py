"""The values a variable may have, and their JSON.

A value is None, bool, int, Decimal, str, list or dict with string keys. Numbers with a point are Decimal, so that 10.50 stays
10.50; dates are ISO strings. One encoding serves the state, the step log and the API.
"""

from decimal import Decimal
from typing import Any

import msgspec

MAX_DEPTH = 20
MAX_WEIGHT = 100_000
MAX_INTEGER_BITS = 256
MAX_EXPONENT = 60

_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class ValueRefused(ValueError):
    """A value that no variable may have: not finite, too deep, too large, a NUL, or of a type that JSON does not know."""


class TooLarge(ValueRefused):
    """A value that is nested too deeply or holds too much."""


def dumps(value: Any) -> bytes:
    """JSON in UTF-8 with sorted keys; equal values give equal bytes."""
    return _encoder.encode(value)


def loads(document: bytes | str) -> Any:
    """The value of a JSON document; raises ValueRefused when it is malformed or holds a number beyond the limits."""
    try:
        return _decoder.decode(document)
    except RecursionError as problem:
        raise TooLarge("nested too deeply") from problem
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as problem:
        raise ValueRefused(str(problem)) from problem


def check(value: Any) -> None:
    """Raise ValueRefused unless `value` is one that a variable may have (SECURITY 3.4)."""
    weight = 0
    stack = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        weight += 1
        if depth > MAX_DEPTH:
            raise TooLarge("nested too deeply")
        if isinstance(item, str):
            weight += len(item) // 16
            _check_text(item)
        elif isinstance(item, dict):
            _check_keys(item)
            weight += len(item)
            stack.extend((inner, depth + 1) for inner in item.values())
        elif isinstance(item, list):
            stack.extend((inner, depth + 1) for inner in item)
        else:
            _check_scalar(item)
        if weight + len(stack) > MAX_WEIGHT:
            raise TooLarge("too large")


def _check_keys(item: dict[Any, Any]) -> None:
    for key in item:
        if not isinstance(key, str):
            raise ValueRefused("a key is not text")
        _check_text(key)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ValueRefused("holds a NUL character")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise ValueRefused("holds half of a surrogate pair") from problem


def _check_scalar(value: Any) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if value.bit_length() > MAX_INTEGER_BITS:
            raise ValueRefused("integer too large")
    elif isinstance(value, Decimal):
        if not value.is_finite() or value.adjusted() > MAX_EXPONENT or len(value.as_tuple().digits) > MAX_EXPONENT:
            raise ValueRefused("number too large")
    else:
        raise ValueRefused(f"{type(value).__name__} is no JSON value")
