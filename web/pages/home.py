"""The workbench: what to do first, what one has started and whom it waits for, messages."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from processes import notices
from processes.actors import Actor
from processes.queries import cases, definitions, inbox, own_work
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, filters, shell
from web.pages.notices import shown

blueprint = Blueprint("home", __name__)

FEW = 5


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The first page after signing in."""
    actor = current_actor()
    urgent = inbox.page(actor, limit=FEW)["items"]
    return render_template(
        "clerk/home.html",
        greeting=filters.greeting(),
        today_words=filters.today_words(),
        week_words=filters.week_words(),
        advice=_advice(),
        urgent=casework.task_rows(urgent, actor, opened_with={"box": "todo"}),
        mine=_mine(actor),
        handled=own_work.this_month(actor),
        starts=definitions.startable(actor)[:8],
        news=shown(notices.page(actor, limit=FEW)),
    )


def _mine(actor: Actor) -> list[dict[str, Any]]:
    """What I have started and is not concluded, with whom it waits for and how long."""
    found = cases.page(actor, {"mine": actor.login, "open": True}, limit=FEW)["items"]
    since = own_work.waiting_since(case["id"] for case in found)
    rows = casework.case_rows(found)
    return [{**row, "waited": casework.waited(since[row["id"]]) if row["id"] in since else None} for row in rows]


def _advice() -> str:
    counts = shell.current().counts
    late, soon = (filters.counted(counts[name]) for name in ("overdue", "soon"))
    if counts["overdue"] and counts["soon"]:
        return _("先办 %(late)s 件已超期的，再办 %(soon)s 件临期的", late=late, soon=soon)
    if counts["overdue"]:
        return _("先办 %(n)s 件已超期的", n=late)
    if counts["soon"]:
        return _("先办 %(n)s 件临期的", n=soon)
    return _("%(n)s 件等您办理", n=filters.counted(counts["todo"])) if counts["todo"] else _("没有等您办理的")
