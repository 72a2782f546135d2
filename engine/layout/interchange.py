"""Diagram interchange in a document: what of it is sound, what is missing, and the writing of it (BPMN 2.0, chapter 12)."""

import math
from typing import Any

from lxml import etree

from engine.layout.model import BESIDE, NODES, SCOPES, Box, Line, tag
from engine.layout.pools import Sheet

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
FARTHEST = 1_000_000.0


def mend(root: Any) -> bool:
    """Take out what no viewer can draw: shapes without size, edges without points, what stands for nothing; whether there was any."""
    known = {node.get("id") for node in root.iter() if node.get("id") and not _is_interchange(node)}
    mended = False
    for diagram in root.findall(f"{{{DI}}}BPMNDiagram"):
        plane = diagram.find(f"{{{DI}}}BPMNPlane")
        if plane is None or local(plane) not in known:
            root.remove(diagram)
            mended = True
            continue
        seen: set[str] = set()
        for part in list(plane):
            id = local(part)
            if id not in known or id in seen or not _sound(part):
                plane.remove(part)
                mended = True
            else:
                seen.add(id)
                mended |= _mend_label(part)
    return mended


def _is_interchange(node: Any) -> bool:
    return isinstance(node.tag, str) and etree.QName(node).namespace in (DI, DC, DD)


def local(part: Any) -> str:
    """The id of what a shape or edge stands for."""
    return str(part.get("bpmnElement", "")).rpartition(":")[2]


def _numbers(node: Any, *names: str) -> list[float] | None:
    try:
        found = [float(node.get(name, "")) for name in names]
    except ValueError:
        return None
    return found if all(math.isfinite(one) and abs(one) <= FARTHEST for one in found) else None


def _sized(bounds: Any) -> bool:
    found = None if bounds is None else _numbers(bounds, "x", "y", "width", "height")
    return found is not None and found[2] > 0 and found[3] > 0


def _sound(part: Any) -> bool:
    if tag(part) == "BPMNShape":
        return _sized(part.find(f"{{{DC}}}Bounds"))
    points = part.findall(f"{{{DD}}}waypoint")
    return tag(part) == "BPMNEdge" and len(points) > 1 and all(_numbers(one, "x", "y") for one in points)


def _mend_label(part: Any) -> bool:
    label = part.find(f"{{{DI}}}BPMNLabel")
    bounds = None if label is None else label.find(f"{{{DC}}}Bounds")
    if bounds is None or _sized(bounds):
        return False
    part.remove(label)
    return True


def _drawn(root: Any) -> dict[str, Any]:
    return {local(part): part for plane in root.iter(f"{{{DI}}}BPMNPlane") for part in plane}


def is_whole(root: Any, key: str | None) -> bool:
    """Whether everything is drawn that a page shows: elements, pools, lanes and flows, but for the inside of what is collapsed."""
    drawn = _drawn(root)
    processes = [node for node in root if tag(node) == "process"]
    shown = [one for one in processes if key is None or one.get("id") == key]
    pools = [part for node in root if tag(node) == "collaboration" for part in node if tag(part) in ("participant", "messageFlow")]
    return all(part.get("id") in drawn for part in pools if part.get("id")) and all(_inside_drawn(one, drawn) for one in shown)


def _inside_drawn(container: Any, drawn: dict[str, Any]) -> bool:
    return all(_node_drawn(node, drawn) for node in container)


def _node_drawn(node: Any, drawn: dict[str, Any]) -> bool:
    kind, id = tag(node), node.get("id")
    if kind == "laneSet":
        return all(one.get("id", "") in drawn for one in node if tag(one) == "lane" and one.get("id"))
    if not id or not (kind in NODES or kind in BESIDE or kind == "sequenceFlow"):
        return True
    if id not in drawn:
        return False
    return kind not in SCOPES or drawn[id].get("isExpanded") != "true" or _inside_drawn(node, drawn)


def name_flows(root: Any) -> None:
    """A flow without an id gets one, by which its edge can name it."""
    used = {node.get("id") for node in root.iter()}
    count = 0
    for node in root.iter():
        if tag(node) == "sequenceFlow" and not node.get("id"):
            while f"drawn_flow_{count}" in used:
                count += 1
            node.set("id", f"drawn_flow_{count}")
            count += 1


def write(root: Any, made: list[Sheet]) -> None:
    """Put the sheets in place of what was drawn before."""
    for diagram in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(diagram)
    used = {node.get("id") for node in root.iter() if node.get("id")}
    for sheet in made:
        names = {"bpmndi": DI, "dc": DC, "di": DD}
        diagram = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", {"id": _named(sheet.id, "diagram", used)}, nsmap=names)
        given = {"id": _named(sheet.id, "plane", used), "bpmnElement": sheet.id}
        plane = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane", given)
        for box in sheet.boxes:
            put_box(plane, box, used)
        for line in sheet.lines:
            put_line(plane, line, used)


def _named(element: str, ending: str, used: set[str]) -> str:
    id = f"{element}_{ending}"
    while id in used:
        id += "_"
    used.add(id)
    return id


def put_line(plane: Any, line: Line, used: set[str]) -> None:
    """An edge on a plane; none for a line whose ends are not drawn."""
    if len(line.points) < 2:
        return
    edge = etree.SubElement(plane, f"{{{DI}}}BPMNEdge", {"id": _named(line.id, "edge", used), "bpmnElement": line.id})
    for x, y in line.points:
        etree.SubElement(edge, f"{{{DD}}}waypoint", {"x": f"{x:.0f}", "y": f"{y:.0f}"})
    _label(edge, line.label)


def put_box(plane: Any, box: Box, used: set[str]) -> None:
    """A shape on a plane."""
    shape = etree.SubElement(plane, f"{{{DI}}}BPMNShape", {"id": _named(box.id, "shape", used), "bpmnElement": box.id})
    if box.kind in SCOPES:
        shape.set("isExpanded", "true")
    if box.kind in ("participant", "lane"):
        shape.set("isHorizontal", "true")
    if box.kind == "exclusiveGateway":
        shape.set("isMarkerVisible", "true")
    _bounds(shape, (box.x, box.y, box.width, box.height))
    _label(shape, box.label)


def _label(part: Any, at: tuple[float, float, float, float] | None) -> None:
    if at is not None:
        _bounds(etree.SubElement(part, f"{{{DI}}}BPMNLabel"), at)


def _bounds(part: Any, at: tuple[float, float, float, float]) -> None:
    names = ("x", "y", "width", "height")
    etree.SubElement(part, f"{{{DC}}}Bounds", {name: f"{value:.0f}" for name, value in zip(names, at, strict=True)})
