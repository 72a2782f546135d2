"""Messages to people outside: what they want, one message for what waits together, what becomes useless, failures, and races."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import update

from processes import clock, instances, notices, settings, sweep, user_tasks, worker
from processes.db import db, transaction
from processes.errors import Conflict, Invalid
from processes.models import Person
from processes.telling import choices, delivering, ways
from tests.processes.cases import LI, OPERATOR, REVIEW, WANG, ZHANG, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")
ALL = {name: ["mail", "sms"] for name in choices.GROUPS}


def _change(login: str, **values: Any) -> None:
    with transaction():
        db.session.execute(update(Person).where(Person.login == login).values(**values))


@pytest.fixture(autouse=True)
def _li_has_a_phone(database: str) -> None:
    _change("li", phone="13800000000")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ways.Message]]:
    """What goes out, with the SMS gateway switched on."""
    _switch(monkeypatch, sms="https://gateway.example.cn/send", mail="smtp://mail.example.cn:25")
    found: list[tuple[str, ways.Message]] = []
    monkeypatch.setattr(ways, "send", lambda channel, way, message, sender: found.append((channel, message)))
    return found


def _switch(monkeypatch: pytest.MonkeyPatch, **channels: str) -> None:
    now = settings.current()
    changed = replace(now, channels=replace(now.channels, **channels))
    monkeypatch.setattr(settings, "current", lambda: changed)


def tell(login: str = "li", kind: str = "system", text: str = "一条消息", number: int = 1, **more: Any) -> None:
    with transaction():
        notices.send(f"n{number}", login, text, kind, **more)


def states() -> list[tuple[str, str]]:
    return sorted((row["id"], row["state"]) for row in rows("outgoing_message"))


def test_who_never_chose_is_reminded_outside_and_nothing_else() -> None:
    tell(kind="system", number=1)
    tell(kind="reminder", number=2)
    assert [row["id"] for row in rows("outgoing_message")] == ["n2-sms"]


def test_a_new_task_reaches_everybody_whom_it_waits_for_once() -> None:
    choices.keep(channels=ALL, mail_address="li@example.cn", actor=LI)
    deploy(REVIEW)
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    assert rows("notice") == []
    sweep.sweep_once()
    sweep.sweep_once()
    assert {row["login"] for row in rows("notice")} == {"li", "wang"}
    assert notices.page(LI).items[0].user_task_id == task
    assert {row["channel"] for row in rows("outgoing_message")} == {"mail", "sms"}


def test_a_task_that_is_done_before_anybody_was_told_is_not_told() -> None:
    deploy(REVIEW)
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    user_tasks.complete(task, variables={}, actor=LI)
    sweep.sweep_once()
    assert {row["login"] for row in rows("notice")} == {"zhao"}


def test_the_outbox_keeps_what_no_way_out_sends() -> None:
    tell(kind="reminder")
    assert worker.run_due(10) == 1
    assert states() == [("n1-sms", "kept")]
    assert worker.run_due(10) == 0


def test_what_waits_for_one_person_on_one_way_goes_out_together(sent: list[tuple[str, ways.Message]]) -> None:
    for number in range(12):
        tell(kind="reminder", text=f"第 {number} 条\n两行", number=number)
    assert worker.run_due(100) == 1
    ((channel, message),) = sent
    assert (channel, message.address) == ("sms", "13800000000")
    assert "您有 12 条消息" in message.text
    assert "共 12 条" in message.text
    assert "\n" not in message.subject
    assert {row["state"] for row in rows("outgoing_message")} == {"sent"}
    assert len({row["sent_with"] for row in rows("outgoing_message")}) == 2


def test_what_asks_for_a_task_that_is_done_does_not_go_out(sent: list[tuple[str, ways.Message]]) -> None:
    choices.keep(channels=ALL, mail_address="li@example.cn", digest_at="17:00", actor=LI)
    deploy(REVIEW)
    task = open_tasks(instances.start(key="review_flow", variables={}, actor=ZHANG))["review"]
    sweep.sweep_once()
    user_tasks.complete(task, variables={}, actor=WANG)
    with clock.at(clock.now() + timedelta(days=1)):
        worker.run_due(100)
    assert sent == []
    assert {row["state"] for row in rows("outgoing_message") if row["login"] == "li"} == {"dropped"}


def test_quiet_hours_and_digests_hold_it_back(sent: list[tuple[str, ways.Message]]) -> None:
    now = clock.now().astimezone(settings.current().office.timezone)
    begins, ends = (now - timedelta(hours=1)).strftime("%H:%M"), (now + timedelta(hours=1)).strftime("%H:%M")
    choices.keep(channels=ALL, mail_address="li@example.cn", quiet_from=begins, quiet_until=ends, actor=LI)
    tell(kind="reminder")
    assert worker.run_due(10) == 0
    with clock.at(clock.now() + timedelta(hours=1)):
        assert worker.run_due(10) == 2
    assert sorted(channel for channel, _ in sent) == ["mail", "sms"]


def test_a_failure_is_tried_again_later_and_then_given_up_and_can_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _switch(monkeypatch, sms="https://gateway.example.cn/send")
    tried: list[str] = []

    def refuse(channel: str, way: str, message: ways.Message, sender: ways.Sender) -> None:
        tried.append(message.id)
        raise ways.NotDelivered("对方回答 503。")

    monkeypatch.setattr(ways, "send", refuse)
    tell(kind="reminder")
    at = clock.now()
    for _ in range(settings.current().jobs.retries + 2):
        with clock.at(at):
            worker.run_due(10)
        at += timedelta(hours=1)
    assert len(tried) == settings.current().jobs.retries
    (row,) = rows("outgoing_message")
    assert (row["state"], row["last_error"]) == ("failed", "对方回答 503。")
    delivering.send_again("n1-sms", actor=OPERATOR)
    with pytest.raises(Conflict):
        delivering.send_again("n1-sms", actor=OPERATOR)
    monkeypatch.setattr(ways, "send", lambda *_: None)
    worker.run_due(10)
    assert states() == [("n1-sms", "sent")]


def test_what_helps_nobody_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _switch(monkeypatch, sms="https://gateway.example.cn/send")

    def refuse(*_: Any) -> None:
        raise ways.NotDelivered("对方回答 400。", permanent=True)

    monkeypatch.setattr(ways, "send", refuse)
    tell(kind="reminder")
    worker.run_due(10)
    assert states() == [("n1-sms", "failed")]


def test_a_worker_that_died_in_the_middle_is_followed_by_another(sent: list[tuple[str, ways.Message]]) -> None:
    tell(kind="reminder")
    assert delivering._take("n1-sms")
    assert worker.run_due(10) == 0
    with clock.at(clock.now() + timedelta(seconds=delivering.HELD_SECONDS)):
        assert worker.run_due(10) == 1
    assert len(sent) == 1


def test_many_workers_send_it_once(sent: list[tuple[str, ways.Message]]) -> None:
    tell(kind="reminder")
    app, barrier = current_app._get_current_object(), threading.Barrier(4)
    now = clock.now()

    def work() -> None:
        with app.app_context(), clock.at(now):
            barrier.wait()
            delivering.deliver("n1-sms")
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(sent) == 1


def test_a_channel_that_is_off_and_a_person_who_left_get_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _switch(monkeypatch, sms="off", mail="off")
    tell(kind="reminder", number=1)
    _switch(monkeypatch, sms="outbox")
    _change("li", active=False)
    tell(kind="reminder", number=2)
    assert rows("outgoing_message") == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"mail_address": "li"}, "mail_address"),
        ({"mail_address": "a@b\nBcc: c@d"}, "mail_address"),
        ({"channels": {"task": ["mail"]}}, "mail_address"),
        ({"quiet_from": "20:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "08:00"}, "quiet_from"),
        ({"digest_at": "7 点"}, "digest_at"),
    ],
)
def test_wrong_wishes_are_refused_by_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        choices.keep(**{"channels": {}, **given}, actor=LI)
    assert field in raised.value.fields
    assert rows("notice_choice") == []
