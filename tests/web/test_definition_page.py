"""A process definition's page: who does each task, in words, and a drawing also where the file holds none."""

from processes import deployments
from processes.actors import SYSTEM
from tests.web.desk import Office
from tests.web.diagrams import END, chain, diagram, user_task


def test_it_names_who_does_a_task_and_draws_what_has_no_interchange(desk: Office) -> None:
    drawn = chain(
        '<startEvent id="begin" camunda:initiator="applyUser"/>',
        user_task("one", "镇长批示", assignee="mayor_town"),
        user_task("two", "申请人修改", assignee="${applyUser}"),
        user_task("three", "会办", candidateUsers="head_works,nobody_here"),
        user_task("four", "另定", assignee="${chosen}"),
        END,
    )
    with desk.app.app_context():
        deployments.deploy("who", {"who.bpmn": diagram("who_does_it", drawn)}, actor=SYSTEM)
    text = desk.as_("analyst").get("/definitions/who_does_it:1").text
    assert "邵明远·镇长" in text
    assert "贺远舟·建设办负责人、nobody_here" in text
    assert "申请人" in text.partition("申请人修改")[2]
    assert "按填写的内容确定" in text
    assert "BPMNShape" in text
