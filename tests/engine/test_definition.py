"""Compiling, restoring and keeping definitions; what is refused by name."""

import threading
from typing import Any

import pytest

from engine.elements import REFUSED, refused
from engine.errors import NotExecutable, UnknownDefinition
from engine.library import Library, StoredDefinition
from tests.engine.drawing import Driven, Shelf, boundary, draw, end, event, flow, many, node, start, user

MAIN = start() + user("u") + end() + flow("s", "u", "e")


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        (MAIN + node("choreographyTask", "x") + flow("u", "x"), "dangling_flow", "f_u_x"),
        (MAIN + node("subProcess", "x"), "no_start", "x"),
        (MAIN + node("userTask", "x", '<standardLoopCharacteristics loopMaximum="many"/>'), "loop_maximum", "x"),
        (MAIN + node("eventBasedGateway", "x") + flow("x", "u"), "event_gateway_target", "x"),
        (MAIN + boundary("x", "nothing", event("timer", "PT1H")), "boundary_without_activity", "x"),
        (MAIN + node("intermediateThrowEvent", "x", '<linkEventDefinition name="L"/>'), "link_without_target", "x"),
        (MAIN + flow("u", "nowhere", id="x"), "dangling_flow", "x"),
        (MAIN + end("x", event("cancel")), "cancel_outside_transaction", "x"),
    ],
)
def test_what_cannot_be_executed_says_where(body: str, code: str, element: str) -> None:
    with pytest.raises(NotExecutable) as found:
        Driven(draw(body))
    assert (found.value.code, found.value.element_id) == (code, element)


@pytest.mark.parametrize(
    ("entry", "inside", "name"),
    [
        ({"type": "eventBasedGateway", "kind": "Parallel"}, False, "eventBasedGateway/parallel"),
        ({"type": "eventBasedGateway", "kind": "Parallel", "instantiate": True}, False, None),
        ({"type": "startEvent", "event": {"kind": "conditional"}}, False, "startEvent/conditional"),
        ({"type": "startEvent", "event": {"kind": "error"}}, True, None),
        ({"type": "startEvent", "event": {"kind": "compensate"}}, False, "startEvent/compensate"),
        ({"type": "userTask"}, False, None),
    ],
)
def test_what_is_not_executed_is_refused_by_name(entry: dict[str, Any], inside: bool, name: str | None) -> None:
    assert refused(entry, in_event_subprocess=inside) == (None if name is None else (name, REFUSED[name]))


def test_a_definition_is_restored_once_and_the_oldest_are_forgotten() -> None:
    shelf, asked = Shelf(), []
    for _ in range(3):
        shelf.deploy(draw(MAIN))

    def load(key: str, version: int) -> StoredDefinition | None:
        asked.append(version)
        return shelf.stored.get((key, version))

    library = Library(load, size=2)
    for version in (1, 2, 1, 3, 1, 2):
        assert library.get("p", version).version == version
    assert asked == [1, 2, 3, 2]
    with pytest.raises(UnknownDefinition):
        library.get("p", 9)


def test_threads_may_share_a_library() -> None:
    body = (
        start() + node("parallelGateway", "g") + node("parallelGateway", "j") + user("a") + node("userTask", "b", many(out="votes")) + end()
    )
    xml = draw(body + flow("s", "g", "a", "j", "e") + flow("g", "b", "j"))
    shelf = Shelf()
    shelf.deploy(xml)
    found: list[bytes] = []

    def play(shelf: Shelf) -> bytes:
        case = Driven(shelf, {"items": [1, 2, 3]})
        for k in (2, 0, 1):
            case.complete("b", (k,), vote=k)
        return case.complete("a").outcome.state

    def many_plays() -> None:
        found.extend(play(shelf) for _ in range(20))

    threads = [threading.Thread(target=many_plays) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {play(shelf)}
    assert len(found) == 160
