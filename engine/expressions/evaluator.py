"""Walks an expression's tree with the variables given. Nothing is executed, nothing outside the variables can be reached."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, Final

from engine.expressions import arithmetic, functions, methods, temporal
from engine.expressions.budget import Budget, sized, weight
from engine.expressions.durations import Duration, NotISO
from engine.expressions.errors import ExpressionFailed, naming
from engine.expressions.nodes import (
    Arithmetic,
    Attribute,
    Call,
    Comparison,
    Comprehension,
    Conditional,
    DictDisplay,
    Index,
    ListDisplay,
    Literal,
    Logical,
    Loop,
    Method,
    Name,
    Node,
    Range,
    Slice,
    Unary,
)

_MISTAKES: Final = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, NotISO)


class Evaluation:
    """One evaluation: its variables, the functions it may call, and what it has used of its budget."""

    __slots__ = ("budget", "functions", "locals", "variables")
    #: what computes each kind of part
    visits: ClassVar[Mapping[type, Callable[..., Any]]]

    def __init__(self, variables: Mapping[str, Any], functions_given: Mapping[str, Callable[..., Any]], budget: Budget) -> None:
        self.variables = variables
        self.functions = functions_given
        self.locals: dict[str, Any] = {}
        self.budget = budget

    def value(self, node: Node) -> Any:
        """The value of a part; raises ExpressionFailed."""
        self.budget.spend()
        return self.visits[type(node)](self, node)

    def name(self, node: Name) -> Any:
        """A loop's variable, or a variable of the case."""
        if node.name in self.locals:
            return self.locals[node.name]
        if node.name in self.variables:
            return self.variables[node.name]
        raise ExpressionFailed("unknown_variable", name=node.name)

    def list_display(self, node: ListDisplay) -> list[Any]:
        """`[a, b]`."""
        return [self.value(item) for item in node.items]

    def dict_display(self, node: DictDisplay) -> dict[str, Any]:
        """`{"a": 1}`."""
        found = {}
        for key, value in node.entries:
            name = self.value(key)
            if not isinstance(name, str) or name.startswith("_"):
                raise ExpressionFailed("bad_key", key=str(name)[:40])
            found[name] = self.value(value)
        return found

    def unary(self, node: Unary) -> Any:
        """`-a`, `not a`."""
        value = self.value(node.operand)
        if node.operator == "not":
            return not arithmetic.truth(value)
        return arithmetic.negate(value) if node.operator == "-" else functions.number_in(value)

    def arithmetic(self, node: Arithmetic) -> Any:
        """`a + b - c`."""
        value = self.value(node.first)
        for operator, operand in node.rest:
            value = arithmetic.ARITHMETIC[operator](value, self.value(operand))
            self.budget.spend(1 + len(value) // 64 if isinstance(value, str | list) else 1)
        return value

    def logical(self, node: Logical) -> Any:
        """`a and b`, `a or b`: as in Python the operand that decides, the rest is not computed."""
        stop = node.operator == "or"
        value = None
        for operand in node.operands:
            value = self.value(operand)
            if arithmetic.truth(value) is stop:
                break
        return value

    def comparison(self, node: Comparison) -> bool:
        """`a < b <= c`."""
        left = self.value(node.first)
        for operator, operand in node.rest:
            if operator in ("in", "not in"):
                right = None
                holds = self._is_in(left, operand) is (operator == "in")
            else:
                right = self.value(operand)
                holds = self._holds(operator, left, right)
            if not holds:
                return False
            left = right
        return True

    def _holds(self, operator: str, left: Any, right: Any) -> bool:
        if operator in ("==", "!="):
            return arithmetic.equal(left, right, self.budget, strict=True) is (operator == "==")
        order = arithmetic.compare(operator, left, right, self.budget)
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]

    def _is_in(self, item: Any, where: Node) -> bool:
        if not isinstance(where, Range):
            return functions.contains(self.value(where), item, self.budget)
        low = arithmetic.compare("in", item, self.value(where.low), self.budget)
        high = arithmetic.compare("in", item, self.value(where.high), self.budget)
        return (low > 0 if where.low_open else low >= 0) and (high < 0 if where.high_open else high <= 0)

    def conditional(self, node: Conditional) -> Any:
        """`yes if test else no`."""
        return self.value(node.yes if arithmetic.truth(self.value(node.test)) else node.no)

    def attribute(self, node: Attribute) -> Any:
        """`a.b`."""
        return self.entry(self.value(node.owner), node.name)

    def entry(self, owner: Any, name: str) -> Any:
        """An entry of an object, or a part of a date."""
        if isinstance(owner, dict):
            if name in owner:
                return owner[name]
            raise ExpressionFailed("no_such_entry", name=name)
        part = temporal.part(owner, name)
        if part is not None:
            return part
        kind = arithmetic.type_of(owner)
        raise ExpressionFailed("no_entries", name=name, kind=kind, kind_zh=arithmetic.TYPE_WORDS.get(kind, kind))

    def index(self, node: Index) -> Any:
        """`a[b]`."""
        owner, key = self.value(node.owner), self.value(node.index)
        if isinstance(owner, dict):
            if isinstance(key, str) and key in owner:
                return owner[key]
            raise ExpressionFailed("no_such_entry", name=str(key)[:40])
        if not isinstance(owner, str | list):
            raise arithmetic.mismatch("[]", owner, key)
        place = functions.whole_in(key)
        if not -len(owner) <= place < len(owner):
            raise ExpressionFailed("no_such_index", index=place, length=len(owner))
        return owner[place]

    def slice(self, node: Slice) -> Any:
        """`a[low:high]`."""
        owner = self.value(node.owner)
        if not isinstance(owner, str | list):
            raise arithmetic.mismatch("[:]", owner, None)
        bounds = [None if bound is None else functions.whole_in(bound) for bound in (self.value(node.low), self.value(node.high))]
        self.budget.spend(len(owner) // 64)
        return sized(owner[bounds[0] : bounds[1]])

    def call(self, node: Call) -> Any:
        """`name(arguments)`: first what the caller gives, then the built-in functions."""
        if node.name in functions.SPECIAL_FUNCTIONS:
            return self._special(node)
        function = self.functions.get(node.name) or functions.BUILT_IN.get(node.name)
        if function is None and node.name in functions.WITH_BUDGET:
            return self._called(node.name, functions.WITH_BUDGET[node.name], self.budget, *self._arguments(node.arguments))
        if function is None:
            raise ExpressionFailed("unknown_function", **naming(node.name, functions.NAMES))
        return self._called(node.name, function, *self._arguments(node.arguments))

    def _special(self, node: Call) -> Any:
        """`variable("x")` is null for an unknown variable, `defined(x)` asks whether it is known."""
        (argument,) = node.arguments if len(node.arguments) == 1 else (None,)
        name = argument.name if node.name == "defined" and isinstance(argument, Name) else None
        if name is None:
            name = self.value(argument) if argument is not None else None
        if not isinstance(name, str):
            raise functions.WrongArgument(name)
        found = self.locals.get(name, self.variables.get(name))
        return found if node.name == "variable" else name in self.locals or name in self.variables

    def method(self, node: Method) -> Any:
        """`a.name(arguments)`."""
        owner = self.value(node.owner)
        arguments = self._arguments(node.arguments)
        self.budget.spend_on(owner)
        if node.name in methods.WITH_BUDGET:
            return self._called(node.name, methods.WITH_BUDGET[node.name], self.budget, owner, *arguments)
        if node.name not in methods.METHODS:
            raise ExpressionFailed("unknown_method", **naming(node.name, methods.NAMES))
        return self._called(node.name, methods.METHODS[node.name], owner, *arguments)

    def _arguments(self, nodes: tuple[Node, ...]) -> list[Any]:
        values = [self.value(node) for node in nodes]
        for value in values:
            self.budget.spend_on(value)
        return values

    def _called(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            value = sized(function(*arguments))
        except ExpressionFailed as failure:
            if failure.code == "wrong_argument" and not failure.values["function"]:
                failure.values["function"] = name
            raise
        except _MISTAKES as problem:
            raise ExpressionFailed("function_failed", function=name) from problem
        self.budget.spend_on(value)
        return value

    def comprehension(self, node: Comprehension) -> list[Any]:
        """`[element for x in xs if test]`."""
        outside = self.locals
        self.locals = dict(outside)
        try:
            found: list[Any] = []
            for _ in self._turns(node.loops):
                found.append(self.value(node.element))
                self.budget.spend_on(found[-1])
                sized(found)
            return found
        finally:
            self.locals = outside

    def _turns(self, loops: tuple[Loop, ...]) -> Iterator[None]:
        if not loops:
            yield
            return
        loop = loops[0]
        for item in functions.list_in(self.value(loop.source)):
            self.budget.spend()
            self._bind(loop.names, item)
            if all(arithmetic.truth(self.value(condition)) for condition in loop.conditions):
                yield from self._turns(loops[1:])

    def _bind(self, names: tuple[str, ...], item: Any) -> None:
        if len(names) == 1:
            self.locals[names[0]] = item
            return
        if not isinstance(item, list) or len(item) != len(names):
            raise functions.WrongArgument(item)
        self.locals.update(zip(names, item, strict=True))

    def misplaced(self, node: Node) -> Any:
        """A range stands only behind `in`."""
        raise ExpressionFailed("misplaced_range")


Evaluation.visits = {
    Literal: lambda _, node: node.value,
    Name: Evaluation.name,
    ListDisplay: Evaluation.list_display,
    DictDisplay: Evaluation.dict_display,
    Unary: Evaluation.unary,
    Arithmetic: Evaluation.arithmetic,
    Logical: Evaluation.logical,
    Comparison: Evaluation.comparison,
    Range: Evaluation.misplaced,
    Conditional: Evaluation.conditional,
    Attribute: Evaluation.attribute,
    Index: Evaluation.index,
    Slice: Evaluation.slice,
    Call: Evaluation.call,
    Method: Evaluation.method,
    Comprehension: Evaluation.comprehension,
}


def finished(value: Any) -> Any:
    """A result as variables hold it: dates and durations become ISO texts; raises ExpressionFailed beyond the limits."""
    if value is None or isinstance(value, bool | int):
        return value
    weight(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return temporal.iso(value)
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
