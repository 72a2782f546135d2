"""Bearer tokens for the API: the client holds a random text, the table its digest."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from processes import acts, clock
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.models import Person, Token

PREFIX = "bj_"
TOKEN_BYTES = 32
TOKEN_LENGTH = len(PREFIX) + 43
MOST_KEYS = 100
KEY_LENGTH = 255


@dataclass(frozen=True)
class TokenFacts:
    """A token: whose it is, the process keys that it reaches (None: whatever the account may)."""

    login: str
    scope: tuple[str, ...] | None


@dataclass(frozen=True)
class IssuedToken:
    """A token as administrators see it; the text itself is known to its holder alone."""

    id: str
    login: str
    scope: tuple[str, ...] | None
    created_at: datetime
    revoked_at: datetime | None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def issue(login: str, scope: Sequence[str] | None = None, *, actor: Actor) -> str:
    """Make a token for an active account and return its text, which is shown once. For oneself, or for anybody from the command line.

    `scope`: process keys, or "*" for all; None: no limit (an integrator's token then starts nothing). Raises NotFound, Conflict.
    """
    keys = _checked(scope)
    if actor.via != "system" and actor.login != login:
        acts.refuse(actor, "token_issued", login, NotAllowed("token_of_another"))
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    with transaction():
        person = db.session.get(Person, login)
        if person is None:
            raise NotFound("person_not_found", login=login)
        if not person.active:
            raise Conflict("account_disabled", login=login)
        db.session.add(Token(id=_digest(token), login=login, scope=keys, created_at=clock.now()))
        acts.record("token_issued", login, actor=actor, details={"scope": keys, "token": _digest(token)[:16]})
    return token


def _checked(scope: Sequence[str] | None) -> list[str] | None:
    if scope is None:
        return None
    keys = sorted({key.strip() for key in scope if key.strip()})
    if not keys or len(keys) > MOST_KEYS or any(len(key) > KEY_LENGTH for key in keys):
        raise Invalid("field_invalid", fields={"scope": ["请写明流程编码，用逗号分隔，或写 *。"]})
    return ["*"] if "*" in keys else keys


def load(token: str) -> TokenFacts | None:
    """Whose token this is and how far it reaches, or None when it is unknown, revoked, or its account is disabled."""
    if len(token) != TOKEN_LENGTH or not token.startswith(PREFIX):
        return None
    query = (
        select(Token.login, Token.scope)
        .join(Person, Person.login == Token.login)
        .where(Token.id == _digest(token), Token.revoked_at.is_(None), Person.active)
    )
    with reading():
        row = db.session.execute(query).first()
    return None if row is None else TokenFacts(row.login, None if row.scope is None else tuple(row.scope))


def listed(login: str) -> list[IssuedToken]:
    """The tokens of an account, newest first."""
    with reading():
        rows = db.session.scalars(select(Token).where(Token.login == login).order_by(Token.created_at.desc()))
        return [
            IssuedToken(row.id, row.login, None if row.scope is None else tuple(row.scope), row.created_at, row.revoked_at) for row in rows
        ]


def revoke(token_id: str, *, actor: Actor) -> None:
    """Make a token worth nothing: one's own, or any for a security administrator. Raises NotFound."""
    with transaction():
        acts.lock()
        row = db.session.get(Token, token_id)
        privileged = actor.via == "system" or "security_admin" in actor.roles
        if row is None or not (privileged or row.login == actor.login):
            raise NotFound("token_not_found")
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            acts.record("token_revoked", row.login, actor=actor, details={"token": token_id[:16]})
