"""Telephone numbers, mail addresses, identity numbers and credit codes: their written form and check characters."""

import re
from datetime import date
from typing import Final

_PHONE = re.compile(r"(\+86[- ]?)?1[3-9][0-9]{9}|0[0-9]{2,3}[- ]?[0-9]{7,8}([- ][0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,5}")
_ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_phone(text: str) -> bool:
    """Whether the text is a mainland mobile number, a land line with its area code, or a 400 number."""
    return _PHONE.fullmatch(text) is not None


def is_email(text: str) -> bool:
    """Whether the text has the form of a mail address."""
    return _EMAIL.fullmatch(text) is not None


def is_id_number(text: str) -> bool:
    """Whether the text is a resident identity number of 18 characters with its check character (GB 11643)."""
    if not _ID_NUMBER.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
    return text[17] == _ID_CHECKS[total % 11]


def is_credit_code(text: str) -> bool:
    """Whether the text is a unified social credit code of 18 characters with its check character (GB 32100)."""
    if len(text) != 18 or any(character not in _CREDIT_ALPHABET for character in text):
        return False
    total = sum(_CREDIT_ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(text[:17]))
    return _CREDIT_ALPHABET.index(text[17]) == -total % 31
