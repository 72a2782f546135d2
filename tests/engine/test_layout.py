"""Drawings of diagrams without interchange: complete, legible, and harmless whatever the file holds."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.layout import complete
from engine.layout.interchange import DC, DD, DI
from engine.layout.model import NODES, tag
from tests.architecture.sources import ROOT
from tests.engine.drawing import NAMESPACES, boundary, draw, end, event_subprocess, flow, node, start, user
from tests.engine.reference.diagrams import GROUPS, Diagram

CORPUS = Path(ROOT).parent / "shared" / "corpus" / "diagrams"
POOLS = f"""<definitions {NAMESPACES}><collaboration id="c"><participant id="pa" name="镇政府" processRef="a"/>
<participant id="pb" name="供应商" processRef="b"/><participant id="pc" name="公众"/>
<messageFlow id="m1" sourceRef="u2" targetRef="t1"/><messageFlow id="m2" sourceRef="pc" targetRef="t1"/></collaboration>
<process id="a"><laneSet><lane id="l1" name="申请人"><flowNodeRef>s</flowNodeRef><flowNodeRef>u1</flowNodeRef></lane>
<lane id="l2" name="财政局"><flowNodeRef>u2</flowNodeRef></lane><lane id="l3" name="空"/></laneSet>
{start()}{user("u1", "u2", "u3")}{end()}{flow("s", "u1", "u2", "u3", "e")}{flow("u2", "u1", id="back")}
<textAnnotation id="note"><text>五千元以下</text></textAnnotation><association id="tie" sourceRef="note" targetRef="u2"/></process>
<process id="b">{start("sb")}{user("t1")}{flow("sb", "t1")}</process></definitions>"""


class Drawn:
    """What a drawing holds: shapes by element, edges by element."""

    def __init__(self, text: str) -> None:
        self.root = etree.fromstring(text.encode())
        self.shapes: dict[str, tuple[float, float, float, float]] = {}
        self.edges: dict[str, list[tuple[float, float]]] = {}
        for part in self.root.iter(f"{{{DI}}}BPMNShape"):
            bounds = part.find(f"{{{DC}}}Bounds")
            assert bounds is not None
            x, y, width, height = (float(bounds.attrib[name]) for name in ("x", "y", "width", "height"))
            self.shapes[part.get("bpmnElement", "")] = (x, y, x + width, y + height)
        for part in self.root.iter(f"{{{DI}}}BPMNEdge"):
            points = part.findall(f"{{{DD}}}waypoint")
            self.edges[part.get("bpmnElement", "")] = [(float(one.attrib["x"]), float(one.attrib["y"])) for one in points]

    def check(self) -> None:
        """Every rule of a legible drawing."""
        for container in self.root.iter():
            if tag(container) in ("process", "subProcess", "transaction", "adHocSubProcess"):
                self._scope(container)

    def _scope(self, container: Any) -> None:
        nodes = [one for one in container if tag(one) in NODES and one.get("id")]
        outer = self.shapes.get(container.get("id"))
        free = []
        for one in nodes:
            shape = self.shapes[one.get("id")]
            assert shape[2] > shape[0]
            assert shape[3] > shape[1]
            if outer:
                assert _within(shape, outer), (one.get("id"), shape, outer)
            host = self.shapes.get(one.get("attachedToRef", ""))
            if host is None:
                free.append((one.get("id"), shape))
            else:
                assert _touches(((shape[0] + shape[2]) / 2, (shape[1] + shape[3]) / 2), host), one.get("id")
        for place, (id, shape) in enumerate(free):
            assert not [other for other, its in free[place + 1 :] if _overlap(shape, its)], id
        for one in container:
            if tag(one) == "sequenceFlow" and {one.get("sourceRef"), one.get("targetRef")} <= {other.get("id") for other in nodes}:
                points = self.edges[one.get("id")]
                assert len(points) > 1
                assert _touches(points[0], self.shapes[one.get("sourceRef")]), one.get("id")
                assert _touches(points[-1], self.shapes[one.get("targetRef")]), one.get("id")
        self._lanes(container, {one.get("id") for one in nodes})

    def _lanes(self, container: Any, nodes: set[str]) -> None:
        for lanes in [one for one in container.iter() if tag(one) in ("laneSet", "childLaneSet")][:1]:
            drawn = [one for one in lanes if tag(one) == "lane"]
            for one, other in pairwise(drawn):
                assert not _overlap(self.shapes[one.get("id")], self.shapes[other.get("id")])
            for one in drawn:
                for part in one:
                    if tag(part) == "flowNodeRef" and part.text in nodes and not _held_twice(drawn, part.text):
                        assert _within(self.shapes[part.text], self.shapes[one.get("id")]), part.text


def _held_twice(lanes: list[Any], id: str) -> bool:
    return sum(1 for lane in lanes for part in lane.iter() if tag(part) == "flowNodeRef" and part.text == id) > 1


def _within(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _touches(point: tuple[float, float], shape: tuple[float, ...]) -> bool:
    (x, y), near = point, 2
    if not (shape[0] - near <= x <= shape[2] + near and shape[1] - near <= y <= shape[3] + near):
        return False
    return min(abs(x - shape[0]), abs(x - shape[2]), abs(y - shape[1]), abs(y - shape[3])) <= near


@pytest.mark.parametrize("group", GROUPS)
def test_random_diagrams_are_drawn_whole_and_without_overlaps(group: str) -> None:
    for seed in range(12):
        text, made = complete(Diagram(seed, 4 + seed * 2, GROUPS[group]).bpmn.decode())
        assert made
        Drawn(text).check()


def test_pools_lanes_messages_and_notes_are_drawn() -> None:
    text, made = complete(POOLS)
    drawn = Drawn(text)
    drawn.check()
    assert made
    assert {"pa", "pb", "pc", "l1", "l2", "l3", "note"} <= set(drawn.shapes)
    assert {"m1", "m2", "tie", "back"} <= set(drawn.edges)
    assert _within(drawn.shapes["u1"], drawn.shapes["l1"])
    assert _within(drawn.shapes["l1"], drawn.shapes["pa"])
    assert not _overlap(drawn.shapes["pa"], drawn.shapes["pb"])


def test_events_on_borders_and_event_subprocesses_and_loose_parts_are_drawn() -> None:
    events = boundary("b1", "u", "<errorEventDefinition/>") + boundary("b2", "u", "<errorEventDefinition/>")
    body = start() + user("u", "v", "loose") + end() + flow("s", "u", "e") + flow("b1", "v", "u") + flow("b2", "v") + events
    Drawn(complete(draw(body + event_subprocess("<errorEventDefinition/>", interrupting=True)).decode())[0]).check()


def test_what_is_drawn_already_stays_and_only_the_rest_is_added() -> None:
    shape = f'<d:BPMNShape id="d1" bpmnElement="u"><c:Bounds xmlns:c="{DC}" x="500" y="300" width="100" height="80"/></d:BPMNShape>'
    plane = f'<d:BPMNDiagram xmlns:d="{DI}" id="d"><d:BPMNPlane id="dp" bpmnElement="p">{shape}</d:BPMNPlane></d:BPMNDiagram>'
    body = start() + user("u") + end() + flow("s", "u", "e") + boundary("b", "u", "<errorEventDefinition/>")
    text, made = complete(draw(body).decode().replace("</definitions>", plane + "</definitions>"))
    drawn = Drawn(text)
    drawn.check()
    assert made
    assert drawn.shapes["u"] == (500, 300, 600, 380)
    assert complete(text) == (text, False)


@pytest.mark.parametrize(
    "part",
    [
        '<d:BPMNShape id="x" bpmnElement="u"/>',
        f'<d:BPMNShape id="x" bpmnElement="u"><c:Bounds xmlns:c="{DC}" x="NaN" y="1" width="9" height="9"/></d:BPMNShape>',
        f'<d:BPMNShape id="x" bpmnElement="u"><c:Bounds xmlns:c="{DC}" x="1" y="1" width="-9" height="9"/></d:BPMNShape>',
        '<d:BPMNShape id="x" bpmnElement="nobody"/>',
        '<d:BPMNEdge id="x" bpmnElement="f"/>',
        f'<d:BPMNEdge id="x" bpmnElement="s_u"><w:waypoint xmlns:w="{DD}" x="a" y="1"/></d:BPMNEdge>',
        "<other/>",
    ],
)
@pytest.mark.parametrize("plane", ["p", "nobody"])
def test_unsound_interchange_is_replaced(part: str, plane: str) -> None:
    given = f'<d:BPMNDiagram xmlns:d="{DI}" id="d"><d:BPMNPlane id="dp" bpmnElement="{plane}">{part}</d:BPMNPlane></d:BPMNDiagram>'
    text, made = complete(draw(start() + user("u") + flow("s", "u")).decode().replace("</definitions>", given + "</definitions>"))
    assert made
    drawn = Drawn(text)
    drawn.check()
    assert set(drawn.shapes) == {"s", "u"}


@pytest.mark.parametrize("count", [300, 1_500])
def test_large_diagrams_are_drawn_whole(count: int) -> None:
    ids = [f"u{n}" for n in range(count)]
    body = start() + user(*ids) + end() + flow("s", *ids, "e") + "".join(flow(ids[n], ids[-n], id=f"x{n}") for n in range(1, count, 5))
    text, made = complete(draw(body).decode())
    assert made
    assert len(Drawn(text).shapes) == count + 2


def test_a_diagram_that_nobody_could_read_stays_as_it_is() -> None:
    text = draw(user(*[f"u{n}" for n in range(5_000)])).decode()
    assert complete(text) == (text, False)


def test_deep_nesting_and_flows_to_nowhere_break_nothing() -> None:
    body = user("deep") + node("sequenceFlow", "lost", sourceRef="deep", targetRef="nobody")
    for depth in range(60):
        body = node("subProcess", f"sub{depth}", body)
    Drawn(complete(draw(body).decode())[0]).check()


if CORPUS.is_dir():  # diagrams by others, which are not part of the project

    def test_the_public_diagrams_are_drawn_without_their_interchange() -> None:
        for path in sorted(CORPUS.glob("*.bpmn*")):
            root = etree.fromstring(path.read_bytes())
            for diagram in root.findall(f"{{{DI}}}BPMNDiagram"):
                root.remove(diagram)
            text, _ = complete(etree.tostring(root, encoding="unicode"))
            Drawn(text).check()
