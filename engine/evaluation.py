"""Expressions, scripts and decisions for tokens: always our own language, never Python's.

Every place of a diagram where an expression can stand is computed here, with the variables that the token sees.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from engine import asking, expressions
from engine.tokens import Token

MARKS = ("${", "#{")


def functions(token: Token) -> expressions.OfficeFunctions:
    """The functions that depend on the step: now(), today(), workdays(), workhours()."""
    turn = token.turn
    if turn.functions is None:
        turn.functions = expressions.office_functions(turn.context.now, turn.context.calendar)
        turn.functions["case_value"] = turn.context.case.get
        turn.functions["people"] = partial(asking.people, token.workflow.top_workflow)
    return cast(expressions.OfficeFunctions, turn.functions)


def evaluate(token: Token, text: str, variables: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression of any dialect, over other variables than the token's if given; raises ExpressionFailed."""
    return expressions.evaluate(text, token.data if variables is None else variables, functions(token))


def holds(token: Token, text: str, variables: Mapping[str, Any] | None = None) -> bool:
    """Whether a condition is true, over other variables than the token's if given; raises ExpressionFailed."""
    return expressions.evaluate_condition(text, token.data if variables is None else variables, functions(token))


def fill(token: Token, text: str | None, variables: Mapping[str, Any] | None = None) -> Any:
    """The value of a text that may hold `${...}` or be `=...`, over other variables than the token's if given; raises ExpressionFailed."""
    if text is None or not (text.startswith("=") or is_template(text)):
        return text
    return expressions.evaluate_template(text, token.data if variables is None else variables, functions(token))


def is_template(text: str) -> bool:
    """Whether a text holds `${...}`."""
    return any(mark in text for mark in MARKS)


def values_read(token: Token, text: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The variables that an expression names, with their present values; those that do not exist are left out."""
    data: Mapping[str, Any] = token.data if variables is None else variables
    return {name: data[name] for name in sorted(expressions.names_in(text)) if name in data}


class Expressions:
    """SpiffWorkflow's script engine, computed by our own language."""

    def evaluate(self, task: Token, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression; raises ExpressionFailed."""
        return evaluate(task, expression)

    def execute(self, task: Token, script: str, external_context: Mapping[str, Any] | None = None) -> bool:
        """Run the lines of a script and set what they assign, all or nothing; raises ExpressionFailed."""
        task.write(expressions.run_script(script, task.data, functions(task)))
        return True
