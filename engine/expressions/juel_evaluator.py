"""JUEL's null, empty texts and yes/no under the operators, as Camunda and Flowable have them (Expression Language 2.2, 1.6-1.12, 1.18)."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from engine.expressions import arithmetic, functions
from engine.expressions.errors import ExpressionFailed
from engine.expressions.evaluator import Evaluation
from engine.expressions.nodes import Arithmetic, Conditional, Index, Logical, Unary


class JuelEvaluation(Evaluation):
    """One evaluation of what stands in `${...}`."""

    __slots__ = ()
    visits: ClassVar[Mapping[type, Callable[..., Any]]]

    def juel_unary(self, node: Unary) -> Any:
        """`-a`, where nothing is 0; `not a`, where nothing is false."""
        if node.operator == "not":
            return not _yes_no(self.value(node.operand))
        value = _or_zero(self.value(node.operand))
        return arithmetic.negate(value) if node.operator == "-" else functions.number_in(value)

    def juel_arithmetic(self, node: Arithmetic) -> Any:
        """`a + b - c`: nothing is 0, and an empty text is 0 beside a number."""
        value = self.value(node.first)
        for operator, operand in node.rest:
            right = self.value(operand)
            value = arithmetic.ARITHMETIC[operator](_beside(value, right), _beside(right, value))
            self.budget.spend(1 + len(value) // 64 if isinstance(value, str | list) else 1)
        return value

    def juel_logical(self, node: Logical) -> bool:
        """`a and b`, `a or b`: always yes or no; what need not be asked is not computed."""
        stop = node.operator == "or"
        return stop if any(_yes_no(self.value(operand)) is stop for operand in node.operands) else not stop

    def juel_conditional(self, node: Conditional) -> Any:
        """`test ? yes : no`."""
        return self.value(node.yes if _yes_no(self.value(node.test)) else node.no)

    def _holds(self, operator: str, left: Any, right: Any) -> bool:
        if left is None or right is None:
            same = left is None and right is None
            return {"==": same, "!=": not same, "<=": same, ">=": same}.get(operator, False)
        if operator in ("==", "!=") and _is_flag_beside_text(left, right):
            return (_yes_no(left) is _yes_no(right)) is (operator == "==")
        return super()._holds(operator, _number_beside(left, right), _number_beside(right, left))

    def entry(self, owner: Any, name: str) -> Any:
        """`a.b`: null where there is no such entry, or nothing to have one."""
        if owner is None:
            return None
        return owner.get(name) if isinstance(owner, dict) else super().entry(owner, name)

    def juel_index(self, node: Index) -> Any:
        """`a[b]`: null where there is no such entry."""
        owner = self.value(node.owner)
        if owner is None:
            return None
        if not isinstance(owner, dict | list):
            return self.index(node)
        key = self.value(node.index)
        if key is None:
            return None
        if isinstance(owner, dict):
            return owner.get(arithmetic.plain_text(key))
        place = functions.whole_in(arithmetic.as_number(key) if isinstance(key, str) else key)
        return owner[place] if 0 <= place < len(owner) else None


def _or_zero(value: Any) -> Any:
    return 0 if value is None or value == "" else value


def _beside(value: Any, other: Any) -> Any:
    """An operand of arithmetic: nothing counts as 0."""
    return 0 if value is None else _number_beside(value, _or_zero(other) if other is None else other)


def _number_beside(value: Any, other: Any) -> Any:
    """An empty text is 0 where the other side is a number."""
    return 0 if value == "" and arithmetic.is_number(other) else value


def _is_flag_beside_text(left: Any, right: Any) -> bool:
    return (isinstance(left, bool) and isinstance(right, str)) or (isinstance(right, bool) and isinstance(left, str))


def _yes_no(value: Any) -> bool:
    """A value as yes/no: nothing and every text but "true" are no; numbers, lists and objects are neither."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str):
        return value.lower() == "true"
    raise ExpressionFailed("not_yes_no", value=_shown(value))


def _shown(value: Any) -> str:
    return arithmetic.type_of(value) if isinstance(value, list | dict) else arithmetic.plain_text(value)[:40]


JuelEvaluation.visits = {
    **Evaluation.visits,
    Unary: JuelEvaluation.juel_unary,
    Arithmetic: JuelEvaluation.juel_arithmetic,
    Logical: JuelEvaluation.juel_logical,
    Conditional: JuelEvaluation.juel_conditional,
    Index: JuelEvaluation.juel_index,
}
