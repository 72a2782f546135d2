"""The events of a case as `processes.past` looks at them."""

from collections.abc import Mapping

from sqlalchemy import and_, bindparam, or_, select

from processes import step_log
from processes.db import connection
from processes.locking import LockedInstance
from processes.models import ProcessInstance, Step
from processes.past import Seen

_case = ProcessInstance.__table__.c
_read_case = select(*_case).where(_case.id == bindparam("instance_id"))


def case_of(user_task_id: str) -> LockedInstance:
    """The case of a task as it is, without a lock: nothing will be written."""
    instance_id = user_task_id.rpartition("-")[0]
    return LockedInstance(**connection().execute(_read_case, {"instance_id": instance_id}).mappings().one())


def read(instance_id: str, since: int = 1) -> list[Seen]:
    """The events of a case from a step on, oldest first."""
    return read_several({instance_id: since})[instance_id]


def read_several(since: Mapping[str, int]) -> dict[str, list[Seen]]:
    """The events of several cases, each from a step on, by case."""
    found: dict[str, list[Seen]] = {instance_id: [] for instance_id in since}
    if not since:
        return found
    query = select(Step.instance_id, Step.seq, Step.at, Step.actor, Step.on_behalf_of, *step_log.CONTENT)
    wanted = or_(*(and_(Step.instance_id == instance_id, Step.seq >= seq) for instance_id, seq in since.items()))
    for row in connection().execute(query.where(wanted).order_by(Step.instance_id, Step.seq)):
        events, who = found[row.instance_id], None if row.on_behalf_of else row.actor
        for event in step_log.events(row):
            events.append(Seen(len(events), row.seq, row.actor, row.at, event, by_person=who))
    return found
