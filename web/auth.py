"""Who calls: a bearer token or a browser's sign-in, read again for every request; and the door that lets them in or not."""

import logging
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request

from processes import acts, settings
from processes.actors import Actor
from processes.errors import NotAllowed, NotFound, OutOfScope, Unavailable, keep_met, met
from processes.people import accounts, directory, sessions, tokens
from web.access import Rule, rule_of
from web.problems import Stop

logger = logging.getLogger(__name__)

COOKIE = "banjie_session"
#: what open pages ask by themselves, whether or not anybody sits there
BY_THEMSELVES = frozenset({"counts.show"})
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Banjie"'}


@dataclass(frozen=True)
class Caller:
    """Who sent the request, if anybody signed in; `session` is the browser's sign-in."""

    actor: Actor | None = None
    session: sessions.Session | None = None
    by_token: bool = False


def _caller() -> Caller:
    if "caller" not in g:
        g.caller = _by_token() or _by_session() or Caller()
    caller: Caller = g.caller
    return caller


def _by_token() -> Caller | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = tokens.load(text.strip())
    if token is None:
        return Caller(by_token=True)
    try:
        return Caller(directory.actor(token.login, scope=token.scope, via="token"), by_token=True)
    except NotFound:
        return Caller(by_token=True)


def _by_session() -> Caller | None:
    session = sessions.load(request.cookies.get(COOKIE, ""), seen=request.endpoint not in BY_THEMSELVES)
    if session is None:
        return None
    try:
        return Caller(directory.actor(session.login, via="session"), session)
    except NotFound:
        return None


def current_actor() -> Actor:
    """The account that sent the request; Stop (401) where nobody signed in."""
    caller = _caller()
    if caller.actor is None:
        raise Stop(401, "token_invalid" if caller.by_token else "not_signed_in", headers=CHALLENGE)
    return caller.actor


def present_actor() -> Actor | None:
    """The account that sent the request, or None where nobody signed in, for pages that serve both."""
    return _caller().actor


def current_session() -> sessions.Session | None:
    """The browser's sign-in, or None: anonymous, or a token."""
    return _caller().session


def uses_token() -> bool:
    """Whether the request carries a bearer token, valid or not: no browser adds one by itself, so it needs no CSRF token."""
    return _caller().by_token


def _rule() -> Rule | None:
    if request.endpoint is None:
        # No such address: the routing error is answered.
        return None
    rule = rule_of(current_app.view_functions.get(request.endpoint))
    if rule is None:
        raise Stop(403, "not_allowed")
    return rule


def _is_question() -> bool:
    """OPTIONS says which methods an address takes, and nothing else."""
    return request.method == "OPTIONS"


def require_sign_in() -> None:
    """Stop (401) an anonymous request to a route that is not public."""
    rule = _rule()
    if rule is not None and not rule.anonymous and not _is_question():
        current_actor()


def require_role() -> None:
    """Stop (403) an account without one of the route's roles, and put the attempt on record."""
    rule = _rule()
    if rule is None or rule.anonymous or _is_question():
        return
    actor = current_actor()
    if rule.roles.isdisjoint(actor.roles):
        acts.refuse(actor, "route", f"{request.method} {request.path}", NotAllowed("role_needed", roles=sorted(rule.roles)))
    session = current_session()
    if session is not None and session.must_change_password and not rule.with_old_password:
        raise Stop(403, "password_change_needed")


def begin_record() -> None:
    """What this request is refused for want of a right goes on record when it has been answered, whoever caught the refusal."""
    keep_met()


def _end_record(answer: Response) -> Response:
    refused = met()
    actor = present_actor() if refused else None
    if actor is None:
        return answer
    for refusal in refused:
        kind = "out_of_scope" if isinstance(refusal, OutOfScope) else "refused"
        try:
            acts.record_refused(actor, kind, f"{request.method} {request.path}", refusal)
        except Unavailable:
            # nothing was done that would have to stand on record
            logger.exception("a refused attempt could not be put on record")
    return answer


def sign_in(login: str, password: str) -> accounts.SignedIn:
    """Begin a browser session for whoever knows the password; see processes.people.accounts.sign_in for its refusals."""
    return accounts.sign_in(login, password, address=request.remote_addr, previous=request.cookies.get(COOKIE))


def keep_session(answer: Response, cookie: str) -> Response:
    """Give the browser the cookie of its session; it ends with the browser, or earlier on the server."""
    web = settings.current().web
    answer.set_cookie(COOKIE, cookie, path=web.base_path or "/", secure=web.secure_cookie, httponly=True, samesite="Lax")
    return answer


def sign_out(answer: Response) -> Response:
    """End the browser's session, here and on the server."""
    cookie, actor = request.cookies.get(COOKIE), present_actor()
    if cookie and actor and current_session():
        sessions.end(cookie, actor=actor)
    web = settings.current().web
    answer.delete_cookie(COOKIE, path=web.base_path or "/", secure=web.secure_cookie, httponly=True, samesite="Lax")
    return answer


def init_app(app: Flask) -> None:
    """Give templates the account that is signed in, as `actor` (None for nobody), and put refused attempts on record."""
    app.after_request(_end_record)
    app.context_processor(lambda: {"actor": present_actor()})
