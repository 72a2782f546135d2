"""One step of a case: a trigger is applied, everything automatic runs until nothing moves, and the outcome is told."""

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import correlation, moving, opened, signers, sleeping, withdrawing
from engine import state as states
from engine.context import Context
from engine.elements.throwing import deliver_inside, waiting_for
from engine.elements.waiting import Waiting
from engine.elements.work import Job, job_number
from engine.errors import NotWaiting
from engine.instances import Case
from engine.library import Library
from engine.outcome import Outcome
from engine.settling import settle, watch
from engine.tokens import Token
from engine.triggers import (
    AddSigners,
    BroadcastSignal,
    Cancel,
    CompleteJob,
    CompleteUserTask,
    DeliverMessage,
    FailJob,
    FireTimer,
    RemoveSigner,
    Resume,
    Retry,
    SendBack,
    SetVariables,
    Start,
    Suspend,
    Trigger,
    Withdraw,
)
from engine.turn import Turn


def advance(library: Library, state: bytes | None, trigger: Trigger, context: Context) -> Outcome:
    """Take one step; equal states, triggers and contexts give equal outcomes, byte for byte.

    Raises NotWaiting when nothing waits for the trigger and LimitReached when the case would become too large: nothing has
    happened then. An automatic part that fails raises nothing, its token stays and an `incident_raised` event says why.
    """
    turn = Turn(library, context)
    if isinstance(trigger, Start):
        case = _start(turn, trigger)
    elif state is None:
        raise NotWaiting("no_case")
    else:
        case = states.load(state, turn)
        watch(case)
        _apply(case, trigger)
    if case.status == "running":
        settle(case)
    incidents = tuple(sorted(open_incidents(case)))
    return Outcome(tuple(turn.events), states.dump(case), case.status, dict(case.scope.own), incidents, frozenset(turn.wanted))


def open_incidents(case: Case) -> list[int]:
    """The numbers of the incidents that are open."""
    found = [token.internal_data["incident"] for token in case.tokens() if "incident" in token.internal_data]
    return found if case.stuck is None else [*found, case.stuck[0]]


def _start(turn: Turn, trigger: Start) -> Case:
    spec = turn.library.get(trigger.key, trigger.version).main
    case = Case(spec, turn)
    watch(case)
    case.set_variables(dict(trigger.variables), trigger.starter)
    case.business_key = trigger.business_key
    # one of several events of the same start event has a number behind the id
    first = None if trigger.element_id is None else trigger.element_id.partition(" [")[0]
    if first is not None and not (first in spec.task_specs and spec.task_specs[first].instantiates):
        raise NotWaiting("no_such_start", element_id=trigger.element_id)
    turn.record_case(
        "instance_started",
        spec.definition,
        definition_key=trigger.key,
        version=trigger.version,
        starter=trigger.starter,
        variables=trigger.variables,
    )
    correlation.meet(case.partners, trigger.sender)
    case.lay(case.scope.own)
    case.begin(None if first is None else (first,))
    if first is not None and trigger.element_id is not None:
        event = _event_of(spec.task_specs[first], trigger.element_id)
        if event["kind"] == "message":
            correlation.note(case.task_tree, str(event["name"]), trigger.variables)
    return case


def _event_of(spec: Any, element_id: str) -> dict[str, Any]:
    """The event by which a case begins: the only one of its element, or the one whose number stands behind the id."""
    event: dict[str, Any] = spec.element["event"]
    if event["kind"] != "multiple":
        return event
    number = element_id.partition(" [")[2].rstrip("]") or "1"
    if not number.isdecimal() or not 1 <= int(number) <= len(event["events"]):
        raise NotWaiting("no_such_start", element_id=element_id)
    found: dict[str, Any] = event["events"][int(number) - 1]
    return found


def _apply(case: Case, trigger: Trigger) -> None:
    if case.status != "running":
        raise NotWaiting("ended", status=case.status)
    if case.suspended and not isinstance(trigger, Resume | Cancel | SetVariables):
        raise NotWaiting("suspended")
    _RULES[type(trigger)](case, trigger)


def _complete_user_task(case: Case, trigger: CompleteUserTask) -> None:
    token = opened.open_task(case, trigger.number, trigger.element_id)
    token.task_spec.decide(token, dict(trigger.variables), trigger.outcome, trigger.opinion, trigger.by)


def _add_signers(case: Case, trigger: AddSigners) -> None:
    holder = opened.open_task(case, trigger.number, trigger.element_id)
    signers.add(holder, list(trigger.users), trigger.position, trigger.by)


def _remove_signer(case: Case, trigger: RemoveSigner) -> None:
    sleeping.rouse(case, trigger.number)
    holder = case.find(trigger.number)
    if holder is None or holder.task_spec.drawn != trigger.element_id:
        raise NotWaiting("user_task_not_open", number=trigger.number, element_id=trigger.element_id)
    signers.remove(holder, trigger.signer, trigger.by)


def _job(case: Case, number: int, element_id: str) -> Token:
    sleeping.rouse(case, number)
    for token in case.tokens():
        spec = token.task_spec
        if isinstance(spec, Job) and spec.drawn == element_id and token.state == TaskState.STARTED and job_number(token) == number:
            return token
    raise NotWaiting("job_not_open", number=number, element_id=element_id)


def _complete_job(case: Case, trigger: CompleteJob) -> None:
    token = _job(case, trigger.number, trigger.element_id)
    token.task_spec.answer(token, dict(trigger.variables))


def _fail_job(case: Case, trigger: FailJob) -> None:
    token = _job(case, trigger.number, trigger.element_id)
    token.task_spec.failed(token, trigger.code, trigger.message, dict(trigger.variables))


def _fire_timer(case: Case, trigger: FireTimer) -> None:
    sleeping.rouse(case, trigger.number)
    token = case.find(trigger.number)
    if token is None or token.task_spec.drawn != trigger.element_id or not _waits(token, "timer"):
        raise NotWaiting("timer_not_waiting", number=trigger.number, element_id=trigger.element_id)
    token.task_spec.fire(token)


def _waits(token: Token, kind: str) -> bool:
    return isinstance(token.task_spec, Waiting) and token.task_spec.kind == kind and token.state == TaskState.WAITING


def _deliver(case: Case, trigger: DeliverMessage) -> None:
    variables = dict(trigger.variables)
    waiting = waiting_for(case, "message", trigger.name, variables)
    token = next((one for one in waiting if trigger.number in (None, one.id)), None)
    if token is None or not correlation.speaks_with(case.partners, trigger.sender, addressed=trigger.addressed):
        raise NotWaiting("message_not_awaited", name=trigger.name, number=trigger.number)
    correlation.meet(case.partners, trigger.sender)
    correlation.note(token, trigger.name, variables)
    token.task_spec.fire(token, variables)


def _broadcast(case: Case, trigger: BroadcastSignal) -> None:
    if not deliver_inside(case, "signal", trigger.name, dict(trigger.variables)):
        raise NotWaiting("signal_not_awaited", name=trigger.name)


def _set_variables(case: Case, trigger: SetVariables) -> None:
    for _, changes in case.scope.write(trigger.variables):
        case.turn.record_case("variables_changed", case.spec.definition, changes=changes, scope=None)


def _retry(case: Case, trigger: Retry) -> None:
    if case.stuck is not None and trigger.number in case.stuck:
        _set_variables(case, SetVariables(trigger.variables))
        case.moves_again()
        return
    token = next(
        (t for t in case.tokens() if trigger.number in (t.internal_data.get("incident"), t.id) and t.state == TaskState.ERROR), None
    )
    if token is None:
        raise NotWaiting("incident_not_open", number=trigger.number)
    token.task_spec.correct(token, dict(trigger.variables))
    token.try_again()


def _cancel(case: Case, trigger: Cancel) -> None:
    case.completed = True
    with case.turn.because("case_cancelled"):
        for token in case.task_tree.children:
            token.cancel()
    case.moves_again()
    case.status = "cancelled"
    case.turn.record_case("instance_cancelled", case.spec.definition, reason=trigger.reason)


def _suspend(case: Case, trigger: Suspend) -> None:
    case.suspended = True
    case.turn.record_case("instance_suspended", case.spec.definition, reason=trigger.reason)


def _resume(case: Case, trigger: Resume) -> None:
    if not case.suspended:
        raise NotWaiting("not_suspended")
    case.suspended = False
    case.turn.record_case("instance_resumed", case.spec.definition, reason=trigger.reason)


_RULES: dict[type[Trigger], Callable[[Case, Any], None]] = {
    CompleteUserTask: _complete_user_task,
    CompleteJob: _complete_job,
    FailJob: _fail_job,
    FireTimer: _fire_timer,
    DeliverMessage: _deliver,
    BroadcastSignal: _broadcast,
    SetVariables: _set_variables,
    SendBack: moving.send_back,
    Withdraw: withdrawing.withdraw,
    AddSigners: _add_signers,
    RemoveSigner: _remove_signer,
    Retry: _retry,
    Cancel: _cancel,
    Suspend: _suspend,
    Resume: _resume,
}
