"""Damage to well-formed diagrams: elements and attributes are dropped, doubled, moved and renamed, and texts become odd."""

import copy
import random
from collections.abc import Callable

from lxml import etree

from engine.dialects.names import BPMN, EVENT_KINDS, FLOW_NODES, words_in

Element = etree._Element
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
ODD = (
    "",
    " ",
    "${",
    "${}",
    "=",
    "${a.b.c}",
    "#{x[0]}",
    "true",
    "-1",
    "0",
    "1e999",
    "9" * 40,
    "NaN",
    "P1D",
    "R/PT0S",
    "workdays(3)",
    "2026-02-30",
    "'",
    '"\\',
    "名称",
    "a b",
    "../x",
    "__class__",
    "${task.assignee}",
    "${[1,2][5]}",
    "${x ? y : z}",
    "x = x\ny = y",
    "@",
    ",,,",
    "财政局,",
    "\u202e\u200b",
    "a" * 5_000,
)
NAMES = (
    "id", "name", "sourceRef", "targetRef", "attachedToRef", "default", "isExecutable", "cancelActivity", "triggeredByEvent", "instantiate",
    "isForCompensation", "calledElement", "messageRef", "signalRef", "errorRef", "isSequential", "eventGatewayType", "processRef",
    *(f"{CAMUNDA}{name}" for name in (
        "assignee", "candidateGroups", "candidateUsers", "formKey", "dueDate", "priority", "type", "topic", "expression", "class",
        "resultVariable", "decisionRef", "collection", "elementVariable", "initiator", "calledElementBinding", "skipExpression",
    )),
)  # fmt: skip
WORDS = (
    *sorted(FLOW_NODES),
    *(f"{kind}EventDefinition" for kind in EVENT_KINDS),
    *sorted(
        words_in(
            "sequenceFlow process laneSet lane flowNodeRef conditionExpression multiInstanceLoopCharacteristics "
            "standardLoopCharacteristics "
            "loopCardinality completionCondition timeDuration timeDate timeCycle script extensionElements association message signal error "
            "escalation dataObject collaboration participant messageFlow ioSpecification"
        )
    ),
)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The document with one to five pieces of damage; it stays well-formed."""
    root = etree.fromstring(content)
    for _ in range(chance.randint(1, 5)):
        inside = [node for node in root.iter() if isinstance(node.tag, str) and node is not root]
        if inside:
            chance.choice(_DAMAGES)(chance.choice(inside), inside, chance)
    return etree.tostring(root, encoding="utf-8")


def _drop(node: Element, inside: list[Element], chance: random.Random) -> None:
    node.getparent().remove(node)


def _double(node: Element, inside: list[Element], chance: random.Random) -> None:
    node.addnext(copy.deepcopy(node))


def _move(node: Element, inside: list[Element], chance: random.Random) -> None:
    target = chance.choice(inside)
    if target is not node and node not in target.iterancestors():
        target.append(node)


def _copy_elsewhere(node: Element, inside: list[Element], chance: random.Random) -> None:
    chance.choice(inside).append(copy.deepcopy(node))


def _rename(node: Element, inside: list[Element], chance: random.Random) -> None:
    node.tag = f"{{{BPMN}}}{chance.choice(WORDS)}"


def _drop_attribute(node: Element, inside: list[Element], chance: random.Random) -> None:
    if node.attrib:
        del node.attrib[chance.choice(list(node.attrib))]


def _set_attribute(node: Element, inside: list[Element], chance: random.Random) -> None:
    others = [value for other in inside for value in other.attrib.values()]
    name = chance.choice([*node.attrib, *NAMES])
    node.set(name, chance.choice(others) if others and chance.random() < 0.5 else chance.choice(ODD))


def _set_text(node: Element, inside: list[Element], chance: random.Random) -> None:
    node.text = chance.choice(ODD)


def _add(node: Element, inside: list[Element], chance: random.Random) -> None:
    added = etree.SubElement(node, f"{{{BPMN}}}{chance.choice(WORDS)}")
    if chance.random() < 0.7:
        added.set("id", f"new{chance.randrange(1000)}")
    if chance.random() < 0.3:
        added.text = chance.choice(ODD)


_DAMAGES: tuple[Callable[[Element, list[Element], random.Random], None], ...] = (
    _drop,
    _double,
    _move,
    _copy_elsewhere,
    _rename,
    _drop_attribute,
    _set_attribute,
    _set_attribute,
    _set_text,
    _add,
)
