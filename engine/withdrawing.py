"""Taking a decision back (撤回): what has followed is taken up, the task opens again, and its variables are as they were.

Whether anybody has acted on it since stands in the step log, so the shell looks; here it is done.
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import decided, moving, opened, places, returning
from engine.descent import Kept
from engine.elements.repeats import Repeating
from engine.errors import MoveRefused
from engine.instances import Case
from engine.outcome import Event
from engine.scopes import same
from engine.tokens import Token
from engine.triggers import Withdraw


def withdraw(case: Case, trigger: Withdraw) -> None:
    """Open a completed task again for whoever completed it, and take up what followed from it."""
    opened.rouse_everything(case)
    if case.find(trigger.number) is not None:
        # the decision stands, and those who sign with it are asked
        raise MoveRefused("withdraw_signers_asked")
    said = moving.given(trigger.assignee)
    several, kept = _several(case, trigger), list[Kept]()
    if several is not None:
        with case.turn.because("withdrawn"):
            token = several.task_spec.take_decision_back(several, trigger.path[-1], trigger.place, said)
    else:
        token = _open_again(case, trigger, said, kept)
    decided.withdraw(case, trigger.assignee, trigger.element_id)
    _restore(token, trigger.written)
    spec, at = token.task_spec, token.workflow.spec.definition
    told = {"reason": trigger.reason, "opened": token.id, "kept": kept}
    case.turn.events.append(Event("withdrawn", spec.drawn, spec.bpmn_name, trigger.number, trigger.path, at, told))


def _several(case: Case, trigger: Withdraw) -> Token | None:
    """The activity of several instances that the decision is one of; None where it stands alone. Raises MoveRefused when it is over."""
    around = places.climb(case.turn.library, trigger.definition, trigger.element_id, trigger.calls)
    spec, name = next(around, (None, ""))
    if spec is None or not isinstance(spec.task_specs[name], Repeating):
        return None
    one = spec.task_specs[name]
    here = (token for token in case.tokens() if token.task_spec is one and token.path == trigger.path[:-1])
    for token in here:
        if token.id < trigger.number and token.has_state(TaskState.STARTED | TaskState.ERROR) and "undoing" not in token.internal_data:
            return token
    raise MoveRefused("withdraw_decided", element=one.bpmn_name or one.drawn)


def _open_again(case: Case, trigger: Withdraw, said: dict[str, Any], kept: list[Kept]) -> Token:
    """Take up what has followed, or hold what the decision went straight back to, and open the task."""
    place = moving.place_of(case, _running_at(case, trigger.path), trigger)
    if not trigger.held:
        found = moving.followed(case, place, trigger.passed.get(place.definition, ()))
        return moving.start_again(case, place, found, trigger.passed, "withdrawn", said, kept)
    with case.turn.because("withdrawn"):
        for number, element_id, by in trigger.held:
            returning.hold(opened.open_task(case, number, element_id), by)
    top, token = places.open_at(case, place, said, {}, kept)
    case.returns += [[token.id, number, top.id] for number, _, _ in trigger.held]
    return token


def _running_at(case: Case, path: tuple[int, ...]) -> list[Any]:
    candidates: list[Any] = list(case.running)
    return [one for one in candidates if one.path == path]


def _restore(token: Token, written: list[dict[str, Any]]) -> None:
    """Give variables the values that they had before, where nobody has changed them since."""
    for one in written:
        holder = token.data.holder(one["name"])
        if holder is None or holder.label != one["scope"] or not same(holder.own[one["name"]], one["new"]):
            continue
        if one.get("absent"):
            changes = {one["name"]: {"old": holder.own.pop(one["name"]), "new": None, "absent": True}}
            token.record("variables_changed", changes=changes, scope=holder.label)
        else:
            token.write({one["name"]: one["old"]})
