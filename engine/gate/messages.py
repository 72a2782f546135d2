"""Message flows, and the keys by which messages find their cases."""

from engine.dialects.events import Declared
from engine.dialects.messages import correlation_keys, local_id, message_flows, own_message
from engine.dialects.names import BPMN, EVENTS, Node, bpmn_children, bpmn_text, content, word
from engine.gate.findings import Findings

_THROWS = frozenset({"intermediateThrowEvent", "endEvent"})
_PROPERTY = "correlationPropertyRef"
_CATCHES = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})


def check(root: Node, findings: Findings) -> None:
    """Every message flow of a file: what it connects, and whether both ends speak of the same message."""
    flows = message_flows(root)
    if not flows:
        return
    nodes = {node.get("id"): node for node in root.iter(f"{{{BPMN}}}*") if node.get("id")}
    declared = Declared.of(root)
    for flow in flows:
        ends = [node for side in ("sourceRef", "targetRef") if (node := nodes.get(local_id(flow.get(side)))) is not None]
        if len(ends) < 2:
            findings.warning("message_flow_to_nothing", flow)
        elif not (_throws(ends[0]) and _catches(ends[1])):
            names = [end.get("name") or end.get("id") for end in ends]
            findings.warning("message_flow_only_drawn", flow, source=names[0], target=names[1])
        else:
            _check_names(flow, ends, declared, findings)


def _throws(node: Node) -> bool:
    return _is_pool(node) or word(node) == "sendTask" or (word(node) in _THROWS and _has_message(node))


def _catches(node: Node) -> bool:
    return _is_pool(node) or word(node) == "receiveTask" or (word(node) in _CATCHES and _has_message(node))


def _is_pool(node: Node) -> bool:
    return word(node) == "participant"


def _has_message(node: Node) -> bool:
    return word(node) in EVENTS and bool(bpmn_children(node, "messageEventDefinition"))


def _check_names(flow: Node, ends: list[Node], declared: Declared, findings: Findings) -> None:
    """The message that is thrown at one end must be the one that is awaited at the other."""
    names = []
    for end in ends:
        found = declared.find("message", own_message(end))
        names.append(None if found is None else found.get("name") or found.get("id"))
    if None not in names and names[0] != names[1]:
        findings.warning("message_flow_names", flow, thrown=names[0], awaited=names[1])


def check_correlation(process: Node, root: Node, findings: Findings) -> None:
    """Every correlation subscription binds each property of a key that is declared."""
    keys = {key.get("id"): [local_id(content(one)) for one in bpmn_children(key, _PROPERTY)] for key in correlation_keys(root)}
    for subscription in bpmn_children(process, "correlationSubscription"):
        key = local_id(subscription.get("correlationKeyRef"))
        bindings = bpmn_children(subscription, "correlationPropertyBinding")
        bound = {local_id(one.get("correlationPropertyRef")) for one in bindings if bpmn_text(one, "dataPath")}
        missing = sorted(set(keys.get(key, [])) - bound)
        if key not in keys or missing:
            findings.error("correlation_incomplete", subscription, key=key, missing=missing)
