"""What happened in a case, read from the step log."""

from typing import Any

from sqlalchemy import select

from processes import step_log
from processes.actors import Actor
from processes.db import db, reading
from processes.models import Step
from processes.queries import cases, paging, votes

STEPS_AT_ONCE = 50
_TOLD = (Step.seq, Step.actor, Step.actor_name, Step.on_behalf_of, Step.definition_id, Step.hash)


def items(instance_id: str, actor: Actor, limit: int = 50, cursor: str | None = None) -> dict[str, Any]:
    """A page of events, oldest first, each with its step's number, moment, actor and hash (CONTRACT 4); raises NotFound."""
    cases.check_visible(instance_id, actor)
    after = paging.read_cursor(cursor, (int, int)) or (0, -1)
    found: list[dict[str, Any]] = []
    with reading():
        seals = votes.seals([instance_id], actor)
        while len(found) <= paging.size(limit):
            more = _read(instance_id, after)
            if not more:
                break
            found += [_item(step, told) for step, event in more if (told := seals.event(event)) is not None]
            after = (more[-1][0]["seq"], more[-1][0]["index"])
    return paging.page(found, limit, lambda item: paging.write_cursor(item["seq"], item["index"]))


def _read(instance_id: str, after: tuple[Any, ...]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The events of some steps from a place on, each behind what is told of its step."""
    seq, index = after
    query = (
        select(Step.seq, Step.actor, Step.on_behalf_of, Step.hash, *step_log.CONTENT)
        .where(Step.instance_id == instance_id, Step.seq >= seq)
        .order_by(Step.seq)
        .limit(STEPS_AT_ONCE)
    )
    return [
        (
            {"seq": row.seq, "index": number, "at": row.at, "actor": row.actor, "on_behalf_of": row.on_behalf_of, "hash": row.hash},
            event,
        )
        for row in db.session.execute(query)
        for number, event in enumerate(step_log.events(row))
        if (row.seq, number) > (seq, index)
    ]


def _item(told: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    return {**told, **{name: event[name] for name in ("type", "element_id", "element_name", "details")}}


def steps(instance_id: str, actor: Actor) -> list[dict[str, Any]]:
    """All steps of a case in order, for the replay page: who, when, what was asked, what happened; raises NotFound."""
    cases.check_visible(instance_id, actor)
    with reading():
        query = select(*_TOLD, *step_log.CONTENT).where(Step.instance_id == instance_id).order_by(Step.seq)
        seals = votes.seals([instance_id], actor)
        return [_as_step(row, seals) for row in db.session.execute(query)]


def _as_step(row: Any, seals: votes.Seals) -> dict[str, Any]:
    told = {column.key: getattr(row, column.key) for column in _TOLD}
    content = step_log.read(row)
    events = content["events"]
    return {**told, "at": row.at, "trigger": seals.trigger(content["trigger"], events), "events": seals.events(events)}
