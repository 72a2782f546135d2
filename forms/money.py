"""Amounts of money: exact, two decimals, and in capital numerals (人民币大写)."""

from decimal import Decimal
from typing import Any, Final

from forms import numerals

#: the largest amount that can be written in capitals here: below one 万亿
LIMIT: Final = Decimal("999999999999.99")
_CENT: Final = Decimal("0.01")
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿")


def read(value: Any) -> Decimal | None:
    """The amount that a string or number says, whatever its decimals; None when it is no amount."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if value.bit_length() < 200 else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return numerals.read(value) if isinstance(value, str) else None


def has_cents_at_most(amount: Decimal) -> bool:
    """Whether the amount has no more than two decimals that count."""
    if abs(amount) > LIMIT:
        return True
    return amount == amount.quantize(_CENT)


def write(amount: Decimal) -> str:
    """The amount as it is stored and sent: two decimals, no separators ("5000.00"); below LIMIT."""
    return str(amount.quantize(_CENT) + Decimal("0.00"))


def upper(amount: Any) -> str:
    """The amount in capital numerals, with 人民币 before it; an empty string for what is no amount of at most LIMIT."""
    number = read(amount)
    if number is None or abs(number) > LIMIT or not has_cents_at_most(number):
        return ""
    cents = int(abs(number) * 100)
    yuan, cents = divmod(cents, 100)
    sign = "负" if number < 0 else ""
    return f"人民币{sign}{_spoken(yuan, cents)}"


def _spoken(yuan: int, cents: int) -> str:
    jiao, fen = divmod(cents, 10)
    head = f"{_integer(yuan)}元" if yuan else ""
    if not cents:
        return f"{head or '零元'}整"
    # A gap between 元 and 分 is spoken: 壹仟元零伍分.
    tail = f"{_DIGITS[jiao]}角" if jiao else ("零" if head else "")
    return f"{head}{tail}{f'{_DIGITS[fen]}分' if fen else '整'}"


def _integer(number: int) -> str:
    parts: list[str] = []
    gap = False
    for index in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10_000**index % 10_000
        if not group:
            gap = bool(parts)
            continue
        if parts and (gap or group < 1000):
            parts.append("零")
        parts.append(_thousands(group) + _GROUPS[index])
        gap = False
    return "".join(parts)


def _thousands(group: int) -> str:
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text
