"""The outline of a process as a graph: its scopes, their nodes and the flows between them."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from engine.dialects.names import ACTIVITIES, Entry

#: an element's id with its outline entry, the way findings want to be told where
Located = tuple[str, Entry]


class Graph:
    """Read-only questions about one outline."""

    def __init__(self, outline: dict[str, Any]) -> None:
        self.outline = outline
        self.key: str = outline["key"]
        self.elements: dict[str, Entry] = outline["elements"]

    @cached_property
    def nodes(self) -> dict[str, Entry]:
        """All flow nodes by id."""
        return {identity: entry for identity, entry in self.elements.items() if entry["type"] != "sequenceFlow"}

    @cached_property
    def flows(self) -> dict[str, Entry]:
        """All sequence flows by id."""
        return {identity: entry for identity, entry in self.elements.items() if entry["type"] == "sequenceFlow"}

    @cached_property
    def scopes(self) -> dict[str, dict[str, Entry]]:
        """The nodes of each scope, by the scope's id; the process itself is one."""
        scopes: dict[str, dict[str, Entry]] = {self.key: {}}
        for identity, entry in self.nodes.items():
            scopes.setdefault(entry["parent"], {})[identity] = entry
            if "event_subprocess" in entry:
                scopes.setdefault(identity, {})
        return scopes

    @cached_property
    def boundaries(self) -> dict[str, list[str]]:
        """Ids of the boundary events by the activity that they are attached to."""
        found: dict[str, list[str]] = {}
        for identity, entry in self.nodes.items():
            if entry["type"] == "boundaryEvent":
                found.setdefault(entry["attached_to"] or "", []).append(identity)
        return found

    def located(self, *types: str) -> Iterator[Located]:
        """The elements of these types, in document order."""
        return ((identity, entry) for identity, entry in self.elements.items() if entry["type"] in types)

    def outgoing(self, identity: str) -> list[Located]:
        """The flows that leave a node."""
        return [(flow, self.flows[flow]) for flow in self.nodes[identity]["outgoing"]]

    def successors(self, identity: str) -> list[str]:
        """The nodes that a token may go to next within the scope: flows, boundary events, link targets."""
        entry = self.nodes[identity]
        found = [flow["target"] for _, flow in self.outgoing(identity) if flow["target"] in self.nodes]
        if entry["type"] in ACTIVITIES:
            found += self.boundaries.get(identity, [])
        if is_link(entry, "intermediateThrowEvent"):
            found += self.link_targets(entry)[:1]
        return found

    def link_targets(self, throw: Entry) -> list[str]:
        """The link catch events of the same name in the same scope."""
        return self._links.get((throw["parent"], throw["event"]["name"]), [])

    @cached_property
    def _links(self) -> dict[tuple[str, str | None], list[str]]:
        """The catching links by scope and name."""
        found: dict[tuple[str, str | None], list[str]] = {}
        for identity, entry in self.nodes.items():
            if is_link(entry, "intermediateCatchEvent"):
                found.setdefault((entry["parent"], entry["event"]["name"]), []).append(identity)
        return found

    def is_event_subprocess(self, identity: str) -> bool:
        """Whether the element is a sub-process that an event starts."""
        return bool(self.nodes.get(identity, {}).get("event_subprocess"))


def is_link(entry: Entry, kind: str) -> bool:
    """Whether it is the throwing or the catching end of a link."""
    return bool(entry["type"] == kind and entry["event"]["kind"] == "link")


def event_kind(entry: Entry) -> str:
    """The kind of its event; "none" for everything without one."""
    event = entry.get("event")
    return str(event["kind"]) if event else "none"
