"""Flows and events: connected, within one scope, and of a kind that may stand there."""

from engine.dialects.events import events_in
from engine.dialects.names import ACTIVITIES, Entry
from engine.elements import refused
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located, event_kind, is_link


def check(graph: Graph, findings: Findings) -> None:
    """All structural rules of one process."""
    for flow in graph.located("sequenceFlow"):
        _check_flow(flow, graph, findings)
    for identity, entry in graph.nodes.items():
        _check_sides((identity, entry), graph, findings)
        _check_executed((identity, entry), graph, findings)
        if entry["type"] == "boundaryEvent":
            _check_boundary((identity, entry), graph, findings)
        if is_link(entry, "intermediateThrowEvent") and len(graph.link_targets(entry)) != 1:
            findings.error("link_target", (identity, entry), link=entry["event"]["name"] or "", count=len(graph.link_targets(entry)))
    _check_starts(graph, findings)
    for identity, nodes in graph.scopes.items():
        if identity != graph.key:
            _check_subprocess(identity, nodes, graph, findings)


def _check_flow(flow: Located, graph: Graph, findings: Findings) -> None:
    ends = []
    for side in ("source", "target"):
        reference = flow[1][side]
        if not reference:
            findings.error(f"flow_without_{side}", flow)
        elif reference not in graph.nodes:
            findings.error(f"flow_{side}_missing", flow, reference=reference)
        else:
            ends.append(graph.nodes[reference])
    if len(ends) == 2 and not flow[1]["parent"] == ends[0]["parent"] == ends[1]["parent"]:
        findings.error("flow_crosses_scopes", flow, source=flow[1]["source"], target=flow[1]["target"])


def _check_sides(node: Located, graph: Graph, findings: Findings) -> None:
    identity, entry = node
    if entry["incoming"] and entry["type"] in ("startEvent", "boundaryEvent"):
        findings.error("flow_into_start", node, flow=entry["incoming"][0])
    if entry["outgoing"] and entry["type"] == "endEvent":
        findings.error("flow_out_of_end", node, flow=entry["outgoing"][0])
    flows = entry["incoming"] + entry["outgoing"]
    if flows and graph.is_event_subprocess(identity):
        findings.error("flow_at_handler", node, flow=flows[0])
    elif flows and entry.get("for_compensation"):
        # As the engines do that it was drawn for: with flows it is an ordinary activity.
        findings.warning("compensation_ignored", node, flow=flows[0])
        entry["for_compensation"] = False


def _check_executed(node: Located, graph: Graph, findings: Findings) -> None:
    """What the engine knows that it does not execute is refused by its name."""
    found = refused(node[1], in_event_subprocess=graph.is_event_subprocess(node[1]["parent"]))
    if found is not None:
        findings.error(found[1], node, type=found[0])
    elif node[1]["type"] == "endEvent" and event_kind(node[1]) == "cancel":
        _check_cancel(node, graph, findings)


def _check_cancel(node: Located, graph: Graph, findings: Findings) -> None:
    """A cancel end event leaves a transaction by its cancel boundary event."""
    transaction = node[1]["parent"]
    if graph.elements.get(transaction, {}).get("type") != "transaction":
        findings.error("cancel_outside_transaction", node)
    elif not any(_cancels(graph.nodes[boundary]) for boundary in graph.boundaries.get(transaction, ())):
        findings.error("cancel_without_boundary", node, transaction=transaction)


def _cancels(boundary: Entry) -> bool:
    return any(event["kind"] == "cancel" for event in events_in(boundary))


def _check_boundary(node: Located, graph: Graph, findings: Findings) -> None:
    entry = node[1]
    activity = graph.nodes.get(entry["attached_to"] or "", {"type": ""})
    if activity.get("event_subprocess"):
        findings.error("boundary_on_event_subprocess", node, reference=activity["name"] or entry["attached_to"])
    elif activity["type"] not in ACTIVITIES:
        findings.error("boundary_attached_to_nothing", node, reference=entry["attached_to"] or "")
    elif activity["parent"] != entry["parent"]:
        findings.error("boundary_other_scope", node, reference=entry["attached_to"])
    elif activity["type"] != "transaction" and _cancels(entry):
        findings.error("event_kind", node, kind="cancel", type="boundaryEvent")
    if not entry["cancel_activity"] and any(event["kind"] == "error" for event in events_in(entry)):
        findings.warning("error_interrupts", node)


def _check_starts(graph: Graph, findings: Findings) -> None:
    top = [(identity, entry) for identity, entry in graph.located("startEvent") if entry["parent"] == graph.key]
    instantiating = [(identity, entry) for identity, entry in graph.nodes.items() if entry.get("instantiate")]
    for identity, entry in instantiating:
        if entry["incoming"] or entry["parent"] != graph.key or "multi_instance" in entry or "loop" in entry:
            findings.error("instantiating_misplaced", (identity, entry), type=entry["type"])
    if not top and not instantiating:
        place = (graph.key, graph.outline)
        findings.error("no_start_event", place)
    plain = [start for start in top if event_kind(start[1]) == "none"]
    for start in plain[1:]:
        findings.error("several_start_events", start, other=plain[0][0])


def _check_subprocess(identity: str, nodes: dict[str, Entry], graph: Graph, findings: Findings) -> None:
    scope = (identity, graph.nodes[identity])
    starts = [(inner, entry) for inner, entry in nodes.items() if entry["type"] == "startEvent"]
    if not nodes:
        findings.error("subprocess_empty", scope)
    elif scope[1]["type"] == "adHocSubProcess":
        _check_ad_hoc(scope, nodes, findings)
    elif graph.is_event_subprocess(identity):
        _check_event_starts(scope, starts, findings)
    else:
        _check_plain_starts(scope, starts, nodes, findings)


def _check_event_starts(scope: Located, starts: list[Located], findings: Findings) -> None:
    if len(starts) != 1:
        findings.error("event_subprocess_start", scope, count=len(starts))


def _check_plain_starts(scope: Located, starts: list[Located], nodes: dict[str, Entry], findings: Findings) -> None:
    for start in starts[1:]:
        findings.error("several_start_events", start, other=starts[0][0])
    if not starts and not entries(nodes):
        findings.error("subprocess_without_start", scope)


def _check_ad_hoc(scope: Located, nodes: dict[str, Entry], findings: Findings) -> None:
    """It has neither starts nor ends: what no flow leads to is enabled, and an activity must be among that."""
    for inner, entry in nodes.items():
        if entry["type"] in ("startEvent", "endEvent"):
            findings.error("ad_hoc_event", (inner, entry), type=entry["type"])
    if not any(nodes[identity]["type"] in ACTIVITIES for identity in entries(nodes)):
        findings.error("ad_hoc_nothing", scope)


def entries(nodes: dict[str, Entry]) -> list[str]:
    """Where a scope without start event begins: the nodes that no flow leads to."""
    return [identity for identity, entry in nodes.items() if not entry["incoming"] and not _starts_otherwise(entry)]


def _starts_otherwise(entry: Entry) -> bool:
    return (
        entry["type"] in ("boundaryEvent", "startEvent")
        or bool(entry.get("event_subprocess"))
        or bool(entry.get("for_compensation"))
        or is_link(entry, "intermediateCatchEvent")
    )
