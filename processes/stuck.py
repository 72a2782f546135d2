"""No silent stop (promise P4): every case that has not ended waits for something that exists, and nothing waits in a case that has.

A case waits for an open user task, a job, a message or a signal, or an operator (an open incident; suspended until resumed). One that
waits for none of these will never go on by itself; reads indexes alone, no state.
"""

import logging
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, exists, func, select

from processes.db import db, reading
from processes.models import Incident, Job, ProcessInstance, Subscription, UserTask

logger = logging.getLogger(__name__)
#: cases that a report names; it counts all
NAMED = 100
_ALIVE = ("running", "suspended", "incident")
_case = ProcessInstance


@dataclass(frozen=True, slots=True)
class Looked:
    """How many cases were looked at, and what was found."""

    cases: int
    #: cases that wait for nothing, and of them the first by id
    stuck: int = 0
    named: list[str] = field(default_factory=list)
    #: ended cases in which something still waits, and of them the first by id
    haunted: int = 0
    named_haunted: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every case waits for something that exists."""
        return not (self.stuck or self.haunted)


def look() -> Looked:
    """Look at every case that has not ended, and at everything that waits."""
    task, job, wait, incident = _waits()
    stuck = (_case.state.in_(_ALIVE), _case.state != "suspended", ~task, ~job, ~wait, ~incident)
    with reading():
        cases = db.session.scalar(select(func.count()).select_from(_case).where(_case.state.in_(_ALIVE))) or 0
        count, named = _found(*stuck)
        ghosts, named_ghosts = _found(_case.ended_at.is_not(None), task | job | wait | incident)
    return Looked(cases, count, named, ghosts, named_ghosts)


def watch() -> Looked:
    """Look, and put into the log what was looked at and found."""
    looked = look()
    if looked.sound:
        logger.info("%d cases looked at: each waits for something that exists", looked.cases)
    else:
        logger.error(
            "%d cases looked at: %d wait for nothing: %s; in %d ended ones something waits: %s",
            looked.cases,
            looked.stuck,
            " ".join(looked.named),
            looked.haunted,
            " ".join(looked.named_haunted),
        )
    return looked


def _waits() -> tuple[ColumnElement[bool], ...]:
    return (
        exists().where(UserTask.instance_id == _case.id, UserTask.state == "open"),
        exists().where(Job.instance_id == _case.id, Job.state.in_(("waiting", "suspended"))),
        exists().where(Subscription.instance_id == _case.id),
        exists().where(Incident.instance_id == _case.id, Incident.state == "open"),
    )


def _found(*conditions: ColumnElement[bool]) -> tuple[int, list[str]]:
    count = db.session.scalar(select(func.count()).select_from(_case).where(*conditions)) or 0
    if not count:
        return 0, []
    return count, list(db.session.scalars(select(_case.id).where(*conditions).order_by(_case.id).limit(NAMED)))
