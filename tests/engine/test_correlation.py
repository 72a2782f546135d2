"""Which messages a case takes: correlation keys, and conversations between cases."""

import pytest

from engine.errors import NotWaiting
from engine.triggers import DeliverMessage, from_document
from tests.engine.drawing import DECLARED, NAMESPACES, Driven, Shelf, draw, end, event, flow, node, start, user

KEY = (
    '<collaboration id="c"><correlationKey id="K"><correlationPropertyRef>order</correlationPropertyRef></correlationKey></collaboration>'
    '<correlationProperty id="order"><correlationPropertyRetrievalExpression messageRef="M1"><messagePath>no</messagePath>'
    '</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef="M2"><messagePath>${order.no}'
    "</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)
BOUND = (
    '<correlationSubscription id="cs" correlationKeyRef="K"><correlationPropertyBinding correlationPropertyRef="order">'
    "<dataPath>number</dataPath></correlationPropertyBinding></correlationSubscription>"
)


def waits(*messages: str) -> str:
    """Catch events one after the other, and a user task."""
    catches = "".join(node("intermediateCatchEvent", f"w{k}", event("message", message)) for k, message in enumerate(messages))
    return start() + catches + user("u") + flow("s", *(f"w{k}" for k in range(len(messages))), "u")


def test_a_bound_key_is_compared_with_the_variables_of_the_moment() -> None:
    case = Driven(draw(waits("M1") + BOUND, declared=DECLARED + KEY), {"number": 7})
    for payload in ({"no": 8}, {"no": "7"}, {}, {"other": 7}):
        with pytest.raises(NotWaiting):
            case.message("m1", **payload)
    case.set(number=8)
    assert case.message("m1", no=8).open == ["u"]


def test_a_bound_key_without_a_value_fits_nothing() -> None:
    case = Driven(draw(waits("M1") + BOUND, declared=DECLARED + KEY))
    with pytest.raises(NotWaiting):
        case.message("m1", no=8)


def test_the_first_message_gives_a_free_key_its_values() -> None:
    case = Driven(draw(waits("M1", "M2"), declared=DECLARED + KEY)).message("m1", no=5)
    with pytest.raises(NotWaiting):
        case.message("m2", order={"no": 6})
    assert case.message("m2", order={"no": 5}).open == ["u"]


def test_a_thrown_message_gives_a_free_key_its_values() -> None:
    inputs = '<extensionElements><camunda:inputOutput><camunda:inputParameter name="no">${number}</camunda:inputParameter>'
    throw = node("intermediateThrowEvent", "t", inputs + "</camunda:inputOutput></extensionElements>" + event("message", "M1"))
    body = start() + throw + node("intermediateCatchEvent", "w", event("message", "M2")) + user("u") + flow("s", "t", "w", "u")
    case = Driven(draw(body, declared=DECLARED + KEY), {"number": 3})
    with pytest.raises(NotWaiting):
        case.message("m2", order={"no": 4})
    assert case.message("m2", order={"no": 3}).open == ["u"]


def test_the_message_that_starts_a_case_gives_its_key_values() -> None:
    shelf = Shelf()
    catch = node("intermediateCatchEvent", "w", event("message", "M2")) + user("u")
    shelf.deploy(draw(start("s", event("signal", "S1") + event("message", "M1")) + catch + flow("s", "w", "u"), declared=DECLARED + KEY))
    case = Driven(shelf, {"no": 1}, element_id="s [2]")
    with pytest.raises(NotWaiting):
        case.message("m2", order={"no": 2})
    assert case.message("m2", order={"no": 1}).open == ["u"]
    for wrong in ("s [3]", "s [0]", "s [x]"):
        with pytest.raises(NotWaiting):
            Driven(shelf, element_id=wrong)


def test_the_instances_of_an_activity_wait_for_their_own_messages() -> None:
    bound = BOUND.replace("number", "item")
    many = '<multiInstanceLoopCharacteristics camunda:collection="items" camunda:elementVariable="item"/>'
    inner = start("ss") + node("receiveTask", "r", messageRef="M1") + user("u") + flow("ss", "r", "u") + many
    case = Driven(draw(start() + node("subProcess", "x", inner) + flow("s", "x") + bound, declared=DECLARED + KEY), {"items": [1, 2, 3]})
    assert [task.path for task in case.message("m1", no=2).tasks] == [(1,)]
    assert [task.path for task in case.message("m1", no=3).tasks] == [(1,), (2,)]


def test_a_case_takes_messages_of_those_that_it_speaks_with() -> None:
    def deliver(case: Driven, sender: tuple[str, str], *, addressed: bool = False) -> Driven:
        return case.take(DeliverMessage("m1", {}, None, sender, addressed))

    case = Driven(draw(waits("M1", "M1", "M1", "M1", "M1")))
    deliver(case, ("q", "case-1"))
    with pytest.raises(NotWaiting):
        deliver(case, ("q", "case-2"))
    deliver(case, ("q", "case-1"))
    deliver(case, ("q", "case-2"), addressed=True)
    deliver(case, ("q", "case-2"))
    assert deliver(case, ("other", "case-9")).open == ["u"]


def test_what_is_thrown_names_those_that_the_case_speaks_with() -> None:
    body = start() + node("receiveTask", "r", messageRef="M1") + node("intermediateThrowEvent", "t", event("message", "M2")) + end()
    case = Driven(draw(body + flow("s", "r", "t", "e"))).take(DeliverMessage("m1", {}, None, ("q", "case-1")))
    assert [e.details["partners"] for e in case.events if e.type == "message_thrown"] == [{"q": ["case-1"]}]


def test_a_trigger_with_a_sender_is_written_and_read() -> None:
    trigger = DeliverMessage("m1", {}, None, ("q", "case-1"), True)
    assert from_document(trigger.to_document()) == trigger


def test_message_flows_name_what_no_element_names() -> None:
    blank = "<messageEventDefinition/>"
    one = node("process", "a", start("as") + node("sendTask", "send") + end("ae") + flow("as", "send", "ae"), isExecutable="true")
    two = node("process", "b", start("bs", blank) + user("u") + end("be", blank) + flow("bs", "u", "be"), isExecutable="true")
    flows = node("messageFlow", "f1", sourceRef="send", targetRef="bs") + node(
        "messageFlow", "f2", "", sourceRef="be", targetRef="box", name="answer"
    )
    pools = node("collaboration", "c", node("participant", "box") + flows)
    shelf = Shelf()
    shelf.deploy(f"<definitions {NAMESPACES}>{pools}{one}{two}</definitions>".encode())
    case = Driven(shelf, key="a")
    assert [e.details["name"] for e in case.events if e.type == "message_thrown"] == ["f1"]
    assert [(one["kind"], one["name"]) for one in shelf.stored[("b", 1)].outline["starts"]] == [("message", "f1")]
    answer = Driven(shelf, key="b", element_id="bs").complete("u")
    assert [e.details["name"] for e in answer.events if e.type == "message_thrown"] == ["answer"]
