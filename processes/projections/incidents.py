"""Incidents: raised by the engine or by a job whose retries are used up, closed by a run that succeeds."""

from processes.projections.work import Event, Handler, Work, short


def _incident_id(work: Work, event: Event, details: Event) -> str:
    return f"{work.instance.id}-{details.get('number') or event['number']}"


def _incident_raised(work: Work, event: Event, details: Event) -> None:
    incident_id, job_id = _incident_id(work, event, details), work.row_id(event)
    work.instance.open_incidents.add(incident_id)
    work.changes.incidents.put(
        {
            "id": incident_id,
            "instance_id": work.instance.id,
            "definition_key": work.instance.definition_key,
            "element_id": event["element_id"],
            "element_name": short(event["element_name"], 255),
            "number": event["number"],
            "job_id": job_id if job_id in work.failed_jobs else None,
            "code": details["code"],
            "message": details["message"],
            "details": details.get("values") or {},
            "raised_at": work.step.at,
            "state": "open",
            "resolved_at": None,
            "resolved_by": None,
        }
    )


def _incident_resolved(work: Work, event: Event, details: Event) -> None:
    close_incident(work, _incident_id(work, event, details))


def close_incident(work: Work, incident_id: str) -> None:
    work.instance.open_incidents.discard(incident_id)
    work.changes.incidents.change(incident_id, state="resolved", resolved_at=work.step.at, resolved_by=work.step.actor)


HANDLERS: dict[str, Handler] = {
    "incident_raised": _incident_raised,
    "incident_resolved": _incident_resolved,
}
