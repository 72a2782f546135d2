"""Signers (加签): whoever has a user task asks others to sign with them, before the own decision, after it, or at the same time.

A signer's task is a token below the one that it signs for; signers may ask signers in turn. What the holder keeps of them stands in the
holder's token: an entry each, as `[number, user, position, by, state]`.

- before: the holder waits until they have decided; what they say is advice.
- parallel: asked at once; the step goes on when all have decided; a refusal of one makes it `disagree`.
- after: asked when the holder has decided; likewise.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import NotWaiting
from engine.tokens import Token

POSITIONS = ("before", "after", "parallel")
PLANNED, OPEN, DECIDED, REMOVED, CANCELLED = "planned", "open", "decided", "removed", "cancelled"
REFUSALS = frozenset({"disagree", "return"})
_NUMBER, _USER, _POSITION, _BY, _STATE = range(5)


def add(holder: Token, users: list[str], position: str, by: str | None) -> None:
    """Ask more people; raises NotWaiting for a position that is none, and for somebody who signs already."""
    if position not in POSITIONS or not users:
        raise NotWaiting("signers_wrong", position=position)
    known = set(everybody(root_of(holder)))
    for user in users:
        if user in known:
            raise NotWaiting("signer_twice", user=user)
        known.add(user)
    turn = holder.turn
    state = PLANNED if position == "after" else OPEN
    made = [[turn.number(), user, position, by, state] for user in users]
    holder.internal_data["signers"] = [*entries(holder), *made]
    asked = [_token(holder, entry) for entry in made] if state == OPEN else []
    added = [{"number": one[_NUMBER], "user": one[_USER]} for one in made]
    holder.record("signers_added", users=added, position=position, by=by, signing=document(holder))
    for signer in asked:
        signer.task_spec.open(signer)


def remove(holder: Token, number: int, by: str | None) -> None:
    """Ask one of them no more; raises NotWaiting for one who has decided, or is none."""
    entry = next((one for one in entries(holder) if one[_NUMBER] == number), None)
    if entry is None or entry[_STATE] not in (PLANNED, OPEN):
        raise NotWaiting("signer_not_open", number=number)
    token = next((one for one in open_signers(holder) if one.id == number), None)
    if token is not None and token.state != TaskState.READY:
        raise NotWaiting("signer_not_open", number=number)
    _set_state(holder, number, REMOVED)
    if token is not None:
        with holder.turn.because("signer_removed"):
            token.cancel()
    holder.record("signer_removed", user=entry[_USER], by=by, signing=document(holder))
    go_on(holder)


def decided(holder: Token, outcome: str | None, opinion: str | None, by: str | None) -> bool:
    """The holder has decided: whether somebody else is still asked, so that the step waits. Those who come after are asked now."""
    planned = [one for one in entries(holder) if one[_STATE] == PLANNED]
    if not planned and not open_signers(holder):
        return False
    holder.internal_data["said"] = [outcome, opinion, by]
    holder._set_state(TaskState.STARTED)
    for entry in planned:
        entry[_STATE] = OPEN
    asked = [_token(holder, entry) for entry in planned]
    if asked:
        holder.record("signers_asked", users=[one[_USER] for one in planned], signing=document(holder))
    for signer in asked:
        signer.task_spec.open(signer)
    return True


def ended(signer: Token, outcome: str | None, opinion: str | None) -> None:
    """A signer has decided, with all who signed for them: tell the holder, and let the step go on where nobody is left."""
    holder, signs = signer.parent, signer.internal_data["signs"]
    _set_state(holder, signer.id, DECIDED)
    if signs["position"] != "before" and outcome in REFUSALS:
        holder.internal_data.setdefault("refused", []).append([signs["user"], opinion])
    below = list(everybody(signer))
    if below:
        root_of(holder).internal_data.setdefault("signed_below", []).extend(below)
    signer._set_state(TaskState.COMPLETED)
    holder._children.remove(signer.id)
    del signer.workflow.tasks[signer.id]
    holder.record("signer_decided", user=signs["user"], position=signs["position"], signing=document(holder))
    go_on(holder)


def go_on(holder: Token) -> None:
    """Conclude the holder's decision when nobody is asked any more."""
    if "said" in holder.internal_data and not open_signers(holder):
        outcome, opinion, by = holder.internal_data.pop("said")
        holder.task_spec.conclude(holder, outcome, opinion, by)


def result(holder: Token, outcome: str | None, opinion: str | None) -> tuple[str | None, str | None]:
    """Outcome and opinion of the step: a refusal of a signer makes it `disagree`, for the reason that they gave."""
    refused = holder.internal_data.pop("refused", None)
    if not refused:
        return outcome, opinion
    reasons = "；".join(said for _, said in refused if said)
    holder.record("outcome_turned", outcome="disagree", own=outcome, refused_by=[user for user, _ in refused])
    return "disagree", reasons or opinion


def check_not_waiting(holder: Token) -> None:
    """Raise NotWaiting while somebody signs before."""
    waits = waits_for(holder)
    if waits:
        raise NotWaiting("waits_for_signers", number=holder.id, signers=waits)


def waits_for(holder: Token) -> int:
    """How many sign before."""
    return sum(one.internal_data["signs"]["position"] == "before" for one in open_signers(holder))


def entries(holder: Token) -> list[list[Any]]:
    """What the holder keeps of the signers."""
    found: list[list[Any]] = holder.internal_data.get("signers", [])
    return found


def open_signers(holder: Token) -> list[Token]:
    """The tokens of those who are asked."""
    return [one for one in holder.children if "signs" in one.internal_data]


def root_of(token: Token) -> Token:
    """The task that was drawn, above all who sign for it."""
    while "signs" in token.internal_data:
        token = token.parent
    return token


def everybody(root: Token) -> Iterator[str]:
    """All who sign, or have signed, for a task, at any depth; those who were taken off may be asked again."""
    yield from (one[_USER] for one in entries(root) if one[_STATE] in (PLANNED, OPEN, DECIDED))
    for below in open_signers(root):
        yield from everybody(below)
    yield from root.internal_data.get("signed_below", [])


def document(holder: Token) -> dict[str, Any]:
    """What lists and pages know of a task with signers, or of a signer's task."""
    told: dict[str, Any] = {}
    signs = holder.internal_data.get("signs")
    if signs is not None:
        told |= {name: signs[name] for name in ("position", "by", "depth")}
        told["of"] = holder.parent.id
    if entries(holder):
        told["waits"] = waits_for(holder)
        told["signers"] = [
            {"number": one[_NUMBER], "user": one[_USER], "position": one[_POSITION], "by": one[_BY], "state": one[_STATE]}
            for one in entries(holder)
        ]
    return told


def cancelled(signer: Token) -> None:
    """A signer's task is taken back with the one that it signs for."""
    _set_state(signer.parent, signer.id, CANCELLED)


def _set_state(holder: Token, number: int, state: str) -> None:
    for entry in entries(holder):
        if entry[_NUMBER] == number and entry[_STATE] in (PLANNED, OPEN):
            entry[_STATE] = state


def _token(holder: Token, entry: list[Any]) -> Token:
    """The task of a signer, which is not said to be there yet."""
    spec = holder.workflow.spec.task_specs[holder.task_spec.signer_name]
    signer = Token(holder.workflow, spec, holder, TaskState.READY, entry[_NUMBER])
    depth = holder.internal_data["signs"]["depth"] + 1 if "signs" in holder.internal_data else 1
    signer.internal_data["signs"] = {"user": entry[_USER], "position": entry[_POSITION], "by": entry[_BY], "depth": depth}
    return signer
