"""Whom user tasks ask by rules: the organisation answers, the step records it, replay and rebuild give the same."""

from typing import Any

import pytest
from sqlalchemy import update

from processes import deployments, instances, rebuild
from processes.actors import Actor
from processes.audit import replay
from processes.db import db, transaction
from processes.models import Department, Person, Post, ResponsibilityLine
from processes.people import directory
from tests.engine.drawing import draw, end, flow, node, start
from tests.processes.cases import OPERATOR, deploy, rows

#: code: name, parent
UNITS = {"town": ("柳溪镇", None), "works": ("建设办", "town"), "room": ("资料室", "works"), "lost": ("孤岛", None)}
#: login: department
HOMES = {"zhang": "room", "li": "works", "wang": "works", "zhao": "town", "ops": None}
HEADS = {"works": "wang", "town": "zhao"}


@pytest.fixture
def office(database: str) -> str:
    """A town with an office and a room that nobody heads."""
    with transaction():
        db.session.add_all([Department(code=code, name=name) for code, (name, _) in UNITS.items()])
        db.session.flush()
        for code, (_, parent) in UNITS.items():
            db.session.execute(update(Department).where(Department.code == code).values(parent=parent))
        for login, unit in HOMES.items():
            db.session.execute(update(Person).where(Person.login == login).values(department=unit))
        db.session.add_all([Post(id=f"p-{unit}", name="负责人", department=unit, login=login, head=True) for unit, login in HEADS.items()])
        db.session.add(ResponsibilityLine(id="l-1", leader="li", department="works"))
        db.session.add(ResponsibilityLine(id="l-2", leader="li", line="采购"))
    return database


def properties(**drawn: str) -> str:
    """Properties of an element."""
    inside = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in drawn.items())
    return f"<extensionElements><camunda:properties>{inside}</camunda:properties></extensionElements>"


AGREE = {"outcomes": "agree:同意; disagree:不同意"}


def asks(who: str, field: str = "assignee", **drawn: str) -> bytes:
    """A process with one task that asks by a rule."""
    task = node("userTask", "u", properties(**AGREE, **drawn), **{f"camunda_{field}": who})
    return draw(start() + task + end() + flow("s", "u", "e"))


def begin(document: bytes, starter: str = "zhang", **variables: Any) -> str:
    """A case of a new process, started by a person; other systems' variables are sent by an integrator for that person."""
    deploy(document)
    robot = Actor("robot", "接口", frozenset({"integrator"}), scope=("*",), via="token")
    if variables:
        return instances.start(key="p", variables=variables, on_behalf_of=starter, actor=robot)
    return instances.start(key="p", variables={}, actor=directory.actor(starter))


def found(instance_id: str) -> tuple[Any, Any, Any]:
    """Assignee, candidates and groups of the newest task of a case."""
    row = max(rows("user_task", instance_id=instance_id), key=lambda row: row["number"])
    return row["assignee"], row["candidate_users"], row["candidate_groups"]


def proven(instance_id: str) -> None:
    """Replay and rebuild give what is stored."""
    tables = ("user_task", "inbox_entry", "incident")
    before = [rows(table) for table in tables]
    assert replay.replay(instance_id).same, replay.replay(instance_id).difference
    rebuild.rebuild()
    assert [rows(table) for table in tables] == before


@pytest.mark.parametrize(
    ("rule", "starter", "who"),
    [
        ("负责人(申请人)", "li", "wang"),
        ("head(starter)", "zhang", "wang"),
        ("负责人（建设办）", "zhao", "wang"),
        ("负责人(town)", "zhang", "zhao"),
        ("负责人(li)", "zhang", "wang"),
        ("上级(申请人)", "wang", "zhao"),
        ("上级(申请人, 2)", "zhang", "zhao"),
        ("分管领导(申请人)", "zhang", "li"),
        ("条线领导(采购)", "zhang", "li"),
        ("申请人()", "zhang", "zhang"),
    ],
)
def test_a_rule_finds_one_person(office: str, rule: str, starter: str, who: str) -> None:
    case = begin(asks(rule), starter)
    assert found(case) == (who, [], [])
    proven(case)


@pytest.mark.parametrize(
    ("rule", "guess"),
    [
        ("负责人(建社办)", "建设办"),
        ("分管领导(孤岛)", None),
        ("条线领导(采购条)", "采购"),
        ("角色(财正局, 申请人)", "财政局"),
        ("负责人(孤岛)", None),
    ],
)
def test_a_rule_that_finds_nobody_at_present_is_warned_of(office: str, rule: str, guess: str | None) -> None:
    (found,) = deployments.deploy("测试", {"a.bpmn": asks(rule)}, actor=OPERATOR).findings
    assert (found.code, found.severity) == ("nobody_holds", "warning")
    assert guess is None or f"是不是“{guess}”" in found.message("zh")


@pytest.mark.parametrize(
    "rule", ["负责人(建设办)", "负责人(申请人)", "上级(申请人, 2)", "条线领导(采购)", "角色(财政局, 申请人)", "负责人(${x})"]
)
def test_a_rule_that_may_find_somebody_is_not(office: str, rule: str) -> None:
    found = deployments.deploy("测试", {"a.bpmn": asks(rule)}, actor=OPERATOR).findings
    assert [one.code for one in found if one.code != "inputs_expected"] == []
