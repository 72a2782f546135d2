"""Who catches an error, an escalation or a cancellation, and what it takes along on its way out."""

from typing import Any

from engine.elements.waiting import Attached
from engine.tokens import Token


def catcher(token: Token, kind: str, code: str | None) -> Token | None:
    """The nearest boundary event or event sub-process around `token` that catches; one for just this code before one for all.

    What an event sub-process throws is not caught by its own start: it is thrown again, to whoever is around.
    """
    at: Token | None = token
    while at is not None:
        guarded = at
        while guarded.task_spec.instance:
            guarded = guarded.parent
        beside = [one for one in at.workflow.task_tree.children if not _starts(one, at)]
        found = _catching(guarded.children, kind, code) or _catching(beside, kind, code)
        if found is not None:
            return found
        at = getattr(at.workflow, "activity", None)
    return None


def _starts(listener: Token, activity: Token) -> bool:
    """Whether it is what starts this event sub-process."""
    return bool(activity.task_spec.element.get("event_subprocess")) and activity.task_spec.name in listener.task_spec._outputs


def _catching(candidates: list[Token], kind: str, code: str | None) -> Token | None:
    found = [one for one in candidates if isinstance(one.task_spec, Attached) and one.task_spec.catches(one, kind, code)]
    found.sort(key=lambda one: code is None or one.task_spec.event["code"] != code)
    return found[0] if found else None


def throw_error(token: Token, code: str | None, **details: Any) -> bool:
    """Raise a BPMN error at `token`; returns whether somebody caught it."""
    found = catcher(token, "error", code)
    hand_out(token, found)
    token.record("error_thrown", code=code, caught=found is not None, **details)
    if found is not None:
        catch(found, code, details.get("message"))
    return found is not None


def catch(found: Token, code: str | None, message: str | None = None) -> None:
    """Let an event catch an error or escalation, with what its diagram wants to know of it."""
    names = found.task_spec.event
    told = {names["code_variable"]: code, names["message_variable"]: message}
    found.task_spec.fire(found, {name: value for name, value in told.items() if name})


def hand_out(token: Token, found: Token | None) -> None:
    """What is thrown out of a called process takes the variables that come out of it along, as its end would."""
    at = getattr(token.workflow, "activity", None)
    inside = token.workflow
    while at is not None and (found is None or found.workflow is not inside):
        at.task_spec.left_by_event(at, inside)
        inside = at.workflow
        at = getattr(inside, "activity", None)
