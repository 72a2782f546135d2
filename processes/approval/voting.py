"""Joint decisions (会签, 票签): nobody's voice counts twice, also where several seats ask one group."""

from sqlalchemy import select

from processes.db import db
from processes.errors import Conflict
from processes.locked_task import LockedTask
from processes.models import UserTask, Vote
from processes.queries import votes

_task = UserTask.__table__.c
_vote = Vote.__table__.c


def check_votes_once(held: LockedTask, whose: str) -> None:
    """Raise Conflict where this person has decided another seat of the same vote."""
    row = held.row
    if "decide" not in (row["properties"] or {}) or "of" in (row["signing"] or {}):
        return
    here = (_vote.instance_id == held.instance.id, _vote.element_id == row["element_id"], _vote.state == "open")
    found = [one for one in db.session.execute(select(*_vote).where(*here)).mappings() if votes.holds(one, row)]
    if not found:
        return
    columns = (_task.number, _task.path, _task.element_id, _task.element_definition_id, _task.signing)
    mine = (
        _task.instance_id == held.instance.id,
        _task.element_id == row["element_id"],
        _task.assignee == whose,
        _task.state == "completed",
    )
    for other in db.session.execute(select(*columns).where(*mine)).mappings():
        if votes.holds(found[-1], other) and "of" not in (other["signing"] or {}) and list(other["path"]) != list(row["path"]):
            raise Conflict("voted_already", login=whose)
