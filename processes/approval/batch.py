"""Deciding on many user tasks at once (批量办理): exactly those that were ticked, one opinion, each a transaction and a step of its own."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select

from forms import outcomes
from processes import deployed, errors, form_input, idempotency, locked_task, user_tasks
from processes.actors import Actor
from processes.approval import choosing, signed
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotFound, Refused
from processes.locking import LockedInstance
from processes.models import ProcessInstance
from processes.queries import inbox

MOST = 100
#: why a task has to be opened by itself
FORM, CHOICE, SEALED, WAITS = "batch_needs_form", "batch_needs_choice", "batch_sealed", "batch_waits"


@dataclass(frozen=True, slots=True)
class Item:
    """A task of a batch, as its reader saw it."""

    id: str
    revision: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one: the case that went on, or why it was refused."""

    id: str
    instance_id: str | None
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class Ticked:
    """A ticked task before the decision, and why it cannot be decided on together with others."""

    task: Mapping[str, Any]
    outcomes: list[dict[str, str]]
    hindrance: str | None


def complete(items: Sequence[Item], *, outcome: str | None = None, opinion: str | None = None, actor: Actor) -> list[Result]:
    """Decide on each as its own step; what is refused stops none of the others. A request that is sent again with its key goes on
    where it was stopped. Raises Invalid for none, too many, or one that is named twice."""
    if not items or len(items) > MOST:
        raise Invalid("batch_size", fields={"items": [f"一次 1 到 {MOST} 件。"]}, limit=MOST)
    if len({item.id for item in items}) < len(items):
        raise Invalid("batch_twice", fields={"items": ["同一件待办写了两次。"]})
    known: dict[str, Any] = dict(idempotency.kept() or {})
    for item in items:
        if item.id in known:
            continue
        with transaction():
            try:
                # what was written before a refusal goes, and the key of the request stays
                with db.session.begin_nested():
                    known[item.id] = [_decide(item, outcome, opinion, actor)]
            except Refused as refusal:
                known[item.id] = [None, type(refusal).__name__, refusal.code, _plain(refusal.values), getattr(refusal, "fields", {})]
            idempotency.keep(known)
    return [_result(item.id, known[item.id]) for item in items]


def _decide(item: Item, outcome: str | None, opinion: str | None, actor: Actor) -> str:
    held = locked_task.lock(item.id)
    held.check_may_work_on(actor)
    if (hindrance := _hindrance(held.row, held.instance, actor)) is not None:
        raise Conflict(hindrance)
    _, instance_id = user_tasks.decide(held, variables={}, outcome=outcome, opinion=opinion, revision=item.revision, actor=actor)
    return instance_id


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, str | int | None) else str(value) for name, value in values.items()}


def _result(task_id: str, kept: list[Any]) -> Result:
    if kept[0] is not None:
        return Result(task_id, kept[0])
    _, kind, code, values, fields = kept
    made = Invalid(code, fields=fields, **values) if kind == "Invalid" else _REFUSALS.get(kind, Conflict)(code, **values)
    return Result(task_id, None, made)


_REFUSALS: dict[str, type[Refused]] = {kind.__name__: kind for kind in (errors.NotFound, errors.OutOfScope, errors.NotAllowed, Conflict)}


def look(task_ids: Sequence[str], *, actor: Actor) -> list[Ticked]:
    """The ticked tasks in the order given, each once; those that the actor may not know are left out."""
    rows: list[RowMapping] = []
    with reading():
        for task_id in dict.fromkeys(task_ids[:MOST]):
            with suppress(NotFound):
                rows.append(inbox.visible_row(task_id, actor))
        found = db.session.scalars(select(ProcessInstance).where(ProcessInstance.id.in_({row["instance_id"] for row in rows})))
        cases = {case.id: case for case in found}
        return [_look(row, task, cases[row["instance_id"]], actor) for row, task in zip(rows, inbox.as_tasks(rows), strict=True)]


def _look(row: RowMapping, task: Mapping[str, Any], case: ProcessInstance, actor: Actor) -> Ticked:
    if task["state"] != "open":
        return Ticked(task, [], "user_task_not_open")
    if not inbox.may_do(row, actor):
        return Ticked(task, [], "not_a_candidate")
    drawn = outcomes.parse(task["properties"].get("outcomes"))
    if case.state == "suspended":
        return Ticked(task, drawn, "process_instance_suspended")
    return Ticked(task, drawn, _hindrance(row, case, actor))


def _hindrance(row: Mapping[Any, Any], case: LockedInstance | ProcessInstance, actor: Actor) -> str | None:
    """Why a task has to be opened by itself: something is to be filled in or chosen, votes are sealed, or others sign first."""
    properties = row["properties"]
    if (properties.get("sealed") or "false") != "false":
        return SEALED
    if (row["signing"] or {}).get("waits"):
        return WAITS
    definition = deployed.definition(row["element_definition_id"])
    if any(not choice.optional for choice in choosing.choices_of(definition, signed.chooses_at(row))):
        return CHOICE
    present = user_tasks.present_values(case.definition_id, case.variables, row)
    asked = form_input.Asked(definition, row["form_key"], properties.get("fields"), present, case.id)
    try:
        form_input.check(asked, {}, actor, case.definition_key)
    except Invalid:
        return FORM
    return None


def common(ticked: Sequence[Ticked]) -> list[dict[str, str]]:
    """The outcomes that all those tasks have, an opinion required where one of them requires it; none where they have none in common."""
    able = [one for one in ticked if one.hindrance is None]
    if not able:
        return []
    found = []
    for outcome in able[0].outcomes:
        same = [next((o for o in one.outcomes if (o["value"], o["label"]) == (outcome["value"], outcome["label"])), None) for one in able]
        if all(one is not None for one in same):
            needs = any(one is not None and one["opinion"] == "required" for one in same)
            found.append({**outcome, "opinion": "required" if needs else "optional"})
    return found
