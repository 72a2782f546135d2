"""Two people, or one twice, telling the same at the same moment: limits hold, nobody gets a copy twice, and no answer is lost."""

from typing import Any

import pytest

from processes import drafts, instances, user_tasks
from processes.approval import batch, circulating, copying, reminding
from processes.audit import replay
from processes.audit.verify import verify
from tests.processes.cases import LI, REVIEW, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.racers import ROUNDS, racing

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
ACTORS = {"li": LI, "wang": WANG, "zhang": ZHANG, "zhao": ZHAO}
WORKS: dict[str, Any] = {
    "remind": lambda task, who: reminding.remind(task, actor=ACTORS[who]),
    "copy": lambda task, who: copying.copy_task(task, ["zhao", "ops"], actor=ACTORS[who]).new,
    "read": lambda: copying.mark_read(actor=ZHAO),
    "acknowledge": lambda circulation, comment: circulating.acknowledge(circulation, comment, actor=ZHAO),
    "complete": lambda task, who: user_tasks.complete(task, variables={}, opinion=who, actor=ACTORS[who])[0],
    "batch": lambda tasks, who: [
        one.refusal.code if one.refusal else None
        for one in batch.complete([batch.Item(task, None) for task in tasks], opinion=who, actor=ACTORS[who])
    ],
    "draft": lambda subject, text, version: drafts.save(subject, {"x": text}, actor=LI, version=version).version,
}


def _case() -> tuple[str, str]:
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    return case, open_tasks(case)["review"]


def _sound(cases: list[str]) -> None:
    assert verify().unbroken
    assert all(replay.replay(case).same for case in cases[-5:])


def test_the_limit_of_reminders_holds_and_copies_go_once() -> None:
    deploy(REVIEW)
    cases = []
    with racing(3, WORKS) as racers:
        for _ in range(max(3, ROUNDS // 4)):
            case, task = _case()
            cases.append(case)
            ends = racers.round(*[("remind", {"task": task, "who": "zhang"})] * 3)
            assert sorted(one.code or "" for one in ends) == ["", "", "too_many_reminders"]
            assert len(rows("reminder", user_task_id=task)) == 2
            ends = racers.round(*[("copy", {"task": task, "who": who}) for who in ("li", "wang", "zhang")])
            assert sorted(len(one.value) for one in ends) == [0, 0, 2]
            assert len(rows("delivery", instance_id=case)) == 2
            racers.round(("read", {}), ("read", {}))
            assert len(rows("delivery_read", instance_id=case)) == 1
    _sound(cases)


def test_a_reminder_or_a_receipt_against_the_decision() -> None:
    deploy(REVIEW)
    cases = []
    with racing(3, WORKS) as racers:
        for _ in range(max(3, ROUNDS // 4)):
            case, task = _case()
            cases.append(case)
            made = circulating.circulate(case, ["zhao"], actor=ZHANG)
            reminded, read, done = racers.round(
                ("remind", {"task": task, "who": "zhang"}),
                ("acknowledge", {"circulation": made.id, "comment": "同意"}),
                ("complete", {"task": task, "who": "li"}),
            )
            assert (read.done, done.done) == (True, True)
            assert reminded.done or reminded.code == "user_task_not_open"
            assert [row["comment"] for row in rows("delivery", instance_id=case)] == ["同意"]
    _sound(cases)


def test_each_task_of_two_batches_is_decided_once() -> None:
    deploy(REVIEW)
    cases: list[str] = []
    with racing(2, WORKS) as racers:
        for _ in range(max(3, ROUNDS // 8)):
            pairs = [_case() for _ in range(3)]
            cases += [case for case, _ in pairs]
            tasks = [task for _, task in pairs]
            first, second = racers.round(("batch", {"tasks": tasks, "who": "li"}), ("batch", {"tasks": tasks[::-1], "who": "wang"}))
            won = [one is None for one in first.value]
            assert won == [one is not None for one in second.value[::-1]]
            for (_, task), by_li in zip(pairs, won, strict=True):
                (row,) = rows("user_task", id=task)
                assert row["completed_by"] == ("li" if by_li else "wang")
    _sound(cases)


def test_of_two_windows_one_is_newest_and_the_other_is_kept() -> None:
    deploy(REVIEW)
    with racing(2, WORKS) as racers:
        for number in range(max(3, ROUNDS // 4)):
            subject = f"task:race-{number}"
            ends = racers.round(*[("draft", {"subject": subject, "text": text, "version": 0}) for text in ("甲", "乙")])
            assert sorted(one.code or "" for one in ends) == ["", "draft_conflict"]
            kept = drafts.load(subject, actor=LI)
            assert kept is not None
            assert kept.other is not None
            assert {kept.variables["x"], kept.other["x"]} == {"甲", "乙"}
