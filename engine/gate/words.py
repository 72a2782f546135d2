"""The sentences of all findings: code -> Chinese sentence, Chinese hint, English sentence, English hint."""

from collections.abc import Mapping
from typing import Any

from engine.decisions import codes as decision_codes
from engine.expressions import codes as expression_codes
from engine.gate import (
    words_events,
    words_files,
    words_flow,
    words_handing_on,
    words_meaning,
    words_people,
    words_sending_back,
    words_telling,
    words_votes,
)

Words = tuple[str, str, str, str]
MAX_SHOWN = 120
MAX_LIST_SHOWN = 600

TABLE: Mapping[str, Words] = {
    **expression_codes.REFUSALS,
    **decision_codes.PROBLEMS,
    **words_files.TABLE,
    **words_flow.TABLE,
    **words_events.TABLE,
    **words_meaning.TABLE,
    **words_handing_on.TABLE,
    **words_sending_back.TABLE,
    **words_people.TABLE,
    **words_votes.TABLE,
    **words_telling.TABLE,
}

#: the words of BPMN as a modeler in Chinese shows them
CHINESE = {
    "process": "流程",
    "messageFlow": "消息流",
    "sequenceFlow": "连线",
    "task": "任务",
    "userTask": "人工任务",
    "manualTask": "手工任务",
    "scriptTask": "脚本任务",
    "serviceTask": "服务任务",
    "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "businessRuleTask": "业务规则任务",
    "callActivity": "调用活动",
    "subProcess": "子流程",
    "transaction": "事务",
    "adHocSubProcess": "随意子流程",
    "complexGateway": "复杂网关",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "boundaryEvent": "边界事件",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "none": "普通",
    "message": "消息",
    "signal": "信号",
    "timer": "定时",
    "error": "错误",
    "escalation": "升级",
    "conditional": "条件",
    "link": "链接",
    "compensate": "补偿",
    "terminate": "终止",
    "cancel": "取消",
    "multiple": "多重",
    "eventDefinition": "事件定义",
}

_UNKNOWN: Words = (
    "“{name}”不能按图执行（{code}）",
    "请按附带的代码查阅《编写流程》，或改画成支持的元素",
    "“{name}” cannot be executed as drawn ({code})",
    "look the code up in docs/write-a-process.md, or draw it with supported elements",
)
_STOPS = ("。", ".", "！", "!", "？", "?", "…")
_YES = (("否", "是"), ("no", "yes"))
#: values that are words of BPMN
_WORDS_OF_BPMN = ("kind", "type", "other")
#: values that are parts of sentences, made here and never cut
_PARTS = ("guess_", "expected_")
#: stands before the sentence about an expression: which one it is
_SITE = {"zh": "“{where}”的{site}“{text}”不能用：", "en": "the {site_en} “{text}” of “{where}” cannot be used: "}


def is_known(code: str) -> bool:
    """Whether the code has sentences of its own."""
    return code in TABLE


def sentence(code: str, lang: str, values: Mapping[str, Any]) -> str:
    """What is the matter, with its values filled in."""
    shown = _shown(code, lang, values)
    before = _SITE[lang].format_map(shown) if "site" in values else ""
    return _ended(before + TABLE.get(code, _UNKNOWN)[0 if lang == "zh" else 2].format_map(shown), lang)


def hint(code: str, lang: str, values: Mapping[str, Any]) -> str:
    """What to draw or do instead, with its values filled in."""
    return _ended(TABLE.get(code, _UNKNOWN)[1 if lang == "zh" else 3].format_map(_shown(code, lang, values)), lang)


def _ended(text: str, lang: str) -> str:
    """A sentence with its full stop, and in English with a capital."""
    text = text if lang == "zh" else text[:1].upper() + text[1:]
    return text if text.endswith(_STOPS) else text + ("。" if lang == "zh" else ".")


class _Shown(dict[str, str]):
    """Values as text, cut to a readable length; a value that is not there shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def _shown(code: str, lang: str, values: Mapping[str, Any]) -> _Shown:
    shown = _Shown({name: readable(value, lang) for name, value in values.items()}, code=code)
    shown.update((name, str(value)) for name, value in values.items() if name.startswith(_PARTS))
    for name in _WORDS_OF_BPMN:
        if shown.get(name) in CHINESE:
            shown[name] = CHINESE[shown[name]] if lang == "zh" else _in_english(shown[name])
    return shown


def _in_english(word: str) -> str:
    """A word of the standard as people write it: `endEvent` is an end event."""
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in word)


def readable(value: Any, lang: str = "zh") -> str:
    """A value on one line, cut to a readable length."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return _cut(("、" if lang == "zh" else ", ").join(_line(one, lang) for one in value), MAX_LIST_SHOWN) or "…"
    return _cut(_line(value, lang), MAX_SHOWN)


def _line(value: Any, lang: str) -> str:
    """One line without anything that cannot be seen; what is not there shows as an ellipsis."""
    if value is None:
        return "…"
    if isinstance(value, bool):
        return _YES[lang == "en"][value]
    text = "".join(sign if sign.isprintable() else " " for sign in str(value)[: 4 * MAX_LIST_SHOWN])
    return " ".join(text.split()) or "…"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
