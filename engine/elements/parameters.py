"""Parameters of an element: inputs are variables of its own, outputs are set around it; and scripts before and after it."""

from typing import Any

from engine.evaluation import fill, functions
from engine.expressions import run_script
from engine.scopes import Scope
from engine.tokens import Token


def enter(token: Token, element: dict[str, Any], *, maps: bool) -> None:
    """Run the script before the element, and (`maps`) lay the input parameters, which nobody outside of the element sees."""
    if element.get("script_before"):
        token.write(run_script(element["script_before"], token.data, functions(token)))
    inputs = element.get("inputs")
    if inputs and maps:
        own = dict(token.own or {})
        token.own = own
        for name, text in inputs:
            own[name] = fill(token, text)


def leave(token: Token, element: dict[str, Any], *, maps: bool) -> None:
    """Run the script behind the element, and (`maps`) set the output parameters around it; raises what they raise, with nothing set."""
    if element.get("script_after"):
        token.write(run_script(element["script_after"], token.data, functions(token)))
    outputs = element.get("outputs")
    if outputs and maps:
        seen = Scope(beside(token), token.data)
        token.write({name: fill(token, text, seen) for name, text in outputs}, token.around)


def beside(token: Token) -> dict[str, Any]:
    """What can be read as `task` about a user task that has been completed, where no variable has that name."""
    facts = token.internal_data.get("task")
    return {} if facts is None or "task" in token.data else {"task": facts}
