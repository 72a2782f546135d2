"""Substitutes (代理): who stands in for whom, from which day until which, in which processes, up to which amount.

A rule reassigns nothing: what waits for the principal, also what waits already, is found and done by either. Account roles are never
lent, and nobody stands in for those for whom somebody stands in.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select

from processes import acts, amounts, clock, idempotency, ids, inputs, notices
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotFound
from processes.models import ProcessDefinition, Substitution
from processes.people import directory, texts

#: who arranges substitutes for others
ARRANGES = frozenset({"system_admin", "operator"})
#: rules of one person that have not ended
MOST = 50
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Rule:
    """A substitution as pages and the API show it."""

    id: str
    principal: str
    substitute: str
    valid_from: date
    valid_until: date
    processes: list[str] | None
    #: in yuan
    up_to: Decimal | None
    reason: str | None
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    #: coming, active, over, ended (before its time)
    state: str


def give(
    principal: str,
    substitute: Any,
    *,
    valid_from: date | None,
    valid_until: date | None,
    processes: Any = None,
    up_to: Any = None,
    reason: Any = None,
    actor: Actor,
) -> str:
    """Let somebody stand in for the principal in a period; returns the rule's id. People do so for themselves, administrators for all.

    Raises NotAllowed, Invalid (nobody of that login, no period, an unknown process, no amount), Conflict (too many, the same again).
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    _check_may_arrange(actor, principal, "substitution_given")
    substitute = inputs.check_text("substitute", substitute, 100, required=True) or ""
    first, last = _period(valid_from, valid_until)
    said, limit, keys = inputs.check_text("reason", reason, 300), _limit(up_to), _keys(processes)
    if substitute == principal:
        raise Conflict("not_to_oneself")
    with transaction():
        acts.lock()
        working = directory.working([principal, substitute])
        for name, login in (("principal", principal), ("substitute", substitute)):
            if login not in working:
                raise Invalid("person_not_active", fields={name: ["没有这个在用账号。"]}, login=login)
        _check_known(keys)
        _check_room(principal, substitute, first, last, keys, limit)
        row = Substitution(id=ids.new_id(), principal=principal, substitute=substitute, valid_from=first, valid_until=last)
        row.processes, row.up_to, row.reason = keys, limit, said
        row.created_at, row.created_by = clock.now(), actor.login
        db.session.add(row)
        db.session.flush()
        acts.record("substitution_given", principal, actor=actor, details=_told(row))
        _tell(row, given=True, actor=actor)
        return idempotency.keep(row.id)


def end(rule_id: str, *, actor: Actor) -> None:
    """End a rule at once; the principal, the substitute and administrators do. Raises NotFound, Conflict when it is over."""
    if idempotency.kept() is not None:
        return
    with reading():
        found = db.session.get(Substitution, rule_id)
        if found is None or not (_is_party(found, actor) or actor.roles & ARRANGES):
            raise NotFound("substitution_not_found")
        own, principal = _is_party(found, actor), found.principal
    if not own:
        acts.require_role(actor, ARRANGES, "substitution_ended", principal)
    with transaction():
        acts.lock()
        row = db.session.get(Substitution, rule_id)
        if row is None or row.ended_at is not None or row.valid_until < office.today():
            raise Conflict("substitution_over")
        row.ended_at, row.ended_by = clock.now(), actor.login
        acts.record("substitution_ended", row.principal, actor=actor, details=_told(row))
        _tell(row, given=False, actor=actor)
        idempotency.keep(rule_id)


def _check_may_arrange(actor: Actor, principal: str, kind: str) -> None:
    """People for themselves, with the rights of a person; administrators for everybody."""
    if actor.login == principal and actor.scope is None and "integrator" not in actor.roles:
        return
    acts.require_role(actor, ARRANGES, kind, principal)


def _is_party(row: Substitution, actor: Actor) -> bool:
    return actor.scope is None and actor.login in (row.principal, row.substitute)


def _period(first: Any, last: Any) -> tuple[date, date]:
    """The days; from today on where no first day is given. Raises Invalid for one that has passed, or a period too long."""
    begins = first or office.today()
    if last is None:
        raise Invalid("field_required", fields={"until": ["请填写这一项。"]}, field="until")
    texts.period(begins, last)
    if last < office.today():
        raise Invalid("period_is_past", fields={"until": ["结束日期已经过去。"]})
    if (last - begins).days > LONGEST_DAYS:
        raise Invalid("period_too_long", fields={"until": [f"一次最多 {LONGEST_DAYS} 天。"]}, days=LONGEST_DAYS)
    return begins, last


def _limit(up_to: Any) -> int | None:
    if up_to in (None, ""):
        return None
    fen = amounts.in_fen(up_to)
    if fen is None or fen <= 0 or fen >= amounts.MOST:
        raise Invalid("amount_refused", fields={"up_to": ["请填大于 0 的金额，例如 50000.00。"]})
    return fen


def _keys(processes: Any) -> list[str] | None:
    """Keys of processes, sorted; none at all are all."""
    if processes is None or processes == []:
        return None
    if (
        not isinstance(processes, list)
        or not all(isinstance(one, str) and 0 < len(one) <= 255 for one in processes)
        or len(processes) > 200
    ):
        raise Invalid("process_definition_not_found", fields={"processes": ["没有这个流程。"]})
    return sorted(set(processes))


def _check_known(keys: list[str] | None) -> None:
    if keys is None:
        return
    known = set(db.session.scalars(select(ProcessDefinition.key).where(ProcessDefinition.key.in_(keys))))
    if set(keys) - known:
        raise Invalid("process_definition_not_found", fields={"processes": ["没有这个流程。"]})


def _check_room(principal: str, substitute: str, first: date, last: date, keys: list[str] | None, limit: int | None) -> None:
    query = select(Substitution).where(Substitution.principal == principal, Substitution.ended_at.is_(None))
    rows = [row for row in db.session.scalars(query) if row.valid_until >= office.today()]
    if len(rows) >= MOST:
        raise Conflict("too_many_substitutions", limit=MOST)
    wanted = (substitute, first, last, keys, limit)
    if wanted in [(row.substitute, row.valid_from, row.valid_until, row.processes, row.up_to) for row in rows]:
        raise Conflict("substitution_exists")


def _told(row: Substitution) -> dict[str, Any]:
    """The rule as the acts hold it."""
    return {
        "id": row.id,
        "substitute": row.substitute,
        "from": row.valid_from.isoformat(),
        "until": row.valid_until.isoformat(),
        "processes": row.processes,
        "up_to": None if row.up_to is None else str(yuan(row.up_to)),
        "reason": row.reason,
    }


def _tell(row: Substitution, *, given: bool, actor: Actor) -> None:
    """Tell those whom the rule concerns and who did not make it."""
    names = directory.names([row.principal, row.substitute])
    period = f"{_day(row.valid_from)}至{_day(row.valid_until)}"
    what = f"{names[row.substitute]}代理{names[row.principal]}（{period}）"
    words = f"{what}已安排，代理期间待办会出现在代理人的待办里。" if given else f"{what}已结束。"
    for login in {row.principal, row.substitute} - {actor.login}:
        notices.send(f"{row.id}-{'given' if given else 'ended'}-{login}"[:100], login, words, "substitution")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def yuan(fen: int) -> Decimal:
    """Fen as yuan with two decimals."""
    return (Decimal(fen) / 100).quantize(Decimal("0.01"))


def of(login: str) -> list[Rule]:
    """The rules in which somebody is principal or substitute, newest first."""
    with reading():
        query = select(Substitution).where(or_(Substitution.principal == login, Substitution.substitute == login))
        return [_shown(row) for row in db.session.scalars(query.order_by(Substitution.id.desc()).limit(200))]


def all_rules(*, over: bool = False, limit: int = 200) -> list[Rule]:
    """Everybody's rules, newest first; those that are over only where asked for."""
    query = select(Substitution).order_by(Substitution.id.desc()).limit(limit)
    if not over:
        query = query.where(Substitution.ended_at.is_(None), Substitution.valid_until >= office.today())
    with reading():
        return [_shown(row) for row in db.session.scalars(query)]


def everybodys(*, over: bool = False, actor: Actor) -> list[Rule]:
    """As `all_rules`, for administrators; raises NotAllowed."""
    acts.require_role(actor, ARRANGES, "substitutions_read", None)
    return all_rules(over=over)


def get(rule_id: str, actor: Actor) -> Rule:
    """One rule, for whom it concerns and for administrators; raises NotFound."""
    with reading():
        row = db.session.get(Substitution, rule_id)
        if row is None or not (_is_party(row, actor) or actor.roles & ARRANGES):
            raise NotFound("substitution_not_found")
        return _shown(row)


def _shown(row: Substitution) -> Rule:
    return Rule(
        id=row.id,
        principal=row.principal,
        substitute=row.substitute,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        processes=row.processes,
        up_to=None if row.up_to is None else yuan(row.up_to),
        reason=row.reason,
        created_at=row.created_at,
        created_by=row.created_by,
        ended_at=row.ended_at,
        state=_state(row),
    )


def _state(row: Substitution) -> str:
    today = office.today()
    if row.ended_at is not None:
        return "ended"
    if row.valid_until < today:
        return "over"
    return "coming" if row.valid_from > today else "active"
