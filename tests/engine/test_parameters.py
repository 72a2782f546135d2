"""Input and output parameters of any element: inputs are its own, outputs are set around it; and SpiffWorkflow's scripts around it."""

from engine.triggers import CompleteUserTask, Retry
from tests.engine.drawing import Driven, boundary, draw, end, event, flow, many, node, script, start, user

SPIFF = 'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'


def mapping(inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    inside = "".join(f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>' for name, text in (inputs or {}).items())
    inside += "".join(f'<camunda:outputParameter name="{name}">{text}</camunda:outputParameter>' for name, text in (outputs or {}).items())
    return f"<extensionElements><camunda:inputOutput>{inside}</camunda:inputOutput></extensionElements>"


def around(element: str, identity: str = "it", *more: str) -> bytes:
    return draw(start() + element + "".join(more) + user("after") + end() + flow("s", identity, "after", "e"))


def test_inputs_of_a_user_task_are_its_own_and_outputs_go_around_it() -> None:
    task = node(
        "userTask", "it", mapping({"limit": "${amount * 2}", "note": "x"}, {"seen": "${limit + extra}"}), camunda_assignee="${note}"
    )
    case = Driven(around(task), {"amount": 5})
    assert case.tasks[0].details["assignee"] == "x"
    assert case.tasks[0].details["local"] == {"limit": 10, "note": "x"}
    case.complete("it", extra=1, note="y")
    assert case.variables == {"amount": 5, "extra": 1, "seen": 11}


def test_an_output_sees_who_completed_the_task() -> None:
    case = Driven(around(node("userTask", "it", mapping(None, {"approver": "${task.assignee}", "at": "${task.name}"}), name="Check")))
    case.take(CompleteUserTask(case.tasks[0].number, "it", by="wang"))
    assert case.variables == {"approver": "wang", "at": "Check"}


def test_an_output_that_fails_keeps_the_decision_and_is_tried_again() -> None:
    case = Driven(around(node("userTask", "it", mapping(None, {"a": "${b + 1}"}))))
    case.complete("it", done=True)
    assert [one["code"] for one in case.incidents] == ["unknown_variable"]
    assert (case.open, case.variables) == ([], {"done": True})
    case.take(Retry(case.incidents[0]["number"], {"b": 1}))
    assert (case.open, case.variables) == (["after"], {"done": True, "b": 1, "a": 2})


def test_an_input_that_fails_stops_before_the_element() -> None:
    case = Driven(around(script("it", "x = p").replace("<script>", mapping({"p": "${q}"}) + "<script>")))
    assert case.open == []
    case.take(Retry(case.incidents[0]["number"], {"q": 3}))
    assert case.variables == {"q": 3, "x": 3}


def test_a_script_sets_around_it_what_is_not_its_own() -> None:
    body = script("it", "p = p + 1; x = p").replace("<script>", mapping({"p": "${a}"}, {"out": "${p}"}) + "<script>")
    assert Driven(around(body), {"a": 1}).variables == {"a": 1, "x": 2, "out": 2}


def test_a_subprocess_keeps_its_inputs_to_itself() -> None:
    inner = start("is") + user("in", camunda_assignee="${who}") + end("ie") + flow("is", "in", "ie")
    case = Driven(around(node("subProcess", "it", mapping({"who": "li", "n": "${1}"}, {"result": "${n}"}) + inner)))
    assert case.tasks[0].details["assignee"] == "li"
    case.complete("in", n=5, free=True)
    assert case.variables == {"free": True, "result": 5}


def test_every_instance_has_inputs_of_its_own() -> None:
    task = node("userTask", "it", mapping({"label": "${item}!"}, {"last": "${label}"}) + many(), camunda_assignee="${label}")
    case = Driven(around(task), {"items": ["a", "b"]})
    assert sorted(one.details["assignee"] for one in case.tasks) == ["a!", "b!"]
    case.complete("it", (1,))
    assert case.variables["last"] == "b!"
    case.complete("it", (0,))
    assert (case.open, case.variables["last"]) == (["after"], "a!")


def test_who_completed_an_instance_decides_whether_that_is_enough() -> None:
    task = node("userTask", "it", many(until="${task.assignee == 'head'}"))
    case = Driven(around(task), {"items": [1, 2, 3]})
    case.take(CompleteUserTask(case.tasks[2].number, "it", (2,), by="somebody"))
    assert case.open == ["it", "it"]
    case.take(CompleteUserTask(case.tasks[0].number, "it", (0,), by="head"))
    assert case.open == ["after"]


def test_a_message_is_mapped_where_it_is_caught() -> None:
    catch = '<messageEventDefinition messageRef="M1"/>'
    case = Driven(around(node("intermediateCatchEvent", "it", mapping(None, {"total": "${price * 2}"}) + catch)))
    case.message("m1", price=4)
    assert case.variables == {"price": 4, "total": 8}


def test_scripts_before_and_behind_an_element_run_there() -> None:
    around_it = f"<extensionElements><spiffworkflow:preScript {SPIFF}>a = 1</spiffworkflow:preScript>"
    around_it += f"<spiffworkflow:postScript {SPIFF}>b = a + c</spiffworkflow:postScript></extensionElements>"
    case = Driven(around(node("userTask", "it", around_it)))
    assert case.variables == {"a": 1}
    case.complete("it", c=2)
    assert case.variables == {"a": 1, "c": 2, "b": 3}


def skipped(expression: str, *more: str) -> bytes:
    declared = 'xmlns:flowable="http://flowable.org/bpmn"'
    body = start() + f'<userTask id="it" {declared} flowable:skipExpression="{expression}"/>' + user("after") + "".join(more) + end()
    return draw(body + flow("s", "it", "after", "e"))


def test_a_skipped_task_is_passed_and_the_record_says_so() -> None:
    case = Driven(skipped("${leader == starter}"), {"leader": "wang"})
    assert case.open == ["after"]
    left = next(event for event in case.events if event.type == "element_left" and event.element_id == "it")
    assert left.details == {"skipped": True, "expression": "${leader == starter}", "values": {"leader": "wang", "starter": "wang"}}
    assert ("user_task_created", "it") not in case.types()
    assert not any("[" in (event.element_id or "") for event in case.events)


def test_a_task_that_is_not_skipped_is_done_with_everything_that_waits_at_it() -> None:
    reminder = (
        boundary("late", "it", event("timer", "PT1H"), interrupting=False) + user("remind") + end("e2") + flow("late", "remind", "e2")
    )
    case = Driven(skipped("${leader == starter}", reminder), {"leader": "li"})
    assert case.later(hours=2).open == ["it", "remind"]
    assert case.complete("it").open == ["after", "remind"]


def test_tasks_are_skipped_in_a_loop_and_before_a_join() -> None:
    body = start() + node("parallelGateway", "fork") + node("parallelGateway", "join") + user("b", "after") + end()
    body += '<userTask id="it" camunda:skipExpression="${quick}"/>'
    body += flow("s", "fork", "it", "join", "after", "e") + flow("fork", "b", "join")
    assert Driven(draw(body), {"quick": True}).complete("b").open == ["after"]
    assert Driven(draw(body), {"quick": False}).complete("b").open == ["it"]


def test_lists_and_maps_are_filled_in_keys_and_values() -> None:
    entries = '<camunda:entry key="${which}">${n}</camunda:entry><camunda:entry key="no ${n}">${n} pieces</camunda:entry>'
    inner = f"<camunda:map>{entries}</camunda:map>"
    values = "<camunda:value>${n + 1}</camunda:value><camunda:value>a ${n} b ${which}</camunda:value><camunda:value>plain</camunda:value>"
    inputs = {"kept": inner, "items": f"<camunda:list>{values}</camunda:list>"}
    case = Driven(around(node("userTask", "it", mapping(inputs))), {"which": "x", "n": 2})
    assert case.tasks[0].details["local"] == {"kept": {"x": 2, "no 2": "2 pieces"}, "items": [3, "a 2 b x", "plain"]}


def test_an_entry_may_be_a_script_that_can_be_translated() -> None:
    inner = '<camunda:list><camunda:script scriptFormat="javascript">n * 2</camunda:script></camunda:list>'
    case = Driven(around(node("userTask", "it", mapping({"items": inner}))), {"n": 2})
    assert case.tasks[0].details["local"] == {"items": [4]}


def test_a_boundary_event_sees_the_inputs_of_its_activity() -> None:
    task = node("userTask", "it", mapping({"wait": "PT${n}H", "limit": "${n}"}))
    timer = boundary("b", "it", event("timer", "${wait}"), interrupting=False) + user("late") + flow("b", "late")
    condition = boundary("c", "it", event("conditional", "${spent > limit}")) + user("over") + flow("c", "over")
    case = Driven(around(task, "it", timer, condition), {"n": 2, "spent": 1})
    assert (case.timers[0].details["due_at"], case.open) == ("2026-03-02T11:00:00Z", ["it"])
    assert case.later(hours=3).open == ["it", "late"]
    assert case.set(spent=3).open == ["late", "over"]
    assert "limit" not in case.variables
