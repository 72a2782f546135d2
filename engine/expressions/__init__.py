"""Expressions of diagrams, decisions and forms: our own evaluator with budgets, for JUEL `${...}`, FEEL `=...` and the bare form.

Nothing written in a model ever reaches Python's own evaluation; there is no attribute access, no import, no callback, and no value
is ever changed in place.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from engine.expressions import functions as built_in
from engine.expressions import methods, temporal
from engine.expressions.arithmetic import plain_text, truth, type_of
from engine.expressions.budget import MAX_DEPTH, Budget, sized, weight
from engine.expressions.errors import ExpressionFailed, ExpressionRefused, naming
from engine.expressions.evaluator import Evaluation, finished
from engine.expressions.feel_evaluator import FeelEvaluation
from engine.expressions.juel_evaluator import JuelEvaluation
from engine.expressions.office import OfficeFunctions, office_functions
from engine.expressions.printer import text_of
from engine.expressions.reading import Expression, ScriptText, read, read_script, single, template
from engine.expressions.unary_tests import Cell, read_cell

__all__ = [
    "Expression",
    "ExpressionFailed",
    "ExpressionRefused",
    "OfficeFunctions",
    "check",
    "check_calls",
    "evaluate",
    "evaluate_condition",
    "evaluate_template",
    "evaluated",
    "in_office",
    "names_in",
    "office_functions",
    "read",
    "run_script",
    "translate",
]

Functions = Mapping[str, Callable[..., Any]]
_NONE: Final[Functions] = {}


def translate(text: str) -> str:
    """The expression in our own form, whichever dialect it is written in; reads the same again. Raises ExpressionRefused."""
    return text_of(read(text).node)


def check(text: str, *, kind: str = "expression", functions: Collection[str] = ()) -> None:
    """Raise ExpressionRefused unless the text is an expression we execute.

    `kind` is expression, condition, script, template or cell (a cell of a decision table); `functions` names more functions than
    the built-in ones.
    """
    for found in _read_as(text, kind):
        check_calls(found, functions)


def names_in(text: str, *, kind: str = "expression") -> frozenset[str]:
    """The variables that a text reads; for a script without those it has set before. Raises ExpressionRefused."""
    names: set[str] = set()
    for found in _read_as(text, kind):
        if isinstance(found, ScriptText):
            names |= _names_of_script(found)
        else:
            names |= found.names
    return frozenset(names)


def names_set(script: str) -> frozenset[str]:
    """The variables that a script sets. Raises ExpressionRefused."""
    return frozenset(name for name, _ in read_script(script).assignments)


def evaluate(text: str, variables: Mapping[str, Any], functions: Functions = _NONE) -> Any:
    """The value of an expression in any dialect. Raises ExpressionRefused or ExpressionFailed; changes nothing."""
    return finished(evaluated(read(text), variables, functions, Budget()))


def evaluate_condition(text: str, variables: Mapping[str, Any], functions: Functions = _NONE) -> bool:
    """Whether a condition holds; a result that is neither yes/no nor nothing fails rather than being guessed at."""
    value = evaluated(read(text), variables, functions, Budget())
    if value is None or isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false")):
        return truth(value)
    raise ExpressionFailed("not_yes_no", value=plain_text(value)[:40] if not isinstance(value, list | dict) else type_of(value))


def evaluate_template(text: str, variables: Mapping[str, Any], functions: Functions = _NONE) -> Any:
    """A text without `${` is itself; one whole `${...}` or `=...` gives its value; a mixed one is filled in, lists with commas."""
    pieces = template(text)
    only = single(pieces)
    if only is not None:
        return finished(evaluated(only, variables, functions, Budget()))
    if len(pieces) == 1:
        return pieces[0]
    budget = Budget()
    filled = [piece if isinstance(piece, str) else _in_text(evaluated(piece, variables, functions, budget)) for piece in pieces]
    return sized("".join(filled))


def run_script(text: str, variables: Mapping[str, Any], functions: Functions = _NONE) -> dict[str, Any]:
    """The values of the names that a script sets; the given variables stay as they are. Raises as `evaluate` does."""
    scope = dict(variables)
    names: dict[str, None] = {}
    budget = Budget()
    for name, expression in read_script(text).assignments:
        scope[name] = evaluated(expression, scope, functions, budget)
        names[name] = None
        budget.spend(weight(scope[name]) // 8)
    result: dict[str, Any] = finished({name: scope[name] for name in names})
    return result


def evaluated(expression: Expression, variables: Mapping[str, Any], functions: Functions, budget: Budget) -> Any:
    """The value of an expression that has been read, dates still as dates."""
    with in_office(functions):
        try:
            kind = FeelEvaluation if expression.ternary else JuelEvaluation if expression.juel else Evaluation
            return kind(variables, functions, budget).value(expression.node)
        except RecursionError as problem:
            raise ExpressionFailed("budget", limit="depth", maximum=MAX_DEPTH) from problem


@contextmanager
def in_office(functions: Functions) -> Iterator[None]:
    """Within, a time without a zone is one of the office that the functions belong to."""
    if not isinstance(functions, OfficeFunctions):
        yield
        return
    before = temporal.zone_of_office.set(functions.zone)
    try:
        yield
    finally:
        temporal.zone_of_office.reset(before)


def _in_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(plain_text(item) for item in value)
    return plain_text(value)


def _read_as(text: str, kind: str) -> list[Expression | ScriptText | Cell]:
    if kind == "cell":
        return [read_cell(text)]
    if kind == "script":
        return [read_script(text)]
    if kind == "template":
        return [piece for piece in template(text) if isinstance(piece, Expression)]
    return [read(text)]


def _names_of_script(script: ScriptText) -> set[str]:
    names: set[str] = set()
    known: set[str] = set()
    for name, expression in script.assignments:
        names |= expression.names - known
        known.add(name)
    return names


def check_calls(found: Expression | ScriptText | Cell, functions: Collection[str] = ()) -> None:
    """Raise ExpressionRefused for a function or method that there is not."""
    allowed = built_in.NAMES | frozenset(functions)
    for name, offset in found.calls:
        if name not in allowed:
            raise ExpressionRefused("unknown_function", offset, **naming(name, allowed))
    for name, offset in found.methods:
        if name not in methods.NAMES:
            raise ExpressionRefused("unknown_method", offset, **naming(name, methods.NAMES))
