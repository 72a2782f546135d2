"""Business knowledge models as functions that expressions call."""

from contextvars import ContextVar
from typing import Any, Final

from engine.decisions.errors import DecisionFailed
from engine.decisions.making import Functions, made, whole_of
from engine.decisions.model import Logic
from engine.expressions import ExpressionFailed
from engine.expressions.budget import Budget

MAX_CALLS: Final = 20
_depth: ContextVar[int] = ContextVar("_depth", default=0)


class Function:
    """The function of a business knowledge model; it sees its arguments and nothing else, and calls what it requires itself."""

    def __init__(self, logic: Logic, functions: Functions, budget: Budget) -> None:
        self._logic = logic
        self._functions = dict(functions)
        self._budget = budget
        self.parameters: tuple[str, ...] = logic.parameters or ()

    def __call__(self, *arguments: Any) -> Any:
        """The value for these arguments."""
        if len(arguments) != len(self.parameters):
            raise ExpressionFailed("function_failed", function=self._logic.name)
        before = _depth.set(_depth.get() + 1)
        try:
            if _depth.get() > MAX_CALLS:
                raise ExpressionFailed("budget", limit="depth", maximum=MAX_CALLS)
            seen = dict(zip(self.parameters, arguments, strict=True))
            return whole_of(self._logic, made(self._logic, seen, self._functions, self._budget))
        except DecisionFailed as failure:
            raise ExpressionFailed(failure.code, **failure.values) from failure
        finally:
            _depth.reset(before)
