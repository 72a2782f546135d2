"""Called processes: versions, mappings, scopes of their own, errors through calls, depth."""

import pytest

from engine.library import Library
from engine.limits import Limits
from tests.engine.drawing import Driven, Shelf, boundary, draw, end, event, flow, many, node, script, start, user


def called(task: str, key: str = "q") -> bytes:
    """A process to call, with a sub-process `sub` as its callers have one, too."""
    inner = node("subProcess", "sub", start("ss") + user(task) + end("se") + flow("ss", task, "se"))
    return draw(start("qs") + inner + end("qe") + flow("qs", "sub", "qe"), key)


def mapping(*parts: str) -> str:
    """Mappings of a call activity."""
    return "<extensionElements>" + "".join(f"<camunda:{part}/>" for part in parts) + "</extensionElements>"


def caller(inner: str = "", **attributes: str) -> bytes:
    """A process that calls."""
    call = node("callActivity", "c", inner, calledElement="q", **attributes)
    return draw(start() + call + user("z") + end() + flow("s", "c", "z", "e"))


def shelf_with(*documents: bytes) -> Shelf:
    """Deployed processes."""
    shelf = Shelf()
    for document in documents:
        shelf.deploy(document)
    return shelf


def test_the_newest_version_is_called_and_running_calls_stay_on_theirs() -> None:
    shelf = shelf_with(called("old"), caller())
    case = Driven(shelf)
    assert case.open == ["old"]
    assert case.tasks[0].definition == "q:1"
    assert [e.details for e in case.events if e.type == "called_process_entered"] == [{"key": "q", "version": 1}]
    shelf.deploy(called("new"))
    assert case.complete("old").open == ["z"]
    assert Driven(shelf).open == ["new"]


def test_a_version_as_drawn_is_called() -> None:
    shelf = shelf_with(called("old"), called("new"), caller(camunda_calledElementBinding="version", camunda_calledElementVersion="1"))
    assert Driven(shelf).open == ["old"]


def test_equal_ids_of_sub_processes_do_not_clash() -> None:
    own = node("subProcess", "sub", start("ss") + user("own") + end("se") + flow("ss", "own", "se"))
    body = start() + node("parallelGateway", "g") + node("callActivity", "c", calledElement="q") + own + end()
    case = Driven(shelf_with(called("theirs"), draw(body + flow("s", "g", "c", "e") + flow("g", "sub", "e"))))
    assert case.open == ["own", "theirs"]
    assert case.complete("own").complete("theirs").status == "completed"


def test_only_what_is_mapped_goes_in_and_comes_out() -> None:
    inner = mapping(
        'in source="amount" target="sum"', 'in sourceExpression="${amount * 2}" target="double"', 'out source="answer" target="result"'
    )
    case = Driven(shelf_with(called("t"), caller(inner)), {"amount": 5, "secret": 1})
    case.complete("t", answer=3, other=4)
    assert case.variables == {"amount": 5, "secret": 1, "result": 3}
    out = [e for e in case.outcome.events if e.type == "variables_changed" and e.element_id == "c"]
    assert [e.details["changes"] for e in out] == [{"result": {"old": None, "new": 3}}]


def test_variables_of_the_called_process_are_its_own_until_it_ends() -> None:
    case = Driven(shelf_with(called("t"), caller(mapping('in variables="all"'))), {"amount": 5})
    case.complete("t", amount=6)
    assert case.variables == {"amount": 5}


def test_what_is_mapped_and_not_there_is_null() -> None:
    inner = mapping('in source="amount" target="sum"', 'out source="answer" target="result"')
    case = Driven(shelf_with(called("t"), caller(inner)))
    assert case.tasks[0].details["local"] == {"sum": None}
    assert case.complete("t").variables == {"result": None}


def test_a_source_expression_without_marks_is_a_text_and_one_with_text_around_is_filled() -> None:
    inner = mapping(
        'in sourceExpression="amount" target="word"', 'in sourceExpression="No. ${amount}" target="number"', 'out source="x" target="x"'
    )
    case = Driven(shelf_with(called("t"), caller(inner)), {"amount": 5})
    assert case.tasks[0].details["local"] == {"word": "amount", "number": "No. 5"}


def test_all_local_variables_are_the_input_parameters() -> None:
    parameter = '<camunda:inputParameter name="here">${amount}</camunda:inputParameter>'
    inner = f'<camunda:inputOutput>{parameter}</camunda:inputOutput><camunda:in variables="all" local="true"/>'
    inner = f"<extensionElements>{inner}</extensionElements>"
    case = Driven(shelf_with(called("t"), caller(inner)), {"amount": 5})
    assert case.tasks[0].details["local"] == {"here": 5}


def test_without_any_mapping_everything_goes_in_and_comes_out() -> None:
    case = Driven(shelf_with(called("t"), caller()), {"amount": 5}).complete("t", amount=6, more=1)
    assert case.variables == {"amount": 6, "more": 1}


def test_a_call_in_a_multi_instance_leaves_the_counts_alone() -> None:
    case = Driven(shelf_with(called("t"), caller(many())), {"items": ["a", "b"]})
    assert [e.path for e in case.tasks] == [(0,), (1,)]
    assert case.complete("t", (1,)).complete("t", (0,)).open == ["z"]
    assert "nrOfInstances" not in case.variables


def test_the_starter_can_be_read_in_a_called_process() -> None:
    inner = draw(start("qs") + user("t", camunda_assignee="${starter}") + end("qe") + flow("qs", "t", "qe"), "q")
    assert Driven(shelf_with(inner, caller(mapping('in source="x" target="x"'))), starter="li").tasks[0].details["assignee"] == "li"


def test_an_error_of_the_called_process_is_caught_at_the_call() -> None:
    inner = draw(start("qs") + user("t") + end("qe", event("error", "E1")) + flow("qs", "t", "qe"), "q")
    body = start() + node("callActivity", "c", calledElement="q") + boundary("b", "c", event("error", "E1")) + user("h", "z") + end()
    case = Driven(shelf_with(inner, draw(body + flow("s", "c", "z", "e") + flow("b", "h", "e"))))
    assert case.complete("t").open == ["h"]


def test_a_missing_process_is_an_incident() -> None:
    shelf = shelf_with(caller())
    case = Driven(shelf)
    assert (case.incidents[0]["code"], case.incidents[0]["values"]) == ("called_process_missing", {"key": "q"})
    shelf.deploy(called("t"))
    assert case.retry().open == ["t"]


def test_a_mapping_that_fails_is_an_incident_on_either_side() -> None:
    case = Driven(
        shelf_with(called("t"), caller(mapping('in sourceExpression="${a + 1}" target="x"', 'out sourceExpression="${b + 1}" target="y"')))
    )
    assert case.incidents[0]["values"] == {"name": "a"}
    case.retry(a=1).complete("t")
    assert case.incidents[0]["values"] == {"name": "b"}
    assert case.open == []
    assert case.retry(b=1).open == ["z"]
    assert case.variables["y"] == 2


def test_processes_that_call_each_other_without_end_are_an_incident() -> None:
    body = start() + node("callActivity", "c", calledElement="p") + end() + flow("s", "c", "e")
    case = Driven(draw(body), limits=Limits(call_depth=4))
    assert case.incidents[0]["values"] == {"limit": "call_depth", "maximum": 4}
    assert len([e for e in case.events if e.type == "called_process_entered"]) == 4


def test_end_events_of_called_processes_and_sub_processes_are_not_top_level() -> None:
    case = Driven(shelf_with(called("t"), caller())).complete("t").complete("z")
    assert [(e.element_id, e.details["top"]) for e in case.events if e.type == "end_event_reached"] == [
        ("se", False),
        ("qe", False),
        ("e", True),
    ]


def test_cancelling_a_call_takes_everything_inside_along() -> None:
    body = start() + node("callActivity", "c", calledElement="q") + boundary("b", "c", event("message", "M1")) + user("h") + end()
    case = Driven(shelf_with(called("t"), draw(body + flow("s", "c", "e") + flow("b", "h", "e")))).message("m1")
    assert case.open == ["h"]
    assert [e.definition for e in case.outcome.events if e.type == "user_task_cancelled"] == ["q:1"]


def test_scripts_of_a_called_process_write_there() -> None:
    inner = draw(start("qs") + script("x", "amount = amount * 10") + end("qe") + flow("qs", "x", "qe"), "q")
    case = Driven(
        shelf_with(inner, caller(mapping('in source="amount" target="amount"', 'out source="amount" target="result"'))), {"amount": 5}
    )
    assert case.variables == {"amount": 5, "result": 50}
    changed = next(e for e in case.events if e.type == "variables_changed" and e.element_id == "x")
    assert changed.details == {"changes": {"amount": {"old": 5, "new": 50}}, "scope": "c"}


@pytest.mark.parametrize("version", ["7", "x"])
def test_a_version_that_is_not_there_is_an_incident(version: str) -> None:
    shelf = shelf_with(called("t"), caller(camunda_calledElementBinding="version", camunda_calledElementVersion=version))
    assert Driven(shelf).incidents[0]["code"] == "called_process_missing"


@pytest.mark.parametrize("missing", [True, False])
def test_a_source_variable_that_is_not_there_is_passed_as_null(missing: bool) -> None:
    case = Driven(
        shelf_with(called("t"), caller(mapping('in source="a" target="b"', 'out source="b" target="r"'))), {} if missing else {"a": 1}
    )
    assert case.complete("t").variables == ({"r": None} if missing else {"a": 1, "r": 1})


def test_an_expression_may_choose_the_process() -> None:
    call = node("callActivity", "c", calledElement="${which}")
    shelf = shelf_with(called("a", "q1"), called("b", "q2"), draw(start() + call + end() + flow("s", "c", "e")))
    assert Driven(shelf, {"which": "q2"}).open == ["b"]
    case = Driven(shelf, {"which": "gone"})
    assert ([one["code"] for one in case.incidents], case.outcome.wanted) == (["called_process_missing"], {("process", "gone")})
    assert case.retry(which="q1").open == ["a"]


def test_an_expression_may_choose_the_version() -> None:
    document = caller(camunda_calledElementBinding="version", camunda_calledElementVersion="${v}")
    shelf = shelf_with(called("old"), called("new"), document)
    assert Driven(shelf, {"v": 1}).open == ["old"]
    assert Driven(shelf, {"v": "2"}).open == ["new"]
    for wrong in ("x", 9, "1" * 30, True, None):
        assert [one["code"] for one in Driven(shelf, {"v": wrong}).incidents] == ["called_process_missing"]


def test_the_process_of_the_same_deployment_stays_the_one_that_is_called() -> None:
    shelf = shelf_with(called("old"), caller(camunda_calledElementBinding="deployment"))
    shelf.together("q", "p")
    shelf.deploy(called("new"))
    assert Driven(shelf).open == ["old"]
    shelf.stored[("p", 1)].siblings.clear()
    shelf.library = Library(lambda key, version: shelf.stored.get((key, version)))
    assert [one["code"] for one in Driven(shelf).incidents] == ["called_process_missing"]


def test_the_version_with_a_tag_is_called() -> None:
    shelf = shelf_with(
        called("old"), called("new"), caller(camunda_calledElementBinding="versionTag", camunda_calledElementVersionTag="v${n}")
    )
    shelf.latest["q@v1"] = 1
    assert Driven(shelf, {"n": 1}).open == ["old"]
    missing = Driven(shelf, {"n": 2})
    assert (missing.incidents[0]["code"], missing.outcome.wanted) == ("called_process_missing", {("process", "q@v2")})
