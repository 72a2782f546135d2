"""Data objects that begin with values, and data stores that rows are written to."""

from decimal import Decimal
from typing import Any

import pytest

from tests.engine.drawing import Driven, Shelf, boundary, draw, end, event, flow, many, node, script, start, user


def thing(name: str, value: str, kind: str = "string") -> str:
    """A data object with a value."""
    inner = f"<extensionElements><camunda:value>{value}</camunda:value></extensionElements>"
    return node("dataObject", f"d_{name}", inner, name=name, itemSubjectRef=f"xsd:{kind}")


def drawn(inner: str) -> bytes:
    """A sub-process `x` with a user task `u`, and a user task `z` behind it."""
    body = start("xs") + user("u") + end("xe") + flow("xs", "u", "xe")
    return draw(start() + node("subProcess", "x", body + inner) + user("z") + end() + flow("s", "x", "z", "e"))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "甲", "甲"),
        ("boolean", "true", True),
        ("int", "3", 3),
        ("double", "1.50", Decimal("1.50")),
        ("datetime", "2026-01-01", "2026-01-01"),
    ],
)
def test_a_data_object_is_a_variable_with_its_value(kind: str, text: str, value: Any) -> None:
    case = Driven(draw(start() + user("u") + thing("v", text, kind) + thing("w", "1") + flow("s", "u")), {"w": "given"})
    assert case.variables == {"v": value, "w": "given"}
    assert [e.details["changes"] for e in case.events if e.type == "variables_changed"] == [{"v": {"old": None, "new": value}}]


def test_the_data_objects_of_a_subprocess_are_its_own_and_begin_anew() -> None:
    loop = "<standardLoopCharacteristics loopMaximum='2'/>"
    case = Driven(drawn(thing("v", "1", "int") + loop))
    assert case.tasks[0].details["local"]["v"] == 1
    assert "v" not in case.complete("u", v=5).variables
    assert case.tasks[0].details["local"]["v"] == 1
    assert case.complete("u").open == ["z"]
    assert "v" not in case.variables


def test_each_instance_has_its_own() -> None:
    case = Driven(drawn(thing("v", "1", "int") + many()), {"items": ["a", "b"]}).complete("u", (0,), v=7)
    assert [task.details["local"] for task in case.tasks] == [{"v": 1, "item": "b", "loopCounter": 1}]


def test_those_of_a_called_process_are_its_variables_unless_they_are_given() -> None:
    shelf = Shelf()
    shelf.deploy(draw(start("qs") + user("u") + thing("v", "1") + thing("w", "2") + flow("qs", "u"), "q"))
    given = '<extensionElements><camunda:in source="a" target="v"/></extensionElements>'
    shelf.deploy(draw(start() + node("callActivity", "c", given, calledElement="q") + flow("s", "c")))
    assert Driven(shelf, {"a": "given"}).tasks[0].details["local"] == {"v": "given", "w": "2"}


def test_what_a_subprocess_had_is_there_when_it_is_taken_back() -> None:
    undone = boundary("ca", "u", event("compensate")) + node("scriptTask", "un", "<script>told = v</script>", isForCompensation="true")
    undone += node("association", "as", sourceRef="ca", targetRef="un") + thing("v", "1", "int")
    inner = start("xs") + user("u") + end("xe") + flow("xs", "u", "xe") + undone
    throw = node("intermediateThrowEvent", "t", "<compensateEventDefinition/>")
    case = Driven(draw(start() + node("subProcess", "x", inner) + throw + end() + flow("s", "x", "t", "e"))).complete("u", v=4)
    assert case.variables["told"] == 4


STORE = node("dataStoreReference", "ref", name="供应商 [新]")
ARROW = "<dataOutputAssociation><targetRef>ref</targetRef></dataOutputAssociation>"


def records(case: Driven) -> list[tuple[str, dict[str, Any]]]:
    """The rows that the case has written."""
    return [(e.details["register"], e.details["values"]) for e in case.events if e.type == "record_written"]


def test_an_arrow_into_a_data_store_writes_a_row() -> None:
    case = Driven(draw(start() + node("userTask", "u", ARROW) + STORE + end() + flow("s", "u", "e")), {"a": 1})
    assert records(case) == []
    assert records(case.complete("u", b=2)) == [("供应商", {"a": 1, "b": 2})]


def test_the_store_says_which_variables_a_row_holds() -> None:
    fields = '<camunda:properties><camunda:property name="record_fields" value="b，c"/></camunda:properties>'
    store = STORE.replace("></", f"><extensionElements>{fields}</extensionElements></")
    body = start() + node("userTask", "u", ARROW + ARROW) + store + end() + flow("s", "u", "e")
    case = Driven(draw(body), {"a": 1}).complete("u", b=2)
    assert records(case) == [("供应商", {"b": 2})] * 2
    assert len({e.number for e in case.events if e.type == "record_written"}) == 2


def test_an_event_may_write_and_an_activity_for_many_writes_once() -> None:
    catch = node("intermediateCatchEvent", "c", ARROW + event("message", "M1"))
    body = start() + node("userTask", "u", ARROW + many()) + catch + STORE + end() + flow("s", "u", "c", "e")
    case = Driven(draw(body), {"items": [1, 2]}).complete("u").complete("u")
    assert len(records(case)) == 1
    assert len(records(case.message("m1", got=1))) == 2


def test_an_activity_that_is_interrupted_writes_nothing() -> None:
    body = start() + node("userTask", "u", ARROW) + boundary("b", "u", event("timer", "PT1H")) + STORE + script("k", "n = 1")
    assert records(Driven(draw(body + flow("s", "u") + flow("b", "k"))).later(hours=2)) == []
