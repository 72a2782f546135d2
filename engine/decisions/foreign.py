"""Expressions of a decision in JavaScript or Groovy: within the common subset they become JUEL that reads the same."""

from typing import Final

from engine import expressions
from engine.expressions import ExpressionRefused
from engine.expressions.foreign_scripts import is_foreign, translate_script

_RESULT: Final = "decisionValue"


def translated(text: str, language: str) -> str | None:
    """The expression in `${...}`, or None when it is not one that means the same in both."""
    if not is_foreign(language):
        return None
    try:
        found = translate_script(text, language, result=_RESULT, keeps=False)
        name, _, own = found.lines.partition(" = ")
        if name != _RESULT or "\n" in own or found.printed:
            return None
        juel = "${" + own + "}"
        return juel if expressions.read(juel).node == expressions.read(own).node else None
    except ExpressionRefused:
        return None
