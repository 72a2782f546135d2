"""The stored form of a process: scopes of nodes and flows, from which the specifications of SpiffWorkflow are always restored."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


def reachable(start: str, without: str, following: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """The nodes that a token at `start` can come to without passing `without`, the start included."""
    seen: set[str] = set()
    stack = [start]
    while stack:
        at = stack.pop()
        if at not in seen and at != without:
            seen.add(at)
            stack.extend(following(at))
    return frozenset(seen)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow as seen from its source; `condition` is as drawn."""

    id: str
    target: str
    condition: str | None
    name: str | None


@dataclass(slots=True)
class Node:
    """A flow node: `word` chooses the class that executes it, `element` is what the outline says of it."""

    id: str
    word: str
    element: dict[str, Any]
    flows: list[Flow] = field(default_factory=list)
    default: str | None = None
    #: boundary events that wait while the activity is active
    boundary: list[str] = field(default_factory=list)
    #: the activity that takes back what this one did
    compensation: str | None = None
    #: id of the drawn element that a made-up node stands for
    drawn: str | None = None

    def to_document(self) -> dict[str, Any]:
        """The node as JSON."""
        return {
            "id": self.id,
            "word": self.word,
            "element": self.element,
            "flows": [[flow.id, flow.target, flow.condition, flow.name] for flow in self.flows],
            "default": self.default,
            "boundary": self.boundary,
            "compensation": self.compensation,
            "drawn": self.drawn,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Node":
        """The node that `to_document` wrote."""
        return cls(**{**document, "flows": [Flow(*flow) for flow in document["flows"]]})


@dataclass(slots=True)
class Graph:
    """One scope: the process or a sub-process. `starts` get the first tokens, `listeners` start its event sub-processes."""

    id: str
    nodes: dict[str, Node] = field(default_factory=dict)
    starts: list[str] = field(default_factory=list)
    listeners: list[str] = field(default_factory=list)
    #: the event sub-process that takes the finished sub-process back
    undo: str | None = None
    #: the variables that the scope begins with: its data objects
    initial: dict[str, Any] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """The scope as JSON."""
        return {
            "id": self.id,
            "nodes": [node.to_document() for node in self.nodes.values()],
            "starts": self.starts,
            "listeners": self.listeners,
            "undo": self.undo,
            "initial": self.initial,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Graph":
        """The scope that `to_document` wrote."""
        nodes = [Node.from_document(one) for one in document["nodes"]]
        named = {node.id: node for node in nodes}
        scope = cls(document["id"], named, document["starts"], document["listeners"])
        scope.undo, scope.initial = document.get("undo"), document.get("initial", {})
        return scope
