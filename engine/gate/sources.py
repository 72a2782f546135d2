"""Where the variables of a process come from: what certainly sets them, and the doors through which anything may come.

Other systems may send any variables at a start or a task without a form, with a message, or as the answer of outside work.
"""

from dataclasses import dataclass, field
from typing import Any

from engine import expressions
from engine.dialects.events import events_in
from engine.dialects.names import WORK, Entry
from engine.gate.expressions import variables_set
from engine.gate.graph import Graph
from engine.gate.people_rules import chosen_by
from engine.gate.references import Known
from engine.gate.writers import set_by_form, set_by_script
from engine.vote_rules import is_joint

#: topics of our own connectors that set nothing
_SILENT_TOPICS = frozenset({"notify"})


@dataclass
class Sources:
    """What sets variables in a process. `doors`: through which others may send any; `start`: the start is one of them."""

    names: set[str] = field(default_factory=set)
    doors: bool = False
    start: bool = False


def sources_of(graph: Graph, known: Known) -> Sources:
    """All names, and whether there is a door."""
    found = Sources(set(graph.outline["data"]) | set(known.settings.get("inputs") or []))
    for identity, entry in graph.nodes.items():
        found.names |= set(variables_set(entry)) | set_by_script(entry) | set(entry.get("data") or ())
        if entry["type"] == "userTask":
            found.names |= {entry["properties"].get("outcome_variable") or f"outcome_{identity}", f"opinion_{identity}"}
            found.names |= {f"votes_{identity}"} if is_joint(entry["properties"]) else set()
        found.names |= chosen_by(entry)
        found.doors |= _is_door(entry, known, found)
    _of_start(graph, known, found)
    has_form = not (found.start or found.doors) and graph.outline["start"] is not None
    bare = any(entry["type"] == "userTask" and not entry["form_key"] for entry in graph.nodes.values())
    found.doors |= bare and not has_form
    return found


def _of_start(graph: Graph, known: Known, found: Sources) -> None:
    """A start by a form of ours brings its fields; one by people without a form brings anything."""
    start = graph.outline["start"]
    called = known.settings.get("called_only") or graph.key in known.called
    if start is None:
        found.doors |= called or any(one["kind"] in ("message", "signal") for one in graph.outline["starts"])
        return
    if start["initiator"]:
        found.names.add(start["initiator"])
    if called or (start["form_key"] and start["form_key"] not in known.form_fields):
        found.doors = True
    elif start["form_key"]:
        found.names |= known.form_fields[start["form_key"]]
        found.doors |= start["form_key"] in known.foreign_forms
    else:
        found.start = not known.settings.get("inputs")


def _is_door(entry: Entry, known: Known, found: Sources) -> bool:
    """Whether anything may come in at an element; what certainly comes is added to the names."""
    if any(event["kind"] in ("message", "signal") for event in events_in(entry)) and entry["type"] not in (
        "endEvent",
        "intermediateThrowEvent",
    ):
        return True
    if entry["type"] == "scriptTask":
        return not is_readable(entry)
    if entry["type"] == "userTask":
        return _is_door_of_task(entry, known, found)
    if entry["type"] == "callActivity" and not entry.get("work"):
        return bool(entry.get("out_all")) or not any(entry.get(name) for name in ("in", "out", "in_all", "in_local"))
    work = entry if entry["type"] in WORK else entry.get("work")
    return work is not None and not work.get("outputs") and _is_door_of_work(work, known, found)


def is_known_work(work: Entry) -> bool:
    """Whether it is known what automatic work sets: its result variable, its output parameters, or nothing."""
    return work["implementation"] != "decision" or bool(work.get("result_variable") or work.get("outputs"))


def is_readable(entry: Entry) -> bool:
    """Whether it is known what a script sets."""
    try:
        return not entry.get("problem") and bool(entry["result_variable"] or expressions.names_set(entry["script"] or "x"))
    except expressions.ExpressionRefused:
        return False


def _is_door_of_task(entry: Entry, known: Known, found: Sources) -> bool:
    key = entry["form_key"]
    if not key:
        return False
    found.names |= set_by_form(entry, known.form_fields)
    return key not in known.form_fields or key in known.foreign_forms


def _is_door_of_work(work: Entry, known: Known, found: Sources) -> bool:
    match work["implementation"]:
        case "external" | "unmapped":
            return work.get("topic") not in _SILENT_TOPICS
        case "decision" if not work.get("result_variable"):
            given = known.decision_gives.get(work.get("decision_ref") or "")
            found.names |= given or frozenset()
            return given is None
    return False


def given_by(document: dict[str, Any]) -> frozenset[str]:
    """The variables that a decision sets where its task names no result variable."""
    last = document["steps"][-1]
    outputs = [column["name"] for column in (last.get("table") or {}).get("outputs") or ()]
    return frozenset(name for name in (*outputs, last["id"], last.get("variable"), last.get("name")) if name)
