"""Business knowledge models as functions that expressions call."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from engine.decisions.errors import DecisionFailed
from engine.decisions.making import Functions, made, whole_of
from engine.decisions.model import Logic
from engine.expressions import ExpressionFailed
from engine.expressions.budget import MAX_STEPS, Budget

MAX_CALLS: Final = 20
#: what all calls of one decision may use up together
CALL_STEPS: Final = 10 * MAX_STEPS
_depth: ContextVar[int] = ContextVar("_depth", default=0)


def function_of(logic: Logic, functions: Functions, budget: Budget) -> Callable[..., Any]:
    """The function; it sees its arguments and nothing else, and calls the functions that it requires itself."""
    known = dict(functions)

    def call(*arguments: Any) -> Any:
        parameters = logic.parameters or ()
        if len(arguments) != len(parameters):
            raise ExpressionFailed("function_failed", function=logic.name)
        before = _depth.set(_depth.get() + 1)
        try:
            if _depth.get() > MAX_CALLS:
                raise ExpressionFailed("budget", limit="depth", maximum=MAX_CALLS)
            return whole_of(logic, made(logic, dict(zip(parameters, arguments, strict=True)), known, budget))
        except DecisionFailed as failure:
            raise ExpressionFailed(failure.code, **failure.values) from failure
        finally:
            _depth.reset(before)

    return call
