"""Rewrites the scopes of a process into what the elements execute; what is stored and shown is the drawing.

Made-up nodes and flows have ids that no XML id can have, and stand for a drawn one, so that nobody ever meets them.
"""

from collections.abc import Iterator
from typing import Any

from engine.errors import NotExecutable
from engine.graph import Flow, Graph, Node


def normalise(scopes: dict[str, Graph]) -> None:
    """Rewrite every scope; raises NotExecutable for what has no meaning."""
    for scope in scopes.values():
        _part_events(scope)
        _join_links(scope)
        _default_the_lone(scope)
        _split_conditions(scope)
        _default_boundary_errors(scope)
        _release_throws(scope)
        _skip(scope)
    for scope in scopes.values():
        _listen(scope, scopes)
        _begin(scope)


def _event_kind(node: Node) -> str:
    return (node.element.get("event") or {"kind": "none"})["kind"]


def _part_events(scope: Graph) -> None:
    """An event with several definitions waits with a part for each; a boundary event that one is enough for is drawn once for each."""
    for node in list(scope.nodes.values()):
        if _event_kind(node) != "multiple" or node.word not in ("intermediateCatchEvent", "boundaryEvent"):
            continue
        if node.word == "boundaryEvent" and not node.element["event"]["all"]:
            _draw_boundaries(node, scope)
        else:
            _add_parts(node, scope)


def _add_parts(node: Node, scope: Graph) -> None:
    parts = [
        Node(f"{node.id} [{number}]", "part", {"name": node.element.get("name"), "event": event}, drawn=node.id)
        for number, event in enumerate(node.element["event"]["events"], 1)
    ]
    scope.nodes.update({part.id: part for part in parts})
    node.element["parts"] = [part.id for part in parts]


def _draw_boundaries(node: Node, scope: Graph) -> None:
    activity = next(one for one in scope.nodes.values() if node.id in one.boundary)
    place = activity.boundary.index(node.id)
    names = []
    for number, event in enumerate(node.element["event"]["events"], 1):
        to_drawn = Flow(f"{node.id} [{number} flow]", node.id, None, None)
        copy = Node(f"{node.id} [{number}]", "boundaryEvent", {**node.element, "event": event}, [to_drawn], drawn=node.id)
        scope.nodes[copy.id] = copy
        names.append(copy.id)
    activity.boundary[place : place + 1] = names
    node.word, node.element = "pass", {**node.element, "event": {"kind": "none"}}


def _join_links(scope: Graph) -> None:
    """A link throw leads to the catch of the same name; both only pass the token on."""
    catches = {
        node.element["event"]["name"]: node
        for node in scope.nodes.values()
        if node.word == "intermediateCatchEvent" and _event_kind(node) == "link"
    }
    for node in scope.nodes.values():
        if _event_kind(node) != "link":
            continue
        if node.word == "intermediateThrowEvent":
            name = node.element["event"]["name"]
            if name not in catches:
                raise NotExecutable("link_without_target", node.id, name=name)
            node.flows = [Flow(f"{node.id} [link]", catches[name].id, None, None)]
    for node in scope.nodes.values():
        if _event_kind(node) == "link":
            node.word = "pass"


def _default_the_lone(scope: Graph) -> None:
    """Of several flows out of an exclusive gateway the only one without a condition is the default."""
    for node in scope.nodes.values():
        if node.word == "exclusiveGateway" and len(node.flows) > 1:
            bare = [flow for flow in node.flows if not flow.condition and flow.id != node.default]
            if len(bare) == 1 and node.default is None:
                node.default = bare[0].id
            elif bare:
                raise NotExecutable("flow_without_condition", bare[0].id, gateway=node.id)


def _split_conditions(scope: Graph) -> None:
    """Conditions on the flows of an activity are those of an inclusive gateway behind it."""
    for node in list(scope.nodes.values()):
        if node.word.endswith("Gateway") or not any(flow.condition for flow in node.flows):
            continue
        split = Node(f"{node.id} [split]", "inclusiveGateway", {"name": node.element.get("name")}, node.flows, node.default, drawn=node.id)
        node.flows, node.default = [Flow(f"{node.id} [flow]", split.id, None, None)], None
        scope.nodes[split.id] = split


def _skip(scope: Graph) -> None:
    """An activity with a skip expression stands behind a choice: to it, or past it along its own flows."""
    for node in list(scope.nodes.values()):
        if not node.element.get("skip"):
            continue
        behind = Node(f"{node.id} [out]", "pass", {"name": None}, node.flows, drawn=node.id)
        choice = Node(f"{node.id} [skip]", "skip", {"name": node.element.get("name"), "skip": node.element["skip"]}, drawn=node.id)
        choice.flows = [Flow(f"{node.id} [in]", node.id, None, None), Flow(f"{node.id} [past]", behind.id, None, None)]
        node.flows = [Flow(f"{node.id} [done]", behind.id, None, None)]
        for other in scope.nodes.values():
            other.flows = [Flow(flow.id, choice.id, flow.condition, flow.name) if flow.target == node.id else flow for flow in other.flows]
        scope.nodes[choice.id], scope.nodes[behind.id] = choice, behind


def _default_boundary_errors(scope: Graph) -> None:
    """An error or a cancellation always ends the activity."""
    for node in scope.nodes.values():
        if node.word == "boundaryEvent" and _event_kind(node) in ("error", "cancel"):
            node.element["cancel_activity"] = True


def _release_throws(scope: Graph) -> None:
    """A compensation that is not waited for runs beside the token that has thrown it."""
    for node in list(scope.nodes.values()):
        if node.word == "compensate" and not node.element["event"].get("wait", True):
            beside = Node(f"{node.id} [beside]", "compensate", {"event": node.element["event"]}, drawn=node.id)
            scope.nodes[beside.id] = beside
            node.word = "pass"
            node.flows = [Flow(f"{node.id} [start]", beside.id, None, None), *node.flows]


def _listen(scope: Graph, scopes: dict[str, Graph]) -> None:
    """The start event of an event sub-process waits in the scope around it; inside, a made-up start takes its place."""
    for node in list(scope.nodes.values()):
        if not node.element.get("event_subprocess"):
            continue
        drawn = _take_start(scopes[node.id])
        if _event_kind(drawn) == "compensate":
            if scope.undo:
                raise NotExecutable("several_compensations", node.id, other=scope.undo)
            scope.undo = node.id
            continue
        for listener in _listeners(drawn, node):
            scope.nodes[listener.id] = listener
            scope.listeners.append(listener.id)
            if listener.element["event"].get("all"):
                _add_parts(listener, scope)


def _take_start(inner: Graph) -> Node:
    """Put a plain start in the place of the only start event."""
    starts = [one for one in inner.nodes.values() if one.word == "startEvent"]
    if len(starts) != 1:
        raise NotExecutable("event_subprocess_start", inner.id, count=len(starts))
    drawn = starts[0]
    nodes = {name: one for name, one in inner.nodes.items() if one is not drawn}
    first = Node(f"{drawn.id} [inside]", "startEvent", {"name": drawn.element.get("name")}, drawn.flows, drawn.default, drawn=drawn.id)
    inner.nodes = {first.id: first, **nodes}
    return drawn


def _listeners(drawn: Node, subprocess: Node) -> Iterator[Node]:
    """What waits for the start of an event sub-process: one for each event that is enough for it."""
    event = drawn.element["event"]
    if event["kind"] == "multiple" and not event["all"]:
        for number, one in enumerate(event["events"], 1):
            yield _listener(f"{drawn.id} [{number}]", {**drawn.element, "event": one, "shown": True}, subprocess, drawn.id)
    else:
        yield _listener(drawn.id, drawn.element, subprocess, None)


def _listener(name: str, element: dict[str, Any], subprocess: Node, drawn: str | None) -> Node:
    if element["event"]["kind"] in ("error", "cancel"):
        element["interrupting"] = True
    return Node(name, "eventSubprocessStart", element, [Flow(f"{name} [flow]", subprocess.id, None, None)], drawn=drawn)


def _instantiating(node: Node) -> list[str]:
    """The events by which a receive task or an event-based gateway begins a process."""
    if not node.element.get("instantiate"):
        return []
    return [flow.target for flow in node.flows] if node.word == "eventBasedGateway" else [node.id]


def _begin(scope: Graph) -> None:
    """The plain start event, else any start event; without one, everything that nothing leads to."""
    starts = [node for node in scope.nodes.values() if node.word == "startEvent"]
    if starts:
        plain = [node.id for node in starts if _event_kind(node) == "none"]
        scope.starts = plain[:1] or [starts[0].id]
        return
    instantiating = [name for node in scope.nodes.values() for name in _instantiating(node)]
    if instantiating:
        scope.starts = instantiating[:1]
        return
    targets = {flow.target for node in scope.nodes.values() for flow in node.flows}
    handlers = {node.compensation for node in scope.nodes.values()}
    quiet = targets | handlers | set(scope.listeners)
    scope.starts = [
        node.id
        for node in scope.nodes.values()
        if node.id not in quiet
        and node.word not in ("boundaryEvent", "eventSubprocessStart", "part")
        and not node.element.get("event_subprocess")
    ]
    if not scope.starts:
        raise NotExecutable("no_start", scope.id)
