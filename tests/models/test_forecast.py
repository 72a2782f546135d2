"""Wherever a forecast says certain, that is what happens: random applications of the shipped models, decided at random."""

import random
from typing import Any

import pytest

from forms.definition import Form
from processes import deployed, instances, user_tasks
from processes.actors import SYSTEM
from processes.db import reading
from processes.errors import Refused
from processes.foresight.findings import Forecast, Foreseen
from processes.people import directory
from processes.queries import cases, forecast, forms_for, inbox
from tests.models.conftest import FOLDERS, PROCESSES, Office

ROUNDS = 6
STARTED = [key for key in PROCESSES if b"called_only" not in FOLDERS[key]["process.toml"]]
MOST_TASKS = 25


def typed(form: dict[str, Any] | None, chance: random.Random) -> dict[str, Any]:
    """Something for every field, at random."""
    if form is None:
        return {}
    return {field.key: _value(field, chance) for field in Form.from_document(form).fields if _value(field, chance) is not None}


def _value(field: Any, chance: random.Random) -> Any:
    people = ["mayor_town", "leader_works", "leader_procure", "secretary_town", "office_head"]
    if field.kind == "user":
        found = [login for name in field.groups for login in directory.holders(name)] or people
        return [chance.choice(found)] if field.multiple else chance.choice(found)
    made = {
        "money": lambda: f"{chance.choice([0, 1, 4999, 5000, 5001, 250000])}.{chance.choice(['00', '99'])}",
        "number": lambda: chance.randint(1, 9),
        "date": lambda: "2026-12-31",
        "datetime": lambda: "2026-12-31T10:00:00+08:00",
        "boolean": lambda: chance.random() < 0.5,
        "choice": lambda: chance.choice(field.options).value if field.options else None,
        "choices": lambda: [chance.choice(field.options).value] if field.options else [],
        "department": lambda: chance.choice(["works", "agriculture", "civil_affairs"]),
        "phone": lambda: "13800000000",
        "attachment": lambda: None,
        "rows": lambda: [{column.key: _value(column, chance) for column in field.columns}],
    }
    return made.get(field.kind, lambda: "事由")()


def starters(key: str) -> list[str]:
    """Some who may start a process."""
    with reading():
        named = deployed.startable(key, None).starters
    found = [login for name in named for login in directory.holders(name)]
    return found or ["clerk_works", "village_east", "office_clerk"]


def play(case: str, chance: random.Random) -> list[tuple[list[Foreseen], set[str]]]:
    """Decide everything at random; gives the steps that were certain before each decision, and the tasks that were there already."""
    said: list[tuple[list[Foreseen], set[str]]] = []
    for _ in range(MOST_TASKS):
        tasks = inbox.of_instance(case)
        ready = [task for task in tasks if task["state"] == "open" and task["candidate_users"]]
        if not ready:
            break
        task = chance.choice(ready)
        actor = directory.actor(chance.choice(task["candidate_users"]))
        view = forms_for.task_form(task["id"], actor)
        edited = {key: value for key, value in typed(view["form"], chance).items() if view["permissions"].get(key) == "edit"}
        outcome = chance.choice([one["value"] for one in view["outcomes"]] or [None])
        ahead = forecast.after_decision(task["id"], actor, edited, outcome)
        before = {one["id"] for one in tasks}
        try:
            user_tasks.complete(task["id"], variables=edited, outcome=outcome, opinion="看过", actor=actor)
        except Refused:
            assert ahead.unfilled
            continue
        said.append((sure(ahead), before))
    return said


def sure(ahead: Forecast) -> list[Foreseen]:
    """The tasks that come in any case."""
    return [step for step in ahead.steps if step.certain and step.kind == "user_task" and step.skipped is None]


@pytest.mark.parametrize("key", STARTED)
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_what_is_certain_happens(office: Office, key: str, seed: int) -> None:
    chance = random.Random(f"{key}-{seed}")
    with office.open():
        actor = directory.actor(chance.choice(starters(key)))
        with reading():
            definition = deployed.startable(key, None)
        variables = typed(forms_for.start_form(definition.id, actor)["form"], chance)
        ahead = forecast.after_start(definition.id, actor, variables)
        try:
            case = instances.start(key=key, variables=variables, actor=actor)
        except Refused:
            assert ahead.unfilled
            return
        assert not ahead.unfilled
        now = {task["element_id"]: set(task["candidate_users"]) for task in inbox.of_instance(case) if task["state"] == "open"}
        certain = sure(ahead)
        assert certain
        assert now.keys() <= {step.element_id for step in certain}
        for step in certain:
            if step.element_id in now and step.people_depend is None:
                who = set(step.people) | {login for name in step.groups for login in directory.holders(name)}
                assert who == now[step.element_id]
        said = play(case, chance)
        if cases.get(case, SYSTEM)["state"] == "completed":
            tasks = inbox.of_instance(case)
            for foreseen, before in [(certain, set[str]()), *said]:
                assert {step.element_id for step in foreseen} <= {task["element_id"] for task in tasks if task["id"] not in before}
