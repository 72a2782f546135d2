"""Process instances (办件): start, cancel, suspend, resume."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import expressions, times
from engine.expressions import ExpressionFailed, ExpressionRefused
from engine.triggers import Cancel, Resume, Start, Suspend
from processes import case_numbers, clock, contexts, deployed, drafts, form_input, idempotency, ids, inputs, participation, policy, runtime
from processes.actors import Actor
from processes.approval import at_start, choosing
from processes.db import db, moment_text, reading, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.locking import LockedInstance
from processes.models import ProcessInstance
from processes.projections.work import Event, about_case

MAX_TITLE = 300
MAX_BUSINESS_KEY = 100


def start(
    *,
    key: str,
    version: int | None = None,
    variables: Any,
    business_key: str | None = None,
    title: str | None = None,
    revises: str | None = None,
    on_behalf_of: str | None = None,
    copies: Sequence[str] = (),
    actor: Actor,
) -> str:
    """Start a case and run it to its first wait; gives its id. `copies`: logins that get a copy, where the process offers that.

    Raises NotFound (no such definition), NotAllowed, Conflict (the case that it revises does not allow it) or Invalid.
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        definition = deployed.startable(key, version)
        policy.check_may_start(actor, definition.key, definition.starters)
        begin = definition.outline["start"]
        if begin is None:
            raise Conflict("no_plain_start_event", definition_key=key)
        revised = _check_revises(revises, definition, actor)
        asked = form_input.Asked(definition, begin["form_key"], begin.get("fields"), {}, revised)
        variables, named = choosing.apart(variables, choosing.choices_of(definition, begin["element_id"]))
        checked = form_input.check(asked, variables, actor, definition.key)
        offered = choosing.offers(definition, begin["element_id"], checked.variables, on_behalf_of or actor.login)
        sent = {**checked.variables, **choosing.check(offered, named, None)}
        copied = at_start.events(definition, copies, actor)
        instance = open_case(
            definition,
            Start(
                definition.key,
                definition.version,
                sent,
                actor.login,
                _given_key(business_key, definition, actor),
                begin["element_id"],
            ),
            title=title,
            revises=revised,
            on_behalf_of=_represented(on_behalf_of, definition, actor),
            files=[*form_input.files_events(definition.id, checked.attachments), *copied],
            actor=actor,
        )
        form_input.keep_attachments(instance.id, checked.attachments)
        subjects = [f"start:{key}", *([f"revise:{revised}"] if revised else [])]
        drafts.drop(actor.login, *subjects)
        idempotency.keep(instance.id)
    return instance.id


def open_case(
    definition: deployed.Definition,
    trigger: Start,
    *,
    title: str | None = None,
    revises: str | None = None,
    on_behalf_of: str | None = None,
    files: Sequence[Event] = (),
    actor: Actor,
) -> LockedInstance:
    """Write a new case inside the open transaction of a command; its number is taken after the engine's turn."""
    instance = LockedInstance(
        id=ids.new_id(),
        definition_id=definition.id,
        definition_key=definition.key,
        version=definition.version,
        title=definition.name[:MAX_TITLE],
        state="running",
        started_by=actor.login,
        started_at=clock.now(),
    )
    given = inputs.check_text("title", title, MAX_TITLE)

    def register() -> Event:
        return about_case(
            definition.id,
            "instance_registered",
            title=given or _title(definition, trigger),
            due_at=_due(definition, trigger),
            revises=revises,
            business_key=trigger.business_key or case_numbers.take(definition, instance.started_at),
        )

    runtime.open_instance(instance, trigger, register=register, files=files, actor=actor, on_behalf_of=on_behalf_of)
    return instance


def cancel(instance_id: str, reason: str, *, actor: Actor) -> str:
    """End a case here; open tasks are taken back. Starters may cancel their own, operators any."""
    return _steer(instance_id, Cancel, reason, actor)


def suspend(instance_id: str, reason: str, *, actor: Actor) -> str:
    """Let a case take no step until it is resumed; its jobs wait."""
    return _steer(instance_id, Suspend, reason, actor)


def resume(instance_id: str, reason: str, *, actor: Actor) -> str:
    """Let a suspended case go on; what fell due meanwhile runs now."""
    return _steer(instance_id, Resume, reason, actor)


def _steer(instance_id: str, kind: type[Cancel | Suspend | Resume], reason: Any, actor: Actor) -> str:
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        instance = lock_visible(instance_id, actor)
        facts = policy.CaseFacts(instance.definition_key, instance.started_by, instance.started_for, takes_part=False)
        allowed = policy.may_cancel(actor, facts) if kind is Cancel else policy.may_correlate(actor, instance.definition_key)
        if not allowed:
            raise NotAllowed("may_not_steer_case", command=kind.kind)
        said = inputs.check_text("reason", reason, inputs.MAX_REASON) or ""
        if instance.ended:
            raise Conflict("process_instance_ended", state=instance.state)
        if (instance.state == "suspended") != (kind is Resume) and kind is not Cancel:
            raise Conflict("process_instance_not_suspended" if kind is Resume else "process_instance_suspended")
        runtime.advance(instance, kind(said), actor=actor)
        idempotency.keep(instance_id)
    return instance_id


def lock_visible(instance_id: str, actor: Actor) -> LockedInstance:
    """Lock a case that the actor may know; raises NotFound."""
    instance = runtime.lock_instance(instance_id)
    if not participation.may_see(actor, instance):
        raise policy.hidden(actor, instance.definition_key, "process_instance_not_found")
    return instance


def _given_key(business_key: Any, definition: deployed.Definition, actor: Actor) -> str | None:
    """A number given from outside: not for people where the office numbers the cases itself."""
    given = inputs.check_text("business_key", business_key, MAX_BUSINESS_KEY)
    if given and definition.settings.get("business_key") and not policy.may_correlate(actor, definition.key):
        raise Invalid("business_key_is_numbered", fields={"business_key": ["这个流程的编号由系统生成。"]})
    return given


def _represented(on_behalf_of: Any, definition: deployed.Definition, actor: Actor) -> str | None:
    represented = inputs.check_text("on_behalf_of", on_behalf_of, 100)
    if represented is not None and not policy.is_integrator(actor, definition.key):
        raise NotAllowed("only_integrators_act_on_behalf")
    return represented


def _check_revises(revises: Any, definition: deployed.Definition, actor: Actor) -> str | None:
    """The case that the new one names: the actor's own, of the same process, and ended."""
    wanted = inputs.check_text("revises", revises, 26)
    if wanted is None:
        return None
    row = ProcessInstance
    query = select(row.id, row.definition_key, row.state, row.started_by, row.started_for).where(row.id == wanted)
    old = db.session.execute(query).first()
    if old is None or not participation.may_see(actor, old):
        raise NotFound("process_instance_not_found")
    if actor.login not in (old.started_by, old.started_for) and not policy.is_integrator(actor, old.definition_key):
        raise NotAllowed("may_not_revise")
    if old.definition_key != definition.key:
        raise Invalid("revises_another_process", fields={"revises": ["只能修改同一流程的办件。"]})
    if old.state not in ("completed", "cancelled"):
        raise Conflict("revised_case_still_runs", state=old.state)
    return wanted


def _title(definition: deployed.Definition, trigger: Start) -> str:
    """The title by the process's pattern; the process's name where the pattern gives nothing."""
    pattern = definition.settings.get("title_pattern")
    if not pattern:
        return definition.name[:MAX_TITLE]
    try:
        made = expressions.evaluate_template(pattern, {"starter": trigger.starter, **trigger.variables})
    except (ExpressionFailed, ExpressionRefused):
        return definition.name[:MAX_TITLE]
    return str(made or "").strip()[:MAX_TITLE] or definition.name[:MAX_TITLE]


def due_of(definition_id: str) -> datetime | None:
    """When a case started now ought to be concluded, as far as that does not depend on what is filled in; None without a limit."""
    with reading():
        return _due_at(deployed.definition(definition_id), {})


def _due(definition: deployed.Definition, trigger: Start) -> str | None:
    due = _due_at(definition, trigger.variables)
    return None if due is None else moment_text(due)


def _due_at(definition: deployed.Definition, variables: dict[str, Any]) -> datetime | None:
    """When the case ought to be concluded, by `time_limit` of process.toml: a duration, a date or an expression."""
    limit = definition.settings.get("time_limit")
    if not limit:
        return None
    context, _ = contexts.build(definition.id)
    try:
        functions = expressions.office_functions(context.now, context.calendar)
        due = times.resolve("due", limit, variables, functions, now=context.now, calendar=context.calendar)
    except (ExpressionFailed, ExpressionRefused, times.TimeRefused):
        return None
    return due.moment
