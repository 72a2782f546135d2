"""Data objects with values, data stores, and what the arrows between them and activities move."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.dialects.messages import local_id
from engine.dialects.names import BPMN, Entry, Node, bpmn_children, bpmn_text, content, vendor_extensions, word
from engine.dialects.parameters import properties_of

#: the elements of a file by id
Ids = Mapping[str, Node]
_NAME = re.compile(r"[^\W\d_]\w*")
_WHOLE = frozenset({"int", "integer", "long", "short"})
_BROKEN = frozenset({"double", "float", "decimal"})
#: a state of the data, which a modeler writes behind the name
_STATE = re.compile(r"\s*\[[^\]]*\]\s*$")


class ValueUnreadable(ValueError):
    """The value of a data object is not of the type that it claims."""


def objects_with_values(scope: Node) -> list[Node]:
    """The data objects of a process or sub-process that begin with a value."""
    return [node for node in bpmn_children(scope, "dataObject") if vendor_extensions(node, "value")]


def data_of(scope: Node) -> dict[str, Any]:
    """Variables by name with which a process or sub-process begins; what cannot be read is left out, the gate says so."""
    found: dict[str, Any] = {}
    for node in objects_with_values(scope):
        try:
            found[name_of_object(node)] = value_of(node)
        except ValueUnreadable:
            continue
    return found


def name_of_object(node: Node) -> str:
    """The variable that a data object is."""
    return str(node.get("name") or node.get("id") or "")


def value_of(node: Node) -> Any:
    """The value of a data object; raises ValueUnreadable."""
    text = content(vendor_extensions(node, "value")[0]) or ""
    kind = local_id(node.get("itemSubjectRef")).lower()
    try:
        if kind in _WHOLE:
            return int(text)
        if kind in _BROKEN:
            return Decimal(text)
    except (ValueError, InvalidOperation) as problem:
        raise ValueUnreadable(text) from problem
    if kind != "boolean":
        return text
    if text.lower() not in ("true", "false"):
        raise ValueUnreadable(text)
    return text.lower() == "true"


def stores_written(node: Node, ids: Ids) -> list[Entry]:
    """The registers that an activity or event writes a row to: the data stores that its output arrows lead to."""
    found: list[Entry] = []
    for association in bpmn_children(node, "dataOutputAssociation"):
        target = _find(ids, bpmn_text(association, "targetRef"))
        if target is not None and word(target) == "dataStoreReference":
            found.append({"register": store_name(target, ids), "fields": properties_of(target).get("record_fields")})
    return found


def stores_read(node: Node, ids: Ids) -> list[str]:
    """The data stores that input arrows of an activity come from."""
    sources = (_find(ids, content(source)) for source in node.iterfind(f"{{{BPMN}}}dataInputAssociation/{{{BPMN}}}sourceRef"))
    return [store_name(source, ids) for source in sources if source is not None and word(source) == "dataStoreReference"]


def store_name(reference: Node, ids: Ids) -> str:
    """The register that a data store is: its name without a state in brackets."""
    store = _find(ids, reference.get("dataStoreRef"))
    name = reference.get("name") or (None if store is None else store.get("name")) or reference.get("id") or ""
    return _STATE.sub("", " ".join(name.split())) or name


def renamed(process: Node, ids: Ids) -> Iterator[tuple[Node, str, str]]:
    """Data associations that would move a value to another name, as (association, from, to); drawing alone moves nothing."""
    for association in process.iter(f"{{{BPMN}}}dataInputAssociation", f"{{{BPMN}}}dataOutputAssociation"):
        names = [_variable(_find(ids, bpmn_text(association, end)), ids) for end in ("sourceRef", "targetRef")]
        if names[0] and names[1] and names[0] != names[1]:
            yield association, names[0], names[1]


def computed(process: Node) -> Iterator[Node]:
    """Data associations that compute what they move."""
    for association in process.iter(f"{{{BPMN}}}dataInputAssociation", f"{{{BPMN}}}dataOutputAssociation"):
        if bpmn_text(association, "transformation") or bpmn_children(association, "assignment"):
            yield association


def _variable(node: Node | None, ids: Ids) -> str | None:
    """The variable that an end of an association is; None for what is none, and for what a modeler leaves blank."""
    if node is None or word(node) == "dataStoreReference":
        return None
    target = _find(ids, node.get("dataObjectRef")) if word(node) == "dataObjectReference" else None
    name = _STATE.sub("", node.get("name") or (None if target is None else target.get("name")) or "")
    return name if _NAME.fullmatch(name) else None


def _find(ids: Ids, reference: str | None) -> Node | None:
    """The element that an id names."""
    return ids.get(local_id(reference))
