"""Namespaces, and the words of BPMN that can stand in a process."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

#: an element of a parsed document (lxml has no types of its own)
Node: TypeAlias = Any
#: one element of the outline
Entry: TypeAlias = dict[str, Any]

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FOX = "http://www.camunda.com/fox"
FLOWABLE = "http://flowable.org/bpmn"
ACTIVITI = "http://activiti.org/bpmn"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XINCLUDE = "http://www.w3.org/2001/XInclude"
#: the namespaces whose attributes mean the same; an attribute in two of them counts in the first
VENDORS = (CAMUNDA, FLOWABLE, ACTIVITI, FOX)

EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
WORK = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
TASKS = WORK | {"task", "userTask", "manualTask", "scriptTask", "receiveTask"}
ACTIVITIES = TASKS | SCOPES | {"callActivity"}
FLOW_NODES = EVENTS | GATEWAYS | ACTIVITIES
EVENT_KINDS = ("message", "signal", "timer", "error", "escalation", "conditional", "link", "compensate", "terminate", "cancel")


def words_in(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


def bpmn(word: str) -> str:
    """The name of a BPMN element as lxml writes it."""
    return f"{{{BPMN}}}{word}"


def is_element(node: Node) -> bool:
    """False for comments and processing instructions."""
    return isinstance(node.tag, str)


@lru_cache(maxsize=1_024)
def _parts(tag: Any) -> tuple[str, str, str]:
    """Namespace, local name and BPMN word of a tag; all empty for comments and processing instructions."""
    if not isinstance(tag, str):
        return "", "", ""
    uri, _, name = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    return uri, name, name if uri == BPMN else ""


def local(node: Node) -> str:
    """The name without namespace; empty for comments and processing instructions."""
    return _parts(node.tag)[1]


def namespace(node: Node) -> str:
    """The namespace of an element; empty where there is none."""
    return _parts(node.tag)[0]


def word(node: Node) -> str:
    """The BPMN word of an element; empty for everything that is not BPMN."""
    return _parts(node.tag)[2]


def bpmn_elements(root: Node) -> Iterator[Node]:
    """An element and the BPMN elements inside it, in document order; what vendors add is left out."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        if word(node) != "extensionElements":
            stack.extend(child for child in reversed(node) if word(child))


def bpmn_children(node: Node, *words: str) -> list[Node]:
    """The direct children that are one of these BPMN elements."""
    return [child for child in node if word(child) in words]


def bpmn_text(node: Node, child: str) -> str | None:
    """The stripped text of the first such child; None where the child is missing or empty."""
    found = node.find(bpmn(child))
    return content(found) if found is not None else None


def content(node: Node) -> str | None:
    """The stripped text of an element with all CDATA in it; None where empty."""
    return "".join(node.itertext()).strip() or None


def attribute(node: Node, name: str) -> str | None:
    """A vendor attribute, whichever of the dialects wrote it; None where it is missing or blank."""
    for uri in VENDORS:
        value = node.get(f"{{{uri}}}{name}")
        if value is not None and value.strip():
            return str(value).strip()
    return None


def extensions(node: Node) -> list[Node]:
    """The elements inside `extensionElements`."""
    found = node.find(bpmn("extensionElements"))
    return [child for child in found if is_element(child)] if found is not None else []


def vendor_extensions(node: Node, name: str) -> list[Node]:
    """The extension elements of that name that one of the dialects wrote."""
    return [child for child in extensions(node) if local(child) == name and namespace(child) in VENDORS]


def is_true(text: str | None) -> bool:
    """Whether an XML boolean says true."""
    return text is not None and text.strip() in ("true", "1")
