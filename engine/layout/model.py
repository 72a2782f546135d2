"""What is drawn: boxes and lines, read from the elements of one process or sub-process."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

#: more elements than this are not laid out: nobody reads such a drawing, and no page waits for it
MOST = 4_000
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"})
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS = frozenset(
    {"task", "userTask", "manualTask", "sendTask", "receiveTask", "scriptTask", "serviceTask", "businessRuleTask", "callActivity"}
)
NODES = EVENTS | GATEWAYS | SCOPES | TASKS
BESIDE = {"textAnnotation": (120, 50), "dataObjectReference": (36, 50), "dataStoreReference": (50, 50)}


@dataclass
class Box:
    """A shape; `parent` is the shape that it stands in, `host` the activity on whose border it stands."""

    id: str
    kind: str
    width: float
    height: float
    x: float = 0
    y: float = 0
    name: str = ""
    lane: int = 0
    parent: str | None = None
    host: "Box | None" = None
    guards: "list[Box]" = field(default_factory=list)
    inside: "Scope | None" = None
    label: tuple[float, float, float, float] | None = None

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass
class Line:
    """An edge from shape to shape."""

    id: str
    kind: str
    source: str
    target: str
    name: str = ""
    points: list[tuple[float, float]] = field(default_factory=list)
    label: tuple[float, float, float, float] | None = None


@dataclass
class Scope:
    """The content of a process or sub-process; placed by `placing.place`, then `width` and `height` hold."""

    id: str
    boxes: dict[str, Box] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    #: the lanes, the outer before the inner: id, depth, and the first and last leaf that it holds
    lanes: list[tuple[str, int, int, int]] = field(default_factory=list)
    leaves: int = 0
    bands: list[tuple[float, float]] = field(default_factory=list)
    width: float = 0
    height: float = 0


def tag(node: Any) -> str:
    """The local name of an element."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def read(container: Any) -> Scope:
    """The boxes and lines in a process or sub-process, and in what it contains."""
    scope = Scope(container.get("id", ""))
    lane_of = _lanes(container, scope)
    for node in container:
        kind, id = tag(node), node.get("id")
        if id and (kind in NODES or kind in BESIDE):
            scope.boxes[id] = _box(node, kind, id, lane_of.get(id, scope.leaves))
    for node in container:
        _line(node, scope)
        host = scope.boxes.get(node.get("attachedToRef", ""))
        if tag(node) == "boundaryEvent" and node.get("id") and host is not None and host.kind not in EVENTS:
            guard = scope.boxes[node.get("id")]
            guard.host, guard.lane = host, host.lane
            host.guards.append(guard)
    return scope


def _box(node: Any, kind: str, id: str, lane: int) -> Box:
    width, height = (36, 36) if kind in EVENTS else (50, 50) if kind in GATEWAYS else BESIDE.get(kind, (100, 80))
    inside = read(node) if kind in SCOPES else None
    return Box(id, kind, width, height, name=node.get("name") or "", lane=lane, inside=inside)


def _line(node: Any, scope: Scope) -> None:
    kind, id = tag(node), node.get("id")
    if kind in ("sequenceFlow", "association") and id:
        scope.lines.append(Line(id, kind, node.get("sourceRef", ""), node.get("targetRef", ""), node.get("name") or ""))
    for part in node:
        if part.get("id") and tag(part) in ("dataInputAssociation", "dataOutputAssociation"):
            ends = {tag(one): (one.text or "").strip() for one in part}
            into = tag(part) == "dataInputAssociation"
            source, target = (ends.get("sourceRef", ""), id) if into else (id, ends.get("targetRef", ""))
            scope.lines.append(Line(part.get("id"), tag(part), source or "", target or ""))


def _lanes(container: Any, scope: Scope) -> dict[str, int]:
    """The leaf lane of each element; a second lane set shows the same elements by another measure, and is left out."""
    lane_of: dict[str, int] = {}
    for part in container:
        if tag(part) == "laneSet" and not scope.lanes:
            _walk(part, 0, scope, lane_of)
    return lane_of


def _walk(lanes: Any, depth: int, scope: Scope, lane_of: dict[str, int]) -> None:
    for lane in lanes:
        if tag(lane) == "lane" and lane.get("id"):
            _lane(lane, depth, scope, lane_of)


def _lane(lane: Any, depth: int, scope: Scope, lane_of: dict[str, int]) -> None:
    first, place = scope.leaves, len(scope.lanes)
    scope.lanes.append((lane.get("id"), depth, first, first))
    for part in lane:
        if tag(part) == "childLaneSet":
            _walk(part, depth + 1, scope, lane_of)
    scope.leaves = max(scope.leaves, first + 1)
    scope.lanes[place] = (lane.get("id"), depth, first, scope.leaves - 1)
    for part in lane:
        if tag(part) == "flowNodeRef" and part.text:
            lane_of.setdefault(part.text.strip(), first)
