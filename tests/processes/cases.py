"""Actors and small diagrams for the tests of cases, and what they look at."""

from typing import Any

from sqlalchemy import Table, select

from processes import case_variables, deployments, step_log
from processes.actors import Actor
from processes.db import Base, db, reading
from tests.engine.drawing import boundary, draw, end, event, flow, start, user

ZHANG = Actor("zhang", "张三", frozenset({"clerk"}), frozenset({"部门村居"}))
LI = Actor("li", "李四", frozenset({"clerk"}), frozenset({"财政局"}))
WANG = Actor("wang", "王五", frozenset({"clerk"}), frozenset({"财政局"}))
ZHAO = Actor("zhao", "赵六", frozenset({"clerk"}), frozenset({"镇长"}))
OPERATOR = Actor("ops", "运维", frozenset({"clerk", "operator", "analyst"}))
ROBOT = Actor("robot", "接口", frozenset({"integrator"}), scope=("*",), via="token")

REVIEW = draw(
    start("begin")
    + user("review", name="审核", camunda_candidateGroups="财政局")
    + user("approve", name="批准", camunda_candidateGroups="镇长")
    + end("done")
    + flow("begin", "review", "approve", "done"),
    key="review_flow",
)


def interrupted(**people: str) -> bytes:
    """A user task of these people, which after an hour is taken back and goes to wang."""
    return draw(
        start()
        + user("u", **people)
        + boundary("late", "u", event("timer", "PT1H"))
        + user("escalated", camunda_assignee="wang")
        + end()
        + end("e2")
        + flow("s", "u", "e")
        + flow("late", "escalated", "e2")
    )


def deploy(*documents: bytes, **named: bytes) -> list[str]:
    """Deploy diagrams (and other files by name with `__` for the point); gives the ids of the definitions."""
    files = {f"flow{number}.bpmn": document for number, document in enumerate(documents)}
    files |= {name.replace("__", "."): content for name, content in named.items()}
    return [one.id for one in deployments.deploy("测试", files, actor=OPERATOR).definitions]


def rows(table: str, **where: Any) -> list[dict[str, Any]]:
    """Rows of a table as Python values, sorted by all of it; what they hold, not how it is packed."""
    found: Table = Base.metadata.tables[table]
    query = select(found).where(*(found.c[name] == value for name, value in where.items()))
    with reading():
        if table == "step":
            return sorted((_unpacked(row) for row in db.session.execute(query)), key=str)
        found_rows = db.session.execute(query).mappings()
        return sorted((case_variables.opened(row) if table == "process_instance" else dict(row) for row in found_rows), key=str)


def _unpacked(row: Any) -> dict[str, Any]:
    stored = {name: value for name, value in row._mapping.items() if name not in ("codec", "content")}
    return {**stored, **step_log.read(row)}


def open_tasks(instance_id: str) -> dict[str, str]:
    """Ids of the open tasks of a case by element."""
    return {row["element_id"]: row["id"] for row in rows("user_task", instance_id=instance_id, state="open")}
