"""Adds to a drawing what it lacks and leaves the rest in its place: flows, boundary events, and elements that belong to no pool."""

from typing import Any

from engine.layout import interchange
from engine.layout.model import SCOPES, Box, Line, Scope, read, tag
from engine.layout.placing import join, place, shift


def add(root: Any) -> bool:
    """Add what is missing to the planes; whether there was a plane to add to."""
    planes = list(root.iter(f"{{{interchange.DI}}}BPMNPlane"))
    for plane in planes:
        _Plane(root, plane).add()
    return bool(planes)


class _Plane:
    def __init__(self, root: Any, plane: Any) -> None:
        self.root, self.plane = root, plane
        self.boxes = {box.id: box for box in map(_box, plane) if box is not None}
        self.lines = {part.get("bpmnElement") for part in plane}
        self.used = {node.get("id") for node in root.iter() if node.get("id")}

    def add(self) -> None:
        shown = self.plane.get("bpmnElement")
        for node in list(self.root.iter()):
            kind = tag(node)
            if kind == "process" and node.get("id") == shown:
                self._below(node)
            if kind in ("process", *SCOPES):
                self._guards(node)
        for node in list(self.root.iter()):
            if tag(node) in ("sequenceFlow", "messageFlow", "association") and node.get("id") and node.get("id") not in self.lines:
                line = Line(node.get("id"), tag(node), node.get("sourceRef", ""), node.get("targetRef", ""))
                join(line, self.boxes.get(line.source), self.boxes.get(line.target))
                interchange.put_line(self.plane, line, self.used)

    def _below(self, process: Any) -> None:
        """Top-level elements that are not drawn stand below what is, laid out among themselves."""
        whole = read(process)
        if whole.lanes:
            return
        missing = {
            id: box for id, box in whole.boxes.items() if id not in self.boxes and (box.host is None or box.host.id not in self.boxes)
        }
        if not missing:
            return
        rest = Scope(whole.id, missing, [one for one in whole.lines if one.source in missing and one.target in missing])
        place(rest)
        left = min((box.x for box in self.boxes.values()), default=100)
        shift(rest, left, max((box.y + box.height for box in self.boxes.values()), default=30) + 30)
        self._put(rest)

    def _put(self, scope: Scope) -> None:
        for box in sorted(scope.boxes.values(), key=lambda one: one.host is not None):
            self.boxes[box.id] = box
            interchange.put_box(self.plane, box, self.used)
            if box.inside is not None:
                self._put(box.inside)
        for line in scope.lines:
            self.lines.add(line.id)
            interchange.put_line(self.plane, line, self.used)

    def _guards(self, scope: Any) -> None:
        count: dict[str, int] = {}
        for node in scope:
            host = self.boxes.get(node.get("attachedToRef", "")) if tag(node) == "boundaryEvent" else None
            if host is not None and node.get("id") and node.get("id") not in self.boxes:
                place_ = count[host.id] = count.get(host.id, 0) + 1
                x = host.x + host.width - 18 - (place_ * 44) % max(44.0, host.width)
                guard = Box(node.get("id"), "boundaryEvent", 36, 36, x, host.y + host.height - 18)
                self.boxes[guard.id] = guard
                interchange.put_box(self.plane, guard, self.used)


def _box(part: Any) -> Box | None:
    bounds = part.find(f"{{{interchange.DC}}}Bounds")
    if tag(part) != "BPMNShape" or bounds is None:
        return None
    x, y, width, height = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return Box(interchange.local(part), "shape", width, height, x, y)
