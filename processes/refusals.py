"""Refused attempts, without letting one who tries again and again fill the disk.

Of each account the first attempts in a window of time are put on record in full; the others are counted by kind in one row, which
becomes one act when the window is over. So an account leaves at most FULL + 1 acts a window, whatever it does.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from processes import clock
from processes.db import db, moment_text
from processes.models import RefusalWindow

WINDOW = timedelta(minutes=10)
#: attempts of one account that are put on record in full in one window
FULL = 20
#: kinds that are counted apart in a window; beyond, they are counted together
KINDS = 50
OTHERS = "other"


def take(login: str, kind: str) -> tuple[bool, dict[str, Any] | None]:
    """Inside the transaction that records an attempt: whether it is to be recorded in full, and what the window before left to say."""
    now = clock.now()
    window = db.session.get(RefusalWindow, login)
    said = None
    if window is None:
        window = RefusalWindow(login=login, since=now, written=0, counted={})
        db.session.add(window)
    elif _is_over(window, now):
        said = summary(window)
        window.since, window.written, window.counted = now, 0, {}
    if window.written < FULL:
        window.written += 1
        return True, said
    key = kind if kind in window.counted or len(window.counted) < KINDS else OTHERS
    window.counted = {**window.counted, key: window.counted.get(key, 0) + 1}
    return False, said


def summary(window: RefusalWindow) -> dict[str, Any] | None:
    """The details of the act that says how many attempts were only counted; None where all are on record."""
    if not window.counted:
        return None
    return {"since": moment_text(window.since), "counted": window.counted, "times": sum(window.counted.values())}


def over() -> list[RefusalWindow]:
    """The windows that are over."""
    return list(db.session.scalars(select(RefusalWindow).where(RefusalWindow.since <= clock.now() - WINDOW).limit(500)))


def _is_over(window: RefusalWindow, now: datetime) -> bool:
    return not now - WINDOW < window.since <= now
