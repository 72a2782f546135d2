"""FEEL's null under the operators, as decisions compute (DMN 1.5, 10.3.2.12 to 10.3.2.15 and table 50): null stays null.

Only what the standard says of null, and a division by 0, is answered by null; kinds that do not fit together fail as they do
everywhere else, because a table that quietly does not match is worse than an incident.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from engine.expressions import arithmetic, functions
from engine.expressions.errors import ExpressionFailed
from engine.expressions.evaluator import Evaluation
from engine.expressions.nodes import Arithmetic, Comparison, Logical, Node, Range, Unary

#: functions for which null is an argument like any other
_TAKE_NULL: Final = frozenset(
    {
        "append",
        "bool",
        "concatenate",
        "contains",
        "count",
        "get_value",
        "index_of",
        "is_empty",
        "join",
        "list_contains",
        "not_",
        "opposite",
        "places_of",
    }
)


class FeelEvaluation(Evaluation):
    """One evaluation with three-valued logic."""

    __slots__ = ()
    visits: ClassVar[Mapping[type, Callable[..., Any]]]

    def ternary_unary(self, node: Unary) -> Any:
        """`-a`; `-null` is null."""
        value = self.value(node.operand)
        if value is None:
            return None
        if node.operator == "not":
            return not arithmetic.truth(value)
        return arithmetic.negate(value) if node.operator == "-" else functions.number_in(value)

    def ternary_arithmetic(self, node: Arithmetic) -> Any:
        """`a + b - c`: null with anything, and anything by 0, is null."""
        value = self.value(node.first)
        for operator, operand in node.rest:
            value = self._computed(operator, value, self.value(operand))
            self.budget.spend(1 + len(value) // 64 if isinstance(value, str | list) else 1)
        return value

    def _computed(self, operator: str, left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        try:
            return arithmetic.ARITHMETIC[operator](left, right)
        except ExpressionFailed as failure:
            if failure.code == "division_by_zero":
                return None
            raise

    def ternary_logical(self, node: Logical) -> bool | None:
        """`a and b`, `a or b` of true, false and null; what is neither true nor false counts as null."""
        decides = node.operator == "or"
        result: bool | None = not decides
        for operand in node.operands:
            value = _yes_no(self.value(operand))
            if value is decides:
                return decides
            if value is None:
                result = None
        return result

    def ternary_comparison(self, node: Comparison) -> bool | None:
        """`a < b`, `a in [b..c]`: null where something to be ordered is null; `=` compares null too."""
        ((operator, operand),) = node.rest
        left = self.value(node.first)
        if operator in ("in", "not in"):
            held = self._held(left, operand)
            return held if held is None else held is (operator == "in")
        right = self.value(operand)
        if operator not in ("==", "!=") and (left is None or right is None):
            return None
        return self._holds(operator, left, right)

    def _held(self, item: Any, where: Node) -> bool | None:
        if not isinstance(where, Range):
            values = self.value(where)
            if isinstance(values, list):
                return functions.contains(values, item, self.budget)
            if item is None or values is None:
                return True if item is values else None
            return arithmetic.equal(item, values, self.budget)
        low, high = self.value(where.low), self.value(where.high)
        if item is None or low is None or high is None:
            return None
        return self._within(item, low, high, where)

    def _within(self, item: Any, low: Any, high: Any, where: Range) -> bool:
        below = arithmetic.compare("in", item, low, self.budget)
        above = arithmetic.compare("in", item, high, self.budget)
        return (below > 0 if where.low_open else below >= 0) and (above < 0 if where.high_open else above <= 0)

    def entry(self, owner: Any, name: str) -> Any:
        """`a.b`; an entry of null is null, one of a list is that of each item."""
        if isinstance(owner, list):
            self.budget.spend_on(owner)
            return [self.entry(item, name) for item in owner]
        return None if owner is None else super().entry(owner, name)

    def _called(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """The built-in functions give null for null, but for those that look for it."""
        if any(argument is None for argument in arguments) and name not in self.functions and name not in _TAKE_NULL:
            return None
        return super()._called(name, function, *arguments)


def _yes_no(value: Any) -> bool | None:
    """The value of an operand of `and` and `or`; form fields hold yes/no as text."""
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    return value if isinstance(value, bool) else None


FeelEvaluation.visits = {
    **Evaluation.visits,
    Unary: FeelEvaluation.ternary_unary,
    Arithmetic: FeelEvaluation.ternary_arithmetic,
    Logical: FeelEvaluation.ternary_logical,
    Comparison: FeelEvaluation.ternary_comparison,
}
