"""The events of a case as `processes.past` looks at them."""

from sqlalchemy import select

from processes import step_log
from processes.db import connection
from processes.models import Step
from processes.past import Seen


def read(instance_id: str, since: int = 1) -> list[Seen]:
    """The events of a case from a step on, oldest first."""
    query = select(Step.seq, Step.at, Step.actor, Step.on_behalf_of, *step_log.CONTENT)
    found: list[Seen] = []
    for row in connection().execute(query.where(Step.instance_id == instance_id, Step.seq >= since).order_by(Step.seq)):
        who = None if row.on_behalf_of else row.actor
        for event in step_log.events(row):
            found.append(Seen(len(found), row.seq, row.actor, row.at, event, by_person=who))
    return found
