"""Sending what is due in the outbox. Each row is taken by compare-and-swap and sent outside any transaction.

What waits for one person on one way goes out as one message, so that nobody is flooded after a time in which nothing was sent. What
has become useless meanwhile (the task is done) does not go out at all.
"""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, select, update

from processes import clock, settings
from processes.actors import Actor
from processes.db import db, looking, transaction
from processes.errors import Conflict, NotFound
from processes.models import OutgoingMessage, UserTask
from processes.telling import choices, ways

logger = logging.getLogger(__name__)
#: notices that one message holds at most, and lines that it says them in
TOGETHER, LINES = 200, 10
#: seconds after which another worker may take what one has begun
HELD_SECONDS = 120
_row = OutgoingMessage
#: kinds that say that somebody has to act
_ASKING = choices.GROUPS["task"] | choices.GROUPS["reminder"]
_OPEN = ("waiting", "sending")


def due_ids(limit: int) -> list[str]:
    """Ids of messages that are due, longest first; reads nothing but the due end of the index."""
    query = select(_row.id).where(_row.state.in_(_OPEN), _row.due_at <= clock.now()).order_by(_row.due_at, _row.id)
    with looking():
        return list(db.session.scalars(query.limit(limit)))


def deliver(message_id: str) -> bool:
    """Send a message that is due, with all others that wait for the same person on the same way; False when it is not (any more)."""
    taken = _take(message_id)
    if not taken:
        return False
    way = choices.ways().get(taken[0].channel)
    if way is None:
        return _write(taken, state="dropped", last_error="这种通知方式已关闭。")
    if way == "outbox":
        return _write(taken, state="kept")
    section, office = settings.current().channels, settings.current().office.name
    try:
        ways.send(taken[0].channel, way, _message(taken, office), ways.Sender(section.mail_from, section.secret))
    except ways.NotDelivered as problem:
        return _failed(taken, str(problem), permanent=problem.permanent)
    except Exception as problem:
        logger.exception("message %s was not sent", message_id)
        return _failed(taken, f"{type(problem).__name__}", permanent=False)
    return _write(taken, state="sent", last_error=None)


def _take(message_id: str) -> list[OutgoingMessage]:
    """The message and its companions, now in our hands; empty where somebody else has it, it is not due, or nobody needs it."""
    now = clock.now()
    is_due = (_row.state.in_(_OPEN)) & (_row.due_at <= now)
    with transaction():
        first = db.session.scalar(select(_row).where(_row.id == message_id, is_due))
        if first is None:
            return []
        same = select(_row.id).where(_row.login == first.login, _row.channel == first.channel, _row.address == first.address, is_due)
        wanted = sorted({message_id, *db.session.scalars(same.order_by(_row.due_at, _row.id).limit(TOGETHER))})
        held = {"state": "sending", "due_at": now + timedelta(seconds=HELD_SECONDS)}
        ours = [one for one in wanted if _swap(one, is_due, held)]
        query = select(_row).where(_row.id.in_(ours)).order_by(_row.at, _row.id)
        rows = list(db.session.scalars(query.execution_options(populate_existing=True)))
        useless = _useless(rows)
        for row in rows:
            if row.id in useless:
                row.state, row.last_error = "dropped", "这件待办已经办完。"
        left = [row for row in rows if row.id not in useless]
        db.session.flush()
        for row in left:
            db.session.expunge(row)
    return left


def _swap(message_id: str, is_due: Any, held: dict[str, Any]) -> bool:
    done: Any = db.session.execute(update(_row).where(_row.id == message_id, is_due).values(**held))
    result: CursorResult[Any] = done
    return result.rowcount == 1


def _useless(rows: list[OutgoingMessage]) -> set[str]:
    """Messages that ask for something which is done or taken back."""
    asked = {row.user_task_id for row in rows if row.user_task_id and row.kind in _ASKING}
    still = set(db.session.scalars(select(UserTask.id).where(UserTask.id.in_(asked), UserTask.state == "open"))) if asked else set()
    return {row.id for row in rows if row.user_task_id in asked - still and row.kind in _ASKING}


def _message(rows: list[OutgoingMessage], office: str) -> ways.Message:
    """One message of the rows; its id is that of the oldest."""
    base = settings.current().web.public_url
    lines = [
        row.text + (f"\n{base}/cases/{row.instance_id}" if base and row.instance_id and len(rows) == 1 else "") for row in rows[:LINES]
    ]
    if len(rows) == 1:
        return ways.Message(rows[0].id, rows[0].address, f"【{office}】{_in_a_line(rows[0].text)[:60]}", f"【{office}】{lines[0]}")
    more = f"\n……共 {len(rows)} 条，请登录查看。" if len(rows) > LINES else ""
    told = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    address = f"\n{base}" if base else ""
    return ways.Message(
        rows[0].id, rows[0].address, f"【{office}】您有 {len(rows)} 条消息", f"【{office}】您有 {len(rows)} 条消息：\n{told}{more}{address}"
    )


def _in_a_line(text: str) -> str:
    """A text for the subject of a mail, which is one line."""
    return " ".join(text.split())


def _write(rows: list[OutgoingMessage], **values: Any) -> bool:
    """Note what became of messages that are in our hands."""
    with transaction():
        for row in rows:
            companion = rows[0].id if row is not rows[0] else None
            mine = (_row.id == row.id) & (_row.state == "sending")
            db.session.execute(update(_row).where(mine).values(attempts=_row.attempts + 1, sent_with=companion, **values))
    return True


def _failed(rows: list[OutgoingMessage], message: str, *, permanent: bool) -> bool:
    """Try again later, or give up when that would not help or was done often enough."""
    jobs = settings.current().jobs
    with transaction():
        for row in rows:
            tried = row.attempts + 1
            again = not permanent and tried < jobs.retries
            pause = jobs.backoff_seconds[min(tried, len(jobs.backoff_seconds)) - 1] if jobs.backoff_seconds else 0
            values = {"state": "waiting", "due_at": clock.now() + timedelta(seconds=pause)} if again else {"state": "failed"}
            mine = (_row.id == row.id) & (_row.state == "sending")
            db.session.execute(update(_row).where(mine).values(attempts=tried, last_error=message[:500], **values))
    return True


def send_again(message_id: str, *, actor: Actor) -> None:
    """Put a message that was given up back among those that wait; raises NotFound, Conflict."""
    with transaction():
        row = db.session.get(_row, message_id)
        if row is None:
            raise NotFound("message_not_found")
        if row.state != "failed":
            raise Conflict("message_not_failed", state=row.state)
        row.state, row.due_at, row.attempts = "waiting", clock.now(), 0
