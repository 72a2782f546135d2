"""One's own account: password, phrases, signature, what one holds."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import phrases as the_phrases
from processes import signatures
from processes.errors import Conflict, Invalid, NotFound, Refused
from processes.people import accounts
from processes.queries import signatures as pictures
from web import auth, downloads
from web.access import signed_in, with_old_password
from web.language import gettext as _
from web.pages.said import said
from web.printing import pdf

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
    text, by_hand = request.form.get("text") if problem else None, any(one.by_hand for one in items)
    return render_template("clerk/phrases.html", items=items, problem=problem, text=text, by_hand=by_hand)


@blueprint.post("/account/phrases")
@signed_in
def add_phrase() -> ResponseReturnValue:
    """Keep a common opinion."""
    try:
        the_phrases.add(request.form.get("text", ""), actor=auth.current_actor())
    except Refused as refusal:
        return _phrases_page(said(refusal)), 422
    return redirect(url_for(".phrases"), code=303)


@blueprint.post("/account/phrases/<phrase_id>")
@signed_in
def change_phrase(phrase_id: str) -> ResponseReturnValue:
    """Say one of my common opinions otherwise."""
    try:
        the_phrases.change(phrase_id, request.form.get("text", ""), actor=auth.current_actor())
    except (Invalid, Conflict) as refusal:
        return _phrases_page(said(refusal)), 422
    return redirect(url_for(".phrases"), code=303)


@blueprint.post("/account/phrases/<phrase_id>/place")
@signed_in
def move_phrase(phrase_id: str) -> ResponseReturnValue:
    """Move one of my common opinions up or down."""
    the_phrases.move(phrase_id, -1 if request.form.get("by") == "-1" else 1, actor=auth.current_actor())
    return redirect(url_for(".phrases"), code=303)


@blueprint.post("/account/phrases-by-use")
@signed_in
def sort_phrases() -> ResponseReturnValue:
    """The most used ones first again."""
    the_phrases.sort_by_use(actor=auth.current_actor())
    return redirect(url_for(".phrases"), code=303)


@blueprint.post("/account/phrases/<phrase_id>/deletion")
@signed_in
def delete_phrase(phrase_id: str) -> ResponseReturnValue:
    """Drop one of my common opinions."""
    the_phrases.delete(phrase_id, actor=auth.current_actor())
    return redirect(url_for(".phrases"), code=303)


@blueprint.get("/account/signature")
@signed_in
def signature() -> ResponseReturnValue:
    """The picture of my signature, which my decisions bear."""
    return _signature_page()


def _signature_page(problem: str | None = None) -> str:
    return render_template(
        "clerk/signature.html", problem=problem, there=auth.current_actor().signature, max_kb=signatures.MAX_BYTES // 1024
    )


@blueprint.post("/account/signature")
@signed_in
def keep_signature() -> ResponseReturnValue:
    """Take another picture, or none from now on."""
    actor = auth.current_actor()
    if request.form.get("_act") == "drop":
        signatures.drop(actor=actor)
        flash(_("以后办理不再盖签名图片；已办的不变。"), "done")
        return redirect(url_for(".signature"), code=303)
    file = request.files.get("file")
    content = file.stream.read(signatures.MAX_BYTES + 1) if file is not None and file.filename else b""
    if not content:
        return _signature_page(_("请选择一张图片。")), 422
    try:
        # its size first: opening unpacks it
        signatures.check(content)
        if not pdf.opens(content):
            raise Invalid("signature_refused", limit=signatures.MAX_SIDE)
        signatures.keep(content, actor=actor)
    except Refused as refusal:
        return _signature_page(said(refusal)), 422
    flash(_("签名图片已换好，从下一次办理起使用。"), "done")
    return redirect(url_for(".signature"), code=303)


@blueprint.get("/account/signature/picture")
@signed_in
def signature_picture() -> ResponseReturnValue:
    """My present picture."""
    found = pictures.own(auth.current_actor())
    if found is None:
        raise NotFound("signature_not_found")
    answer = Response(found[0], content_type=found[1])
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = downloads.POLICY
    return answer
