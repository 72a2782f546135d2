"""What people were told about a case: reminders."""

from processes.projections.work import Event, Handler, Work


def _user_task_reminded(work: Work, event: Event, details: Event) -> None:
    work.changes.reminders.put(
        {
            "id": f"{work.instance.id}-{work.step.seq}",
            "instance_id": work.instance.id,
            "user_task_id": work.row_id(event),
            "login": work.step.actor,
            "at": work.step.at,
            "receivers": details["to"],
            "message": details["message"],
        }
    )


HANDLERS: dict[str, Handler] = {"user_task_reminded": _user_task_reminded}
