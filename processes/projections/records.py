"""Subscriptions of waiting cases, and rows of registers."""

from processes.projections.work import Event, Handler, Work, short


def _subscription_created(work: Work, event: Event, details: Event) -> None:
    work.changes.subscriptions.put(
        {
            "id": work.row_id(event),
            "instance_id": work.instance.id,
            "kind": details["kind"],
            "name": short(details["name"], 255),
            "number": event["number"],
            "element_id": event["element_id"],
            "created_at": work.step.at,
        }
    )


def _subscription_gone(work: Work, event: Event, details: Event) -> None:
    work.changes.subscriptions.remove(work.row_id(event))


def _record_written(work: Work, event: Event, details: Event) -> None:
    work.changes.register_rows.put(
        {
            "id": work.row_id(event),
            "register": short(details["register"], 100),
            "instance_id": work.instance.id,
            "definition_key": work.instance.definition_key,
            "business_key": work.instance.business_key,
            "title": work.instance.title,
            "at": work.step.at,
            "values": details["values"],
        }
    )


HANDLERS: dict[str, Handler] = {
    "subscription_created": _subscription_created,
    "subscription_cancelled": _subscription_gone,
    "message_received": _subscription_gone,
    "signal_received": _subscription_gone,
    "record_written": _record_written,
}
