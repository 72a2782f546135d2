"""Sheets: what one BPMNDiagram shows, a collaboration with its pools one below the other, or a process alone."""

from dataclasses import dataclass, field
from typing import Any

from engine.layout.model import Box, Line, Scope, read, tag
from engine.layout.placing import join, place, shift

SIDE = 30
APART = 50


@dataclass
class Sheet:
    """The shapes and edges on one plane."""

    id: str
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def sheets(root: Any, key: str | None) -> list[Sheet]:
    """All sheets of a document, the one with the wanted process first."""
    processes = {node.get("id"): node for node in root if tag(node) == "process" and node.get("id")}
    made: list[tuple[bool, Sheet]] = []
    pooled: set[str] = set()
    for node in root:
        if tag(node) == "collaboration" and node.get("id") and any(tag(part) == "participant" for part in node):
            held = {part.get("processRef", "").rpartition(":")[2] for part in node if tag(part) == "participant"}
            made.append((key in held, _collaboration(node, processes)))
            pooled |= held
    for id, process in processes.items():
        if id not in pooled:
            made.append((id == key, _alone(process)))
    return [sheet for _, sheet in sorted(made, key=lambda one: not one[0])]


def _alone(process: Any) -> Sheet:
    scope = read(process)
    place(scope)
    deep = _depth(scope)
    shift(scope, 100 + SIDE * deep, 60)
    sheet = Sheet(scope.id)
    _lanes(sheet, scope, 100, 60, scope.width + SIDE * deep, None)
    _gather(sheet, scope, None)
    return sheet


def _collaboration(node: Any, processes: dict[str, Any]) -> Sheet:
    sheet = Sheet(node.get("id"))
    pools = [(part, _content(part, processes)) for part in node if tag(part) == "participant" and part.get("id")]
    _pools(sheet, pools)
    by_id = {box.id: box for box in sheet.boxes}
    for part in node:
        if tag(part) in ("messageFlow", "association") and part.get("id"):
            line = Line(part.get("id"), tag(part), part.get("sourceRef", ""), part.get("targetRef", ""), part.get("name") or "")
            _message(line, by_id)
            sheet.lines.append(line)
    return sheet


def _content(part: Any, processes: dict[str, Any]) -> Scope | None:
    process = processes.get(part.get("processRef", "").rpartition(":")[2])
    if process is None:
        return None
    scope = read(process)
    place(scope)
    return scope


def _pools(sheet: Sheet, pools: list[tuple[Any, Scope | None]]) -> None:
    y = 60.0
    widest = max((scope.width + SIDE * (1 + _depth(scope)) for _, scope in pools if scope is not None), default=600.0)
    for part, scope in pools:
        height = max(scope.height, 120.0) if scope is not None and scope.boxes else 60.0
        pool = Box(part.get("id"), "participant", widest, height, 100, y, part.get("name") or "")
        sheet.boxes.append(pool)
        if scope is not None:
            if scope.bands:
                height = pool.height = max(height, scope.bands[-1][1])
            shift(scope, 100 + SIDE * (1 + _depth(scope)), y)
            _lanes(sheet, scope, 100 + SIDE, y, widest - SIDE, pool.id)
            _gather(sheet, scope, pool.id)
        y += height + APART


def _message(line: Line, by_id: dict[str, Box]) -> None:
    """Up or down between the pools, and to a pool without content straight to its border."""
    a, b = by_id.get(line.source), by_id.get(line.target)
    if a is None or b is None:
        return
    down = a.middle[1] < b.middle[1]
    ax, bx = a.middle[0], b.middle[0]
    if a.kind == "participant":
        ax = bx
    if b.kind == "participant":
        bx = ax
    start = (ax, a.y + a.height if down else a.y)
    end = (bx, b.y if down else b.y + b.height)
    if a is b or (down and start[1] >= end[1]) or (not down and start[1] <= end[1]):
        join(line, a, b)
        return
    turn = end[1] - 20 if down else end[1] + 20
    line.points = [start, end] if ax == bx else [start, (ax, turn), (bx, turn), end]


def _depth(scope: Scope) -> int:
    return max((depth + 1 for _, depth, _, _ in scope.lanes), default=0)


def _lanes(sheet: Sheet, scope: Scope, x: float, top: float, width: float, parent: str | None) -> None:
    for id, depth, first, last in scope.lanes:
        left = x + SIDE * depth
        begin, end = scope.bands[first][0], scope.bands[last][1]
        sheet.boxes.append(Box(id, "lane", width - SIDE * depth, end - begin, left, begin, parent=parent))


def _gather(sheet: Sheet, scope: Scope, parent: str | None) -> None:
    for box in scope.boxes.values():
        box.parent = parent
        sheet.boxes.append(box)
        if box.inside is not None:
            _gather(sheet, box.inside, box.id)
    # boundary events are drawn over their hosts
    sheet.boxes.sort(key=lambda box: box.kind == "boundaryEvent")
    sheet.lines += scope.lines
