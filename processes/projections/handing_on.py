"""Handing on: a user task goes to somebody else, or to somebody for advice and back; who had it finds it among what is done."""

from typing import Any

from processes.projections.user_tasks import holders
from processes.projections.work import Event, Handler, Work


def _goes_to(work: Work, event: Event, login: str, **columns: Any) -> None:
    """From now on the task waits for one person, who no longer counts as somebody who handed it on."""
    task_id, sort_due = work.row_id(event), event["details"]["sort_due"]
    work.changes.user_tasks.change(task_id, assignee=login, revision=work.step.seq, **columns)
    work.changes.inbox.holders[task_id] = (sort_due, holders(login, [], []))
    work.changes.handed_on.remove(f"{task_id}:{login}")


def _had_it(work: Work, event: Event, login: str, verb: str, to: str) -> None:
    task_id = work.row_id(event)
    work.changes.handed_on.put(
        {
            "id": f"{task_id}:{login}",
            "user_task_id": task_id,
            "instance_id": work.instance.id,
            "login": login,
            "verb": verb,
            "to": to,
            "at": work.step.at,
        }
    )


def _user_task_reassigned(work: Work, event: Event, details: Event) -> None:
    _goes_to(work, event, details["to"], claimed_at=None, reassigned_by=work.step.actor, delegated_by=None)
    owner, had = details["owner"], details["from"]
    if owner is not None:
        _had_it(work, event, owner, "reassigned", details["to"])
    if had is not None:
        _had_it(work, event, had, "reassigned" if owner is None else "recalled", details["to"])


def _user_task_delegated(work: Work, event: Event, details: Event) -> None:
    _goes_to(work, event, details["to"], delegated_by=details["owner"])
    _had_it(work, event, details["owner"], "delegated", details["to"])


def _user_task_resolved(work: Work, event: Event, details: Event) -> None:
    advice = {name: details[name] for name in ("by", "opinion", "variables")}
    _goes_to(work, event, details["owner"], delegated_by=None, advice=advice)
    _had_it(work, event, details["by"], "resolved", details["owner"])


def _user_task_recalled(work: Work, event: Event, details: Event) -> None:
    _goes_to(work, event, details["owner"], delegated_by=None)
    _had_it(work, event, details["from"], "recalled", details["owner"])


def _user_task_represented(work: Work, event: Event, details: Event) -> None:
    """Where a substitute has decided, the principal finds that among what is done."""
    if details["how"] == "substitute" and work.step.trigger["kind"] == "complete_user_task":
        _had_it(work, event, details["principal"], "represented", details["by"])


HANDLERS: dict[str, Handler] = {
    "user_task_reassigned": _user_task_reassigned,
    "user_task_delegated": _user_task_delegated,
    "user_task_resolved": _user_task_resolved,
    "user_task_recalled": _user_task_recalled,
    "user_task_represented": _user_task_represented,
}
