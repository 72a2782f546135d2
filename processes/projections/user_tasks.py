"""User tasks, and the inbox entries by which people find the open ones."""

from processes import deployed, urgency
from processes.actors import SYSTEM
from processes.db import moment_text
from processes.projections.work import Event, Handler, Work, moment, short, whole

NO_DUE = "9"
OPERATORS = "role:operator"


def holders(assignee: str | None, users: list[str], groups: list[str]) -> list[str]:
    """The holders of a task's inbox entries: the assignee alone, or all candidates as drawn; operators where nobody is drawn."""
    if assignee is not None:
        return [f"user:{assignee}"[:270]]
    drawn = [f"user:{name}"[:270] for name in users] + [f"group:{name}"[:270] for name in groups]
    return list(dict.fromkeys(drawn)) or [OPERATORS]


def _user_task_created(work: Work, event: Event, details: Event) -> None:
    instance, due = work.instance, moment(details["due_at"])
    task_id, urgent = work.row_id(event), _urgency(work, details)
    sort_due = urgency.sort_key(None if due is None else moment_text(due), urgent)
    assignee = short(details["assignee"], 255)
    work.changes.user_tasks.put(
        {
            "id": task_id,
            "instance_id": instance.id,
            "definition_key": instance.definition_key,
            "definition_id": instance.definition_id,
            "element_definition_id": event["definition"],
            "number": event["number"],
            "element_id": event["element_id"],
            "path": event["path"],
            "name": short(details["name"] or event["element_id"], 255),
            "title": instance.title,
            "business_key": instance.business_key,
            "list_name": short(details["properties"].get("list"), 100),
            "form_key": short(details["form_key"], 255),
            "assignee": assignee,
            "candidate_users": details["candidate_users"],
            "candidate_groups": details["candidate_groups"],
            "properties": details["properties"],
            "local": details["local"],
            "priority": whole(details["priority"]),
            "urgency": urgent,
            "created_at": work.step.at,
            "due_at": due,
            "follow_up_at": moment(details["follow_up_at"]),
            "sort_due": sort_due,
            "claimed_at": None,
            "state": "open",
            "completed_at": None,
            "completed_by": None,
            "outcome": None,
            "opinion": None,
            "signing": details.get("signing"),
            "reassigned_by": None,
            "delegated_by": None,
            "advice": None,
            "revision": work.step.seq,
            "untold": True,
        }
    )
    found_by = holders(assignee, details["candidate_users"], details["candidate_groups"])
    if details.get("nobody"):
        found_by = list(dict.fromkeys([*found_by, OPERATORS]))
    work.changes.inbox.holders[task_id] = (sort_due, found_by)


def _urgency(work: Work, details: Event) -> int | None:
    """By the case's variables as they are when the task comes."""
    settings = deployed.definition(work.instance.definition_id).settings
    return urgency.of(settings, work.instance.variables, whole(details["priority"]))


def _user_task_skipped(work: Work, event: Event, details: Event) -> None:
    task_id = work.row_id(event)
    work.changes.user_tasks.change(
        task_id, state="completed", completed_at=work.step.at, completed_by=SYSTEM.login, outcome=details["outcome"], revision=work.step.seq
    )
    work.changes.inbox.holders[task_id] = None


def _user_task_claimed(work: Work, event: Event, details: Event) -> None:
    task_id = work.row_id(event)
    work.changes.user_tasks.change(task_id, assignee=details["assignee"], claimed_at=work.step.at, revision=work.step.seq)
    work.changes.inbox.holders[task_id] = (details["sort_due"], holders(details["assignee"], [], []))


def _user_task_unclaimed(work: Work, event: Event, details: Event) -> None:
    task_id = work.row_id(event)
    work.changes.user_tasks.change(task_id, assignee=None, claimed_at=None, revision=work.step.seq)
    found_by = holders(None, details["candidate_users"], details["candidate_groups"])
    work.changes.inbox.holders[task_id] = (details["sort_due"], found_by)


def _user_task_completed(work: Work, event: Event, details: Event) -> None:
    task_id = work.row_id(event)
    work.changes.user_tasks.change(
        task_id,
        state="completed",
        completed_at=work.step.at,
        completed_by=work.step.actor,
        outcome=details["outcome"],
        opinion=details["opinion"],
        revision=work.step.seq,
    )
    work.changes.inbox.holders[task_id] = None


def _user_task_cancelled(work: Work, event: Event, details: Event) -> None:
    task_id = work.row_id(event)
    work.changes.user_tasks.change(task_id, state="cancelled", completed_at=work.step.at, revision=work.step.seq)
    work.changes.inbox.holders[task_id] = None


def _withdrawn(work: Work, event: Event, details: Event) -> None:
    """The decision does not count any more; the task that was opened for it has a row of its own."""
    gone = {"state": "cancelled", "completed_by": None, "outcome": None, "opinion": None}
    work.changes.user_tasks.change(work.row_id(event), **gone, completed_at=work.step.at, revision=work.step.seq)


HANDLERS: dict[str, Handler] = {
    "user_task_created": _user_task_created,
    "user_task_claimed": _user_task_claimed,
    "user_task_unclaimed": _user_task_unclaimed,
    "user_task_completed": _user_task_completed,
    "user_task_skipped": _user_task_skipped,
    "user_task_cancelled": _user_task_cancelled,
    "withdrawn": _withdrawn,
}
