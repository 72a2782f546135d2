"""The message centre (消息)."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import notices
from web.access import signed_in
from web.auth import current_actor

blueprint = Blueprint("notices", __name__, url_prefix="/notices")


def shown(page: notices.Page) -> list[dict[str, object]]:
    """Messages with the address of what each is about."""
    return [
        {
            "text": one.text,
            "at": one.at,
            "read_at": one.read_at,
            "href": url_for("notices.open_one", notice_id=one.id) if one.instance_id else None,
        }
        for one in page.items
    ]


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """My messages, newest first."""
    actor = current_actor()
    page = notices.page(actor, limit=50, cursor=request.args.get("cursor"))
    after = url_for(".index", cursor=page.next) if page.next else None
    return render_template("clerk/notices.html", items=shown(page), unread=notices.unread(actor.login), next=after)


@blueprint.get("/<notice_id>")
@signed_in
def open_one(notice_id: str) -> ResponseReturnValue:
    """Go to what a message is about; it has been read then."""
    target = notices.target(notice_id, actor=current_actor())
    if target.read_at is None:
        notices.mark_read([notice_id], actor=current_actor())
    if target.user_task_id:
        return redirect(url_for("tasks.show", task_id=target.user_task_id))
    return redirect(url_for("cases.show", instance_id=target.instance_id) if target.instance_id else url_for(".index"))


@blueprint.post("/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark all my messages as read."""
    notices.mark_read(actor=current_actor())
    return redirect(url_for(".index"), code=303)
