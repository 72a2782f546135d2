"""Making one decision alone: its table or expression over the variables, with what led to the answer."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine import expressions
from engine.decisions.errors import DecisionFailed
from engine.decisions.hit_policies import SEVERAL, Hit, aggregate, choose
from engine.decisions.model import DecisionResult, Input, Logic, Output, Rule, Table
from engine.decisions.typing import NotOfType, typed
from engine.expressions import ExpressionFailed, ExpressionRefused
from engine.expressions.budget import MAX_STEPS, Budget
from engine.expressions.evaluator import finished
from engine.expressions.reading import Expression, read, read_feel
from engine.expressions.unary_tests import matches, read_cell

Functions = Mapping[str, Callable[..., Any]]
_STEPS_PER_CELL: Final = 10


def names_read(logic: Logic) -> frozenset[str]:
    """The variables that a decision's own cells and expressions read."""
    parameters = frozenset(logic.parameters or ())
    if logic.table is None:
        return read_text(logic.expression or "", logic.names).names - parameters
    texts = [column.expression for column in logic.table.inputs]
    texts += [text for rule in logic.table.rules for text in rule.results if text]
    names = frozenset[str]().union(*(read_text(text, logic.names).names for text in texts))
    cells = (read_cell(text, logic.names).names for rule in logic.table.rules for text in rule.tests)
    return names.union(*cells) - parameters


def read_text(text: str, names: tuple[str, ...] = ()) -> Expression:
    """An expression of a decision: FEEL, or JUEL in `${...}`. Raises ExpressionRefused."""
    return read(text) if text.lstrip().startswith(("${", "#{", "=")) else read_feel(text, names)


def made(logic: Logic, variables: Mapping[str, Any], functions: Functions, budget: Budget | None = None) -> DecisionResult:
    """What a table or expression gives. Raises DecisionFailed, which says in which decision and where."""
    making = _Making(logic, variables, functions, budget)
    try:
        return making.result()
    except DecisionFailed as failure:
        failure.values = {"decision": logic.name or logic.id, "decision_id": logic.id, **failure.values}
        raise
    except (ExpressionFailed, ExpressionRefused) as failure:
        where = {"decision": logic.name or logic.id, "decision_id": logic.id, "place": making.place}
        raise DecisionFailed(failure.code, **{**where, **failure.values}) from failure


class _Making:
    """One table or expression under way; `place` says where, for messages."""

    def __init__(self, logic: Logic, variables: Mapping[str, Any], functions: Functions, budget: Budget | None) -> None:
        self.logic = logic
        self.variables = variables
        self.functions = functions
        self.place = ""
        cells = len(logic.table.rules) * (len(logic.table.inputs) + 1) if logic.table else 0
        self.budget = budget or Budget(MAX_STEPS + cells * _STEPS_PER_CELL)

    def result(self) -> DecisionResult:
        if self.logic.table is not None:
            return self._of_table(self.logic.table)
        value = self._output(self.logic.expression or "", self.logic.variable, self.logic.type)
        return DecisionResult([{self.logic.variable: value}], [], {})

    def _of_table(self, table: Table) -> DecisionResult:
        values = [self._input(column) for column in table.inputs]
        inputs = {column.label: finished(value) for column, value in zip(table.inputs, values, strict=True)}
        hits = []
        for rule in table.rules:
            if self._holds(rule, table, values):
                hits.append(Hit(rule, self._outputs(rule, table)))
                if table.hit_policy == "FIRST":
                    break
        chosen = choose(table, hits, self._ranks(table), self.budget)
        outputs = aggregate(table, chosen, self.budget) or [hit.outputs for hit in chosen] or self._defaults(table)
        rules = [{"number": hit.rule.number, "id": hit.rule.id, "annotation": hit.rule.annotation} for hit in chosen]
        return DecisionResult([finished(row) for row in outputs], rules, inputs)

    def _input(self, column: Input) -> Any:
        self.place = column.label
        value = expressions.evaluated(read_text(column.expression, self.logic.names), self.variables, self.functions, self.budget)
        try:
            return typed(value, column.type)
        except NotOfType as problem:
            raise DecisionFailed("input_type", input=column.label, type=column.type, value=_shown(value)) from problem

    def _holds(self, rule: Rule, table: Table, values: list[Any]) -> bool:
        for column, text, value in zip(table.inputs, rule.tests, values, strict=True):
            self.place = f"{rule.number} / {column.label}"
            if not matches(read_cell(text, self.logic.names), value, self.variables, self.functions, self.budget):
                return False
        return True

    def _outputs(self, rule: Rule, table: Table) -> dict[str, Any]:
        found = {}
        for column, text in zip(table.outputs, rule.results, strict=True):
            self.place = f"{rule.number} / {column.label or column.name}"
            found[column.name] = self._output(text, column.name, column.type)
        return found

    def _output(self, text: str, name: str, type_name: str) -> Any:
        if not text.strip():
            return None
        value = expressions.evaluated(read_text(text, self.logic.names), self.variables, self.functions, self.budget)
        try:
            return typed(value, type_name)
        except NotOfType as problem:
            raise DecisionFailed("output_type", output=name, type=type_name, value=_shown(value), place=self.place) from problem

    def _ranks(self, table: Table) -> list[list[Any]]:
        if table.hit_policy not in ("PRIORITY", "OUTPUT ORDER"):
            return []
        return [[self._output(text, column.name, column.type) for text in column.values] for column in table.outputs]

    def _defaults(self, table: Table) -> list[dict[str, Any]]:
        if all(column.default is None for column in table.outputs):
            return []
        self.place = "default"
        return [{column.name: self._default(column) for column in table.outputs}]

    def _default(self, column: Output) -> Any:
        return None if column.default is None else self._output(column.default, column.name, column.type)


def _shown(value: Any) -> str:
    return str(finished(value))[:80]


def gives_several(logic: Logic) -> bool:
    """Whether the rows of a result are a list for DMN."""
    return logic.table is not None and logic.table.hit_policy in SEVERAL and not logic.table.aggregation


def whole_of(logic: Logic, result: DecisionResult) -> Any:
    """The one value that DMN means by a result."""
    names = [next(iter(row), "") for row in result.outputs[:1]]
    single = logic.table is None or len(logic.table.outputs) == 1
    rows = [row[names[0]] if single else row for row in result.outputs]
    return rows if gives_several(logic) else (rows[0] if rows else None)
