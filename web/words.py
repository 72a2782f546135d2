"""Words for every refusal, in Chinese and English: by code; a code without words gets the sentence of its status.

`{name}` in a sentence is filled from the refusal's values.
"""

import re
from collections.abc import Mapping
from typing import Any

_LONGEST_VALUE = 200

#: code -> Chinese, English: a sentence, perhaps with a second that says what to do
REFUSALS: dict[str, tuple[str, str]] = {
    # the request
    "bad_request": ("请求的格式不对。", "The request is malformed."),
    "malformed_json": (
        "请求正文不是有效的 JSON，或含有不能接受的值（NaN、空字符、过大的数、嵌套过深）：{reason}",
        "The body is not valid JSON, or holds a value that is not accepted (NaN, NUL, too large a number, too deep): {reason}",
    ),
    "not_an_object": ("请求正文必须是一个 JSON 对象。", "The body must be a JSON object."),
    "malformed_form": ("表单数据的格式不对。", "The form data is malformed."),
    "value_refused": ("含有不能接受的值：{reason}", "It holds a value that is not accepted: {reason}"),
    "invalid_input": ("填写的内容有误，请按各项提示修改。", "Some fields are wrong; each says why."),
    "invalid_query": ("地址中的查询参数有误或不存在。", "A query parameter is wrong or unknown."),
    "invalid_cursor": ("翻页位置无效，请从第一页重新开始。", "The cursor is not valid; start again at the first page."),
    "invalid_idempotency_key": (
        "Idempotency-Key 必须是 1 到 200 个可见的 ASCII 字符。",
        "The Idempotency-Key must be 1 to 200 visible ASCII characters.",
    ),
    "body_too_large": ("内容太大。", "The body is too large."),
    "address_too_long": ("地址太长。", "The address is too long."),
    "unsupported_media_type": ("内容类型不对，请用 application/json。", "Wrong content type; send application/json."),
    "not_multipart": ("请用 multipart/form-data 上传文件。", "Upload files as multipart/form-data."),
    "no_files": ("没有收到文件。", "No file was received."),
    "method_not_allowed": ("这个地址不接受这种请求方法。", "This address does not take that method."),
    "not_acceptable": ("不能给出所要的格式。", "The format asked for is not available."),
    "length_required": ("请求必须说明长度。", "The request must state its length."),
    "host_not_allowed": ("不接受这个主机名。", "This host name is not answered."),
    # people
    "not_signed_in": ("请先登录。", "Sign in first."),
    "token_invalid": ("令牌无效或已被撤销。", "The token is not valid or was revoked."),
    "csrf_refused": (
        "无法确认这个请求是您本人发出的，请刷新页面后重试。",
        "It is not certain that you sent this request; reload the page and try again.",
    ),
    "not_allowed": ("您没有这项权限。", "You are not allowed to do this."),
    "too_many_sign_ins": ("登录失败次数过多，请稍后再试。", "Too many failed sign-ins; try again later."),
    "too_many_requests": ("请求太频繁，请稍后再试。", "Too many requests; try again later."),
    # what is there
    "not_found": ("没有找到，或不在您的权限范围内。", "Not found, or not yours to know."),
    # the machine
    "unavailable": ("暂时不能办理，请稍后再试。", "Not available at the moment; try again shortly."),
    "database_busy": ("数据库繁忙，没有保存，请稍后再试。", "The database is busy, nothing was saved; try again shortly."),
    "storage_full": ("存储空间已满，没有保存，请联系管理员。", "The storage is full, nothing was saved; tell the administrator."),
    "internal_error": (
        "系统出错，没有保存。请把请求号告诉管理员。",
        "Something went wrong, nothing was saved. Tell the administrator the request id.",
    ),
}

_BY_STATUS: dict[int, tuple[str, str]] = {
    400: REFUSALS["bad_request"],
    401: REFUSALS["not_signed_in"],
    403: REFUSALS["not_allowed"],
    404: REFUSALS["not_found"],
    409: ("现在不能这样办理：状态已经变化，请刷新后再看。", "Not possible now: the state has moved on; look again."),
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

#: what marshmallow says about a field -> the same in Chinese; groups keep their order
_FIELD_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"Missing data for required field\.", "缺少此项。"),
        (r"Field may not be null\.", "不能为空（null）。"),
        (r"Unknown field\.", "没有这一项。"),
        (r"Unknown parameter\.", "没有这个参数。"),
        (r"Given more than once\.", "只能给出一次。"),
        (r"Not a valid string\.", "必须是文字。"),
        (r"Not a valid integer\.", "必须是整数。"),
        (r"Not a valid number\.", "必须是数字。"),
        (r"Not a valid boolean\.", "必须是 true 或 false。"),
        (r"Not a valid list\.", "必须是列表。"),
        (r"Not a valid mapping type\.", "必须是对象。"),
        (r"Invalid input type\.", "必须是对象。"),
        (r"Must not hold control characters\.", "不能含有控制字符。"),
        (r"May not be empty\.", "不能为空。"),
        (r"Must be one of: (.*)\.", "必须是其中之一：{0}。"),
        (r"Must be greater than or equal to (.*) and less than or equal to (.*)\.", "必须在 {0} 到 {1} 之间。"),
        (r"Longer than maximum length (\d+)\.", "最多 {0} 个字。"),
        (r"Shorter than minimum length (\d+)\.", "至少 {0} 项。"),
        (r"Length must be between (\d+) and (\d+)\.", "长度必须在 {0} 到 {1} 之间。"),
    )
)


def _pick(pair: tuple[str, str], language: str) -> str:
    return pair[1] if language == "en" else pair[0]


def title(code: str, status: int, language: str) -> str:
    """The short name of a problem, the same for every occurrence of its status."""
    return _pick(_TITLES.get(status) or _TITLES[400 if status < 500 else 500], language)


def detail(code: str, status: int, values: Mapping[str, Any], language: str) -> str:
    """A sentence about this occurrence, and what to do."""
    pair = REFUSALS.get(code) or _BY_STATUS.get(status) or _BY_STATUS[400 if status < 500 else 500]
    shown = {name: _short(value) for name, value in values.items()}
    try:
        return _pick(pair, language).format_map(shown)
    except (KeyError, IndexError):
        return _pick(_BY_STATUS.get(status) or _BY_STATUS[400 if status < 500 else 500], language).format_map(shown)


def _short(value: Any) -> str:
    items = value if isinstance(value, list | tuple | set | frozenset) else [value]
    text = "、".join("—" if item is None else str(item) for item in items)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def field_text(text: str, language: str) -> str:
    """What is wrong with a field: marshmallow's English sentences in Chinese where Chinese is asked for, others as they are."""
    if language == "en":
        return text
    for pattern, chinese in _FIELD_TEXTS:
        if found := pattern.fullmatch(text):
            return chinese.format(*found.groups())
    return text
