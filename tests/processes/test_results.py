from typing import Any

from processes.results import main_ends


def outline(*elements: tuple[str, str, dict[str, Any]], flows: str) -> dict[str, Any]:
    found: dict[str, Any] = {key: {"type": kind, "parent": "p", "outgoing": [], **more} for key, kind, more in elements}
    for number, flow in enumerate(flows.split()):
        source, target = flow.split("-")
        found[f"f{number}"] = {"type": "sequenceFlow", "parent": "p", "source": source, "target": target}
        found[source]["outgoing"].append(f"f{number}")
    return {"key": "p", "elements": found}


START: tuple[str, str, dict[str, Any]] = ("s", "startEvent", {"event": {"kind": "none"}})
TASK: tuple[str, str, dict[str, Any]] = ("t", "userTask", {})


def end(key: str) -> tuple[str, str, dict[str, Any]]:
    return key, "endEvent", {}


def boundary(key: str, cancels: bool) -> tuple[str, str, dict[str, Any]]:
    return key, "boundaryEvent", {"attached_to": "t", "cancel_activity": cancels}


def test_the_end_of_a_reminder_is_not_on_the_main_way() -> None:
    drawn = outline(START, TASK, end("filed"), boundary("b", False), end("reminded"), flows="s-t t-filed b-reminded")
    assert main_ends(drawn) == {"filed"}


def test_the_end_behind_an_interrupting_event_is() -> None:
    drawn = outline(START, TASK, end("filed"), boundary("b", True), end("refused"), flows="s-t t-filed b-refused")
    assert main_ends(drawn) == {"filed", "refused"}


def test_a_loop_ends_and_a_link_is_followed() -> None:
    throw = ("a", "intermediateThrowEvent", {"event": {"kind": "link", "name": "x"}})
    catch = ("c", "intermediateCatchEvent", {"event": {"kind": "link", "name": "x"}})
    drawn = outline(START, TASK, throw, catch, end("filed"), flows="s-t t-t t-a c-filed")
    assert main_ends(drawn) == {"filed"}


def test_an_event_sub_process_is_beside_the_main_way() -> None:
    inner = ("i", "startEvent", {"event": {"kind": "timer"}, "parent": "sub"})
    drawn = outline(
        START, TASK, end("filed"), ("sub", "subProcess", {"event_subprocess": True}), inner, end("told"), flows="s-t t-filed i-told"
    )
    assert main_ends(drawn) == {"filed"}
