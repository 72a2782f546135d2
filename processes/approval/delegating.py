"""Delegating (委派): another person is asked for advice and may fill the form in; the decision stays with whose task it is."""

from typing import Any

from processes import drafts, form_input, idempotency, inputs, locked_task, policy, runtime
from processes.actors import Actor
from processes.approval import recipients, standing_in
from processes.db import transaction
from processes.errors import Conflict, Invalid
from processes.locked_task import LockedTask
from processes.user_tasks import asked_of


def delegate(user_task_id: str, *, to: Any, reason: Any = None, revision: Any = None, actor: Actor) -> str:
    """Ask another person for advice; until it comes the task is in that person's box. Who could take the task takes it with this.

    Raises NotFound, NotAllowed (also: advice is not asked on), Conflict, Invalid; see `reassigning.reassign`.
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = locked_task.lock(user_task_id)
        policy.check_not_asked_for_advice(actor, locked_task.facts(held.row))
        stand = held.check_may_work_on(actor)
        held.check_present(revision)
        said = recipients.check_rule(held, "delegate", reason, operates=False)
        login = recipients.check(to, held, actor=actor)
        owner = standing_in.owner(stand, held, actor)
        names = {one: recipients.named(one) for one in (owner, login)}
        asked = held.event("user_task_delegated", owner=owner, to=login, reason=said, sort_due=held.sort_due, names=names)
        trigger = {"kind": "delegate", "user_task_id": held.id, "to": login}
        claimed = [] if held.row["assignee"] else [held.event("user_task_claimed", assignee=owner, sort_due=held.sort_due)]
        events = [*standing_in.events(stand, held, actor), *claimed, asked]
        runtime.record(held.instance, trigger, events, actor=actor, on_behalf_of=standing_in.represented(stand))
        words = f"{actor.name}请您就{recipients.about(held)}提意见，办完交回{recipients.because(said)}"
        recipients.tell(held, login, words)
        idempotency.keep(user_task_id)
    return user_task_id


def resolve(user_task_id: str, *, variables: Any = None, opinion: Any = None, revision: Any = None, actor: Actor) -> str:
    """Give the advice: what was filled in and an opinion go back to whose task it is, and stay in the record.

    Raises NotFound, NotAllowed, Conflict (not delegated, to another, stale), Invalid with `fields` (neither a value nor an opinion).
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = _pending(user_task_id, actor)
        policy.check_may_advise(actor, locked_task.facts(held.row))
        held.check_present(revision)
        said = inputs.check_text("opinion", opinion, inputs.MAX_OPINION)
        checked = form_input.check_partly(asked_of(held.instance, held.row), variables, actor, held.instance.definition_key)
        if not (said and said.strip()) and not any(value not in (None, "", []) for value in checked.variables.values()):
            raise Invalid("advice_empty", fields={"opinion": ["请写意见，或在表单里填写。"]})
        owner = held.row["delegated_by"]
        names = {one: recipients.named(one) for one in (owner, actor.login)}
        given = {"by": actor.login, "owner": owner, "opinion": said, "variables": checked.variables, "names": names}
        files = form_input.files_events(held.instance.definition_id, checked.attachments)
        resolved = held.event("user_task_resolved", **given, sort_due=held.sort_due)
        runtime.record(held.instance, {"kind": "resolve", "user_task_id": held.id}, [*files, resolved], actor=actor)
        form_input.keep_attachments(held.instance.id, checked.attachments)
        drafts.drop(actor.login, f"task:{user_task_id}")
        recipients.tell(held, owner, f"{actor.name}就{recipients.about(held)}提了意见，等您决定{recipients.because(said)}")
        idempotency.keep(user_task_id)
    return user_task_id


def recall(user_task_id: str, *, reason: Any = None, revision: Any = None, actor: Actor) -> str:
    """Take the task back before the advice has come; whose task it is does so at any time, and operators.

    Raises NotFound, NotAllowed, Conflict (not delegated any more, suspended, stale).
    """
    if (done := idempotency.kept()) is not None:
        return str(done)
    with transaction():
        held = _pending(user_task_id, actor)
        policy.check_may_recall(actor, locked_task.facts(held.row))
        held.check_present(revision)
        said = inputs.check_text("reason", reason, inputs.MAX_REASON)
        owner, asked = held.row["delegated_by"], held.row["assignee"]
        names = {one: recipients.named(one) for one in (owner, asked)}
        details = {"owner": owner, "from": asked, "reason": said, "sort_due": held.sort_due, "names": names}
        runtime.record(
            held.instance, {"kind": "recall", "user_task_id": held.id}, [held.event("user_task_recalled", **details)], actor=actor
        )
        recipients.tell(held, asked, f"{actor.name}取回了{recipients.about(held)}，不用再提意见{recipients.because(said)}")
        idempotency.keep(user_task_id)
    return user_task_id


def _pending(user_task_id: str, actor: Actor) -> LockedTask:
    """The task, which waits for advice; raises what `check_may_work_on` says to those whom the task does not concern."""
    held = locked_task.lock(user_task_id)
    facts = locked_task.facts(held.row)
    if facts.state == "open" and facts.delegated_by is not None and policy.is_concerned(actor, facts):
        return held
    held.check_may_work_on(actor)
    raise Conflict("user_task_not_delegated")
