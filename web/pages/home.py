"""The workbench: what to do first, what one has started, messages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from processes import notices
from processes.queries import cases, definitions, inbox
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
    mine = cases.page(actor, {"started_by": actor.login}, limit=FEW)["items"]
    return render_template(
        "clerk/home.html",
        greeting=filters.greeting(),
        today_words=filters.today_words(),
        advice=_advice(),
        urgent=casework.task_rows(urgent, actor),
        mine=casework.case_rows(mine),
        starts=definitions.startable(actor)[:8],
        news=shown(notices.page(actor, limit=FEW)),
    )


def _advice() -> str:
    counts = shell.current().counts
    if counts["overdue"]:
        return _("先办 %(n)s 件已超期的", n=filters.counted(counts["overdue"]))
    return _("%(n)s 件等您办理", n=filters.counted(counts["todo"])) if counts["todo"] else _("没有等您办理的")
