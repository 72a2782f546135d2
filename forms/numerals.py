"""Numbers as people type them: full-width digits, thousands separators, a currency sign."""

import re
from decimal import Decimal

_WIDE = str.maketrans("０１２３４５６７８９．，－＋　", "0123456789.,-+ ")
_PLAIN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3}){1,12}(\.[0-9]{1,40})?")


def narrow(text: str) -> str:
    """The text with full-width digits and marks as their ASCII ones, and without blanks around it."""
    return text.translate(_WIDE).strip()


def read(text: str) -> Decimal | None:
    """The number that a text writes in plain or properly grouped decimal digits (12,345.60); None when it is something else."""
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    return None


def whole_or_decimal(number: Decimal, text: str) -> int | Decimal:
    """The number as JSON would have it: whole without a point, exact with one."""
    return number if "." in text else int(number)
