"""Straight back: a task that was sent back is held, and opens again for whoever sent it back as soon as the other one is completed.

A held task is a token that waits; its instance, its place among others and what they have counted stay as they are. The case keeps
for each the numbers of [the task that is done first, the held one, what was opened around the first], and holds nothing else up.
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.tokens import Token

#: numbers: of the opened task, of the held one, of the outermost that was opened
Return = list[int]
HELD = "held_for"


def hold(token: Token, by: str | None) -> None:
    """Take an open task from whoever has it, and keep its place."""
    for waiting in token.children:
        waiting.cancel()
    token.record("user_task_cancelled", reason=token.turn.reason)
    if not token.task_spec.outside(token) and not (token.task_spec.hidden or token.task_spec.instance):
        token.record("element_left", cancelled=True)
    token.internal_data[HELD] = {} if by is None else {"assignee": by}
    token._set_state(TaskState.WAITING)


def due(token: Token) -> list[Return]:
    """The held tasks that open when this token leaves."""
    returns: list[Return] = token.workflow.top_workflow.returns
    return [one for one in returns if token.id in (one[0], one[2])] if returns else []


def come_back(case: Any, returns: list[Return], left: Token) -> None:
    """The first task is done: nothing else of what was opened for it is needed, and the held tasks open again."""
    for one in returns:
        case.returns.remove(one)
        top = case.find(one[2])
        if top is not None and top is not left:
            _hand_out(left, top)
            with case.turn.because("sent_back"):
                top.cancel()
        held = case.find(one[1])
        if held is not None:
            reopen(case, held, after=one[0])


def _hand_out(left: Token, top: Token) -> None:
    """Called processes that are left in the middle give out what they have set."""
    inside = left.workflow
    while inside is not top.workflow:
        activity = inside.activity
        activity.task_spec.left_by_event(activity, inside)
        inside = activity.workflow


def reopen(case: Any, held: Token, after: int | None = None) -> None:
    """A new token in the place of a held one, for the same person; `after`: the number of the task that it has waited for."""
    parent, fresh = held.parent, Token(held.workflow, held.task_spec, held.parent)
    parent._children.remove(fresh.id)
    parent._children[parent._children.index(held.id)] = fresh.id
    fresh.own, fresh.internal_data = held.own, held.internal_data
    fresh.internal_data["given"] = fresh.internal_data.pop(HELD)
    fresh.internal_data.pop("task", None)
    del held.workflow.tasks[held.id]
    for one in case.returns:
        one[0], one[2] = (fresh.id if number == held.id else number for number in (one[0], one[2]))
    fresh.record("went_straight_back", after=after)
    fresh.task_spec._update(fresh)


def waits_on(case: Any, number: int, other: int | None) -> bool:
    """Whether the token `other` is held until `number` is done, be it by way of others."""
    while other is not None:
        other = next((one[0] for one in case.returns if one[1] == other), None)
        if other == number:
            return True
    return False


def tidy(case: Any) -> bool:
    """Let go of what has lost its other half; returns whether anything has changed."""
    changed = False
    for one in list(case.returns):
        first, held, top = one
        if case.find(held) is None:
            case.returns.remove(one)
            opened = case.find(top)
            if opened is not None and not due(opened):
                with case.turn.because("not_needed"):
                    opened.cancel()
            changed = True
        elif case.find(first) is None and case.find(top) is None:
            case.returns.remove(one)
            reopen(case, case.find(held))
            changed = True
    return changed


def is_bound(token: Token) -> bool:
    """Whether a return depends on the token, so that it must not sleep."""
    returns: list[Return] = token.workflow.top_workflow.returns
    return bool(returns) and any(token.id in one for one in returns)
