"""Timers and outgoing work."""

from datetime import datetime
from typing import Any

from processes.projections.incidents import close_incident
from processes.projections.work import Event, Handler, Work, moment, place, short, whole


def _put_job(work: Work, event: Event, *, kind: str, topic: str | None, due_at: datetime, retries: int, payload: Any) -> None:
    work.changes.jobs.put(
        {
            "id": work.row_id(event),
            "instance_id": work.instance.id,
            "kind": kind,
            "number": event["number"],
            "element_id": event["element_id"],
            "element_name": short(event["element_name"], 255),
            "path": event["path"],
            "topic": short(topic, 255),
            "state": "suspended" if work.instance.state == "suspended" else "waiting",
            "due_at": due_at,
            "created_at": work.step.at,
            "retries": whole(retries),
            "attempts": 0,
            "worker": None,
            "locked_until": None,
            "last_error": None,
            "payload": payload,
        }
    )


def _timer_scheduled(work: Work, event: Event, details: Event) -> None:
    due_at = datetime.fromisoformat(details["due_at"])
    _put_job(work, event, kind="timer", topic=None, due_at=due_at, retries=work.step.context["retries"], payload={})


def _job_created(work: Work, event: Event, details: Event) -> None:
    kind = "connector" if details["topic"] in work.step.context["connectors"] else "external"
    retries = details["retries"] if details["retries"] is not None else work.step.context["retries"]
    payload = {"variables": details["variables"]}
    _put_job(work, event, kind=kind, topic=details["topic"], due_at=work.step.at, retries=retries, payload=payload)


def _thrown(kind: str) -> Handler:
    def handler(work: Work, event: Event, details: Event) -> None:
        if details["caught"] and kind == "message":
            return
        payload = {"kind": kind, "name": details["name"], "variables": details.get("variables") or {}}
        if "partners" in details:
            payload["partners"] = details["partners"]
        retries = work.step.context["retries"]
        _put_job(work, event, kind="message", topic=None, due_at=work.step.at, retries=retries, payload=payload)

    return handler


def _ended(state: str) -> Handler:
    """The job is over. Locks have moved `due_at`; from here on it says when the job ended. A timer's still says when it was due."""

    def handler(work: Work, event: Event, details: Event) -> None:
        job_id = work.row_id(event)
        moved = {} if event["type"].startswith("timer_") else {"due_at": work.step.at}
        if "attempts" in details:
            moved["attempts"] = details["attempts"]
        work.changes.jobs.change(job_id, state=state, worker=None, locked_until=None, **moved)
        if state == "done":
            for incident_id in [key for key, one in work.instance.open_incidents.items() if one.job_id == job_id]:
                close_incident(work, incident_id)

    return handler


def _job_failed(work: Work, event: Event, details: Event) -> None:
    """Retries are used up, or the work reported an error; an error that the diagram catches is an answer."""
    job_id = work.row_id(event)
    caught = details.get("error") is not None and not any(_is_incident_at(one, event) for one in work.step.events)
    if not caught:
        work.failed_jobs[place(event)] = job_id
    ended = {"state": "done" if caught else "failed", "due_at": work.step.at, "worker": None, "locked_until": None}
    work.changes.jobs.change(job_id, retries=0, last_error=details["message"] or None, **ended)


def _is_incident_at(one: Event, event: Event) -> bool:
    return one["type"] == "incident_raised" and place(one) == place(event)


def _job_attempt_failed(work: Work, event: Event, details: Event) -> None:
    """A run of a job failed and another will follow."""
    work.changes.jobs.change(
        work.row_id(event),
        retries=details["retries"],
        attempts=details["attempts"],
        last_error=details["message"],
        due_at=moment(details["due_at"]),
        worker=None,
        locked_until=None,
    )


def _job_retried(work: Work, event: Event, details: Event) -> None:
    work.changes.jobs.change(
        work.row_id(event), state="waiting", retries=details["retries"], due_at=work.step.at, worker=None, locked_until=None
    )


HANDLERS: dict[str, Handler] = {
    "timer_scheduled": _timer_scheduled,
    "timer_fired": _ended("done"),
    "timer_cancelled": _ended("cancelled"),
    "job_created": _job_created,
    "job_completed": _ended("done"),
    "job_cancelled": _ended("cancelled"),
    "job_failed": _job_failed,
    "job_attempt_failed": _job_attempt_failed,
    "job_retried": _job_retried,
    "message_thrown": _thrown("message"),
    "signal_thrown": _thrown("signal"),
    "message_delivered": _ended("done"),
}
