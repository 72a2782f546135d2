"""Why an automatic part stopped, in plain words and with what to do."""

from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.decisions import DecisionFailed
from engine.decisions import codes as decision_codes
from engine.errors import ElementFailed
from engine.expressions import ExpressionFailed, ExpressionRefused
from engine.expressions import codes as expression_codes
from engine.expressions.codes import sentence
from engine.time_words import WORDS as TIME_WORDS
from engine.times import TimeRefused
from engine.values import ValueRefused

#: everything that an element may raise; what is none of our facts becomes an `internal` incident
FAILURES = (
    ElementFailed,
    ExpressionFailed,
    ExpressionRefused,
    DecisionFailed,
    TimeRefused,
    ValueRefused,
    SpiffWorkflowException,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
)

WORDS = {
    "no_path": "没有一个流出条件成立，也没有默认流向。请更正变量后重试，或修改流程图。",
    "unknown_variable": "表达式用到了没有赋值的变量“{name}”。请补上该变量后重试。",
    "expression": "表达式无法计算：{reason}。请更正变量后重试，或修改流程图。",
    "decision": "决策表“{decision}”没有得出结果：{reason}。请更正变量后重试，或修改决策表。",
    "decision_missing": "找不到决策表“{decision}”。请部署后重试。",
    "called_process_missing": "找不到被调用的流程“{key}”。请部署后重试。",
    "collection": "多实例的集合不是列表。请更正变量“{collection}”后重试。",
    "cardinality": "多实例的数量不是零或正整数。请更正变量后重试。",
    "nobody_to_ask": "要共同决定，但名单里没有有表决权的人。请更正名单后重试，或在图中写明没有人时怎么办（when_nobody）。",
    "vote_rule": "共同决定的规则“{what}”不能用：{value}。请更正变量后重试，或修改流程图。",
    "timer": "时间“{text}”无法计算。请更正变量后重试，或修改流程图。",
    "limit": "超过上限（{limit}：最多 {maximum}）。请检查流程图是否有死循环，再重试。",
    "uncaught_error": "外部工作报告了错误“{error}”，流程图里没有对应的边界事件。请处理后重试。",
    "job": "外部工作失败，重试次数已用完：{reason}",
    "stuck": "办件停在这里：再没有任何人、时间或消息会让它继续。请检查流程图的汇合条件。",
    "nobody_found": "规则“{rule}”找不到可以办理的人，流程规定此时停下。请在组织机构里补上任职后重试。",
    "people_rule": "人员规则“{rule}”的写法不对。请更正给出它的变量、决策表或设置后重试，或修改流程图。",
    "people_levels": "规则里的级数“{value}”不是 1 到 {maximum} 的整数。请更正变量后重试。",
    "value": "算出的值不能作为变量：{reason}",
    "internal": "引擎未能执行这一步：{reason}",
}

#: reasons that are given here and not by the language
_OWN_REASONS = {
    "several_outputs": ("有不止一个输出", "", "it has several outputs", ""),
    "several_rules": ("有不止一条规则符合", "", "several rules match", ""),
}
_REASONS = {**_OWN_REASONS, **decision_codes.WORDS, **expression_codes.WORDS, **TIME_WORDS}


def explain(problem: Exception) -> tuple[str, dict[str, Any]]:
    """The code and the values of a failure."""
    if isinstance(problem, ElementFailed):
        return problem.code, _plain(problem.values)
    if isinstance(problem, ExpressionFailed | ExpressionRefused):
        if problem.code == "unknown_variable":
            return "unknown_variable", problem.values
        return "expression", {"reason": problem.code, **_plain(problem.values)}
    if isinstance(problem, DecisionFailed):
        return "decision", {"decision": "", "reason": problem.code, **_plain(problem.values)}
    if isinstance(problem, TimeRefused):
        return "timer", {"reason": problem.code, "text": "", **_plain(problem.values)}
    if isinstance(problem, ValueRefused):
        return "value", {"reason": str(problem)}
    return "internal", {"reason": f"{type(problem).__name__}: {problem}"}


def words(code: str, values: dict[str, Any]) -> str:
    """The Chinese sentence for an incident; a reason that is a code of the language is said in words."""
    shown = _Blank(values)
    if values.get("reason") in _REASONS:
        shown["reason"] = sentence(values["reason"], values, "zh", _REASONS)[0]
    return WORDS[code].format_map(shown)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values that JSON knows."""
    return {name: value if isinstance(value, str | int | list | dict | None) else str(value) for name, value in values.items()}


class _Blank(dict[str, Any]):
    """A value that a sentence asks for and nobody gave reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""
