"""How large a process may be: beyond this nobody can read it, and no case should carry it."""

import re
from typing import Final

from engine.dialects.names import SCOPES
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.loops import waits
from engine.limits import Limits

MAX_NODES = 2_000
MANY_NODES = 400
MAX_NESTING = 20
MAX_LOOPS = 1_000
MAX_TEXT = 20_000

_FRACTION: Final = re.compile(r"\s*[-+]?[0-9]*\.[0-9]+\s*")


def is_too_large(graph: Graph, findings: Findings) -> bool:
    """Whether the process has so many elements that it is not worth looking at them one by one."""
    count = max(len(graph.nodes), len(graph.flows) // 2)
    if count > MAX_NODES:
        findings.error("too_many_nodes", (graph.key, graph.outline), count=count, limit=MAX_NODES)
    return count > MAX_NODES


def check(graph: Graph, limits: Limits, findings: Findings) -> None:
    """Number of nodes, nesting of sub-processes, and repetitions that are constants."""
    if len(graph.nodes) > MANY_NODES:
        findings.warning("many_nodes", (graph.key, graph.outline), count=len(graph.nodes), limit=MANY_NODES)
    for identity, entry in graph.nodes.items():
        located = (identity, entry)
        if entry["type"] in SCOPES and _depth(identity, graph) == MAX_NESTING + 1:
            findings.error("nested_too_deep", located, limit=MAX_NESTING)
        if len(entry["documentation"] or "") > MAX_TEXT:
            findings.error("documentation_too_long", located, limit=MAX_TEXT)
        if "multi_instance" in entry:
            _check_multi_instance(located, graph, limits, findings)
        if "loop" in entry:
            _check_loop(located, findings)


def _depth(identity: str, graph: Graph) -> int:
    depth = 0
    while identity in graph.nodes and depth <= MAX_NESTING + 1:
        depth += 1
        identity = graph.nodes[identity]["parent"]
    return depth


def check_steps(graph: Graph, limits: Limits, findings: Findings) -> None:
    """Warn of a row of automatic elements that no step can run to its end."""
    waiting = {identity for identity in graph.nodes if waits(identity, graph)}
    told: set[str] = set()
    for identity, entry in graph.nodes.items():
        if entry["type"] != "startEvent" and identity not in waiting:
            continue
        row = _row_behind(identity, waiting, graph, limits.steps)
        if len(row) > limits.steps and row[-1] not in told:
            told.add(row[-1])
            findings.warning("too_many_steps", (row[-1], graph.nodes[row[-1]]), limit=limits.steps, first=entry["name"] or identity)


def _row_behind(identity: str, waiting: set[str], graph: Graph, most: int) -> list[str]:
    """The automatic elements that certainly run behind an element, one after the other, up to one more than so many."""
    row: list[str] = []
    seen = {identity}
    while len(row) <= most:
        following = graph.outgoing(identity)
        if len(following) != 1 or following[0][1]["condition"]:
            break
        identity = following[0][1]["target"]
        if identity not in graph.nodes or identity in waiting or identity in seen:
            break
        seen.add(identity)
        row.append(identity)
    return row


def _check_multi_instance(node: Located, graph: Graph, limits: Limits, findings: Findings) -> None:
    many = node[1]["multi_instance"]
    if not many["collection"] and not many["cardinality"]:
        findings.error("multi_instance_without_number", node)
    number = constant(many["cardinality"])
    if number is not None and number > limits.instances:
        findings.error("multi_instance_too_many", node, count=number, limit=limits.instances)
    elif number is not None and (count := number * _times_around(node[1]["parent"], graph)) > limits.tokens:
        findings.error("multi_instance_too_many", node, count=count, limit=limits.tokens)
    elif number == 0:
        findings.warning("multi_instance_zero", node)
    elif number is not None and number < 1:
        findings.error("multi_instance_none", node, count=number)
    elif _FRACTION.fullmatch(many["cardinality"] or ""):
        findings.error("multi_instance_none", node, count=many["cardinality"])


def _times_around(scope: str, graph: Graph) -> int:
    """How many times a scope is certainly run at once."""
    times = 1
    for _ in range(MAX_NESTING):
        many = graph.nodes.get(scope, {}).get("multi_instance")
        if many and not many["sequential"]:
            times *= max(constant(many["cardinality"]) or 1, 1)
        scope = graph.nodes.get(scope, {}).get("parent", graph.key)
    return times


def _check_loop(node: tuple[str, dict[str, object]], findings: Findings) -> None:
    loop = node[1]["loop"]
    assert isinstance(loop, dict)
    maximum = constant(loop["maximum"])
    if not loop["condition"] and loop["maximum"] is None:
        findings.error("loop_without_end", node)
    elif loop["maximum"] is not None and (maximum is None or not 0 < maximum <= MAX_LOOPS):
        findings.error("loop_maximum", node, value=loop["maximum"], limit=MAX_LOOPS)


def constant(text: str | None) -> int | None:
    """The whole number that a text is, bare or as `${5}`; None for everything that is computed."""
    if text is None:
        return None
    bare = text.strip()
    if bare[:2] in ("${", "#{") and bare.endswith("}"):
        bare = bare[2:-1].strip()
    bare = bare.removeprefix("=").strip()
    digits = bare.removeprefix("-")
    return int(bare) if digits.isdecimal() and len(digits) <= 18 else 10**18 if digits.isdecimal() else None
