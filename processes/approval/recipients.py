"""To whom a user task may be handed on: one active person, who does not have it, does not sign it already, and did not apply for it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from processes import inputs, notices
from processes.actors import Actor
from processes.approval import signed
from processes.db import db
from processes.errors import Conflict, Invalid, NotAllowed
from processes.locked_task import LockedTask
from processes.models import UserTask
from processes.people import directory, groups

#: what process elements say of handing on: `reassign` and `delegate` among their properties
ALLOWED, WITH_REASON, FORBIDDEN = "allowed", "reason", "forbidden"
_FORBIDS = {"reassign": "reassign_forbidden", "delegate": "delegate_forbidden"}


def check(to: Any, held: LockedTask, *, actor: Actor) -> str:
    """The login of the person; raises Invalid for nobody that can be found, Conflict or NotAllowed for who may not get the task."""
    login = inputs.check_text("to", to, 100, required=True) or ""
    if not directory.working([login]):
        raise Invalid("person_not_active", fields={"to": ["没有这个在用账号。"]}, login=login)
    if login == held.row["assignee"]:
        raise Conflict("already_holder", login=login)
    if login == actor.login:
        raise Conflict("not_to_oneself")
    check_fit(login, held)
    return login


def check_fit(login: str, held: LockedTask) -> None:
    """Raise NotAllowed for the applicant, whom the diagram does not name, Conflict for who decides in the same joint decision already."""
    if login in (held.instance.started_by, held.instance.started_for) and not _is_drawn(login, held.row):
        raise NotAllowed("applicant_may_not_decide", login=login)
    if _signs_already(login, held) or login in signed.people_of(held):
        raise Conflict("already_signer", login=login)


def _is_drawn(login: str, row: Mapping[str, Any]) -> bool:
    """Whether the diagram's own rule names the person, the applicant too."""
    if login in row["candidate_users"]:
        return True
    return any(login in logins for logins in groups.holders(row["candidate_groups"]).values())


def _signs_already(login: str, held: LockedTask) -> bool:
    """Whether the person decides in this round of the same joint decision (会签) already: nobody's voice counts twice."""
    row = held.row
    if not row["path"]:
        return False
    columns = (UserTask.number, UserTask.path, UserTask.assignee, UserTask.completed_by, UserTask.delegated_by, UserTask.state)
    same = (UserTask.instance_id == row["instance_id"], UserTask.element_id == row["element_id"], UserTask.id != row["id"])
    beside = [one for one in db.session.execute(select(*columns).where(*same)) if one.path[:-1] == row["path"][:-1]]
    # a round begins with its first instance; those of earlier rounds have lower numbers
    begins = max((one.number for one in beside if one.path[-1:] == [0] and one.number < row["number"]), default=0)
    return any(
        login in (one.assignee, one.delegated_by, one.completed_by)
        for one in beside
        if one.number >= begins and one.state != "cancelled" and one.path != row["path"]
    )


def check_rule(held: LockedTask, verb: str, reason: Any, *, operates: bool) -> str | None:
    """The reason as it may be taken over; raises NotAllowed where the process forbids the verb, Invalid where it wants a reason.

    What the process forbids people, an operator still does: with a reason.
    """
    rule = held.row["properties"].get(verb, ALLOWED)
    if rule == FORBIDDEN and not operates:
        raise NotAllowed(_FORBIDS[verb])
    said = inputs.check_text("reason", reason, inputs.MAX_REASON)
    if rule != ALLOWED and not (said and said.strip()):
        raise Invalid("reason_required", fields={"reason": ["请写明原因，会记入办理记录。"]})
    return said


def tell(held: LockedTask, login: str, text: str) -> None:
    """Put a message about the task before somebody, once a step."""
    notice_id = f"{held.id}-{held.instance.last_seq}-{login}"
    notices.send(notice_id, login, text[:1000], "task", held.instance.id, held.id)


def named(login: str) -> str:
    """What records and messages call somebody."""
    return directory.names([login])[login]


def about(held: LockedTask) -> str:
    """What messages call the task: the case's title and the step."""
    return f"“{held.instance.title}”的“{held.row['name']}”"


def because(reason: str | None) -> str:
    """The end of a sentence that gives a reason."""
    return f"：{reason}" if reason else "。"
