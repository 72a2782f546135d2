"""Checking what administrators type: names, codes, phones, periods. What is wrong is said in Chinese, by field."""

import re
import unicodedata
from datetime import date

from processes.errors import Invalid

#: in a name that a diagram gives: role@department
AT = "@"
LOGIN = re.compile(r"[\w][\w.@+-]{0,99}")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
PHONE = re.compile(r"\+?[0-9][0-9 -]{3,28}")


def clean(text: str) -> str:
    """The text in its composed form, without blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def is_line(text: str) -> bool:
    """Whether the text is one visible line: no control, format (bidirectional marks), surrogate or unassigned character."""
    return all(unicodedata.category(character)[0] != "C" for character in text)


def name(text: str, field: str, *, longest: int = 100) -> str:
    """A name of one line, cleaned; raises Invalid."""
    cleaned = clean(text)
    if not cleaned:
        raise Invalid("field_invalid", fields={field: ["请填写。"]})
    if len(cleaned) > longest or not is_line(cleaned):
        raise Invalid("field_invalid", fields={field: [f"最多 {longest} 个字，不能有换行或看不见的字符。"]})
    return cleaned


def group_name(text: str, field: str = "name") -> str:
    """A name that diagrams may give as candidate group: one line without @, which limits a role to a department; raises Invalid."""
    cleaned = name(text, field)
    if AT in cleaned:
        raise Invalid("field_invalid", fields={field: [f"不能含有 {AT}。"]})
    return cleaned


def login(text: str, field: str = "login") -> str:
    """A login: letters (Chinese ones too), digits and . _ - @ +; raises Invalid."""
    cleaned = clean(text)
    if not LOGIN.fullmatch(cleaned) or cleaned == "system":
        raise Invalid("field_invalid", fields={field: ["账号由字母、数字和 . _ - @ + 组成，最多 100 个字，不能是 system。"]})
    return cleaned


def code(text: str, field: str = "code") -> str:
    """The code of a department or role: lower-case letters, digits, _ and -; raises Invalid."""
    cleaned = clean(text)
    if not CODE.fullmatch(cleaned):
        raise Invalid("field_invalid", fields={field: ["编码由小写字母、数字、_ 和 - 组成，最多 60 个字。"]})
    return cleaned


def phone(text: str | None, field: str = "phone") -> str | None:
    """A phone number, or None for an empty text; raises Invalid."""
    cleaned = clean(text or "")
    if cleaned and not PHONE.fullmatch(cleaned):
        raise Invalid("field_invalid", fields={field: ["电话由数字、空格和 - 组成。"]})
    return cleaned or None


def period(first: date | None, last: date | None, field: str = "valid_until") -> None:
    """Raise Invalid for a period that ends before it begins."""
    if first and last and last < first:
        raise Invalid("field_invalid", fields={field: ["结束日期不能早于开始日期。"]})
