"""Messages and signals: to the cases that wait, to start events, and from case to case."""

import pytest

from processes import clock, instances, jobs, messages, signals, start_timers, user_tasks
from processes.actors import Actor
from processes.audit import replay
from processes.errors import Conflict, Invalid, NotAllowed
from processes.queries import cases
from tests.engine.drawing import NAMESPACES, draw, end, event, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")


def _waits(kind: str, reference: str) -> str:
    return node("intermediateCatchEvent", "wait", event(kind, reference))


AWAITS_MESSAGE = draw(start() + _waits("message", "M1") + end() + flow("s", "wait", "e"), key="awaits")
AWAITS_SIGNAL = draw(start() + _waits("signal", "S1") + end() + flow("s", "wait", "e"), key="listens")
STARTED_BY_MESSAGE = draw(
    start(inner=event("message", "M2")) + user("u", camunda_assignee="li") + end() + flow("s", "u", "e"), key="answers"
)
THROWS = draw(start() + node("intermediateThrowEvent", "throw", event("message", "M1")) + end() + flow("s", "throw", "e"), key="calls")
BROADCASTS = draw(start() + node("intermediateThrowEvent", "throw", event("signal", "S1")) + end() + flow("s", "throw", "e"), key="shouts")


def _state(case: str) -> str:
    return str(cases.get(case, OPERATOR)["state"])


def test_a_message_finds_its_case_by_business_key() -> None:
    deploy(AWAITS_MESSAGE)
    one, other = (instances.start(key="awaits", variables={}, business_key=key, actor=ROBOT) for key in ("A-1", "A-2"))
    result = messages.deliver(name="m1", business_key="A-2", variables={"paid": 3}, actor=ROBOT)
    assert (result.correlated, result.started) == ([other], [])
    assert (_state(one), _state(other)) == ("running", "completed")
    assert cases.get(other, OPERATOR)["variables"] == {"paid": 3}


def test_a_message_finds_its_case_by_variables() -> None:
    deploy(AWAITS_MESSAGE)
    one, other = (instances.start(key="awaits", variables={"order": number}, actor=ROBOT) for number in (1, 2))
    assert messages.deliver(name="m1", correlation={"order": 2}, variables={}, actor=ROBOT).correlated == [other]
    assert (_state(one), _state(other)) == ("running", "completed")
    with pytest.raises(Conflict):
        messages.deliver(name="m1", correlation={"order": True}, variables={}, actor=ROBOT)


def test_a_message_that_nobody_waits_for_is_a_conflict() -> None:
    deploy(AWAITS_MESSAGE)
    case = instances.start(key="awaits", variables={}, actor=ROBOT)
    messages.deliver(name="m1", actor=ROBOT)
    for name in ("m1", "unheard"):
        with pytest.raises(Conflict) as refusal:
            messages.deliver(name=name, actor=ROBOT)
        assert refusal.value.code == "nothing_waits"
    assert _state(case) == "completed"


def test_a_message_starts_a_case_of_the_newest_version() -> None:
    deploy(STARTED_BY_MESSAGE)
    deploy(STARTED_BY_MESSAGE.replace(b'"s"', b'"s" name="new"'))
    result = messages.deliver(name="m2", business_key="B-1", variables={"x": 1}, actor=ROBOT)
    (case,) = result.started
    started = cases.get(case, OPERATOR)
    assert (started["version"], started["business_key"], started["variables"]) == (2, "B-1", {"x": 1})
    assert open_tasks(case).keys() == {"u"}
    with pytest.raises(Conflict):
        instances.start(key="answers", variables={}, actor=ROBOT)


def test_people_send_no_messages_and_robots_only_within_scope() -> None:
    deploy(AWAITS_MESSAGE)
    instances.start(key="awaits", variables={}, actor=ROBOT)
    with pytest.raises(NotAllowed):
        messages.deliver(name="m1", actor=LI)
    with pytest.raises(Conflict):
        messages.deliver(name="m1", actor=Actor("robot", "接口", frozenset({"integrator"}), scope=("other",), via="token"))


@pytest.mark.parametrize("wrong", [{"name": ""}, {"correlation": [1]}, {"correlation": {"_x": 1}}, {"variables": {"_x": 1}}])
def test_wrong_messages_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        messages.deliver(**{"name": "m1", "actor": ROBOT, **wrong})


def test_a_suspended_case_hears_nothing() -> None:
    deploy(AWAITS_MESSAGE)
    case = instances.start(key="awaits", variables={}, actor=ROBOT)
    instances.suspend(case, "", actor=OPERATOR)
    with pytest.raises(Conflict):
        messages.deliver(name="m1", actor=ROBOT)


def test_a_signal_reaches_every_case_that_listens() -> None:
    deploy(AWAITS_SIGNAL)
    started = [instances.start(key="listens", variables={}, actor=ZHANG) for _ in range(3)]
    result = signals.broadcast("s1", {"x": 1}, actor=ROBOT)
    assert result.correlated == started
    assert {_state(case) for case in started} == {"completed"}
    assert not signals.broadcast("s1", {}, actor=ROBOT).anybody


def _run_all() -> list[bool]:
    return [jobs.run(job_id) for job_id in jobs.due_ids(100)]


def test_a_thrown_message_reaches_another_case_once_and_the_thrower_learns_of_it() -> None:
    deploy(AWAITS_MESSAGE, THROWS)
    receiver = instances.start(key="awaits", variables={}, actor=ZHANG)
    thrower = instances.start(key="calls", variables={}, actor=ZHANG)
    assert _state(receiver) == "running"
    assert _run_all() == [True]
    assert _run_all() == []
    assert _state(receiver) == "completed"
    told = rows("step", instance_id=thrower)[-1]["events"][-1]
    assert (told["type"], told["details"]) == ("message_delivered", {"correlated": [receiver], "started": [], "attempts": 1})


def test_a_thrown_message_waits_a_while_for_its_receiver() -> None:
    deploy(AWAITS_MESSAGE, THROWS)
    instances.start(key="calls", variables={}, actor=ZHANG)
    assert _run_all() == [False]
    receiver = instances.start(key="awaits", variables={}, actor=ZHANG)
    with clock.at(rows("job")[0]["due_at"]):
        assert _run_all() == [True]
    assert _state(receiver) == "completed"


def test_a_thrown_message_that_nobody_wants_is_given_up_without_an_incident() -> None:
    deploy(THROWS)
    case = instances.start(key="calls", variables={}, actor=ZHANG)
    for _ in range(3):
        with clock.at(rows("job")[0]["due_at"]):
            _run_all()
    assert (_state(case), rows("job")[0]["state"], rows("incident")) == ("completed", "done", [])


def test_a_thrown_signal_reaches_all() -> None:
    deploy(AWAITS_SIGNAL, BROADCASTS)
    listening = [instances.start(key="listens", variables={}, actor=ZHANG) for _ in range(2)]
    instances.start(key="shouts", variables={}, actor=ZHANG)
    assert _run_all() == [True]
    assert {_state(case) for case in listening} == {"completed"}


def test_a_timer_start_event_starts_one_case_for_each_moment() -> None:
    daily = draw(
        start(inner=event("cycle", "R2/2026-11-24T12:00:00/P1D")) + user("u", camunda_assignee="li") + end() + flow("s", "u", "e"),
        key="daily",
    )
    deploy(daily)
    assert start_timers.run_due() == []
    due = [row["due_at"] for row in rows("start_subscription")]
    with clock.at(due[0]):
        assert len(start_timers.run_due()) == 1
        assert start_timers.run_due() == []
    with clock.at(rows("start_subscription")[0]["due_at"]):
        assert len(start_timers.run_due()) == 1
    assert rows("start_subscription")[0]["due_at"] is None
    assert {row["started_by"] for row in rows("process_instance")} == {"system"}
    assert due[0] > NOW


POOLS = (
    '<collaboration id="c"><participant id="pa" processRef="asks"/><participant id="pb" processRef="replies"/>'
    '<messageFlow id="question" sourceRef="ask" targetRef="asked"/><messageFlow id="answer" sourceRef="reply" targetRef="hear"/>'
    '<messageFlow id="more" sourceRef="thank" targetRef="thanked"/></collaboration>'
)
BLANK = "<messageEventDefinition/>"
ASKS = node(
    "process",
    "asks",
    start() + node("sendTask", "ask") + node("receiveTask", "hear") + user("think", camunda_assignee="li")
    + node("intermediateThrowEvent", "thank", BLANK) + end() + flow("s", "ask", "hear", "think", "thank", "e"),
    isExecutable="true",
)  # fmt: skip
REPLIES = node(
    "process",
    "replies",
    start("asked", BLANK) + user("work", camunda_assignee="li") + node("intermediateThrowEvent", "reply", BLANK)
    + node("intermediateCatchEvent", "thanked", BLANK) + end("be") + flow("asked", "work", "reply", "thanked", "be"),
    isExecutable="true",
)  # fmt: skip


def _run_due() -> None:
    for job_id in jobs.due_ids(20):
        jobs.run(job_id)


def test_pools_speak_with_each_other_by_message_flows_and_each_case_with_its_own_partner() -> None:
    deploy(f"<definitions {NAMESPACES}>{POOLS}{ASKS}{REPLIES}</definitions>".encode())
    asking = [instances.start(key="asks", variables={}, actor=ROBOT) for _ in range(2)]
    _run_due()
    replying = [row["id"] for row in rows("process_instance", definition_key="replies")]
    partner = {rows("step", instance_id=case, seq=1)[0]["trigger"]["sender"][1]: case for case in replying}
    assert partner.keys() == set(asking)
    user_tasks.complete(open_tasks(partner[asking[1]])["work"], variables={}, actor=LI)
    _run_due()
    assert [list(open_tasks(case)) for case in asking] == [[], ["think"]]
    user_tasks.complete(open_tasks(partner[asking[0]])["work"], variables={}, actor=LI)
    _run_due()
    user_tasks.complete(open_tasks(asking[1])["think"], variables={}, actor=LI)
    _run_due()
    assert (_state(partner[asking[0]]), _state(partner[asking[1]])) == ("running", "completed")
    assert all(replay.replay(case).same for case in [*asking, *replying])
