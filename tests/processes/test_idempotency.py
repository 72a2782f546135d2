"""The same request, sent again with its key, is carried out once and gets the first answer."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from processes import clock, idempotency, instances, messages, user_tasks
from processes.errors import Conflict, Invalid
from processes.idempotency import Answer
from tests.engine.drawing import draw, end, event, flow, node, start
from tests.processes.cases import LI, REVIEW, ROBOT, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.forked import killed_at, race

pytestmark = pytest.mark.usefixtures("database")


def _request(work: Callable[[], object], key: str = "k", body: str = "b") -> str:
    """What the web does with a request that carries a key."""
    for _ in range(5):
        try:
            first = idempotency.begin("zhang", "/api/v1/process-instances", key, body)
            if first is not None:
                return first.body
            answer = str(work())
            idempotency.finish(201, answer)
            return answer
        except idempotency.Twin:
            continue
        finally:
            idempotency.end()
    raise AssertionError


def _start() -> str:
    return instances.start(key="review_flow", variables={}, actor=ZHANG)


def test_the_same_request_gives_the_first_answer() -> None:
    deploy(REVIEW)
    assert _request(_start) == _request(_start)
    assert len(rows("process_instance")) == 1
    assert _request(_start, key="other") != _request(_start)


def test_the_same_key_with_another_body_is_refused() -> None:
    deploy(REVIEW)
    _request(_start)
    with pytest.raises(Invalid):
        _request(_start, body="another")


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_length(key: str) -> None:
    with pytest.raises(Invalid):
        _request(_start, key=key)


def test_a_refused_request_may_be_tried_again() -> None:
    deploy(REVIEW)
    task = open_tasks(_start())["review"]

    def complete(revision: int) -> tuple[str, str]:
        return user_tasks.complete(task, variables={}, revision=revision, actor=LI)

    with pytest.raises(Conflict):
        _request(lambda: complete(9))
    assert _request(lambda: complete(1))


def test_a_request_killed_at_any_moment_gives_one_case_when_it_is_sent_again() -> None:
    deploy(REVIEW)
    for moment in count(1):
        died = killed_at(moment, lambda key=f"k{moment}": _request(_start, key=key) and None)
        first = _request(_start, key=f"k{moment}")
        assert _request(_start, key=f"k{moment}") == first
        assert len(rows("process_instance")) == moment
        if not died:
            break
    assert moment > 15


def test_twins_at_the_same_moment_give_one_case() -> None:
    deploy(REVIEW)
    twin = lambda: _request(_start) and None  # noqa: E731
    assert race(twin, twin, twin) == [0, 0, 0]
    assert len(rows("process_instance")) == 1


def test_a_message_is_given_once() -> None:
    deploy(draw(start() + node("intermediateCatchEvent", "wait", event("message", "M1")) + end() + flow("s", "wait", "e")))
    for _ in range(2):
        instances.start(key="p", variables={}, actor=ROBOT)

    def deliver() -> object:
        return messages.deliver(name="m1", actor=ROBOT)

    assert _request(deliver) == _request(deliver)
    assert len(rows("step")) == 4


def test_keys_are_forgotten_after_a_day() -> None:
    deploy(REVIEW)
    first = _request(_start)
    with clock.at(NOW + timedelta(hours=25)):
        idempotency.sweep()
        assert rows("idempotency_key") == []
        assert _request(_start) != first


def test_an_answer_is_kept_with_its_status() -> None:
    deploy(REVIEW)
    body = _request(_start)
    assert idempotency.begin("zhang", "/api/v1/process-instances", "k", "b") == Answer(201, body)
    idempotency.end()
