"""Timer start events: each due moment starts one case of the newest version, however many sweeps look."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine.times import Due
from engine.triggers import Start
from processes import clock, deployed, instances
from processes.actors import SYSTEM
from processes.calendar import days
from processes.db import db, looking, transaction
from processes.models import StartSubscription


def run_due() -> list[str]:
    """Start what is due; gives the ids of the new cases."""
    row = StartSubscription
    query = select(row.definition_id, row.element_id, row.due_at).where(row.due_at <= clock.now()).order_by(row.due_at)
    with looking():
        found = db.session.execute(query).all()
    started = [_start(one.definition_id, one.element_id, one.due_at) for one in found if one.due_at is not None]
    return [instance_id for instance_id in started if instance_id is not None]


def _start(definition_id: str, element_id: str, due_at: datetime) -> str | None:
    row = StartSubscription
    this = (row.definition_id == definition_id, row.element_id == element_id)
    with transaction():
        due = db.session.scalar(select(row.due).where(*this))
        following = Due.from_document(due).following(clock.now(), days.work_calendar()) if due else None
        moved = {
            "due_at": following.moment if following else None,
            "due": following.to_document() if following else None,
        }
        # Compare and swap: another sweep may have been quicker, a deployment may have taken the start event away.
        taken: Any = db.session.execute(update(row).where(*this, row.due_at == due_at).values(**moved))
        if taken.rowcount != 1:
            return None
        definition = deployed.definition(definition_id)
        trigger = Start(definition.key, definition.version, {}, SYSTEM.login, None, element_id)
        return instances.open_case(definition, trigger, actor=SYSTEM).id
