"""Diagrams of other engines in the office: who may start, what an expression can ask of its case, and who did a task."""

import pytest

from processes import deployments, instances, user_tasks
from processes.errors import NotAllowed
from processes.queries import cases
from tests.engine.drawing import draw, end, flow, node, start, user
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, ZHANG, deploy, open_tasks

pytestmark = pytest.mark.usefixtures("database")


def test_only_those_whom_the_diagram_names_may_start() -> None:
    deploy(REVIEW.replace(b'isExecutable="true"', 'isExecutable="true" camunda:candidateStarterGroups="财政局"'.encode()))
    with pytest.raises(NotAllowed):
        instances.start(key="review_flow", variables={}, actor=ZHANG)
    instances.start(key="review_flow", variables={}, actor=LI)
    instances.start(key="review_flow", variables={}, actor=ROBOT)


def test_starters_whom_nobody_is_are_warned_of() -> None:
    drawn = REVIEW.replace(b'isExecutable="true"', b'isExecutable="true" camunda:candidateStarterUsers="nobody"')
    found = next(one for one in deployments.check({"r.bpmn": drawn}).findings if one.code == "no_starters")
    assert (found.severity, found.file, found.element_id, found.values["group"]) == ("warning", "r.bpmn", "review_flow", "nobody")


def test_an_expression_may_ask_for_the_number_of_the_case() -> None:
    service = node("serviceTask", "s2", camunda_expression="${execution.processBusinessKey}", camunda_resultVariable="number")
    again = node("serviceTask", "s3", camunda_expression="#{execution.getProcessInstanceId()}", camunda_resultVariable="id")
    deploy(draw(start() + service + again + user("after") + end() + flow("s", "s2", "s3", "after", "e")))
    case = instances.start(key="p", variables={}, business_key="2026-1", actor=ROBOT)
    assert cases.get(case, OPERATOR)["variables"] == {"number": "2026-1", "id": case}


def test_an_output_parameter_sees_who_had_the_task() -> None:
    output = '<camunda:outputParameter name="approver">${task.assignee}</camunda:outputParameter>'
    inside = f"<extensionElements><camunda:inputOutput>{output}</camunda:inputOutput></extensionElements>"
    task = node("userTask", "it", inside, camunda_candidateGroups="财政局")
    deploy(draw(start() + task + user("after") + end() + flow("s", "it", "after", "e")))
    case = instances.start(key="p", variables={}, actor=ROBOT)
    user_tasks.complete(open_tasks(case)["it"], variables={}, actor=LI)
    assert cases.get(case, OPERATOR)["variables"] == {"approver": "li"}
