"""What lists are limited to by their cases: words, applicant, department, days, amounts, whom a case waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, select

from processes.calendar import office
from processes.models import Person, ProcessInstance
from processes.queries import named, search

#: keys of the filters, all optional: texts, a state, the code of a department, days, amounts in yuan
NAMES = ("text", "case_state", "applicant", "department", "since", "until", "amount_from", "amount_to", "waiting_for")
_case = ProcessInstance.__table__.c
_applicant = func.coalesce(_case.started_for, _case.started_by)


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """Conditions on a case; `narrow`: an index leads to the few of which they hold."""

    conditions: tuple[ColumnElement[bool], ...] = ()
    narrow: bool = False

    def of(self, instance_id: ColumnElement[str]) -> list[ColumnElement[bool]]:
        """The same for rows that name their case."""
        if not self.conditions:
            return []
        if self.narrow:
            return [instance_id.in_(select(_case.id).where(*self.conditions))]
        return [exists(select(_case.id).where(_case.id == instance_id, *self.conditions))]


def read(filters: Mapping[str, Any]) -> CaseFilters:
    """The conditions of some filters. To be called inside `reading`."""
    asked = search.question(str(filters["text"])) if filters.get("text") else search.Question((), False)
    state = (_case.state == filters["case_state"],) if filters.get("case_state") else ()
    return CaseFilters((*asked.conditions, *state, *_people(filters), *_days(filters), *_amounts(filters)), asked.narrow)


def _people(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.get("applicant"):
        conditions.append(_applicant.in_(named.people(str(filters["applicant"]))))
    if filters.get("department"):
        conditions.append(_applicant.in_(select(Person.login).where(Person.department == str(filters["department"]))))
    if filters.get("waiting_for"):
        waiting = named.waiting_cases(str(filters["waiting_for"]))
        conditions.append(false() if waiting is None else _case.id.in_(waiting))
    return conditions


def _days(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """The days on which a case began, both included, by the office's clock."""
    conditions: list[ColumnElement[bool]] = []
    if filters.get("since") is not None:
        conditions.append(_case.started_at >= office.start_of_day(filters["since"]))
    if filters.get("until") is not None and filters["until"] < date.max:
        conditions.append(_case.started_at < office.start_of_day(filters["until"] + timedelta(days=1)))
    return conditions


def _amounts(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """By the amount that the process names, both ends included."""
    conditions: list[ColumnElement[bool]] = []
    if filters.get("amount_from") is not None:
        conditions.append(_case.amount >= _fen(filters["amount_from"]))
    if filters.get("amount_to") is not None:
        conditions.append(_case.amount <= _fen(filters["amount_to"]))
    return conditions


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)
