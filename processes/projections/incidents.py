"""Incidents (异常). One stays open until what failed has run well: through a retry that fails again, and while its new job runs."""

from processes.locking import OpenIncident
from processes.projections.work import Event, Handler, Work, place, short


def _incident_raised(work: Work, event: Event, details: Event) -> None:
    job_id = work.failed_jobs.get(place(event))
    failure = {
        "number": event["number"],
        "job_id": job_id,
        "code": details["code"],
        "message": details["message"],
        "details": details.get("values") or {},
        "raised_at": work.step.at,
        "state": "open",
        "resolved_at": None,
        "resolved_by": None,
    }
    earlier = work.retried.get(place(event)) or _of_job(work, job_id)
    incident_id = earlier or work.row_id(event)
    work.instance.open_incidents[incident_id] = OpenIncident(event["number"], job_id)
    if earlier is not None:
        work.changes.incidents.change(earlier, **failure)
        return
    work.changes.incidents.put(
        {
            "id": incident_id,
            "instance_id": work.instance.id,
            "definition_key": work.instance.definition_key,
            "element_id": event["element_id"],
            "element_name": short(event["element_name"], 255),
            "path": event["path"],
            **failure,
        }
    )


def _of_job(work: Work, job_id: str | None) -> str | None:
    """The incident that waits for this run of a job."""
    waiting = (key for key, one in work.instance.open_incidents.items() if job_id is not None and one.job_id == job_id)
    return next(waiting, None)


def _incident_resolved(work: Work, event: Event, details: Event) -> None:
    """The token goes on; where that is a new job, only the job's success resolves the incident."""
    incident_id = next((key for key, one in work.instance.open_incidents.items() if one.number == event["number"]), None)
    if incident_id is None:
        return
    new_job = next((one for one in work.step.events if one["type"] == "job_created" and place(one) == place(event)), None)
    if new_job is None:
        close_incident(work, incident_id)
        work.retried[place(event)] = incident_id
        return
    job_id = work.row_id(new_job)
    failed = work.instance.open_incidents[incident_id].job_id
    if failed is not None and failed != job_id:
        work.changes.jobs.change(failed, state="retried")
    work.instance.open_incidents[incident_id] = OpenIncident(event["number"], job_id)
    work.changes.incidents.change(incident_id, job_id=job_id)


def close_incident(work: Work, incident_id: str) -> None:
    """Mark an incident as resolved by this step's actor."""
    work.instance.open_incidents.pop(incident_id, None)
    work.changes.incidents.change(incident_id, state="resolved", resolved_at=work.step.at, resolved_by=work.step.actor)


HANDLERS: dict[str, Handler] = {
    "incident_raised": _incident_raised,
    "incident_resolved": _incident_resolved,
}
