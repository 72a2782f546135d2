"""Lock-out after failed sign-ins: counted from the acts, in the same way for logins that nobody has.

Everything here runs inside the transaction that records the attempt; the end of the chain of acts is locked first, so that
attempts in several processes are counted one after the other.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from processes import acts, clock, settings
from processes.db import db
from processes.models import Act, Person

SIGN_IN, LOCKED_OUT, PASSWORD_RESET = "sign_in", "sign_in_locked", "password_reset"
ANONYMOUS = "anonymous"
#: attempts on a locked account are put on record once in this time
RECORD_EVERY = timedelta(minutes=1)


def subject(login: str, known: bool) -> str:
    """How an attempt is put on record: a login that nobody has may be a password typed in the wrong field, and is kept as a digest."""
    return login if known else "?" + hashlib.sha256(login.encode("utf-8", "replace")).hexdigest()[:16]


def locked_until(who: str) -> datetime | None:
    """The end of the lock-out of a subject, or None where it may try."""
    rules = settings.current().accounts
    acts.lock()
    since = clock.now() - timedelta(minutes=rules.lock_minutes)
    query = (
        select(Act.at, Act.allowed)
        .where(Act.at > since, Act.subject == who, (Act.kind == SIGN_IN) | ((Act.kind == PASSWORD_RESET) & Act.allowed))
        .order_by(Act.seq.desc())
        .limit(rules.failed_sign_ins)
    )
    attempts = db.session.execute(query).all()
    if len(attempts) < rules.failed_sign_ins or any(attempt.allowed for attempt in attempts):
        return None
    end: datetime = attempts[-1].at + timedelta(minutes=rules.lock_minutes)
    return end


def record(who: str, *, allowed: bool, address: str | None, person: Person | None) -> None:
    """Put an attempt on record; the person's row shows administrators the count and the end of a lock-out."""
    acts.append(SIGN_IN, who, login=who if allowed else ANONYMOUS, details={"address": address}, allowed=allowed)
    until = locked_until(who)
    if person is not None:
        person.failed_sign_ins = 0 if allowed else person.failed_sign_ins + 1
        person.locked_until = until


def record_locked(who: str, address: str | None) -> None:
    """Put an attempt during a lock-out on record."""
    recent = select(Act.seq).where(Act.at > clock.now() - RECORD_EVERY, Act.subject == who, Act.kind == LOCKED_OUT).limit(1)
    if db.session.scalar(recent) is None:
        acts.append(LOCKED_OUT, who, login=ANONYMOUS, details={"address": address}, allowed=False)
