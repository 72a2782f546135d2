"""One's own account: password, phrases, what one holds."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import phrases as the_phrases
from processes.errors import Refused
from processes.people import accounts
from web import auth
from web.access import signed_in, with_old_password
from web.language import gettext as _
from web.pages.said import said

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
@with_old_password
@signed_in
def index() -> ResponseReturnValue:
    """Who I am here, and the change of my password."""
    return _page()


def _page(problem: str | None = None) -> str:
    session, actor = auth.current_session(), auth.current_actor()
    must_change = bool(session and session.must_change_password)
    return render_template("clerk/account.html", problem=problem, groups=sorted(actor.groups), must_change=must_change)


@blueprint.post("/account")
@with_old_password
@signed_in
def change_password() -> ResponseReturnValue:
    """Change my password; sign-ins elsewhere end."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    if new != again:
        return _page(_("两次输入的新密码不一样，请重新输入。")), 422
    cookie = request.cookies.get(auth.COOKIE)
    try:
        begun = accounts.change_password(old, new, actor=auth.current_actor(), cookie=cookie, address=request.remote_addr)
    except Refused as refusal:
        return _page(said(refusal)), 422
    flash(_("密码已修改，其他地方的登录已退出。"), "done")
    answer: Any = redirect(url_for("home.index"), code=303)
    return auth.keep_session(answer, begun) if begun else answer


@blueprint.get("/account/phrases")
@signed_in
def phrases() -> ResponseReturnValue:
    """My common opinions."""
    return _phrases_page()


def _phrases_page(problem: str | None = None) -> str:
    items = the_phrases.listed(auth.current_actor().login)
    return render_template("clerk/phrases.html", items=items, problem=problem, text=request.form.get("text") if problem else None)


@blueprint.post("/account/phrases")
@signed_in
def add_phrase() -> ResponseReturnValue:
    """Keep a common opinion."""
    try:
        the_phrases.add(request.form.get("text", ""), actor=auth.current_actor())
    except Refused as refusal:
        return _phrases_page(said(refusal)), 422
    return redirect(url_for(".phrases"), code=303)


@blueprint.post("/account/phrases/<phrase_id>/deletion")
@signed_in
def delete_phrase(phrase_id: str) -> ResponseReturnValue:
    """Drop one of my common opinions."""
    the_phrases.delete(phrase_id, actor=auth.current_actor())
    return redirect(url_for(".phrases"), code=303)
