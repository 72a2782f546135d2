"""Putting tasks aside on the pages and over the API; the badge and the filter of urgency."""

import re
from collections.abc import Callable
from datetime import timedelta

from processes import deployments, instances
from processes.actors import SYSTEM, Actor
from processes.calendar import office as office_clock
from tests.web import diagrams
from tests.web.conftest import Api, json_of
from tests.web.desk import Office, sentences
from tests.web.test_api_tour import deploy

ROBOT = Actor("robot", "robot", roles=frozenset({"integrator"}), scope=("*",), via="token")


def test_a_task_is_put_aside_over_the_api(operator: Api, clerk: Api, account: Callable[..., Api]) -> None:
    asked = account("shenhe", "clerk")
    deploy(operator, diagrams.one_task(candidateUsers="shenhe", priority="95"))
    clerk.post("/process-instances", {"definition_key": "one_task"})
    (task,) = json_of(asked.get("/user-tasks"))["items"]
    assert task["urgency"] == "most_urgent"
    with operator.app.app_context():
        day = (office_clock.today() + timedelta(days=3)).isoformat()
    path = f"/user-tasks/{task['id']}/follow-up"
    assert json_of(asked.put(path, {"until": day}))["until"] is not None
    assert json_of(asked.get("/user-tasks?snoozed=false"))["items"] == []
    assert len(json_of(asked.get("/user-tasks?snoozed=true&urgency=most_urgent"))["items"]) == 1
    assert len(json_of(asked.get("/user-tasks"))["items"]) == 1
    assert json_of(asked.put(path, {"until": None}))["until"] is None
    assert len(json_of(asked.get("/user-tasks?snoozed=false"))["items"]) == 1
    for body in ({}, {"until": "soon"}, {"until": "2020-01-01"}, {"until": 7}):
        assert asked.put(path, body).status_code == 422, body
    assert clerk.put(path, {"until": day}).status_code == 403
    assert asked.get("/user-tasks?urgency=very").status_code == 422


def test_a_task_is_put_aside_and_taken_back_on_the_pages(desk: Office) -> None:
    with desk.app.app_context():
        deployments.deploy(
            "later", {"later.bpmn": diagrams.one_task("later_flow", candidateUsers="clerk_finance", priority="80")}, actor=SYSTEM
        )
        instances.start(key="later_flow", variables={}, title="搁置的路灯", actor=ROBOT)
        day = (office_clock.today() + timedelta(days=2)).isoformat()
    asked = desk.as_("clerk_finance")
    listed = asked.get("/inbox?q=搁置的路灯")
    assert ("加急" in sentences(listed), "搁置的路灯" in listed.text) == (True, True)
    assert "搁置的路灯" in asked.get("/inbox?q=搁置的路灯&urgency=urgent").text
    assert "搁置的路灯</a>" not in asked.get("/inbox?q=搁置的路灯&urgency=most_urgent").text
    path = desk.task("clerk_finance", "搁置的路灯").partition("?")[0]
    asked.post(path, {"_verb": "later", "opinion": "还要等材料"}, page=path)
    assert asked.post(f"{path}/later", {"until": "2020-01-01"}).status_code == 422
    done = asked.post(f"{path}/later", {"until": day}, follow=True)
    assert "已搁置到" in sentences(done)
    assert "搁置的路灯</a>" not in asked.get("/inbox?q=搁置的路灯").text
    assert "已搁置" in sentences(asked.get("/inbox"))
    aside = asked.get("/inbox/later")
    assert "搁置的路灯" in aside.text
    (wake,) = re.findall(r'action="(/tasks/[^"]+/later/end)"', aside.text)
    assert "已取回待办" in sentences(asked.post(wake, page="/inbox/later", follow=True))
    assert "搁置的路灯</a>" in asked.get("/inbox?q=搁置的路灯").text
    assert "还要等材料" in asked.get(path).text
    assert desk.as_("village_north").get(f"{path}/later").status_code == 404
