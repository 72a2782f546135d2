"""News of new tasks: everybody whom a task waits for finds it among his messages, a moment after the step that made it.

The step itself only marks the task; the sweep tells. So a step of fifty candidates costs what one of one costs, and nobody is told
of a step that did not happen.
"""

from typing import Any

from sqlalchemy import CursorResult, select, update

from processes import notices
from processes.approval import receiving
from processes.db import db, looking, transaction
from processes.models import UserTask

#: a task that waits for more people than this is found in their boxes alone
MOST_TOLD = 50
#: tasks of one transaction
AT_ONCE = 50


def tell(limit: int) -> int:
    """Tell of up to so many new tasks; gives how many. Any number of sweeps may do so at once."""
    with looking():
        ids = list(db.session.scalars(select(UserTask.id).where(UserTask.untold.is_(True)).order_by(UserTask.id).limit(limit)))
    for start in range(0, len(ids), AT_ONCE):
        with transaction():
            for task_id in ids[start : start + AT_ONCE]:
                _tell(task_id)
    return len(ids)


def _tell(task_id: str) -> None:
    done: Any = db.session.execute(update(UserTask).where(UserTask.id == task_id, UserTask.untold.is_(True)).values(untold=None))
    result: CursorResult[Any] = done
    task = db.session.execute(select(UserTask.__table__).where(UserTask.id == task_id)).mappings().one_or_none()
    if result.rowcount != 1 or task is None or task["state"] != "open":
        return
    receivers = receiving.waited_for(dict(task))
    if len(receivers) > MOST_TOLD:
        return
    text = f"新待办：{task['name']}，《{task['title']}》"
    for login in receivers:
        notices.send(f"task-{task_id}-{login}", login, text, "task", task["instance_id"], task_id)
