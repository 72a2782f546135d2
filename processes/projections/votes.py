"""Joint decisions and their running sums."""

from processes.projections.work import Event, Handler, Work, short


def _vote_opened(work: Work, event: Event, details: Event) -> None:
    work.changes.votes.put(
        {
            "id": work.row_id(event),
            "instance_id": work.instance.id,
            "element_definition_id": event["definition"],
            "element_id": event["element_id"],
            "name": short(event["element_name"], 255),
            "number": event["number"],
            "path": event["path"],
            "rule": details["rule"],
            "people": details["people"],
            "sealed": details["sealed"],
            "sequential": details["sequential"],
            "tally": details["tally"],
            "state": "open",
            "outcome": None,
            "reason": None,
            "early": False,
            "opened_at": work.step.at,
            "closed_at": None,
        }
    )


def _votes_counted(work: Work, event: Event, details: Event) -> None:
    work.changes.votes.change(work.row_id(event), tally=details["tally"])


def _vote_closed(work: Work, event: Event, details: Event) -> None:
    closed = {"state": "cancelled" if details["outcome"] is None else "closed", "closed_at": work.step.at}
    result = {"outcome": details["outcome"], "reason": short(details["reason"], 60), "early": details["early"]}
    work.changes.votes.change(work.row_id(event), **closed, **result, tally=details["tally"])


HANDLERS: dict[str, Handler] = {
    "vote_opened": _vote_opened,
    "votes_counted": _votes_counted,
    "vote_closed": _vote_closed,
}
