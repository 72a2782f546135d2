"""The sentences of all findings: code -> Chinese sentence, Chinese hint, English sentence, English hint."""

from collections.abc import Mapping
from typing import Any

from engine.decisions import codes as decision_codes
from engine.expressions import codes as expression_codes
from engine.gate import words_files, words_flow, words_meaning

Words = tuple[str, str, str, str]
MAX_SHOWN = 120
MAX_LIST_SHOWN = 600

TABLE: Mapping[str, Words] = {
    **expression_codes.REFUSALS,
    **decision_codes.PROBLEMS,
    **words_files.TABLE,
    **words_flow.TABLE,
    **words_meaning.TABLE,
}

_UNKNOWN: Words = (
    "“{name}”不能按图执行（{code}）",
    "请按附带的代码查阅《编写流程》，或改画成支持的元素",
    "“{name}” cannot be executed as drawn ({code})",
    "look the code up in docs/write-a-process.md, or draw it with supported elements",
)
#: stands before the sentence about an expression: which one it is
_SITE = {"zh": "“{name}”的{site}“{text}”不能用：", "en": "the {site_en} “{text}” of “{name}” cannot be used: "}


def is_known(code: str) -> bool:
    """Whether the code has sentences of its own."""
    return code in TABLE


def sentence(code: str, lang: str, values: Mapping[str, Any]) -> str:
    """What is the matter, with its values filled in."""
    shown = _shown(code, values)
    before = _SITE[lang].format_map(shown) if "site" in values else ""
    return before + TABLE.get(code, _UNKNOWN)[0 if lang == "zh" else 2].format_map(shown)


def hint(code: str, lang: str, values: Mapping[str, Any]) -> str:
    """What to draw or do instead, with its values filled in."""
    return TABLE.get(code, _UNKNOWN)[1 if lang == "zh" else 3].format_map(_shown(code, values))


class _Shown(dict[str, str]):
    """Values as text, cut to a readable length; a value that is not there shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def _shown(code: str, values: Mapping[str, Any]) -> _Shown:
    return _Shown({name: _short(value) for name, value in values.items()}, code=code)


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return _cut("、".join(str(item) for item in value), MAX_LIST_SHOWN)
    return _cut(" ".join(str(value).split()), MAX_SHOWN)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
