"""Variables that two branches may set at the same time: the later one wins, and both values stand in the history."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine import expressions
from engine.dialects.names import ACTIVITIES, Entry
from engine.gate.findings import Findings
from engine.gate.graph import Graph
from engine.gate.joins import Relation, is_comparable, transitions

_NO_FORMS: Mapping[str, frozenset[str]] = {}
#: pairs of activities that one process is told of
MAX_PAIRS = 20


def check(graph: Graph, fields: Mapping[str, frozenset[str]], findings: Findings) -> None:
    """Warn of every pair of activities that can be at work together and set the same variable."""
    written = {identity: all_set(identity, graph, fields) for identity in graph.nodes}
    told = 0
    for nodes in graph.scopes.values():
        writers = [identity for identity, entry in nodes.items() if entry["type"] in ACTIVITIES and written[identity]]
        if len(writers) < 2 or not is_comparable(nodes):
            continue
        relation = Relation(list(transitions(nodes, graph, join_inclusive=True)))
        for second, first in _pairs(writers):
            names = sorted(written[first] & written[second])
            if names and relation.are_together(f"@{first}", f"@{second}"):
                other = graph.nodes[first]["name"] or first
                findings.warning("parallel_writers", (second, graph.nodes[second]), variables=names, other=other)
                told += 1
            if told == MAX_PAIRS:
                return


def _pairs(writers: list[str]) -> Iterator[tuple[str, str]]:
    return ((writers[later], writers[earlier]) for later in range(len(writers)) for earlier in range(later))


def form_fields(document: Mapping[str, Any]) -> frozenset[str]:
    """The keys that a form fills in."""
    found: set[str] = set()
    stack = list(document.get("components") or [])
    while stack:
        component = stack.pop()
        if not isinstance(component, dict):
            continue
        if isinstance(component.get("key"), str) and component.get("type") not in ("text", "separator"):
            found.add(component["key"])
        elif isinstance(component.get("components"), list):
            stack.extend(component["components"])
    return frozenset(found)


def all_set(identity: str, graph: Graph, fields: Mapping[str, frozenset[str]] = _NO_FORMS) -> frozenset[str]:
    """The variables that an element sets as far as the drawing tells; a sub-process sets what is set inside."""
    entry = graph.nodes[identity]
    if identity in graph.scopes:
        inner = [all_set(one, graph, fields) for one in graph.scopes[identity]]
        set_inside: frozenset[str] = frozenset().union(*inner)
        return set_inside - frozenset(entry["data"]) - _own(entry)
    return (_of_work(entry) | set_by_script(entry) | set_by_form(entry, fields)) - _own(entry)


def _own(entry: Entry) -> frozenset[str]:
    """What every instance of a multi-instance has for itself."""
    many = entry.get("multi_instance") or {}
    return frozenset(many[name] for name in ("element_variable", "output_element", "index_variable") if many.get(name))


def _of_work(entry: Entry) -> frozenset[str]:
    outputs = {name for name, _ in entry.get("outputs") or ()} | {target for _, target in entry.get("out") or ()}
    many = entry.get("multi_instance") or {}
    single = (None if outputs else entry.get("result_variable"), many.get("output_collection"))
    return frozenset(outputs) | {name for name in single if name}


def set_by_script(entry: Entry) -> frozenset[str]:
    """The variables that a script task sets."""
    if entry["type"] != "scriptTask" or not entry.get("script") or entry.get("result_variable"):
        return frozenset()
    try:
        return expressions.names_set(entry["script"])
    except expressions.ExpressionRefused:
        return frozenset()


def set_by_form(entry: Entry, fields: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The fields of a user task's form that its property `fields` lets people change."""
    if entry["type"] != "userTask":
        return frozenset()
    rules = dict(_rules((entry.get("properties") or {}).get("fields") or ""))
    keys = fields.get(entry.get("form_key") or "", frozenset())
    return frozenset(key for key in keys if rules.get(key, rules.get("*", "edit")) == "edit")


def _rules(text: str) -> Iterator[tuple[str, str]]:
    for part in text.replace("；", ";").replace("：", ":").split(";"):
        name, found, mode = part.partition(":")
        if found:
            yield name.strip(), mode.strip()
