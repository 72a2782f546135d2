"""Incidents (异常). One stays open until what failed has run well: through a retry that fails again, and while its new job runs."""

from processes.locking import OpenIncident
from processes.projections.work import Event, Handler, Work, place, short


def _incident_raised(work: Work, event: Event, details: Event) -> None:
    job_id = work.failed_jobs.get(place(event))
    failure = {
        "job_id": job_id,
        "code": details["code"],
        "message": details["message"],
        "details": details.get("values") or {},
        "raised_at": work.step.at,
    }
    earlier = _same_fault(work, event)
    if earlier is not None:
        work.instance.open_incidents[earlier] = OpenIncident(event["number"], job_id)
        work.changes.incidents.change(earlier, **failure, state="open", resolved_at=None, resolved_by=None)
        return
    incident_id = f"{work.instance.id}-{details['number_of_incident']}"
    work.instance.open_incidents[incident_id] = OpenIncident(event["number"], job_id)
    work.changes.incidents.put(
        {
            "id": incident_id,
            "instance_id": work.instance.id,
            "definition_key": work.instance.definition_key,
            "element_id": event["element_id"],
            "element_name": short(event["element_name"], 255),
            "number": event["number"],
            **failure,
            "state": "open",
            "resolved_at": None,
            "resolved_by": None,
        }
    )


def _same_fault(work: Work, event: Event) -> str | None:
    """The incident of the same token that a retry was to resolve."""
    if event["number"] is None:
        return None
    if event["number"] in work.retried:
        return work.retried[event["number"]]
    still_open = (incident_id for incident_id, one in work.instance.open_incidents.items() if one.number == event["number"])
    return next(still_open, None)


def _incident_resolved(work: Work, event: Event, details: Event) -> None:
    """The token goes on; where that is a new job, only the job's success resolves the incident."""
    incident_id = f"{work.instance.id}-{details['number_of_incident']}"
    number = event["number"]
    new_job = next((one for one in work.step.events if one["type"] == "job_created" and place(one) == place(event)), None)
    if new_job is None:
        close_incident(work, incident_id)
        work.retried[number] = incident_id
        return
    job_id = f"{work.instance.id}-{new_job['number']}"
    work.instance.open_incidents[incident_id] = OpenIncident(number, job_id)
    work.changes.incidents.change(incident_id, job_id=job_id)


def close_incident(work: Work, incident_id: str) -> None:
    """Mark an incident as resolved by this step's actor."""
    work.instance.open_incidents.pop(incident_id, None)
    work.changes.incidents.change(incident_id, state="resolved", resolved_at=work.step.at, resolved_by=work.step.actor)


HANDLERS: dict[str, Handler] = {
    "incident_raised": _incident_raised,
    "incident_resolved": _incident_resolved,
}
