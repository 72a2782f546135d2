"""What people were told about a case: reminders, copies, circulated cases and their receipts."""

from processes.actors import SYSTEM
from processes.projections.work import Event, Handler, Work, moment, short

#: events that put the case before people
_DELIVER = ("case_copied", "copies_sent", "case_circulated")


def _user_task_reminded(work: Work, event: Event, details: Event) -> None:
    _reminded(work, work.row_id(event), details)


def _circulation_reminded(work: Work, event: Event, details: Event) -> None:
    _reminded(work, f"circulation:{details['circulation']}", details)


def _reminded(work: Work, subject: str, details: Event) -> None:
    work.changes.reminders.put(
        {
            "id": f"{work.instance.id}-{work.step.seq}",
            "instance_id": work.instance.id,
            "user_task_id": subject,
            "login": work.step.actor,
            "at": work.step.at,
            "receivers": details["to"],
            "message": details["message"],
        }
    )


def _delivered(work: Work, event: Event, details: Event) -> None:
    first = _before(work, event)
    drawn = event["type"] == "copies_sent"
    circulates = event["type"] == "case_circulated"
    for place, login in enumerate(details["to"], first):
        work.changes.deliveries.put(
            {
                "id": f"{work.instance.id}-{work.step.seq}-{place}",
                "instance_id": work.instance.id,
                "definition_key": work.instance.definition_key,
                "kind": "circulation" if circulates else "copy",
                "circulation": f"{work.instance.id}-{work.step.seq}" if circulates else None,
                "depth": details.get("depth", 0),
                "login": login,
                "given_by": SYSTEM.login if drawn else work.step.actor,
                "at": work.step.at,
                "message": details["message"],
                "user_task_id": None if drawn or event["number"] is None else work.row_id(event),
                "element_name": short(event["element_name"] or event["element_id"], 255) if drawn else None,
                "occasion": f"step:{event['number']}" if drawn else details["occasion"],
                "receipt_at": None,
                "comment": None,
            }
        )


def _before(work: Work, event: Event) -> int:
    """How many were delivered by earlier events of the step."""
    found = 0
    for one in work.step.events:
        if one is event:
            break
        found += len(one["details"]["to"]) if one["type"] in _DELIVER else 0
    return found


def _circulation_read(work: Work, event: Event, details: Event) -> None:
    work.changes.deliveries.change(details["delivery"], receipt_at=moment(details["first_at"]) or work.step.at, comment=details["comment"])


HANDLERS: dict[str, Handler] = {
    "user_task_reminded": _user_task_reminded,
    "case_copied": _delivered,
    "copies_sent": _delivered,
    "case_circulated": _delivered,
    "circulation_read": _circulation_read,
    "circulation_reminded": _circulation_reminded,
}
