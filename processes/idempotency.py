"""Idempotency keys: the same request, sent again, gets the first answer (CONTRACT 4).

The row of a key is written as the first thing of the command's transaction, what the command gave back (`keep`) as its last. So
whatever happens between commit and answer, the same request later finds what was done: the command then gives back the kept result
without doing anything, and the view makes the same answer of it.

    answer = begin(login, path, key, digest)      an Answer: send it. None: go on.
    ... the view calls its command ...
    finish(status, body)
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from engine import values
from processes import clock
from processes.db import db, on_begin, reading, transaction
from processes.errors import Conflict, Invalid
from processes.models import IdempotencyKey

KEPT = timedelta(hours=24)
MAX_KEY = 200


class Twin(Conflict):
    """The same request is being carried out at this moment by somebody else: call `begin` again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first answer: HTTP status and body."""

    status: int
    body: str


@dataclass(slots=True)
class _Request:
    login: str
    path: str
    key: str
    digest: str
    written: bool = False
    kept: Any = None
    repeats: bool = False

    def where(self) -> tuple[Any, ...]:
        row = IdempotencyKey
        return (row.login == self.login, row.path == self.path, row.key == self.key)


Result = TypeVar("Result")
_request: ContextVar[_Request | None] = ContextVar("idempotent_request", default=None)


def begin(login: str, path: str, key: str, digest: str) -> Answer | None:
    """The first answer to this request, or None: then the command may run; call `finish` after it, and `end` in any case.

    Raises Invalid when the key came with another body, Conflict when the request was carried out and its answer is lost.
    """
    if not key or len(key) > MAX_KEY:
        raise Invalid("idempotency_key_invalid", maximum=MAX_KEY)
    request = _Request(login, path, key, digest)
    with reading():
        row = db.session.execute(
            select(IdempotencyKey.request_digest, IdempotencyKey.status, IdempotencyKey.answer).where(
                *request.where(), IdempotencyKey.at > clock.now() - KEPT
            )
        ).first()
    if row is None:
        _request.set(request)
        return None
    if row.request_digest != digest:
        raise Invalid("idempotency_key_reused")
    if row.status is not None:
        return Answer(row.status, row.answer)
    if row.answer is None:
        raise Conflict("answer_lost")
    request.written, request.repeats, request.kept = True, True, values.loads(row.answer)
    _request.set(request)
    return None


def finish(status: int, body: str) -> None:
    """Keep the answer to the present request; refusals are not kept, the request may be tried again."""
    request = _request.get()
    if request is None or status >= 400:
        return
    with transaction():
        written = update(IdempotencyKey).where(*request.where()).values(status=status, answer=body)
        db.session.execute(written)
    request.repeats = True


def end() -> None:
    """Forget the present request (its row, if any, stays)."""
    _request.set(None)


def kept() -> Any:
    """What the command gave back when this request was carried out before; None when it was not."""
    request = _request.get()
    return request.kept if request is not None and request.repeats else None


def keep(result: Result) -> Result:
    """Keep what a command gives back (a JSON value), in its transaction; returns it."""
    request = _request.get()
    if request is not None and request.written:
        kept_row = update(IdempotencyKey).where(*request.where()).values(answer=values.dumps(result).decode())
        db.session.execute(kept_row)
    return result


def sweep() -> None:
    """Remove keys older than a day."""
    with transaction():
        db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.at <= clock.now() - KEPT))


def _write_row() -> None:
    """First statement of a command: the key's row; a twin that was quicker has it already."""
    request = _request.get()
    if request is None or request.written:
        return
    old = delete(IdempotencyKey).where(*request.where(), IdempotencyKey.at <= clock.now() - KEPT)
    row = {"login": request.login, "path": request.path, "key": request.key, "request_digest": request.digest, "at": clock.now()}
    try:
        db.session.execute(old)
        db.session.execute(insert(IdempotencyKey).values(status=None, answer=None, **row))
    except IntegrityError as problem:
        raise Twin("request_in_progress") from problem
    request.written = True


on_begin(_write_row)
