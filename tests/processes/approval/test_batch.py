"""Deciding on many tasks at once: exactly those that were ticked, a step each, and what is refused stops none of the others."""

import json
from typing import Any

import pytest

from processes import idempotency, instances, user_tasks
from processes.approval import batch
from processes.approval.batch import Item
from processes.errors import Invalid, NotFound
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.approval.checks import check_log_gives_all
from tests.processes.approval.places import PLACES
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")


def _drawn(key: str, form: str = "", **properties: str) -> bytes:
    lines = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    inner = f"<extensionElements><camunda:properties>{lines}</camunda:properties></extensionElements>" if lines else ""
    shown = {"camunda_formKey": form} if form else {}
    task = node("userTask", "u", inner, name="审核", camunda_candidateGroups="财政局", **shown)
    return draw(start() + task + end() + flow("s", "u", "e"), key=key)


APPROVAL = _drawn("approval", outcomes="agree:同意; disagree:不同意:required")


def _waiting(key: str, number: int) -> list[Item]:
    cases = [instances.start(key=key, variables={}, title=f"第 {n} 件", actor=ZHANG) for n in range(number)]
    return [_item(open_tasks(case)["u"]) for case in cases]


def _item(task_id: str) -> Item:
    (row,) = rows("user_task", id=task_id)
    return Item(task_id, row["revision"])


def _codes(results: list[batch.Result]) -> list[str | None]:
    return [one.refusal.code if one.refusal else None for one in results]


def test_exactly_what_was_ticked_is_decided_a_step_each() -> None:
    deploy(APPROVAL)
    items = _waiting("approval", 4)
    results = batch.complete(items[:3], outcome="agree", opinion="同意。", actor=LI)
    assert _codes(results) == [None, None, None]
    assert [one.instance_id for one in results] == [item.id.partition("-")[0] for item in items[:3]]
    for item in items[:3]:
        (row,) = rows("user_task", id=item.id)
        assert (row["state"], row["completed_by"], row["outcome"], row["opinion"]) == ("completed", "li", "agree", "同意。")
        assert len(rows("step", instance_id=row["instance_id"])) == 2
    assert rows("user_task", id=items[3].id)[0]["state"] == "open"
    check_log_gives_all()


@pytest.mark.parametrize("place", PLACES)
def test_tasks_are_decided_wherever_they_stand(place: str) -> None:
    where = PLACES[place]()
    (result,) = batch.complete([_item(where.task)], outcome="agree", actor=LI)
    assert (result.refusal, result.instance_id) == (None, where.case)
    check_log_gives_all()


def test_what_is_refused_stops_none_of_the_others() -> None:
    deploy(APPROVAL)
    gone, taken, stale, suspended, fine = _waiting("approval", 5)
    user_tasks.complete(gone.id, variables={}, outcome="agree", actor=WANG)
    user_tasks.claim(taken.id, actor=WANG)
    user_tasks.claim(stale.id, actor=LI)
    instances.suspend(suspended.id.partition("-")[0], "核实", actor=OPERATOR)
    strange = Item("nothing-1", None)
    results = batch.complete([gone, taken, stale, suspended, strange, fine], outcome="agree", actor=LI)
    assert _codes(results) == [
        "user_task_not_open",
        "user_task_claimed_by_another",
        "stale_revision",
        "process_instance_suspended",
        "user_task_not_found",
        None,
    ]
    assert isinstance(results[4].refusal, NotFound)
    assert _codes(batch.complete([Item(stale.id, None)], outcome="agree", actor=LI)) == [None]
    check_log_gives_all()


def test_outcomes_and_opinions_count_for_each_as_for_one_alone() -> None:
    deploy(APPROVAL)
    items = _waiting("approval", 2)
    assert _codes(batch.complete(items, outcome="disagree", actor=LI)) == ["opinion_required"] * 2
    assert _codes(batch.complete(items, outcome="never", actor=LI)) == ["outcome_unknown"] * 2
    assert _codes(batch.complete(items, actor=LI)) == ["outcome_required"] * 2
    results = batch.complete(items, outcome="disagree", actor=LI)
    assert isinstance(results[0].refusal, Invalid)
    assert results[0].refusal.fields == {"opinion": ["选择“不同意”时请填写意见。"]}
    assert _codes(batch.complete(items, outcome="disagree", opinion="不合规定", actor=LI)) == [None, None]


@pytest.mark.parametrize("number", [0, 101])
def test_a_batch_has_one_to_a_hundred(number: int) -> None:
    with pytest.raises(Invalid) as refusal:
        batch.complete([Item(f"x-{n}", None) for n in range(number)], actor=LI)
    assert refusal.value.code == "batch_size"


def test_a_task_named_twice_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        batch.complete([Item("x-1", 1), Item("x-1", 2)], actor=LI)
    assert refusal.value.code == "batch_twice"


FORM: dict[str, Any] = {
    "schema": 1,
    "id": "notes",
    "title": "记录",
    "components": [{"type": "textfield", "key": "minutes", "label": "纪要", "validate": {"required": True}}],
}


def test_what_needs_more_is_named_before_and_refused() -> None:
    optional = {**FORM, "id": "remarks", "components": [{"type": "textfield", "key": "remark", "label": "备注"}]}
    deploy(_drawn("form", "notes", fields="*: hidden; minutes: edit"), notes__json=json.dumps(FORM).encode())
    deploy(_drawn("remarked", "remarks"), remarks__json=json.dumps(optional).encode())
    deploy(_drawn("sealed", sealed="true"))
    items = [*_waiting("form", 1), *_waiting("remarked", 1), *_waiting("sealed", 1)]
    wanted = ["batch_needs_form", None, "batch_sealed"]
    assert [one.hindrance for one in batch.look([item.id for item in items], actor=LI)] == wanted
    assert _codes(batch.complete(items, outcome="agree", actor=LI)) == wanted
    check_log_gives_all()


def test_who_has_to_choose_opens_the_task_by_itself() -> None:
    task = node(
        "userTask",
        "u",
        '<extensionElements><camunda:properties><camunda:property name="choose" value="w: 财政局: one"/></camunda:properties>'
        "</extensionElements>",
        camunda_candidateGroups="财政局",
    )
    chosen = user("w", name="承办", camunda_candidateUsers="上一步选定()")
    deploy(draw(start() + task + chosen + end() + flow("s", "u", "w", "e"), key="choosing"))
    assert _codes(batch.complete(_waiting("choosing", 1), outcome="agree", actor=LI)) == ["batch_needs_choice"]


def test_what_is_ticked_is_looked_at_for_its_reader() -> None:
    deploy(APPROVAL)
    open_one, gone, taken, suspended = _waiting("approval", 4)
    user_tasks.complete(gone.id, variables={}, outcome="agree", actor=WANG)
    user_tasks.claim(taken.id, actor=WANG)
    instances.suspend(suspended.id.partition("-")[0], "核实", actor=OPERATOR)
    ids = [one.id for one in (open_one, gone, taken, suspended)]
    looked = batch.look([*ids, open_one.id, "nothing-1"], actor=LI)
    assert [one.hindrance for one in looked] == [None, "user_task_not_open", "not_a_candidate", "process_instance_suspended"]
    assert batch.look(ids, actor=ZHAO) == []
    assert [one["value"] for one in batch.common(looked)] == ["agree", "disagree"]


def test_only_outcomes_that_all_have_are_offered() -> None:
    deploy(APPROVAL)
    deploy(_drawn("other", outcomes="agree:同意:required; return:退回"))
    deploy(_drawn("named", outcomes="agree:准予"))
    items = [*_waiting("approval", 1), *_waiting("other", 1)]
    assert batch.common(batch.look([one.id for one in items], actor=LI)) == [{"value": "agree", "label": "同意", "opinion": "required"}]
    items += _waiting("named", 1)
    assert batch.common(batch.look([one.id for one in items], actor=LI)) == []
    assert batch.common([]) == []


def test_the_same_request_goes_on_where_it_was_stopped() -> None:
    deploy(APPROVAL)
    items = _waiting("approval", 3)

    def ask(number: int) -> list[batch.Result]:
        try:
            idempotency.begin("li", "/", "k", "d")
            return batch.complete(items[:number], outcome="agree", actor=LI)
        finally:
            idempotency.end()

    assert _codes(ask(2)) == [None, None]
    assert _codes(ask(3)) == [None, None, None]
    assert _codes(ask(3)) == [None, None, None]
    assert len([row for row in rows("step") if row["trigger"]["kind"] == "complete_user_task"]) == 3


def test_other_systems_decide_on_many_too() -> None:
    deploy(APPROVAL)
    assert _codes(batch.complete(_waiting("approval", 2), outcome="agree", actor=ROBOT)) == [None, None]
