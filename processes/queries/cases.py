"""Cases (办件) as lists and pages show them; the engine's state is never read."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping, String, and_, func, or_, select, true, type_coerce

from forms.definition import Form
from processes import case_variables, deployed, participation, policy
from processes.actors import Actor
from processes.db import db, reading
from processes.errors import NotFound
from processes.models import Incident, ProcessInstance, UserTask
from processes.queries import case_filters, near, orders, paging

_row = ProcessInstance.__table__.c
COLUMNS = [column for column in _row if column.name not in ("engine_state", "last_hash")]
Case = dict[str, Any]


def get(instance_id: str, actor: Actor) -> Case:
    """A case that the actor may know; raises NotFound."""
    with reading():
        row = _read(instance_id)
        if row is None:
            raise NotFound("process_instance_not_found")
        if not participation.may_see(actor, _facts(row)):
            raise policy.hidden(actor, row["definition_key"], "process_instance_not_found")
        return as_case(row)


def check_visible(instance_id: str, actor: Actor) -> None:
    """Raise NotFound unless the actor may know the case."""
    get(instance_id, actor)


def page(actor: Actor, filters: Mapping[str, Any], limit: int = 50, cursor: str | None = None, sort: str | None = None) -> dict[str, Any]:
    """A page of the cases that the actor may know, newest first unless `sort` says otherwise (`orders.CASES`).

    Filters: definition_key, state, business_key, started_by, mine (a login that started it, or for which it was started), open,
    overdue_at (a moment), due (late, soon, today), and those of `case_filters`.
    """
    order = orders.of_cases(sort or "-started")
    with reading():
        conditions = (_visible(actor), *_filters(filters), *case_filters.read(filters).conditions)
        query = select(*COLUMNS).where(*conditions, *order.after(cursor)).order_by(*order.by())
        rows = db.session.execute(query.limit(paging.size(limit) + 1)).mappings().all()
        return paging.page([as_case(row) for row in rows], limit, order.cursor)


def count(actor: Actor, filters: Mapping[str, Any], most: int | None = None) -> int:
    """How many cases of a list there are; with `most`, no further than one more than that."""
    with reading():
        found = (
            select(_row.id)
            .where(_visible(actor), *_filters(filters), *case_filters.read(filters).conditions)
            .limit(None if most is None else most + 1)
        )
        return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def revisions(instance_id: str, actor: Actor) -> list[Case]:
    """The cases that revise this one, eldest first, as far as the actor may know them."""
    query = select(*COLUMNS).where(_row.revises == instance_id, _visible(actor)).order_by(_row.id)
    with reading():
        return [as_case(row) for row in db.session.execute(query).mappings()]


def may_revise(case: Case, actor: Actor) -> bool:
    """Whether the actor may start a new case that names this one: the starter, when it has ended without being filed anew."""
    return case["state"] in ("completed", "cancelled") and actor.login in (case["started_by"], case["on_behalf_of"])


def may_cancel(case: Case, actor: Actor) -> bool:
    """Whether the actor may cancel the case now."""
    facts = policy.CaseFacts(case["definition_key"], case["started_by"], case["on_behalf_of"], takes_part=False)
    return case["state"] not in ("completed", "cancelled") and policy.may_cancel(actor, facts)


def as_case(row: RowMapping) -> Case:
    """A row as the API and the pages know it."""
    case = case_variables.opened(dict(row))
    case["on_behalf_of"] = case.pop("started_for")
    case["end_event_names"] = [name or element_id for element_id, name in row["end_events"]]
    case["end_events"] = [element_id for element_id, _ in row["end_events"]]
    return case


def open_incidents(instance_id: str) -> int:
    """How many incidents of a case are open."""
    with reading():
        query = select(func.count()).select_from(Incident).where(Incident.instance_id == instance_id, Incident.state == "open")
        return db.session.scalar(query) or 0


class _Facts:
    """What participation asks about a case."""

    def __init__(self, row: RowMapping) -> None:
        self.id: str = row["id"]
        self.definition_key: str = row["definition_key"]
        self.started_by: str = row["started_by"]
        self.started_for: str | None = row["started_for"]


def _facts(row: RowMapping) -> _Facts:
    return _Facts(row)


def _read(instance_id: str) -> RowMapping | None:
    return db.session.execute(select(*COLUMNS).where(_row.id == instance_id)).mappings().first()


def _visible(actor: Actor) -> Any:
    """The condition that the actor may know a case of a list."""
    within = true() if actor.scope is None or "*" in actor.scope else _row.definition_key.in_(actor.scope)
    if actor.roles & policy.SEES_ALL_CASES or ("integrator" in actor.roles and actor.scope is not None):
        return within
    return and_(within, or_(_row.started_by == actor.login, _row.started_for == actor.login, _row.id.in_(participation.cases_of(actor))))


def _filters(filters: Mapping[str, Any]) -> list[Any]:
    conditions: list[Any] = [
        _row[name] == filters[name] for name in ("definition_key", "state", "business_key", "started_by") if filters.get(name) is not None
    ]
    if filters.get("mine"):
        conditions.append(or_(_row.started_by == filters["mine"], _row.started_for == filters["mine"]))
    if filters.get("open"):
        conditions.append(_row.state.in_(("running", "suspended", "incident")))
    if filters.get("overdue_at") is not None:
        conditions += [_row.due_at < filters["overdue_at"], _row.ended_at.is_(None)]
    if filters.get("due"):
        due = type_coerce(_row.due_at, String)
        conditions += [*near.conditions(filters["due"], due, _row.definition_key), _row.ended_at.is_(None)]
    return conditions


def starters(instance_ids: Iterable[str]) -> dict[str, str]:
    """For whom each case was started: who is represented, else the login that started it; for lists that the actor may see."""
    query = select(_row.id, func.coalesce(_row.started_for, _row.started_by)).where(_row.id.in_(set(instance_ids)))
    with reading():
        return {key: found for key, found in db.session.execute(query)}


def listed(instance_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Definition, amount (in fen) and variables of cases, for the columns of lists that the actor may see."""
    query = select(_row.id, _row.definition_id, _row.amount, *case_variables.COLUMNS).where(_row.id.in_(set(instance_ids)))
    with reading():
        rows = db.session.execute(query).all()
    return {row.id: {"definition_id": row.definition_id, "amount": row.amount, "variables": case_variables.of(row)} for row in rows}


def titles(instance_ids: Iterable[str]) -> dict[str, str]:
    """The titles of cases, for lists that the actor may see."""
    with reading():
        query = select(_row.id, _row.title).where(_row.id.in_(set(instance_ids)))
        return {key: title for key, title in db.session.execute(query)}


def forms(instance_id: str) -> list[Form]:
    """The forms of a case in the order they were met: of its start, then of its user tasks. For cases that the actor may see."""
    tasks = select(UserTask.element_definition_id, UserTask.form_key).where(UserTask.instance_id == instance_id)
    with reading():
        definition_id = db.session.scalar(select(_row.definition_id).where(_row.id == instance_id)) or ""
        own = deployed.definition(definition_id)
        begin = own.outline["start"] or {}
        named = [(definition_id, begin.get("form_key")), *((one, key) for one, key in db.session.execute(tasks.order_by(UserTask.number)))]
        met = [deployed.form(deployed.definition(one).deployment_id, key) for one, key in dict.fromkeys(named)]
    return [form for form in met if form is not None]
