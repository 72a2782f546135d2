"""The sentences of all findings: code -> Chinese sentence, Chinese hint, English sentence, English hint."""

from collections.abc import Mapping
from typing import Any

from engine.gate import words_files, words_flow, words_meaning

Words = tuple[str, str, str, str]
MAX_SHOWN = 120

TABLE: Mapping[str, Words] = {**words_files.TABLE, **words_flow.TABLE, **words_meaning.TABLE}

_UNKNOWN: Words = (
    "“{name}”不能按图执行（{code}）",
    "请按附带的代码查阅《编写流程》，或改画成支持的元素",
    "“{name}” cannot be executed as drawn ({code})",
    "look the code up in docs/write-a-process.md, or draw it with supported elements",
)


def sentence(code: str, lang: str, values: Mapping[str, Any]) -> str:
    """What is the matter, with its values filled in."""
    return _fill(code, 0 if lang == "zh" else 2, values)


def hint(code: str, lang: str, values: Mapping[str, Any]) -> str:
    """What to draw or do instead, with its values filled in."""
    return _fill(code, 1 if lang == "zh" else 3, values)


class _Shown(dict[str, str]):
    """Values as text, cut to a readable length; a value that is not there shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def _fill(code: str, column: int, values: Mapping[str, Any]) -> str:
    shown = _Shown({name: _short(value) for name, value in values.items()}, code=code)
    return TABLE.get(code, _UNKNOWN)[column].format_map(shown)


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        value = "、".join(str(item) for item in value)
    text = " ".join(str(value).split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
