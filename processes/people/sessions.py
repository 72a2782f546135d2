"""Browser sessions, kept on the server: the cookie holds a random text, the table its digest."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from processes import acts, clock, settings
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Unavailable
from processes.models import Person, SignIn

COOKIE_BYTES = 32
COOKIE_LENGTH = 43
ADDRESS_LENGTH = 60
#: a session that is in use is written at most once in this time
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """A session that holds: whose it is, the secret of its CSRF tokens, whether the password must be changed first."""

    login: str
    secret: str
    must_change_password: bool
    created_at: datetime
    expires_at: datetime


def digest(cookie: str) -> str:
    """The identifier under which a cookie's session is stored."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def begin(login: str, address: str | None, previous: str | None) -> str:
    """Make a session inside the open transaction and return its cookie; the session that the browser had before ends: a cookie that
    somebody else has planted is worth nothing."""
    if previous:
        db.session.execute(delete(SignIn).where(SignIn.id == digest(previous)))
    cookie, now = secrets.token_urlsafe(COOKIE_BYTES), clock.now()
    lasts = timedelta(hours=settings.current().accounts.session_hours)
    row = SignIn(id=digest(cookie), login=login, created_at=now, seen_at=now, expires_at=now + lasts, secret=secrets.token_hex(32))
    row.address = address[:ADDRESS_LENGTH] if address else None
    db.session.add(row)
    db.session.flush()
    return cookie


def load(cookie: str, *, seen: bool = True) -> Session | None:
    """The session of a cookie, or None when it is unknown, too old, idle for too long, or its account is disabled. `seen`: somebody is
    there; what a page asks by itself keeps no session alive."""
    if len(cookie) != COOKIE_LENGTH:
        return None
    now = clock.now()
    idle = timedelta(minutes=settings.current().accounts.session_idle_minutes)
    query = (
        select(SignIn.login, SignIn.secret, SignIn.created_at, SignIn.seen_at, SignIn.expires_at, Person.must_change_password)
        .join(Person, Person.login == SignIn.login)
        .where(SignIn.id == digest(cookie), SignIn.expires_at > now, SignIn.seen_at > now - idle, Person.active)
    )
    with reading():
        row = db.session.execute(query).first()
    if row is None:
        return None
    if seen and row.seen_at < now - SEEN_EVERY:
        _see(cookie, now)
    return Session(row.login, row.secret, row.must_change_password, row.created_at, row.expires_at)


def _see(cookie: str, now: datetime) -> None:
    try:
        with transaction(aside=True):
            db.session.execute(update(SignIn).where(SignIn.id == digest(cookie), SignIn.seen_at < now).values(seen_at=now))
    except Unavailable:
        # The session still holds; the next request is seen.
        return


def end(cookie: str, *, actor: Actor) -> None:
    """Sign out: the cookie is worth nothing from now on, in every process."""
    with transaction():
        acts.record("sign_out", actor.login, actor=actor)
        db.session.execute(delete(SignIn).where(SignIn.id == digest(cookie)))


def end_all(login: str) -> None:
    """End every session of an account, inside the open transaction."""
    db.session.execute(delete(SignIn).where(SignIn.login == login))


def sweep() -> None:
    """Remove the sessions that have ended by time."""
    now = clock.now()
    idle = timedelta(minutes=settings.current().accounts.session_idle_minutes)
    with transaction():
        db.session.execute(delete(SignIn).where((SignIn.expires_at <= now) | (SignIn.seen_at <= now - idle)))
