"""A right diagram with one known defect at a random place: the finding names that element and its line."""

import random
from collections.abc import Callable

import pytest
from lxml import etree

from engine.dialects.names import BPMN
from tests.engine.gate.drawing import END, START, diagram, flow, reading

Element = etree._Element
#: what a defect needs: the document and the element that is to be spoilt; gives the code, and the element that is named if another
Defect = Callable[[Element], tuple[str, Element | None]]


def _right(chance: random.Random) -> bytes:
    """A chain of tasks, choices and parallel blocks, with line breaks between all elements."""
    parts, flows, last = [START, END], [], "start"
    for n in range(chance.randint(4, 9)):
        name = f'name="环节{n}"'
        match chance.randrange(4):
            case 0:
                parts.append(f'<bpmn:userTask id="t{n}" {name} camunda:assignee="${{starter}}"/>')
            case 1:
                parts.append(f'<bpmn:scriptTask id="t{n}" {name}><bpmn:script>x{n} = {n} + 1</bpmn:script></bpmn:scriptTask>')
            case 2:
                parts.append(f'<bpmn:serviceTask id="t{n}" {name} camunda:type="external" camunda:topic="work"/>')
            case _:
                inner = f'<bpmn:startEvent id="i{n}"/><bpmn:userTask id="u{n}" camunda:assignee="a"/>{flow(f"v{n}", f"i{n}", f"u{n}")}'
                parts.append(f'<bpmn:subProcess id="t{n}" {name}>\n{inner}\n</bpmn:subProcess>')
        flows.append(flow(f"f{n}", last, f"t{n}"))
        last = f"t{n}"
    flows.append(flow("last", last, "end"))
    chance.shuffle(flows)
    return diagram(*parts, *flows)


def _flow_to_nowhere(element: Element) -> tuple[str, Element | None]:
    element.set("targetRef", "gone")
    return "flow_target_missing", None


def _flow_from_nowhere(element: Element) -> tuple[str, Element | None]:
    element.set("sourceRef", "gone")
    return "flow_source_missing", None


def _condition(element: Element) -> tuple[str, Element | None]:
    etree.SubElement(element, f"{{{BPMN}}}conditionExpression").text = "${a >}"
    return "unexpected_end", None


def _function(element: Element) -> tuple[str, Element | None]:
    etree.SubElement(element, f"{{{BPMN}}}conditionExpression").text = "${sume([1])}"
    return "unknown_function", None


def _alone(element: Element) -> tuple[str, Element | None]:
    added = etree.Element(f"{{{BPMN}}}task", {"id": "alone"})
    element.addnext(added)
    return "unreachable", added


def _same_id(element: Element) -> tuple[str, Element | None]:
    added = etree.Element(f"{{{BPMN}}}task", {"id": element.get("id") or ""})
    element.addnext(added)
    return "id_twice", added


def _unknown(element: Element) -> tuple[str, Element | None]:
    added = etree.SubElement(element.getparent(), f"{{{BPMN}}}nonsense", {"id": "strange"})
    return "element_unknown", added


def _default(element: Element) -> tuple[str, Element | None]:
    element.set("default", "nothing")
    return "default_not_outgoing", None


def _class(element: Element) -> tuple[str, Element | None]:
    for name in list(element.attrib):
        if name.startswith("{"):
            del element.attrib[name]
    element.set("{http://camunda.org/schema/1.0/bpmn}class", "a.B")
    return "unmapped_service", None


def _boundary(element: Element) -> tuple[str, Element | None]:
    added = etree.Element(f"{{{BPMN}}}boundaryEvent", {"id": "b", "attachedToRef": element.get("id") or ""})
    etree.SubElement(added, f"{{{BPMN}}}timerEventDefinition")
    element.addnext(added)
    return "timer_without_time", added


DEFECTS: dict[str, tuple[str, Defect]] = {
    "a flow to nowhere": ("sequenceFlow", _flow_to_nowhere),
    "a flow from nowhere": ("sequenceFlow", _flow_from_nowhere),
    "a condition that is not finished": ("sequenceFlow", _condition),
    "a function that there is not": ("sequenceFlow", _function),
    "a task that nothing reaches": ("userTask", _alone),
    "an id twice": ("scriptTask", _same_id),
    "an element that there is not": ("subProcess", _unknown),
    "a default that leaves elsewhere": ("userTask", _default),
    "a class of Java": ("serviceTask", _class),
    "a timer without a time": ("subProcess", _boundary),
}


@pytest.mark.parametrize("title", DEFECTS)
def test_the_finding_names_the_element_and_its_line(title: str) -> None:
    kind, spoil = DEFECTS[title]
    done = 0
    for seed in range(40):
        chance = random.Random(seed)
        content = _right(chance)
        assert not reading(content).refused, [(one.code, one.element_id) for one in reading(content).findings]
        root = etree.fromstring(content)
        places = list(root.iter(f"{{{BPMN}}}{kind}"))
        if not places:
            continue
        place = chance.choice(places)
        code, other = spoil(place)
        spoilt = etree.tostring(root, encoding="utf-8").replace(b"><", b">\n<")
        named = (other if other is not None else place).get("id")
        line = _line_of(spoilt, named or "", last=other is not None)
        found = [(one.element_id, one.line) for one in reading(spoilt).findings if one.code == code]
        assert (named, line) in found, (seed, code, named, line, found)
        done += 1
    assert done >= 20


def _line_of(content: bytes, identity: str, *, last: bool) -> int:
    """The line on which an element begins; of two with one id, the last."""
    lines = [node.sourceline for node in etree.fromstring(content).iter() if node.get("id") == identity]
    assert lines
    return int(lines[-1 if last else 0])
