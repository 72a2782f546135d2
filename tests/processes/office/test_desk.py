"""What lies on somebody's desk: messages, drafts, common opinions."""

from datetime import timedelta

import pytest

from processes import clock, drafts, notices, phrases
from processes.actors import Actor
from processes.db import transaction
from processes.errors import Conflict, Invalid, NotFound
from processes.people import directory
from processes.settings import Settings
from tests.processes.office.conftest import NOW


def actor(login: str = "clerk_finance") -> Actor:
    return directory.actor(login)


def send(notice_id: str, login: str = "clerk_finance", minutes: int = 0) -> None:
    with clock.at(NOW + timedelta(minutes=minutes)), transaction():
        notices.send(notice_id, login, f"消息 {notice_id}", "reminder")


def test_a_message_is_sent_once(office: Settings) -> None:
    for _ in range(3):
        send("case-1-reminder")
    assert [notice.text for notice in notices.page(actor()).items] == ["消息 case-1-reminder"]
    assert notices.unread("clerk_finance") == 1


def test_messages_are_paged_newest_first_also_within_one_moment(office: Settings) -> None:
    for number in range(7):
        send(f"n{number}", minutes=number // 3)
    seen: list[str] = []
    cursor = None
    while True:
        page = notices.page(actor(), limit=2, cursor=cursor)
        seen += [notice.id for notice in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["n6", "n5", "n4", "n3", "n2", "n1", "n0"]


def test_each_reads_the_own_messages_only(office: Settings) -> None:
    send("mine")
    send("other", "head_finance")
    notices.mark_read(["mine", "other"], actor=actor())
    assert (notices.unread("clerk_finance"), notices.unread("head_finance")) == (0, 1)
    assert [notice.id for notice in notices.page(actor("head_finance")).items] == ["other"]


def test_read_messages_stay_and_all_can_be_marked_at_once(office: Settings) -> None:
    for number in range(3):
        send(f"n{number}")
    notices.mark_read(["n1"], actor=actor())
    assert [notice.id for notice in notices.page(actor(), unread=True).items] == ["n2", "n0"]
    notices.mark_read(actor=actor())
    assert notices.unread("clerk_finance") == 0
    assert len(notices.page(actor()).items) == 3


@pytest.mark.parametrize("cursor", ["x", "~", "2026", "\x00", "W10", "x" * 2000])
def test_a_cursor_that_nobody_gave_is_refused(shared_office: Settings, cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        notices.page(actor(), cursor=cursor)
    assert refusal.value.code == "invalid_cursor"


def test_a_draft_is_kept_for_one_person_and_one_subject(office: Settings) -> None:
    drafts.save("task:1-2", {"金额": "abc", "rows": [{"a": None}]}, actor=actor())
    drafts.save("task:1-2", {"金额": "12"}, actor=actor())
    drafts.save("start:procurement_regular", {"x": 1}, actor=actor())
    found = drafts.load("task:1-2", actor=actor())
    assert found == drafts.DraftFacts({"金额": "12"}, NOW, version=2)
    assert drafts.load("task:1-2", actor=actor("head_finance")) is None
    drafts.delete_own("task:1-2", actor=actor())
    drafts.delete_own("task:1-2", actor=actor())
    assert drafts.load("task:1-2", actor=actor()) is None


def test_two_windows_keep_both_and_neither_writes_over_the_other(office: Settings) -> None:
    first = drafts.save("task:1-2", {"x": "甲"}, actor=actor(), version=0)
    assert (first.version, drafts.save("task:1-2", {"x": "甲乙"}, actor=actor(), version=1).version) == (1, 2)
    with clock.at(NOW + timedelta(minutes=1)), pytest.raises(Conflict) as refusal:
        drafts.save("task:1-2", {"x": "丙"}, actor=actor(), version=1)
    assert (refusal.value.code, refusal.value.values) == ("draft_conflict", {"version": 2})
    kept = drafts.load("task:1-2", actor=actor())
    assert kept == drafts.DraftFacts({"x": "甲乙"}, NOW, 2, {"x": "丙"}, NOW + timedelta(minutes=1))
    assert drafts.save("task:1-2", {"x": "丙丁"}, actor=actor(), version=2, from_other=True).version == 3
    swapped = drafts.load("task:1-2", actor=actor())
    assert swapped is not None
    assert (swapped.variables, swapped.other) == ({"x": "丙丁"}, {"x": "甲乙"})


def test_what_two_windows_have_alike_is_no_conflict(office: Settings) -> None:
    drafts.save("task:1-2", {"x": "甲"}, actor=actor(), version=0)
    assert drafts.save("task:1-2", {"x": "甲"}, actor=actor(), version=0).version == 1
    assert drafts.save("task:1-2", {"x": "甲"}, actor=actor(), version=1).version == 1
    with transaction():
        drafts.drop("clerk_finance", "task:1-2")
    assert drafts.save("task:1-2", {"x": "乙"}, actor=actor(), version=1).version == 1


@pytest.mark.parametrize(
    ("subject", "variables"),
    [
        ("case:1", {}),
        ("task:", {}),
        ("task:" + "x" * 300, {}),
        ("task:1", []),
        ("task:1", None),
        ("task:1", {"x": "\x00"}),
        ("task:1", {"x": "y" * 600_000}),
        ("task:1", {"x": {1, 2}}),
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused(shared_office: Settings, subject: str, variables: object) -> None:
    with pytest.raises(Invalid):
        drafts.save(subject, variables, actor=actor())


def test_everybody_has_phrases_from_the_start(shared_office: Settings) -> None:
    assert [phrase.text for phrase in phrases.listed("clerk_finance")] == list(phrases.DEFAULTS)


def test_own_phrases_come_beside_the_defaults_the_most_used_first(office: Settings) -> None:
    own = phrases.add("同意，请抓紧实施。", actor=actor())
    assert phrases.add(" 同意，请抓紧实施。 ", actor=actor()) == own
    with transaction():
        for _ in range(3):
            phrases.count_use("clerk_finance", "已看。请补充三家以上报价。另附合同。")
        phrases.count_use("head_finance", "同意，请抓紧实施。")
    assert [phrase.text for phrase in phrases.listed("clerk_finance")][:2] == ["请补充三家以上报价。", "同意，请抓紧实施。"]
    assert len(phrases.listed("clerk_finance")) == len(phrases.DEFAULTS) + 1
    phrases.delete(own, actor=actor())
    assert len(phrases.listed("clerk_finance")) == len(phrases.DEFAULTS)


def test_the_last_used_comes_first_among_those_used_as_often(office: Settings) -> None:
    with transaction():
        phrases.count_use("clerk_finance", "同意，请按预算执行。")
    with clock.at(NOW + timedelta(minutes=1)), transaction():
        phrases.count_use("clerk_finance", "请补充三家以上报价。")
    found = phrases.listed("clerk_finance")
    assert [(one.text, one.used) for one in found[:2]] == [("请补充三家以上报价。", 1), ("同意，请按预算执行。", 1)]
    assert len(found) == len(phrases.DEFAULTS)


def test_a_phrase_inside_of_a_longer_one_was_not_used(office: Settings) -> None:
    with transaction():
        phrases.count_use("clerk_finance", "经审核，资金来源落实，同意。")
    assert {one.text: one.used for one in phrases.listed("clerk_finance") if one.used} == {"经审核，资金来源落实，同意。": 1}


def test_the_order_by_hand_stays_until_it_is_given_up(office: Settings) -> None:
    phrases.move("default-2", -2, actor=actor())
    with transaction():
        phrases.count_use("clerk_finance", "请补充三家以上报价。")
    own = phrases.add("新的一条。", actor=actor())
    shown = [one.text for one in phrases.listed("clerk_finance")]
    assert shown == [phrases.DEFAULTS[2], phrases.DEFAULTS[0], phrases.DEFAULTS[1], *phrases.DEFAULTS[3:], "新的一条。"]
    phrases.move(own, -99, actor=actor())
    assert phrases.listed("clerk_finance")[0].text == "新的一条。"
    phrases.move(own, 99, actor=actor())
    assert phrases.listed("clerk_finance")[-1].text == "新的一条。"
    phrases.sort_by_use(actor=actor())
    assert {one.text for one in phrases.listed("clerk_finance")[:2]} == {"请补充三家以上报价。", "新的一条。"}


def test_a_phrase_is_said_otherwise(office: Settings) -> None:
    phrases.change("default-0", "同意办理。", actor=actor())
    assert "同意办理。" in [one.text for one in phrases.listed("clerk_finance")]
    assert "同意。" not in [one.text for one in phrases.listed("clerk_finance")]
    with pytest.raises(Conflict):
        phrases.change(phrases.listed("clerk_finance")[1].id, "同意办理。", actor=actor())
    with pytest.raises(Invalid):
        phrases.change(phrases.listed("clerk_finance")[1].id, " ", actor=actor())
    for wrong in ("default-9", "default-x", "nothing"):
        with pytest.raises(NotFound):
            phrases.move(wrong, 1, actor=actor())


def test_a_phrase_of_somebody_else_is_not_found(office: Settings) -> None:
    own = phrases.add("同意。", actor=actor())
    for phrase_id, login in ((own, "head_finance"), ("nothing", "clerk_finance")):
        with pytest.raises(NotFound):
            phrases.delete(phrase_id, actor=actor(login))


@pytest.mark.parametrize("text", ["", "  ", "x" * 301, "a\x00b"])
def test_a_phrase_that_cannot_be_is_refused(shared_office: Settings, text: str) -> None:
    with pytest.raises(Invalid):
        phrases.add(text, actor=actor())


def test_phrases_are_not_without_end(office: Settings) -> None:
    for number in range(phrases.MOST - len(phrases.DEFAULTS)):
        phrases.add(f"意见 {number}", actor=actor())
    with pytest.raises(Conflict):
        phrases.add("再来一条", actor=actor())
