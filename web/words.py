"""Words for every refusal, in Chinese and English: by code; a code without words gets the sentence of its status."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from forms import words as form_words
from web.refusal_words import REFUSALS

_LONGEST_VALUE = 200

_BY_STATUS: dict[int, tuple[str, str]] = {
    400: REFUSALS["bad_request"],
    401: REFUSALS["not_signed_in"],
    403: REFUSALS["not_allowed"],
    404: REFUSALS["not_found"],
    409: REFUSALS["conflict"],
    413: REFUSALS["body_too_large"],
    422: REFUSALS["invalid_input"],
    429: REFUSALS["too_many_requests"],
    500: REFUSALS["internal_error"],
    503: REFUSALS["unavailable"],
}
_TITLES: dict[int, tuple[str, str]] = {
    400: ("请求格式不对", "Bad request"),
    401: ("未登录", "Not signed in"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不支持的请求方法", "Method not allowed"),
    409: ("现在不能办理", "Not possible now"),
    413: ("内容太大", "Too large"),
    415: ("内容类型不对", "Unsupported media type"),
    422: ("内容有误", "Invalid content"),
    429: ("太频繁", "Too often"),
    500: ("系统出错", "Something went wrong"),
    503: ("暂时不可用", "Not available now"),
}

#: what is said about fields -> the same in the other language; groups keep their order
Translations = tuple[tuple[re.Pattern[str], str], ...]

#: what the schemas of the API say (marshmallow), in Chinese
_SCHEMA_TEXTS: Translations = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"Missing data for required field\.", "缺少此项。"),
        (r"Field may not be null\.", "不能为空（null）。"),
        (r"Unknown field\.", "没有这一项。"),
        (r"Unknown parameter\.", "没有这个参数。"),
        (r"Given more than once\.", "只能给出一次。"),
        (r"Not a valid string\.", "必须是文字。"),
        (r"Not a valid integer\.", "必须是整数。"),
        (r"Not a valid boolean\.", "必须是 true 或 false。"),
        (r"Not a valid list\.", "必须是列表。"),
        (r"Not a valid mapping type\.", "必须是对象。"),
        (r"Invalid input type\.", "必须是对象。"),
        (r"Must not hold control characters\.", "不能含有控制字符。"),
        (r"May not be empty\.", "不能为空。"),
        (r"Must be one of: (.*)\.", "必须是其中之一：{0}。"),
        (r"Must be greater than or equal to (.*) and less than or equal to (.*)\.", "必须在 {0} 到 {1} 之间。"),
        (r"Longer than maximum length (\d+)\.", "最多 {0} 个字。"),
        (r"Length must be between (\d+) and (\d+)\.", "长度必须在 {0} 到 {1} 之间。"),
    )
)
#: what processes/ says about the fields of a request, in English
_PROCESS_TEXTS = (
    ("请填写这一项。", "This field is needed."),
    ("这里要填文字。", "Text is expected here."),
    ("这里要填整数。", "A whole number is expected here."),
    ("这里要是一组变量。", "An object of variables is expected here."),
    ("这个值无法保存，请改正。", "This value cannot be stored, please correct it."),
    ("变量名不能以下划线开头。", "A name must not begin with an underscore."),
    ("变量名太长。", "The name is too long."),
    ("这个环节没有表单，不能提交这一项。", "There is no form here, this cannot be sent."),
    ("这个流程的编号由系统生成。", "The office numbers these cases."),
    ("只能修改同一流程的办件。", "Only a case of the same process can be revised."),
    ("请选择要部署的文件。", "Choose the files to deploy."),
)


def _reversed(pairs: Iterable[tuple[str, str]]) -> Translations:
    """Chinese sentences with their values as patterns, and the English ones to fill."""
    return tuple((_as_pattern(chinese), english) for chinese, english in pairs)


def _as_pattern(sentence: str) -> re.Pattern[str]:
    escaped = re.split(r"\{(\w+)\}", sentence)
    seen: set[str] = set()
    parts = []
    for place, text in enumerate(escaped):
        parts.append(re.escape(text) if place % 2 == 0 else f"(?P={text})" if text in seen else f"(?P<{text}>.*)")
        if place % 2:
            seen.add(text)
    return re.compile("".join(parts), re.DOTALL)


_FORM_TEXTS = _reversed([*_PROCESS_TEXTS, *form_words.WORDS.values()])


def _pick(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "en" else pair[0]


def _of_status(table: Mapping[int, tuple[str, str]], status: int, language: str) -> str:
    return _pick(table.get(status) or table[400 if status < 500 else 500], language)


def title(status: int, language: str) -> str:
    """The short name of a problem, the same for every occurrence of its status."""
    return _of_status(_TITLES, status, language)


def detail(code: str, status: int, values: Mapping[str, Any], language: str) -> str:
    """A sentence about this occurrence, and what to do."""
    if code not in REFUSALS:
        return _of_status(_BY_STATUS, status, language)
    shown = {name: _short(value) for name, value in values.items()}
    return _pick(REFUSALS[code], language).format_map(_Blanks(shown)).strip()


class _Blanks(dict[str, str]):
    """A value that a refusal does not have is left out."""

    def __missing__(self, name: str) -> str:
        return "…"


def _short(value: Any) -> str:
    items = value if isinstance(value, list | tuple | set | frozenset) else [value]
    text = "、".join("—" if item is None else str(item) for item in items)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def field_text(text: str, language: str) -> str:
    """What is wrong with a field, in the language asked for; a sentence that nobody translated stays as it is."""
    for pattern, other in _FORM_TEXTS if language == "en" else _SCHEMA_TEXTS:
        if found := pattern.fullmatch(text):
            return other.format(*found.groups(), **found.groupdict())
    return text
