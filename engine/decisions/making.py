"""Making one decision alone: its table or expression over the variables, with what led to the answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from engine import expressions
from engine.decisions.errors import DecisionFailed
from engine.decisions.hit_policies import SEVERAL, Hit, aggregate, choose
from engine.decisions.model import Box, DecisionResult, Input, Logic, Output, Rule, Table, table_from
from engine.decisions.parts import read_text
from engine.decisions.typing import NotOfType, typed
from engine.expressions import ExpressionFailed, ExpressionRefused
from engine.expressions.budget import Budget, sized
from engine.expressions.errors import naming
from engine.expressions.evaluator import finished
from engine.expressions.functions import list_in
from engine.expressions.unary_tests import matches, read_cell

Functions = Mapping[str, Callable[..., Any]]


def made(logic: Logic, variables: Mapping[str, Any], functions: Functions, budget: Budget) -> DecisionResult:
    """What a table or expression gives, dates still as dates. Raises DecisionFailed, which says in which decision and where."""
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

    def __init__(self, logic: Logic, variables: Mapping[str, Any], functions: Functions, budget: Budget) -> None:
        self.logic = logic
        self.variables = variables
        self.functions = functions
        self.place = ""
        self.budget = budget

    def result(self) -> DecisionResult:
        if self.logic.table is not None:
            return self._of_table(self.logic.table)
        if self.logic.box is not None:
            value = self._typed(self.boxed(self.logic.box), self.logic.variable, self.logic.type)
        else:
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
        return DecisionResult(outputs, rules, inputs)

    def boxed(self, box: Box) -> Any:
        """The value of a boxed expression."""
        self.budget.spend()
        return sized(_BOXES[box["kind"]](self, box))

    def within(self, variables: Mapping[str, Any], functions: Functions | None = None) -> "_Making":
        """The same decision with other variables."""
        return _Making(self.logic, variables, self.functions if functions is None else functions, self.budget)

    def _text_box(self, box: Box) -> Any:
        return self._output(box["text"], self.logic.variable, box["type"])

    def _table_box(self, box: Box) -> Any:
        logic = replace(self.logic, table=table_from(box["table"]), box=None, variable=self.logic.variable)
        return whole_of(logic, _Making(logic, self.variables, self.functions, self.budget).result())

    def _context_box(self, box: Box) -> Any:
        seen, functions = dict(self.variables), dict(self.functions)
        found: dict[str, Any] = {}
        for entry in box["entries"]:
            inner = self.within(seen, functions)
            if entry["box"]["kind"] == "function":
                functions[entry["name"]] = BoxedFunction(inner, entry["box"])
                continue
            value = self._typed(inner.boxed(entry["box"]), entry["name"], entry["type"])
            if not entry["name"]:
                return value
            found[entry["name"]] = seen[entry["name"]] = value
        return found

    def _invocation_box(self, box: Box) -> Any:
        function = self.functions.get(box["function"])
        if function is None:
            raise ExpressionFailed("unknown_function", **naming(box["function"], frozenset(self.functions)))
        given = {binding["name"]: self.boxed(binding["box"]) for binding in box["bindings"]}
        parameters = getattr(function, "parameters", tuple(given))
        if not given.keys() <= set(parameters):
            raise ExpressionFailed("function_failed", function=box["function"])
        return function(*(given.get(name) for name in parameters))

    def _relation_box(self, box: Box) -> Any:
        return [{name: self.boxed(cell) for name, cell in zip(box["columns"], row, strict=True)} for row in box["rows"]]

    def _conditional_box(self, box: Box) -> Any:
        test, yes, no = box["parts"]
        return self.boxed(yes if self.boxed(test) is True else no)

    def _loop_box(self, box: Box) -> Any:
        source, body = box["parts"]
        items = list_in(self.boxed(source))
        results = [self.within({**self.variables, box["name"]: item}).boxed(body) for item in items]
        if box["kind"] == "for":
            return results
        return any(one is True for one in results) if box["kind"] == "some" else all(one is True for one in results)

    def _filter_box(self, box: Box) -> Any:
        source, match = box["parts"]
        found = []
        for item in list_in(self.boxed(source)):
            seen = {**self.variables, **(item if isinstance(item, dict) else {}), "item": item}
            if self.within(seen).boxed(match) is True:
                found.append(item)
        return found

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
            if not matches(
                read_cell(text, self.logic.names, column.alias), value, self.variables, self.functions, self.budget, column.alias
            ):
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
        return self._typed(value, name, type_name)

    def _typed(self, value: Any, name: str, type_name: str) -> Any:
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


class BoxedFunction:
    """A function that a context defines; it sees what was known where it stands."""

    def __init__(self, making: _Making, box: Box) -> None:
        self._making = making
        self._box = box
        self.parameters: tuple[str, ...] = tuple(box["parameters"])

    def __call__(self, *arguments: Any) -> Any:
        """The value for these arguments."""
        if len(arguments) != len(self.parameters):
            raise ExpressionFailed("function_failed", function="")
        seen = {**self._making.variables, **dict(zip(self.parameters, arguments, strict=True))}
        return self._making.within(seen).boxed(self._box["body"])


_BOXES: Final[dict[str, Callable[[_Making, Box], Any]]] = {
    "text": _Making._text_box,
    "table": _Making._table_box,
    "context": _Making._context_box,
    "invocation": _Making._invocation_box,
    "list": lambda making, box: [making.boxed(item) for item in box["items"]],
    "relation": _Making._relation_box,
    "conditional": _Making._conditional_box,
    "for": _Making._loop_box,
    "some": _Making._loop_box,
    "every": _Making._loop_box,
    "filter": _Making._filter_box,
}


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
