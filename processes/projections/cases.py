"""The case's own row: title and number, variables, ends, state."""

from processes import amounts, listed
from processes.projections.incidents import close_incident
from processes.projections.work import Event, Handler, Work, moment


def _instance_registered(work: Work, event: Event, details: Event) -> None:
    instance = work.instance
    instance.title = details["title"]
    instance.business_key = details["business_key"]
    instance.due_at = moment(details["due_at"])
    instance.revises = details["revises"]
    instance.started_for = work.step.on_behalf_of


def _instance_started(work: Work, event: Event, details: Event) -> None:
    work.instance.variables = dict(details["variables"])
    _read_amount(work)


def _read_amount(work: Work) -> None:
    """A version of a process never changes, so that what it lists may be read here."""
    work.instance.amount = amounts.of_case(listed.amount(work.instance.definition_id), work.instance.variables)


def absent(details: Event) -> set[str]:
    """Variables that are not there any more, because the decision that had made them was taken back."""
    return {name for name, change in details["changes"].items() if change.get("absent")}


def _variables_changed(work: Work, event: Event, details: Event) -> None:
    """The case's own scope has no label."""
    if details["scope"] is None:
        news, gone = {name: change["new"] for name, change in details["changes"].items()}, absent(details)
        work.instance.variables = {name: value for name, value in {**work.instance.variables, **news}.items() if name not in gone}
        _read_amount(work)


def _end_event_reached(work: Work, event: Event, details: Event) -> None:
    if details["top"]:
        work.instance.end_events = [*work.instance.end_events, [event["element_id"], event["element_name"]]]


def _ended(state: str) -> Handler:
    def handler(work: Work, event: Event, details: Event) -> None:
        work.instance.state, work.instance.ended_at = state, work.step.at
        for incident_id in sorted(work.instance.open_incidents):
            close_incident(work, incident_id)

    return handler


def _instance_suspended(work: Work, event: Event, details: Event) -> None:
    work.instance.state = "suspended"
    _move_jobs(work, "waiting", "suspended")


def _instance_resumed(work: Work, event: Event, details: Event) -> None:
    work.instance.state = "running"
    _move_jobs(work, "suspended", "waiting")


def _move_jobs(work: Work, old: str, new: str) -> None:
    work.changes.jobs_of_instance = new
    for row in work.changes.jobs.new.values():
        if row["state"] == old:
            row["state"] = new


HANDLERS: dict[str, Handler] = {
    "instance_started": _instance_started,
    "instance_registered": _instance_registered,
    "variables_changed": _variables_changed,
    "end_event_reached": _end_event_reached,
    "instance_completed": _ended("completed"),
    "instance_cancelled": _ended("cancelled"),
    "instance_suspended": _instance_suspended,
    "instance_resumed": _instance_resumed,
}
