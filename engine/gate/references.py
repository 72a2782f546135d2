"""What elements refer to: messages, signals, errors, called processes, forms, decisions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.dialects import foreign_forms
from engine.dialects.events import Declared, events_in
from engine.dialects.names import BPMN, Entry, Node
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.options import ReadOptions

#: an error end without an error, a message to nobody: what is thrown must be named
_THROWS = frozenset({"endEvent", "intermediateThrowEvent"})
#: the business key that a called process has anyhow: that of its case
_OF_CASE = re.compile(r"[$#]\{\s*execution\.(processBusinessKey|businessKey|get(Process)?BusinessKey\(\))\s*\}")
#: what goes into a called process or comes out of it
_MAPPINGS = ("in", "out", "in_all", "in_local", "out_all")
_NAMED = ("message", "signal", "error", "escalation")


@dataclass(frozen=True)
class Known:
    """What a reference may name: in this deployment, or deployed before."""

    processes: frozenset[str]
    decisions: frozenset[str]
    forms: frozenset[str]
    options: ReadOptions
    #: what process.toml says
    settings: dict[str, Any] = field(default_factory=dict)
    #: the names of its services that were used
    used_services: set[str] = field(default_factory=set)

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """What process.toml says of foreign work."""
        return dict(self.settings.get("services", {}))

    #: the processes of this deployment
    own: frozenset[str] = frozenset()
    #: what the forms of this deployment fill in, by their ids
    form_fields: dict[str, frozenset[str]] = field(default_factory=dict)
    #: those of them that come from other engines: they let through what they do not know
    foreign_forms: frozenset[str] = frozenset()
    #: what the decisions of this deployment read, and what they set, by their ids
    decision_reads: dict[str, frozenset[str]] = field(default_factory=dict)
    decision_gives: dict[str, frozenset[str]] = field(default_factory=dict)
    #: processes that others call
    called: frozenset[str] = frozenset()


def is_expression(text: str | None) -> bool:
    """Whether a text is computed when the case runs."""
    return text is not None and ("${" in text or "#{" in text)


def check(graph: Graph, declared: Declared, known: Known, findings: Findings) -> None:
    """All references of one process."""
    for identity, entry in graph.nodes.items():
        node = (identity, entry)
        for event in events_in(entry):
            if event["kind"] in _NAMED:
                _check_event(node, event, declared, findings, in_event_subprocess=graph.is_event_subprocess(entry["parent"]))
        if entry["type"] == "callActivity" and not entry["work"]:
            _check_call(node, known, findings)
        elif entry["type"] == "receiveTask":
            _check_receive(node, findings)
        if entry.get("form_key"):
            _check_form(node, known, findings)
        if entry.get("decision_ref"):
            _check_decision(node, known, findings)


def _check_event(node: Located, event: Entry, declared: Declared, findings: Findings, *, in_event_subprocess: bool) -> None:
    entry = node[1]
    kind, reference = event["kind"], event["ref"]
    if event.get("assumed"):
        return
    if not reference:
        if (kind in ("message", "signal") or entry["type"] in _THROWS) and not (entry.get("work") or event.get("by_flow")):
            findings.error("reference_absent", node, kind=kind)
    elif declared.find(kind, reference) is None:
        if event["code"]:
            findings.warning("code_assumed", node, kind=kind, reference=reference)
        else:
            findings.error("reference_undefined", node, kind=kind, reference=reference)
    elif entry["type"] == "startEvent" and not in_event_subprocess and is_expression(event["name"]):
        findings.error("start_name_expression", node, kind=kind, text=event["name"])


def _check_receive(node: Located, findings: Findings) -> None:
    event = node[1]["event"]
    if event is None:
        findings.error("receive_without_message", node)
    elif event.get("assumed"):
        findings.warning("receive_by_id", node, message=node[0])


def _check_call(node: Located, known: Known, findings: Findings) -> None:
    entry = node[1]
    called = entry["called_element"]
    if not called:
        findings.error("call_without_process", node)
    elif not is_expression(called):
        if entry["binding"] == "deployment" and called not in known.own:
            findings.error("call_not_deployed_together", node, key=called)
        elif called not in known.processes:
            findings.error("call_unknown_process", node, key=called)
    if entry["business_key"] and not _OF_CASE.fullmatch(entry["business_key"]):
        findings.warning("business_key_ignored", node, text=entry["business_key"])
    if called and not any(entry[name] for name in _MAPPINGS):
        findings.warning("call_passes_all", node)
    _check_binding(node, findings)


def _check_binding(node: Located, findings: Findings) -> None:
    entry = node[1]
    version = entry["called_version"] or ""
    if entry["binding"] == "versionTag" and not entry["called_tag"]:
        findings.error("call_tag", node)
    elif entry["binding"] not in ("latest", "version", "deployment", "versionTag"):
        findings.error("call_binding", node, binding=entry["binding"])
    elif entry["binding"] == "version" and not (version.isdecimal() or is_expression(version)):
        findings.error("call_version", node, version=version)


def _check_form(node: Located, known: Known, findings: Findings) -> None:
    key = node[1]["form_key"]
    if is_expression(key):
        findings.error("form_expression", node, key=key)
    elif key not in known.forms:
        findings.error("form_missing", node, key=key)


def _check_decision(node: Located, known: Known, findings: Findings) -> None:
    reference = node[1]["decision_ref"]
    if not is_expression(reference) and reference not in known.decisions:
        findings.error("decision_missing", node, reference=reference)


def check_foreign_forms(process: Node, graph: Graph, known: Known, findings: Findings) -> None:
    """Form keys that name a page of another engine: the task is deployed without it, with a warning."""
    for node in process.iter(f"{{{BPMN}}}userTask", f"{{{BPMN}}}startEvent"):
        drawn = foreign_forms.drawn_form_key(node)
        entry = graph.nodes.get(node.get("id"))
        if drawn is None or entry is None:
            continue
        missing = entry["form_key"] not in known.forms
        if foreign_forms.is_foreign_key(drawn):
            findings.warning("form_foreign", node, key=drawn)
        elif missing and (entry["form_key"] != drawn or not foreign_forms.may_mean_ours(node)):
            findings.warning("form_foreign", node, key=drawn)
            entry["form_key"] = foreign_forms.inner_form_key(node)
    for node in process.iter(f"{{{BPMN}}}userTask", f"{{{BPMN}}}startEvent"):
        for unusable in foreign_forms.unusable_fields(node):
            findings.warning("form_field_left_out", node, field=unusable)
        for name, value in foreign_forms.lost_settings(node):
            findings.warning("attribute_ignored", node, attribute=name, value=value)


def external_decisions(outline: dict[str, Any], deployed_here: frozenset[str], more: Iterable[str] = ()) -> list[str]:
    """The decisions that a process uses and that this deployment does not hold; `more` are used by rules about people."""
    used = {entry.get("decision_ref") for entry in outline["elements"].values()} | set(more)
    return sorted(reference for reference in used if reference and not is_expression(reference) and reference not in deployed_here)
