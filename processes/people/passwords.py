"""Passwords: the rule, hashing, comparing, one-time passwords. No database here."""

import secrets
import string
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 128
#: a password may not hold the login, unless that is so short that chance would do it
LOGIN_TO_AVOID = 4
#: without letters and digits that look alike
_LETTERS = "".join(letter for letter in string.ascii_letters if letter not in "lIoO")
_DIGITS = "23456789"
_SPECIAL = "-_.#@+="
#: argon2id with 19 MiB and two passes: about 20 ms
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def _composed(password: str) -> str:
    """Full-width letters and digits of a Chinese input method count as their plain forms."""
    return unicodedata.normalize("NFKC", password)


def faults(password: str, *, login: str, shortest: int) -> list[str]:
    """What is wrong with a new password, in Chinese: length, a letter, a digit, a special character, not the login."""
    text = _composed(password)
    found = []
    if not shortest <= len(text) <= LONGEST:
        found.append(f"密码需要 {shortest} 到 {LONGEST} 个字符。")
    if not any(character.isalpha() for character in text):
        found.append("密码需要有字母。")
    if not any(character.isdecimal() for character in text):
        found.append("密码需要有数字。")
    if not any(unicodedata.category(character)[0] in "PS" for character in text):
        found.append("密码需要有特殊字符，例如 - # @。")
    if any(unicodedata.category(character)[0] == "C" for character in text):
        found.append("密码不能有看不见的控制字符。")
    if len(login) >= LOGIN_TO_AVOID and login.casefold() in text.casefold():
        found.append("密码不能含有账号。")
    return found


def hashed(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(_composed(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one of the stored hash; without one the answer is no, after the same time."""
    if len(password) > LONGEST * 2 or not _encodable(password):
        return False
    try:
        right = _hasher.verify(stored or _decoy(), _composed(password))
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def _encodable(password: str) -> bool:
    return not any(unicodedata.category(character) == "Cs" for character in password)


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def one_time(length: int = 12) -> str:
    """A random password that meets the rule and can be read aloud."""
    parts = [secrets.choice(_LETTERS), secrets.choice(_DIGITS), secrets.choice(_SPECIAL)]
    parts += [secrets.choice(_LETTERS + _DIGITS) for _ in range(length - len(parts) - 1)]
    secrets.SystemRandom().shuffle(parts)
    return secrets.choice(_LETTERS) + "".join(parts)
