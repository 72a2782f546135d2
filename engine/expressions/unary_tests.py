"""The input cells of decision tables: S-FEEL unary tests, such as `>= 5000`, `[1..10)`, `"agree","return"`, `not("x")` and `-`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from engine.expressions import arithmetic
from engine.expressions.budget import MAX_CELL_SOURCE, Budget
from engine.expressions.errors import ExpressionRefused
from engine.expressions.evaluator import Evaluation
from engine.expressions.feel import Feel
from engine.expressions.feel_evaluator import FeelEvaluation
from engine.expressions.lexer import tokens
from engine.expressions.nodes import Comparison, Literal, Logical, Name, Node, Range, Unary, walk
from engine.expressions.reading import Expression, free_names, read

CELL_INPUT: Final = "cellInput"
_OPERATORS: Final = {"=": "==", "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a cell: `value` under an operator, within a Range (`in`), equal to or in (`is`), or a condition of its own (`holds`)."""

    operator: str
    value: Node


@dataclass(frozen=True, slots=True)
class Cell:
    """The tests of a cell, of which one must hold, or with `negated` none; without tests anything holds."""

    tests: tuple[Test, ...]
    negated: bool
    names: frozenset[str]
    calls: tuple[tuple[str, int], ...] = ()
    methods: tuple[tuple[str, int], ...] = ()
    #: computed with FEEL's null; not where the cell is JUEL
    ternary: bool = True


class _CellGrammar(Feel):
    alias = ""

    def cell(self) -> tuple[bool, tuple[Test, ...]]:
        if self.token.is_word("not") and self.peek().is_operator("("):
            before = self.place, self.depth, len(self.calls), len(self.methods)
            try:
                return True, self._negated()
            except ExpressionRefused:
                # `not(a) and b` is an expression that begins with a negation
                self.place, self.depth = before[:2]
                del self.calls[before[2] :], self.methods[before[3] :]
        return False, self._tests()

    def _negated(self) -> tuple[Test, ...]:
        self.place += 2
        return self._tests(")")

    def _tests(self, closing: str = "") -> tuple[Test, ...]:
        tests = [self.test()]
        while self.accept(","):
            tests.append(self.test())
        if closing:
            self.expect(closing)
        if self.token.kind != "end":
            raise self.unexpected()
        return tuple(tests)

    def test(self) -> Test:
        operator = self.accept(*_OPERATORS)
        if operator:
            return Test(_OPERATORS[operator.text], self.sum())
        if self._range_ahead():
            return Test("in", self.range())
        node = self.expression()
        asks = any(isinstance(part, Name) and part.name in (CELL_INPUT, self.alias) for part, _ in walk(node))
        return Test("holds" if asks else "is", node)

    def primary(self) -> Node:
        if self.accept("?"):
            return Name(CELL_INPUT)
        return super().primary()


@lru_cache(maxsize=4_096)
def read_cell(text: str, names: tuple[str, ...] = (), alias: str = "") -> Cell:
    """The tests of an input cell; `?` and `cellInput` are the input's value. Raises ExpressionRefused.

    `names` are those with blanks or signs in them; `alias` is one more name of the input's value.
    """
    if len(text) > MAX_CELL_SOURCE:
        raise ExpressionRefused("too_long", MAX_CELL_SOURCE, length=len(text), maximum=MAX_CELL_SOURCE)
    stripped = text.strip()
    if stripped in ("", "-"):
        return Cell((), False, frozenset())
    if stripped.startswith(("${", "#{")):
        return _of_expression(read(text), alias)
    grammar = _CellGrammar(tokens(text, names=names))
    grammar.alias = alias
    negated, tests = grammar.cell()
    read_names = frozenset[str]().union(*(free_names(test.value) for test in tests)) - {CELL_INPUT, alias}
    return Cell(tests, negated, read_names, tuple(grammar.calls), tuple(grammar.methods))


def _of_expression(expression: Expression, alias: str) -> Cell:
    own = {CELL_INPUT, alias}
    condition = isinstance(expression.node, Comparison | Logical) or (
        isinstance(expression.node, Unary) and expression.node.operator == "not"
    )
    asks = condition or bool(own & expression.names)
    test = Test("holds" if asks else "is", expression.node)
    return Cell((test,), False, expression.names - own, expression.calls, expression.methods, ternary=False)


def matches(
    cell: Cell,
    value: Any,
    variables: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
    budget: Budget,
    alias: str = "",
) -> bool:
    """Whether an input's value passes a cell; nothing (null) passes only `-`, `null` and a negation. Raises ExpressionFailed."""
    if not cell.tests:
        return True
    evaluation = (FeelEvaluation if cell.ternary else Evaluation)(variables, functions, budget)
    evaluation.locals[CELL_INPUT] = value
    if alias:
        evaluation.locals[alias] = value
    return any(_passes(test, value, evaluation) for test in cell.tests) is not cell.negated


def _passes(test: Test, value: Any, evaluation: Evaluation) -> bool:
    if isinstance(test.value, Range):
        return value is not None and _within(test.value, value, evaluation)
    other = evaluation.value(test.value)
    if test.operator == "holds":
        return arithmetic.truth(other)
    if test.operator == "is":
        return _is(test.value, value, other, evaluation.budget)
    if test.operator in ("==", "!="):
        return arithmetic.equal(value, other, evaluation.budget) is (test.operator == "==")
    if value is None or other is None:
        return False
    order = arithmetic.compare(test.operator, value, other, evaluation.budget)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[test.operator]


def _within(bounds: Range, value: Any, evaluation: Evaluation) -> bool:
    low = arithmetic.compare("in", value, evaluation.value(bounds.low), evaluation.budget)
    high = arithmetic.compare("in", value, evaluation.value(bounds.high), evaluation.budget)
    return (low > 0 if bounds.low_open else low >= 0) and (high < 0 if bounds.high_open else high <= 0)


def _is(node: Node, value: Any, other: Any, budget: Budget) -> bool:
    if isinstance(other, bool) and not isinstance(value, bool) and not isinstance(node, Literal | Name):
        return other
    if isinstance(other, list) and not isinstance(value, list):
        return any(arithmetic.equal(value, item, budget) for item in other)
    return arithmetic.equal(value, other, budget)
