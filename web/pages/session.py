"""Signing in and out, the first administrator, and the language."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import private_files, settings
from processes.errors import Invalid, NotAllowed, Refused, Unavailable
from processes.people import accounts, demo, sessions
from web import auth, errors
from web.access import public, signed_in, with_old_password
from web.auth import present_actor
from web.language import LANGUAGES, keep_language
from web.language import gettext as _
from web.pages import kept
from web.pages.said import said
from web.problems import Problem
from web.security import csrf_token

blueprint = Blueprint("session", __name__)

SETUP_KEY = "setup-key.txt"


def local_path(target: str | None) -> str | None:
    """`target` when it is a path of this application, else None: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target or any(ord(c) < 32 for c in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


@blueprint.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """The sign-in page; while there is no administrator, the page that makes the first one."""
    if accounts.needs_first_administrator():
        return redirect(url_for(".first_administrator"))
    return _page(next_path=local_path(request.args.get("next")))


def _page(*, status: int = 200, **values: Any) -> Response:
    logins = demo.logins_file()
    html = render_template(
        "clerk/sign_in.html",
        next=values.get("next_path"),
        login=values.get("login"),
        problem=values.get("problem"),
        kept=values.get("kept"),
        demo_logins="var/demo-logins.txt" if logins.exists() else None,
    )
    return Response(html, status=status, content_type="text/html; charset=utf-8")


@blueprint.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Begin a session; what a form held when the last one ended is kept as a draft."""
    login, text = request.form.get("login", "").strip(), request.form.get("kept")
    next_path = local_path(request.form.get("next"))
    try:
        begun = auth.sign_in(login, request.form.get("password", ""))
    except Unavailable as refusal:
        minutes = refusal.values.get("minutes", 15)
        problem = _("连续输错次数过多，账号已锁定，请 %(n)d 分钟后再试，或请系统管理员重置密码。", n=minutes)
        return _page(status=429, next_path=next_path, login=login, problem=problem, kept=kept.from_text(text))
    except (NotAllowed, Invalid):
        problem = _("账号或密码不对，请核对后再试。")
        return _page(status=403, next_path=next_path, login=login, problem=problem, kept=kept.from_text(text))
    answer = _onward(begun, text, next_path)
    return auth.keep_session(answer, begun.cookie)


def _resend(text: str | None, begun: accounts.SignedIn) -> str | None:
    session = sessions.load(begun.cookie)
    return kept.resend_page(text, session.secret) if session else None


def _onward(begun: accounts.SignedIn, text: str | None, next_path: str | None) -> Response:
    """Where somebody goes who has signed in: to a new password, back to the form that was broken off, or to the page asked for."""
    if begun.must_change_password:
        return redirect(url_for("account.index"), code=303)  # type: ignore[return-value]
    restored = kept.restore(text, begun.login)
    page = None if restored else _resend(text, begun)
    if page is not None:
        return Response(page, content_type="text/html; charset=utf-8")
    return redirect(restored or next_path or url_for("home.index"), code=303)  # type: ignore[return-value]


@blueprint.post("/sign-out")
@with_old_password
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session, here and on the server."""
    flash(_("已退出登录。"), "done")
    return auth.sign_out(redirect(url_for(".form"), code=303))  # type: ignore[arg-type]


@blueprint.get("/language/<lang>")
@public
def language(lang: str) -> ResponseReturnValue:
    """Remember the language of this browser and go back to where it was chosen."""
    back = urlsplit(request.referrer or "").path
    target = local_path(back) or url_for("home.index")
    answer: Response = redirect(target)  # type: ignore[assignment]
    if lang in LANGUAGES:
        web = settings.current().web
        keep_language(answer, lang, path=web.base_path or "/", secure=web.secure_cookie)
    return answer


def _setup_key() -> str:
    path = settings.current().var.dir / SETUP_KEY
    return private_files.read_or_make(path, lambda: secrets.token_urlsafe(18).encode()).decode()


@blueprint.route("/first-administrator", methods=["GET", "POST"])
@public
def first_administrator() -> ResponseReturnValue:
    """Make the first administrator, by somebody who can read a file of this machine; not there once there is one."""
    if not accounts.needs_first_administrator():
        return redirect(url_for(".form"))
    key, sent = _setup_key(), request.form
    if request.method == "GET":
        return _first_page()
    if not secrets.compare_digest(sent.get("key", "").strip().encode(), key.encode()):
        return _first_page(_("安装口令不对，请核对文件内容。"), 422)
    try:
        accounts.first_administrator(sent.get("login", "").strip(), sent.get("name", "").strip(), sent.get("password", ""))
    except Refused as refusal:
        return _first_page(said(refusal), 422)
    (settings.current().var.dir / SETUP_KEY).unlink(missing_ok=True)
    flash(_("已建立管理员，请登录。"), "done")
    return redirect(url_for(".form"), code=303)


def _first_page(problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    sent = request.form
    return render_template(
        "clerk/first_admin.html", problem=problem, login=sent.get("login"), name=sent.get("name"), key_file=f"var/{SETUP_KEY}"
    ), status


def _sign_in_page(problem: Problem) -> Response:
    """Where a page needs a sign-in: signed out in the middle of a form, what was typed comes along."""
    if request.method == "GET":
        query = request.full_path if request.query_string else request.path
        return redirect(url_for("session.form", next=None if request.path == "/" else query))  # type: ignore[return-value]
    return _page(status=401, next_path=local_path(request.path), kept=kept.from_request())


def _password_page(problem: Problem) -> Response:
    return redirect(url_for("account.index"))  # type: ignore[return-value]


def _stale_form_page(problem: Problem) -> Response:
    """A form of an earlier sign-in, sent after a new one in another tab: nothing is done, and what was typed comes along."""
    typed = kept.from_request()
    if typed is not None and present_actor() is not None:
        again = kept.resend_page(typed.text, csrf_token(), files=typed.files)
        if again is not None:
            return Response(again, status=problem.status, content_type="text/html; charset=utf-8")
    if typed is None and request.endpoint != "session.sign_in":
        return errors.page(problem)
    said_why = _("这个页面已经过期，没有提交。请再登录一次，填写的内容会保留。") if typed else _("这个页面已经过期，请再登录一次。")
    return _page(status=problem.status, next_path=local_path(request.path) if typed else None, problem=said_why, kept=typed)


@blueprint.record_once
def _init(state: Any) -> None:
    errors.page_for(state.app, "not_signed_in", _sign_in_page)
    errors.page_for(state.app, "csrf_refused", _stale_form_page)
    errors.page_for(state.app, "password_change_needed", _password_page)
