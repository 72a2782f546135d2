"""From the outline of a process to its scopes of nodes and flows."""

from typing import Any

from engine.errors import NotExecutable
from engine.graph import Flow, Graph, Node

_SCOPES = ("subProcess", "transaction", "adHocSubProcess")
_WORK = ("serviceTask", "sendTask", "businessRuleTask")
#: which word executes a piece of work
_IMPLEMENTATIONS = {
    "external": "job",
    "unmapped": "job",
    "expression": "expression",
    "record": "record",
    "copy": "copy",
    "decision": "decision",
    "message": "message",
    "nothing": "task",
}
#: throwing events with a class of their own
_THROWN = {
    ("endEvent", "compensate"): "compensateEnd",
    ("intermediateThrowEvent", "compensate"): "compensate",
    ("endEvent", "cancel"): "cancelEnd",
}
#: what the engine needs of an element; the rest of the outline stays where it is
_DROPPED = ("incoming", "outgoing", "line", "parent", "default", "attached_to")


def read_scopes(key: str, outline: dict[str, Any]) -> dict[str, Graph]:
    """The process and its sub-processes by id; raises NotExecutable for elements that no class executes."""
    elements: dict[str, dict[str, Any]] = outline["elements"]
    scopes = {key: Graph(key, initial=outline["data"])}
    scopes.update({name: Graph(name, initial=entry["data"]) for name, entry in elements.items() if entry["type"] in _SCOPES})
    for name, entry in elements.items():
        if entry["type"] != "sequenceFlow":
            _scope_of(scopes, entry, name).nodes[name] = _node(name, entry)
    for name, entry in elements.items():
        if entry["type"] == "sequenceFlow":
            _connect(_scope_of(scopes, entry, name), name, entry)
    for scope in scopes.values():
        _attach(scope, elements)
    return scopes


def _scope_of(scopes: dict[str, Graph], entry: dict[str, Any], name: str) -> Graph:
    if entry["parent"] not in scopes:
        raise NotExecutable("unknown_scope", name, parent=entry["parent"])
    return scopes[entry["parent"]]


def _node(name: str, entry: dict[str, Any]) -> Node:
    word, element = entry["type"], {key: value for key, value in entry.items() if key not in _DROPPED}
    if word in _WORK:
        word = _IMPLEMENTATIONS[entry["implementation"]]
    elif entry.get("work"):
        word = _IMPLEMENTATIONS[entry["work"]["implementation"]]
        element.update(element.pop("work"))
    else:
        word = _THROWN.get((word, (entry.get("event") or {}).get("kind", "none")), word)
    return Node(name, word, element, default=entry.get("default"))


def _connect(scope: Graph, name: str, entry: dict[str, Any]) -> None:
    source = scope.nodes.get(entry["source"])
    if source is None or entry["target"] not in scope.nodes:
        raise NotExecutable("dangling_flow", name, source=entry["source"], target=entry["target"])
    source.flows.append(Flow(name, entry["target"], entry["condition"], entry["name"] or None))


def _attach(scope: Graph, elements: dict[str, dict[str, Any]]) -> None:
    """Hang boundary events and compensation handlers on their activities."""
    for node in list(scope.nodes.values()):
        if node.word != "boundaryEvent":
            continue
        activity = scope.nodes.get(elements[node.id]["attached_to"] or "")
        if activity is None:
            raise NotExecutable("boundary_without_activity", node.id)
        if node.element["event"]["kind"] != "compensate":
            activity.boundary.append(node.id)
            continue
        activity.compensation = elements[node.id]["handler"]
        if activity.compensation not in scope.nodes:
            raise NotExecutable("compensation_without_handler", node.id)
        del scope.nodes[node.id]
