"""Where tokens can go: unreachable nodes, gateways, conditions, and loops that nothing ends."""

from collections.abc import Iterable

from engine.dialects.events import events_in
from engine.dialects.names import Entry
from engine.elements.complex_gateway import PHASE
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located, is_link
from engine.gate.structure import entries

_WAITING = frozenset(
    {
        "userTask",
        "receiveTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "callActivity",
        "intermediateCatchEvent",
        "eventBasedGateway",
    }
)
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def check(graph: Graph, findings: Findings) -> None:
    """Reachability in each scope, the rules of gateways, and endless automatic loops."""
    for scope, nodes in graph.scopes.items():
        _check_reachable(scope, nodes, graph, findings)
    for identity, entry in graph.nodes.items():
        _check_conditions((identity, entry), graph, findings)
        _check_default((identity, entry), graph, findings)
        if entry["type"] == "complexGateway" and len(entry["incoming"]) > 1:
            _check_complex((identity, entry), graph, findings)
        if entry["type"] == "eventBasedGateway":
            _check_event_gateway((identity, entry), graph, findings)
    _check_loops(graph, findings)


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
        for flow in conditional:
            findings.error("condition_misplaced", flow, source=entry["name"] or identity, type=entry["type"])
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


def _check_loops(graph: Graph, findings: Findings) -> None:
    """A circle of automatic elements that no flow leaves runs for ever."""
    for component in components(graph):
        first = component[0]
        inside = set(component)
        if len(component) == 1 and first not in graph.successors(first):
            continue
        nodes = [graph.nodes[identity] for identity in component]
        waits = any(entry["type"] in _WAITING or "event_subprocess" in entry for entry in nodes)
        leaves = any(successor not in inside for identity in component for successor in graph.successors(identity))
        ends = any(entry["type"] not in _CHOOSING and not entry["outgoing"] for entry in nodes)
        if not (waits or leaves or ends):
            where = min(component, key=lambda identity: graph.nodes[identity]["line"] or 0)
            findings.error("endless_loop", (where, graph.nodes[where]), elements=component)


def components(graph: Graph) -> list[list[str]]:
    """The strongly connected parts of the graph (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    found: list[list[str]] = []
    for root in graph.nodes:
        if root in index:
            continue
        work = [(root, iter(graph.successors(root)))]
        index[root] = low[root] = len(index)
        open_nodes.append(root)
        while work:
            identity, successors = work[-1]
            following = next((one for one in successors), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[identity])
                if low[identity] == index[identity]:
                    found.append(_pop_component(identity, open_nodes, index))
            elif following not in index:
                index[following] = low[following] = len(index)
                open_nodes.append(following)
                work.append((following, iter(graph.successors(following))))
            else:
                low[identity] = min(low[identity], index[following])
    return found


def _pop_component(root: str, open_nodes: list[str], index: dict[str, int]) -> list[str]:
    position = open_nodes.index(root)
    component = open_nodes[position:]
    del open_nodes[position:]
    for identity in component:
        index[identity] = 1 << 60
    return component
