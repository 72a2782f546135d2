"""A page of 50 out of 10,000 open tasks: query time, beside the bare indexed query."""

import time
from statistics import median

from sqlalchemy import event, text

from benchmarks import office
from processes import ids, instances
from processes.db import db, transaction
from processes.models import InboxEntry, ProcessInstance, UserTask
from processes.queries import inbox

OPEN = 10_000
REPEATS = 40


class Watch:
    """Adds up the time that the database takes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._began = 0.0
        event.listen(db.engine, "before_cursor_execute", self._before)
        event.listen(db.engine, "after_cursor_execute", self._after)

    def _before(self, *_: object) -> None:
        self._began = time.perf_counter()

    def _after(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began


def _fill() -> None:
    template = instances.start(key="approval", variables=office.FORM_DATA, actor=office.integrator("approval"))
    with transaction():
        case = dict(db.session.execute(text("SELECT * FROM process_instance WHERE id = :id"), {"id": template}).mappings().one())
        task = dict(db.session.execute(text("SELECT * FROM user_task WHERE instance_id = :id LIMIT 1"), {"id": template}).mappings().one())
        cases, tasks, entries = [], [], []
        for number in range(OPEN):
            instance_id = ids.new_id()
            due = f"2026-12-{number % 28 + 1:02d}T{number % 24:02d}:00:00.{number:06d}Z"
            cases.append({**case, "id": instance_id, "title": f"Case {number}"})
            tasks.append({**task, "id": f"{instance_id}-3", "instance_id": instance_id, "due_at": due, "sort_due": due})
            entries.append({"holder": "user:first", "sort_due": due, "user_task_id": f"{instance_id}-3"})
        for table, rows in ((ProcessInstance, cases), (UserTask, tasks), (InboxEntry, entries)):
            names = list(rows[0])
            statement = text(f"INSERT INTO {table.__tablename__} ({', '.join(names)}) VALUES ({', '.join(':' + n for n in names)})")
            db.session.execute(statement, rows)


def run() -> None:
    """Print the query time of a page and of the bare query on the index, medians."""
    with office.opened():
        office.deploy("approval", office.APPROVAL)
        _fill()
        actor = office.person("first")
        watch = Watch()
        pages = []
        for _ in range(REPEATS):
            watch.seconds = 0.0
            assert len(inbox.page(actor, limit=50)["items"]) == 50
            pages.append(watch.seconds)
        bare = []
        statement = "SELECT t.* FROM inbox_entry e JOIN user_task t ON t.id = e.user_task_id WHERE e.holder = 'user:first' ORDER BY e.sort_due LIMIT 50"
        for _ in range(REPEATS):
            began = time.perf_counter()
            db.session.execute(text(statement)).all()
            bare.append(time.perf_counter() - began)
            db.session.rollback()
    page, base = median(pages) * 1000, median(bare) * 1000
    print(f"W3  inbox page, 50 of {OPEN:,} open tasks, tightest first")
    print(f"    query time {page:6.2f} ms (reach under 5)   bare indexed query {base:6.2f} ms   ratio {page / base:5.2f}")
