"""Where tokens can go: unreachable nodes, gateways and conditions."""

from collections.abc import Iterable

from engine.dialects.events import events_in
from engine.dialects.names import Entry
from engine.elements.complex_gateway import PHASE
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located, is_link
from engine.gate.structure import entries


def check(graph: Graph, findings: Findings) -> None:
    """Reachability in each scope, and the rules of gateways."""
    for scope, nodes in graph.scopes.items():
        _check_reachable(scope, nodes, graph, findings)
    for identity, entry in graph.nodes.items():
        _check_conditions((identity, entry), graph, findings)
        _check_default((identity, entry), graph, findings)
        if entry["type"] == "complexGateway" and len(entry["incoming"]) > 1:
            _check_complex((identity, entry), graph, findings)
        if entry["type"] == "eventBasedGateway":
            _check_event_gateway((identity, entry), graph, findings)


def _check_reachable(scope: str, nodes: dict[str, Entry], graph: Graph, findings: Findings) -> None:
    starts = [identity for identity, entry in nodes.items() if entry["type"] == "startEvent"]
    starts += [identity for identity, entry in nodes.items() if entry.get("instantiate")]
    if not starts and scope == graph.key:
        return
    reached = reachable(starts or entries(nodes), graph)
    for identity, entry in nodes.items():
        if identity in reached or entry.get("event_subprocess") or entry.get("for_compensation"):
            continue
        findings.error("unreachable", (identity, entry), type=entry["type"])


def reachable(starts: Iterable[str], graph: Graph) -> set[str]:
    """The nodes of a scope that tokens from these nodes can reach."""
    reached: set[str] = set()
    stack = list(starts)
    while stack:
        identity = stack.pop()
        if identity not in reached:
            reached.add(identity)
            stack.extend(graph.successors(identity))
    return reached


def _check_conditions(node: Located, graph: Graph, findings: Findings) -> None:
    identity, entry = node
    outgoing = graph.outgoing(identity)
    conditional = [flow for flow in outgoing if flow[1]["condition"]]
    if entry["type"] in ("parallelGateway", "eventBasedGateway"):
        # BPMN 2.0, 13.4.1: a parallel gateway makes a token for each flow without a look at conditions; 10.6.6 forbids them behind events.
        note = findings.warning if entry["type"] == "parallelGateway" else findings.error
        for flow in conditional:
            note("condition_misplaced", flow, source=entry["name"] or identity, type=entry["type"])
    elif entry["type"] == "exclusiveGateway" and len(outgoing) > 1:
        bare = [flow for flow in outgoing if not flow[1]["condition"] and flow[0] != entry["default"]]
        if len(bare) > 1 or (bare and entry["default"]):
            for flow in bare:
                findings.error("flow_without_condition", flow, source=entry["name"] or identity)
        elif bare:
            findings.warning("default_assumed", bare[0], source=entry["name"] or identity)


def _check_default(node: Located, graph: Graph, findings: Findings) -> None:
    identity, entry = node
    default = entry["default"]
    if default is None:
        return
    if default not in entry["outgoing"]:
        findings.error("default_not_outgoing", node, flow=default)
    elif entry["type"] in ("parallelGateway", "eventBasedGateway"):
        findings.error("default_misplaced", node, flow=default, type=entry["type"])
    elif graph.flows[default]["condition"]:
        findings.warning("default_with_condition", (default, graph.flows[default]), source=entry["name"] or identity)


def _check_event_gateway(node: Located, graph: Graph, findings: Findings) -> None:
    outgoing = graph.outgoing(node[0])
    if not outgoing:
        findings.error("event_gateway_target", node, target="")
    for flow_id, flow in outgoing:
        target = graph.nodes.get(flow["target"])
        if target is None:
            continue
        catches = target["type"] == "intermediateCatchEvent" and not is_link(target, "intermediateCatchEvent")
        starts_by = not node[1]["instantiate"] or all(event["kind"] in ("message", "signal") for event in events_in(target))
        if (not catches and target["type"] != "receiveTask") or not starts_by:
            findings.error("event_gateway_target", (flow_id, flow), target=target["name"] or flow["target"])


def _check_complex(node: Located, graph: Graph, findings: Findings) -> None:
    identity, entry = node
    conditions = [flow["condition"] or "" for _, flow in graph.outgoing(identity)]
    if not entry["activation_condition"]:
        findings.error("complex_without_condition", node)
    elif not any(PHASE in condition for condition in conditions):
        findings.warning("complex_late", node)
