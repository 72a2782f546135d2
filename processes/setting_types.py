"""Reading one setting: from TOML or from the text of an environment variable, to its declared type and within its limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin
from zoneinfo import ZoneInfo


class SettingRefused(ValueError):
    """A setting that is unknown or cannot be read; `name` is how its source calls it, `reason` a sentence in Chinese."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class Unreadable(ValueError):
    """The value is not of the declared type, or beyond its limits; the message is a sentence in Chinese."""


@dataclass(frozen=True)
class Between:
    """A number, or each number of a list, lies between two others."""

    low: float
    high: float

    def check(self, value: Any) -> None:
        """Raise Unreadable for a number outside."""
        for number in value if isinstance(value, tuple) else (value,):
            if not self.low <= number <= self.high:
                raise Unreadable(f"{number} 不在 {self.low} 到 {self.high} 之间")


@dataclass(frozen=True)
class OneOf:
    """A text is one of a few."""

    choices: tuple[str, ...]

    def check(self, value: Any) -> None:
        """Raise Unreadable for another text."""
        if value not in self.choices:
            raise Unreadable(f"“{value}”不是 {'、'.join(self.choices)} 之一")


@dataclass(frozen=True)
class Like:
    """A text has a form."""

    pattern: str
    example: str

    def check(self, value: Any) -> None:
        """Raise Unreadable for a text of another form; the text itself is not repeated: it may be a secret."""
        if not re.fullmatch(self.pattern, value):
            raise Unreadable(f"写法不对，例如 {self.example}")


_KINDS: dict[Any, str] = {
    bool: "是或否（true 或 false）",
    int: "整数",
    float: "数字",
    str: "文字",
    time: "时刻（例如 08:30）",
    Path: "文件夹",
    ZoneInfo: "时区名（例如 Asia/Shanghai）",
    tuple[str, ...]: "文字列表",
    tuple[int, ...]: "整数列表",
}
_BOOLEANS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def _exactly(kind: type | tuple[type, ...], value: Any) -> Any:
    if (isinstance(value, bool) and kind is not bool) or not isinstance(value, kind):
        raise TypeError(value)
    return value


_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    bool: lambda value: _exactly(bool, value),
    int: lambda value: _exactly(int, value),
    float: lambda value: float(_exactly((int, float), value)),
    str: lambda value: _exactly(str, value),
    Path: lambda value: Path(_exactly(str, value or None)).expanduser(),
    time: lambda value: time.fromisoformat(_exactly(str, value)),
    ZoneInfo: lambda value: ZoneInfo(_exactly(str, value or None)),
    tuple[str, ...]: lambda value: tuple(_exactly(str, item) for item in _exactly(list, value)),
    tuple[int, ...]: lambda value: tuple(_exactly(int, item) for item in _exactly(list, value)),
}


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


_FROM_TEXT: dict[Any, Callable[[str], Any]] = {
    bool: lambda text: _BOOLEANS[text.strip().lower()],
    int: int,
    float: float,
    tuple[str, ...]: _items,
    tuple[int, ...]: lambda text: [int(item) for item in _items(text)],
}


def read_value(hint: Any, value: Any) -> Any:
    """The value of a setting as `hint` (a type, or Annotated with limits) declares it; raises Unreadable."""
    kind, limits = _parts(hint)
    try:
        converted = _CONVERTERS[kind](value)
    except (ValueError, TypeError, KeyError, OSError, RuntimeError) as problem:
        raise Unreadable(f"“{value}”不是{_KINDS[kind]}") from problem
    for limit in limits:
        limit.check(converted)
    return converted


def read_text(hint: Any, text: str) -> Any:
    """As `read_value`, for the text of an environment variable: lists are separated by commas."""
    kind, _ = _parts(hint)
    try:
        value = _FROM_TEXT[kind](text) if kind in _FROM_TEXT else text
    except (ValueError, KeyError) as problem:
        raise Unreadable(f"“{text}”不是{_KINDS[kind]}") from problem
    return read_value(hint, value)


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    if get_origin(hint) is Annotated:
        kind, *limits = get_args(hint)
        return kind, tuple(limits)
    return hint, ()
