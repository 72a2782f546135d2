"""Questions about the organisation: the engine knows none, so what its context does not answer is wanted (`Outcome.wanted`, "people")."""

import json
from typing import Any

from engine.expressions import ExpressionFailed
from engine.people_rules import APPLICANT, WORDS, Rule, RuleRefused, parse, rule

Answer = dict[str, Any]
#: what a question gives while nobody has answered it
UNANSWERED: Answer = {"people": []}


def ask(turn: Any, *question: Any) -> Answer:
    """The answer to a question about the organisation; while there is none, it is wanted."""
    text = json.dumps(question, ensure_ascii=False)
    answer: Answer | None = turn.context.people.get(text)
    if answer is None:
        turn.wanted.add(("people", text))
        return UNANSWERED
    return answer


def waits_for_answers(turn: Any) -> bool:
    """Whether the step will be taken again, so that nothing that is missing now means anything."""
    return any(kind == "people" for kind, _ in turn.wanted)


def applicant_of(case: Any) -> str | None:
    """Whoever asks: the one for whom another system started the case, else its starter."""
    found: str | None = case.turn.context.case.get("applicant") or case.implicit.get("starter")
    return found


def people(case: Any, text: Any, *arguments: Any) -> list[str]:
    """The function `people` of expressions: the logins that a rule or a name finds now."""
    turn = case.turn
    drawn = _drawn(str(text), [str(argument) for argument in arguments if argument not in (None, "")])
    if drawn is None:
        return list(ask(turn, "name", str(text))["people"])
    if drawn.kind in ("chosen", "decision") or len(drawn.arguments) < min(1, len(arguments)):
        raise ExpressionFailed("function_failed", function="people")
    return _found(case, drawn)


def _drawn(text: str, arguments: list[str]) -> Rule | None:
    try:
        return rule(text, arguments) if arguments and text in WORDS else parse(text)
    except RuleRefused as refusal:
        raise ExpressionFailed("function_failed", function="people") from refusal


def _found(case: Any, drawn: Rule) -> list[str]:
    turn, applicant = case.turn, applicant_of(case)
    places = [["person", applicant] if argument in APPLICANT and applicant else ["unit", argument] for argument in drawn.arguments]
    match drawn.kind:
        case "starter":
            found = ask(turn, "login", applicant) if applicant else UNANSWERED
        case "line":
            found = ask(turn, "line", drawn.arguments[0])
        case "role":
            unit = ask(turn, "department", places[1]).get("unit")
            found = ask(turn, "name", f"{drawn.arguments[0]}@{unit}") if unit is not None else UNANSWERED
        case "superior" | "superiors":
            found = ask(turn, drawn.kind, places[0], int((*drawn.arguments, "1")[1]))
        case _:
            found = ask(turn, drawn.kind, places[0])
    return list(found["people"])
