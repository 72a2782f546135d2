"""User tasks (待办) as inboxes show them, tightest deadline first, and one task for its page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, or_, select, true, tuple_, union, union_all

from processes import clock, found_by, locked_task, measures, participation, policy, urgency
from processes.actors import Actor
from processes.db import db, moment_text, reading
from processes.errors import NotAllowed, NotFound
from processes.models import InboxEntry, ProcessInstance, UserTask
from processes.people import directory, groups
from processes.queries import asleep, case_filters, counters, deliveries, handed, near, orders, paging, represented, votes
from processes.queries.case_filters import CaseFilters
from processes.queries.orders import Order

_row = UserTask.__table__.c
Task = dict[str, Any]


@measures.INBOX_SECONDS.time()
def page(
    actor: Actor,
    box: str = "todo",
    filters: Mapping[str, Any] | None = None,
    limit: int = 50,
    cursor: str | None = None,
    sort: str | None = None,
) -> dict[str, Any]:
    """A page of a box: todo, unclaimed (of todo, what nobody has claimed), done, started, copied or all (operators, and integrators
    within their scope).

    Filters: state, element_id, process_instance_id, definition_key, overdue, due (late, soon, today), list_name, and those of
    `case_filters`. Only open tasks unless a state is given or the box is done. `sort`: see `orders.TASKS`; tightest first, in the box
    done newest first. Raises NotAllowed, Invalid for a wrong cursor or order.
    """
    wanted = dict(filters or {})
    with reading():
        if box == "copied":
            return _copied(actor, wanted, limit, cursor)
        wanted["about_cases"] = case_filters.read(wanted)
        order = orders.of_tasks(sort or _usual(box, wanted))
        if box == "done":
            return _done(actor, wanted, order, limit, cursor)
        most = paging.size(limit) + 1
        query = _open(actor, box, wanted, order, most, cursor)
        query = query.where(*order.after(cursor)).order_by(*order.by()).limit(most)
        return paging.page(as_tasks(db.session.execute(query).mappings()), limit, order.cursor)


def count(actor: Actor, box: str, filters: Mapping[str, Any], most: int) -> int:
    """How many tasks of a box there are under some filters, `counters.More` where that is more than `most`."""
    if box == "done":
        found = page(actor, box, filters, limit=most)
        return counters.More(most) if found["next"] else len(found["items"])
    with reading():
        about = {**filters, "about_cases": case_filters.read(filters)}
        query = _open(actor, box, about, orders.of_tasks("due"), most + 1, None).with_only_columns(_row.id).limit(most + 1)
        number = len(db.session.scalars(query).all())
    return counters.More(most) if number > most else number


def _copied(actor: Actor, wanted: Mapping[str, Any], limit: int, cursor: str | None) -> dict[str, Any]:
    """What was put before the actor, each with the task that it was sent with."""
    found = deliveries.page(actor, wanted, limit, cursor)
    tasks = as_tasks(deliveries.rows_of(deliveries.tasks_of(found)))
    return deliveries.as_tasks(found, {task["id"]: task for task in tasks})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task stands in a list: from 1, of how many (`counters.More` where not all are counted), between which tasks."""

    here: int
    all: int
    first: str | None
    before: str | None
    after: str | None


def around(task_id: str, actor: Actor, box: str, filters: Mapping[str, Any], sort: str | None = None) -> Place | None:
    """The place of a task in a box of open tasks; None for one that is not among its first `counters.MOST`."""
    order = orders.of_tasks(sort or "due")
    with reading():
        about = {**filters, "about_cases": case_filters.read(filters)}
        wanted = _open(actor, box, about, order, counters.MOST + 1, None)
        query = wanted.with_only_columns(_row.id).order_by(*order.by()).limit(counters.MOST + 1)
        ids = list(db.session.scalars(query))
    if task_id not in ids[: counters.MOST]:
        return None
    here = ids.index(task_id)
    others = [one for one in ids if one != task_id]
    number = counters.More(counters.MOST) if len(ids) > counters.MOST else len(ids)
    return Place(here + 1, number, next(iter(others), None), ids[here - 1] if here else None, next(iter(ids[here + 1 :]), None))


def get(user_task_id: str, actor: Actor) -> Task:
    """A task that the actor may know; raises NotFound."""
    with reading():
        return as_tasks([visible_row(user_task_id, actor)])[0]


def visible_row(user_task_id: str, actor: Actor) -> RowMapping:
    """The row of a task that the actor may work on or know; raises NotFound. To be called inside `reading`."""
    row = db.session.execute(select(*_row).where(_row.id == user_task_id)).mappings().first()
    if row is None:
        raise NotFound("user_task_not_found")
    facts = locked_task.facts(row)
    if policy.may_work_on(actor, facts) or represented.by_task([row], actor):
        return row
    named = policy.is_candidate(actor, facts) and policy.within_scope(actor, facts.definition_key)
    if not named and not _may_see_case(actor, row["instance_id"]):
        raise NotFound("user_task_not_found")
    return row


def _may_see_case(actor: Actor, instance_id: str) -> bool:
    case = ProcessInstance
    query = select(case.id, case.definition_key, case.started_by, case.started_for).where(case.id == instance_id)
    found = db.session.execute(query).first()
    return found is not None and participation.may_see(actor, found)


def may_work_on(user_task_id: str, actor: Actor) -> bool:
    """Whether the actor may complete the task now, so that its page shows the form's buttons."""
    with reading():
        return may_do(visible_row(user_task_id, actor), actor)


def may_do(row: RowMapping, actor: Actor) -> bool:
    """`may_work_on` for a task that the actor may know. To be called inside `reading`."""
    facts = locked_task.facts(row)
    if facts.state == "open" and policy.may_work_on(actor, facts, nobody=locked_task.is_nobodys(actor, facts)):
        return True
    return bool(represented.by_task([row], actor))


def of_instance(instance_id: str) -> list[Task]:
    """All user tasks of a case in the order they came; who may know the case may know them."""
    with reading():
        query = select(*_row).where(_row.instance_id == instance_id).order_by(_row.number)
        return as_tasks(db.session.execute(query).mappings().all())


def open_of(instance_ids: Iterable[str]) -> dict[str, list[Task]]:
    """The open user tasks of several cases, by case, in one question; who may know the cases may know them."""
    wanted = set(instance_ids)
    found: dict[str, list[Task]] = {one: [] for one in wanted}
    if not wanted:
        return found
    with reading():
        query = select(*_row).where(_row.instance_id.in_(wanted), _row.state == "open").order_by(_row.instance_id, _row.number)
        for task in as_tasks(db.session.execute(query).mappings().all()):
            found[task["instance_id"]].append(task)
    return found


def for_whom(tasks: Iterable[Mapping[str, Any]], actor: Actor) -> dict[str, str]:
    """Logins of those for whom the actor may do tasks that are not the actor's own (代理), by task."""
    rows = [{**task, "candidate_users": task["drawn_users"]} for task in tasks]
    with reading():
        return {task_id: stand.principal for task_id, stand in represented.by_task(rows, actor).items()}


def as_tasks(rows: Iterable[RowMapping]) -> list[Task]:
    """Rows as the API and the pages know them, with the logins of all who may act now; `nobody`: an open task for which nobody is."""
    listed = list(rows)
    acting = _who_may_act(listed)
    sealed = votes.seals(row["instance_id"] for row in listed if row["state"] == "completed" and row["properties"].get("sealed"))
    return [
        {
            **sealed.task(dict(row)),
            "process_instance_id": row["instance_id"],
            "candidate_users": acting[row["id"]],
            "drawn_users": row["candidate_users"],
            "handed_on": None,
            "urgency": urgency.code(row["urgency"]),
            "nobody": row["state"] == "open" and not acting[row["id"]],
            "overdue": row["state"] == "open" and row["due_at"] is not None and row["due_at"] < clock.now(),
        }
        for row in listed
    ]


def _who_may_act(rows: list[RowMapping]) -> dict[str, list[str]]:
    """For each open task, who may act on it now: the assignee, or all candidates and holders of candidate groups."""
    unassigned = [row for row in rows if row["state"] == "open" and row["assignee"] is None]
    held = groups.holders({name for row in unassigned for name in row["candidate_groups"]})
    named = {name for row in unassigned for name in row["candidate_users"]}
    named |= {row["assignee"] for row in rows if row["state"] == "open" and row["assignee"] is not None}
    active = {login for login, facts in directory.people(named).items() if facts.active} if named else set()
    acting: dict[str, list[str]] = {row["id"]: [] for row in rows}
    for row in rows:
        if row["state"] == "open":
            drawn = row["candidate_users"] if row["assignee"] is None else [row["assignee"]]
            logins = {login for login in drawn if login in active}
            if row["assignee"] is None:
                logins.update(*(held[name] for name in row["candidate_groups"]))
            acting[row["id"]] = sorted(logins)
    represented.add(acting, rows)
    return acting


def _done(actor: Actor, filters: Mapping[str, Any], order: Order, limit: int, cursor: str | None) -> dict[str, Any]:
    """What the actor has completed, and what was handed on (see `handed`); in order of time each part's first come from an index."""
    completed = _filters({**filters, "state": filters.get("state") or "completed"})
    own = select(_row.id, _row.completed_at.label("done_at")).where(_row.completed_by == actor.login, *completed)
    parts = [(own, _row.completed_at), (handed.tasks_of(actor.login).where(*_filters(filters)), handed.AT)]
    by_time = order.name == "done"
    if by_time:
        orders_of = [replace(order, column=column) for _, column in parts]
        firsts = [
            part.where(*one.after(cursor)).order_by(*one.by()).limit(paging.size(limit) + 1)
            for (part, _), one in zip(parts, orders_of, strict=True)
        ]
    else:
        firsts = [part for part, _ in parts]
    found = union_all(*(select(first.subquery()) for first in firsts)).subquery()
    order = replace(order, column=found.c.done_at) if by_time else order
    query = select(*_row, found.c.done_at).join(found, found.c.id == _row.id)
    query = query.where(*order.after(cursor)).order_by(*order.by()).limit(paging.size(limit) + 1)
    tasks = as_tasks(db.session.execute(query).mappings())
    how = handed.how(actor.login, [task["id"] for task in tasks])
    return paging.page([{**task, "handed_on": how.get(task["id"])} for task in tasks], limit, order.cursor)


def _open(actor: Actor, box: str, filters: Mapping[str, Any], order: Order, most: int, cursor: str | None) -> Select[Any]:
    """The open tasks of a box, or those of another state; `most`: so many are wanted."""
    wanted = {**filters, "state": filters.get("state") or "open"}
    mine = box in ("todo", "unclaimed") and wanted["state"] == "open" and not _is_integrator(actor)
    narrow = wanted.get("process_instance_id") or wanted["about_cases"].narrow
    if mine and order.name == "due" and not order.down and not narrow:
        return _from_inbox(actor, wanted, box, most, paging.read_cursor(cursor, (str, str)))
    unclaimed = (_row.assignee.is_(None),) if box == "unclaimed" else ()
    entry = InboxEntry
    found = exists().where(entry.user_task_id == _row.id, found_by.any_of(actor))
    inside = found if mine and narrow else _box(actor, box, wanted["state"])
    aside = []
    if mine and wanted.get("snoozed") is not None:
        aside.append(asleep.hidden_tasks(actor) if wanted["snoozed"] else ~asleep.task_hidden(actor))
    return select(*_row).where(inside, *unclaimed, *aside, *_filters(wanted))


def _from_inbox(actor: Actor, filters: Mapping[str, Any], box: str, most: int, after: tuple[Any, ...] | None) -> Select[Any]:
    """Each holder's first entries from an index, merged: the cost does not depend on how many wait."""
    here = _entry_filters(actor, filters)
    others = _filters({**filters, "state": None, "definition_key": None, "list_name": None, "overdue": None, "due": None})
    if box == "unclaimed":
        others.append(_row.assignee.is_(None))
    parts = []
    for mine in found_by.each(actor):
        entry = select(InboxEntry.sort_due, InboxEntry.user_task_id).where(mine, *here)
        if after is not None:
            entry = entry.where(tuple_(InboxEntry.sort_due, InboxEntry.user_task_id) > tuple_(*after))
        if others:
            entry = entry.join(UserTask, UserTask.id == InboxEntry.user_task_id).where(*others)
        first = entry.order_by(InboxEntry.sort_due, InboxEntry.user_task_id).limit(most)
        parts.append(select(first.subquery()))
    entries = union(*parts).subquery()
    return select(*_row).where(_row.id.in_(select(entries.c.user_task_id)))


def _entry_filters(actor: Actor, filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Those filters that an index of the entries answers."""
    conditions: list[ColumnElement[bool]] = [
        getattr(InboxEntry, name) == filters[name] for name in ("definition_key", "list_name") if filters.get(name) is not None
    ]
    if actor.scope is not None and "*" not in actor.scope:
        conditions.append(InboxEntry.definition_key.in_(actor.scope))
    if filters.get("overdue") is not None:
        now = moment_text(clock.now())
        conditions.append(InboxEntry.sort_due < now if filters["overdue"] else InboxEntry.sort_due >= now)
    if filters.get("snoozed") is not None:
        conditions.append(asleep.hidden_entries(actor) if filters["snoozed"] else ~asleep.entry_hidden(actor))
    return [*conditions, *near.conditions(filters.get("due"), InboxEntry.sort_due, InboxEntry.definition_key)]


def _box(actor: Actor, box: str, state: str) -> ColumnElement[bool]:
    """The condition that a task is in a box, where the inbox index does not lead."""
    if box == "all":
        if "operator" not in actor.roles and not _is_integrator(actor):
            raise NotAllowed("operators_only")
        return _within(actor)
    if box == "started":
        case = ProcessInstance
        # open tasks are those of cases that run, of which there is an index
        running = (case.ended_at.is_(None),) if state == "open" else ()
        cases = [select(case.id).where(column == actor.login, *running) for column in (case.started_by, case.started_for)]
        return and_(_within(actor), _row.instance_id.in_(union(*cases)))
    if _is_integrator(actor):
        return _within(actor)
    if state != "open":
        return and_(_within(actor), or_(_row.assignee == actor.login, _row.completed_by == actor.login))
    return and_(_within(actor), _row.id.in_(select(InboxEntry.user_task_id).where(found_by.any_of(actor))))


def _is_integrator(actor: Actor) -> bool:
    return "integrator" in actor.roles and actor.scope is not None


def _usual(box: str, filters: Mapping[str, Any]) -> str:
    """The order of a box that nobody asked to be sorted: tightest first; of tasks that are over, of which there are ever more, by case."""
    if box == "done":
        return "-done"
    return "due" if filters.get("state") in (None, "open") else "case"


def _within(actor: Actor) -> ColumnElement[bool]:
    if actor.scope is None or "*" in actor.scope:
        return true()
    return _row.definition_key.in_(actor.scope)


def _filters(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    named = {"state": "state", "element_id": "element_id", "process_instance_id": "instance_id", "definition_key": "definition_key"}
    named["list_name"] = "list_name"
    conditions: list[ColumnElement[bool]] = [
        _row[column] == filters[name] for name, column in named.items() if filters.get(name) is not None
    ]
    if filters.get("state") == "open":
        conditions.append(_row.completed_at.is_(None))
    if filters.get("urgency"):
        conditions.append(_row.urgency.is_not_distinct_from(urgency.rank(filters["urgency"])))
    overdue = filters.get("overdue")
    if overdue is not None:
        late = and_(_row.due_at.is_not(None), _row.due_at < clock.now())
        conditions.append(late if overdue else ~late)
    conditions += near.conditions(filters.get("due"), _row.sort_due, _row.definition_key)
    about_cases: CaseFilters = filters.get("about_cases") or CaseFilters()
    return [*conditions, *about_cases.of(_row.instance_id)]
