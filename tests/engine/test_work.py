"""Service, send and business rule tasks: jobs, expressions, records, decisions."""

from typing import Any

import pytest

from engine import decisions
from engine.errors import NotWaiting
from engine.triggers import CompleteJob, FailJob
from tests.engine.drawing import DECLARED, Driven, boundary, draw, end, event, flow, node, start, user


def parameters(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None, **properties: str) -> str:
    """Input and output parameters, and properties."""
    parts = "".join(f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>' for name, text in (inputs or {}).items())
    parts += "".join(f'<camunda:outputParameter name="{name}">{text}</camunda:outputParameter>' for name, text in (outputs or {}).items())
    named = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    written = f"<camunda:inputOutput>{parts}</camunda:inputOutput><camunda:properties>{named}</camunda:properties>"
    return f"<extensionElements>{written}</extensionElements>"


def working(task: str, more: str = "") -> bytes:
    """A process with one task `w` and a user task `z` behind it."""
    return draw(start() + task + user("z", "h") + end() + flow("s", "w", "z", "e") + more)


def external(inner: str = "", more: str = "") -> bytes:
    """A process with one external task."""
    return working(node("serviceTask", "w", inner, camunda_type="external", camunda_topic="mail"), more)


def test_an_external_task_waits_for_its_answer() -> None:
    case = Driven(external(parameters({"to": "${who}", "kind": "plain"})), {"who": "li", "secret": 1})
    assert [e.details for e in case.jobs] == [{"topic": "mail", "variables": {"to": "li", "kind": "plain"}, "retries": None}]
    assert case.complete("w", sent=True).open == ["z"]
    assert case.variables["sent"] is True


def test_an_external_task_without_parameters_sees_all_variables() -> None:
    assert Driven(external(), {"who": "li"}).jobs[0].details["variables"] == {"who": "li"}


def test_output_parameters_choose_what_an_answer_gives() -> None:
    case = Driven(external(parameters(outputs={"total": "${net + tax}", "state": "done"})), {"tax": 2}).complete("w", net=5, noise=1)
    assert case.variables == {"tax": 2, "total": 7, "state": "done"}


def test_an_answer_is_kept_when_its_output_parameters_fail() -> None:
    case = Driven(external(parameters(outputs={"total": "${net + tax}"}))).complete("w", net=5)
    assert case.incidents[0]["values"] == {"name": "tax"}
    assert case.open == []
    assert case.retry(tax=2).open == ["z"]
    assert case.variables["total"] == 7


def test_a_job_is_answered_once() -> None:
    case = Driven(external())
    number = case.jobs[0].number
    case.take(CompleteJob(number, "w"))
    with pytest.raises(NotWaiting):
        case.take(CompleteJob(number, "w"))
    with pytest.raises(NotWaiting):
        case.take(FailJob(number, "w"))


def test_a_failed_job_is_an_incident_and_a_retry_is_a_new_job() -> None:
    case = Driven(external())
    first = case.jobs[0].number
    case.take(FailJob(first, "w", message="no route"))
    assert (case.incidents[0]["code"], case.incidents[0]["values"]) == ("job", {"reason": "no route"})
    assert case.types()[0] == ("job_failed", "w")
    with pytest.raises(NotWaiting):
        case.take(CompleteJob(first, "w"))
    case.retry()
    assert case.jobs[0].number != first
    assert case.complete("w").open == ["z"]


def test_an_error_of_a_job_goes_to_the_boundary() -> None:
    case = Driven(external(more=boundary("b", "w", event("error", "E1")) + flow("b", "h", "e")))
    case.take(FailJob(case.jobs[0].number, "w", (), "e1", "refused", {"why": "x"}))
    assert case.open == ["h"]
    assert case.variables["why"] == "x"
    assert not case.outcome.incidents


def test_an_error_of_a_job_that_nobody_catches_is_an_incident() -> None:
    case = Driven(external())
    case.take(FailJob(case.jobs[0].number, "w", (), "e9"))
    assert case.incidents[0]["code"] == "uncaught_error"
    assert case.retry().open == ["w"]


def test_the_boundary_timer_of_a_failed_job_still_runs() -> None:
    case = Driven(external(more=boundary("t", "w", event("timer", "PT1H")) + flow("t", "h", "e")))
    case.take(FailJob(case.jobs[0].number, "w", message="x"))
    assert case.later(hours=1).open == ["h"]
    assert not case.outcome.incidents


def test_a_job_is_cancelled_with_its_activity() -> None:
    case = Driven(external(more=boundary("t", "w", event("timer", "PT1H")) + flow("t", "h", "e"))).later(hours=1)
    assert ("job_cancelled", "w") in case.types()
    assert case.open == ["h"]


def test_an_expression_is_computed_in_place() -> None:
    task = node("serviceTask", "w", camunda_expression="${amount * 2}", camunda_resultVariable="double")
    case = Driven(working(task), {"amount": 4})
    assert (case.open, case.variables["double"]) == (["z"], 8)


def test_an_expression_that_fails_is_an_incident() -> None:
    task = node("serviceTask", "w", camunda_expression="${amount * 2}", camunda_resultVariable="double")
    assert Driven(working(task)).incidents[0]["values"] == {"name": "amount"}


def test_a_record_is_written_with_the_named_fields() -> None:
    for fields, values in (("", {"a": 1, "b": 2}), ("a, c", {"a": 1})):
        properties = {"record": "备案", **({"record_fields": fields} if fields else {})}
        case = Driven(working(node("serviceTask", "w", parameters(**properties))), {"a": 1, "b": 2})
        assert [e.details for e in case.events if e.type == "record_written"] == [{"register": "备案", "values": values}]
        assert case.open == ["z"]


def rule(name: str, when: str, level: str, days: int) -> str:
    """A rule of the decision table."""
    entries = f'<outputEntry id="x{name}"><text>"{level}"</text></outputEntry><outputEntry id="y{name}"><text>{days}</text></outputEntry>'
    return f'<rule id="r{name}"><inputEntry id="e{name}"><text>{when}</text></inputEntry>{entries}</rule>'


TABLE = (
    '<input id="i1"><inputExpression id="ie" typeRef="number"><text>amount</text></inputExpression></input>'
    '<output id="o1" name="level" typeRef="string"/><output id="o2" name="days" typeRef="number"/>'
    + rule("1", "&lt; 5000", "low", 1)
    + rule("2", "&gt;= 5000", "high", 5)
    + rule("3", "7000", "odd", 9)
)
DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x"><decision id="threshold" name="t">'
    f'<decisionTable id="dt" hitPolicy="{{policy}}">{TABLE}</decisionTable></decision></definitions>'
)


def deciding(policy: str = "UNIQUE", **attributes: str) -> tuple[bytes, dict[str, Any]]:
    """A process with a business rule task, and its decisions."""
    found, problems = decisions.read(DMN.format(policy=policy).encode(), "d.dmn")
    assert not [one for one in problems if one.severity == "error"]
    return working(node("businessRuleTask", "w", camunda_decisionRef="threshold", **attributes)), {
        one.id: one.to_document() for one in found
    }


@pytest.mark.parametrize(
    ("shape", "result"),
    [("singleResult", {"level": "high", "days": 5}), ("resultList", [{"level": "high", "days": 5}]), ("collectEntries", ["high"])],
)
def test_the_result_of_a_decision_has_the_shape_that_is_drawn(shape: str, result: Any) -> None:
    xml, documents = deciding(camunda_resultVariable="found", camunda_mapDecisionResult=shape)
    case = Driven(xml, {"amount": "5000.00"}, decisions=documents)
    assert case.variables["found"] == result
    assert case.open == ["z"]


def test_a_decision_without_a_result_variable_sets_each_output() -> None:
    xml, documents = deciding()
    case = Driven(xml, {"amount": 10}, decisions=documents)
    assert (case.variables["level"], case.variables["days"]) == ("low", 1)


def test_a_decision_in_which_no_rule_matches_takes_the_outputs_back() -> None:
    xml, documents = deciding()
    case = Driven(xml, {"amount": None, "level": "old"}, decisions=documents)
    assert (case.variables["level"], case.variables["days"]) == (None, None)


def test_a_decision_that_collects_gives_lists() -> None:
    xml, documents = deciding("COLLECT")
    case = Driven(xml, {"amount": 7000}, decisions=documents)
    assert (case.variables["level"], case.variables["days"]) == (["high", "odd"], [5, 9])


def test_a_single_result_of_several_rules_is_an_incident() -> None:
    xml, documents = deciding("COLLECT", camunda_resultVariable="found", camunda_mapDecisionResult="singleResult")
    assert Driven(xml, {"amount": 7000}, decisions=documents).incidents[0]["values"]["reason"] == "several_rules"


def test_the_rules_of_a_decision_are_told() -> None:
    xml, documents = deciding()
    told = next(e.details for e in Driven(xml, {"amount": 10}, decisions=documents).events if e.type == "decision_evaluated")
    assert told["decision_id"] == "threshold"
    assert told["inputs"] == {"amount": 10}
    assert [rule["number"] for rule in told["rules"]] == [1]
    assert told["outputs"] == [{"level": "low", "days": 1}]


def test_overlapping_rules_of_a_unique_table_are_an_incident() -> None:
    xml, documents = deciding()
    case = Driven(xml, {"amount": 7000}, decisions=documents)
    assert case.incidents[0]["code"] == "decision"
    assert case.retry(amount=1).open == ["z"]


def test_a_missing_decision_is_an_incident() -> None:
    xml, _ = deciding()
    assert Driven(xml, {"amount": 1}).incidents[0]["code"] == "decision_missing"


def test_a_throwing_message_event_may_hold_work() -> None:
    thrown = '<messageEventDefinition messageRef="M1" camunda:type="external" camunda:topic="mail"/>'
    case = Driven(draw(start() + node("intermediateThrowEvent", "w", thrown) + end("e", thrown) + flow("s", "w", "e")))
    assert case.open == ["w"]
    case.complete("w")
    assert case.open == ["e"]
    assert ("end_event_reached", "e") not in case.types()
    case.complete("e")
    assert case.status == "completed"
    assert ("end_event_reached", "e") in case.types()


@pytest.mark.parametrize("reference", [None, "JOB"])
def test_a_job_whose_retries_are_used_up_is_an_error_where_the_diagram_catches_one(reference: str | None) -> None:
    caught = boundary("b", "w", event("error", reference)) + flow("b", "h", "e")
    declared = DECLARED + '<error id="JOB" errorCode="JobError"/>'
    case = Driven(external(more=caught).replace(DECLARED.encode(), declared.encode()))
    case.take(FailJob(case.jobs[0].number, "w", message="no route"))
    assert (case.open, case.incidents) == (["h"], [])
    assert [e.details["error"] for e in case.events if e.type == "job_failed"] == ["JobError"]


def test_a_boundary_for_another_error_catches_no_failed_job() -> None:
    case = Driven(external(more=boundary("b", "w", event("error", "E1")) + flow("b", "h", "e")))
    case.take(FailJob(case.jobs[0].number, "w", message="no route"))
    assert [incident["code"] for incident in case.incidents] == ["job"]
