"""What the drawing of a process says of a step ahead: what its people read, what it may write, where other ways lead."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from engine import expressions, people_rules
from engine.expressions import ExpressionRefused
from engine.people_rules import CHOSEN, RuleRefused
from forms import permissions
from processes import deployed

Elements = Mapping[str, Any]


def read_by_people(element_id: str, entry: Mapping[str, Any]) -> frozenset[str]:
    """The variables that decide whom a user task asks."""
    many = entry.get("multi_instance") or {}
    texts = [*people_rules.texts_of(dict(entry)), *people_rules.texts_about_people(entry.get("properties") or {})]
    names = {name for text in texts for name in _names(text, "template")}
    names |= {name for text in (many.get("collection"), many.get("cardinality")) if text for name in _names(text, "expression")}
    own = {many.get(name) for name in ("element_variable", "index_variable")}
    chosen = {CHOSEN + element_id} if any(people_rules.is_kind(text, "chosen") for text in texts) else set()
    return frozenset((names | chosen) - own)


def _names(text: str, kind: str) -> frozenset[str]:
    try:
        return expressions.names_in(text, kind=kind)
    except ExpressionRefused:
        return frozenset()


def read_to_compute(definition_id: str, element_id: str) -> frozenset[str] | None:
    """The variables that a decision or a script reads; None for whatever else sets variables."""
    definition = deployed.definition(definition_id)
    entry = definition.outline["elements"].get(element_id) or {}
    if entry.get("type") == "scriptTask":
        return _names(entry.get("script") or "", "expression" if entry.get("result_variable") else "script")
    if entry.get("type") == "businessRuleTask" and entry.get("decision_ref"):
        asked = deployed.library().get(definition.key, definition.version).main.decisions.get(entry["decision_ref"])
        return None if asked is None else frozenset(asked.reads())
    return None


def fields_of(definition: deployed.Definition, entry: Mapping[str, Any]) -> frozenset[str]:
    """The fields of its form that whoever decides a user task fills in."""
    form = deployed.form(definition.deployment_id, entry.get("form_key"))
    modes = {} if form is None else permissions.resolve(form, (entry.get("properties") or {}).get("fields"))
    return frozenset(key for key, mode in modes.items() if mode == "edit")


def written_by_people(definition: deployed.Definition, element_id: str, entry: Mapping[str, Any]) -> frozenset[str]:
    """The variables that whoever decides a user task may set: those of its form, its outcome, whom it chooses."""
    properties, many = entry.get("properties") or {}, entry.get("multi_instance") or {}
    own = {properties.get("outcome_variable") or f"outcome_{element_id}", f"opinion_{element_id}", f"votes_{element_id}"}
    with suppress(RuleRefused):
        own |= {choice.variable for choice in people_rules.choices(properties.get("choose"))}
    return frozenset(own | {many[name] for name in ("output_collection",) if many.get(name)}) | fields_of(definition, entry)


def first_tasks(elements: Elements, flow_id: str, most: int = 4) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The user tasks and ends that come first behind a flow, inside sub-processes too."""
    stack, seen = [elements.get(flow_id, {}).get("target")], set[str]()
    while stack and most:
        element_id = stack.pop()
        entry = elements.get(element_id or "")
        if entry is None or element_id in seen:
            continue
        seen.add(str(element_id))
        if entry["type"] in ("userTask", "endEvent"):
            most -= 1
            yield str(element_id), entry
            continue
        inner = [one for one, other in elements.items() if other.get("parent") == element_id and other["type"] == "startEvent"]
        ahead = inner or [elements[flow]["target"] for flow in entry.get("outgoing") or [] if flow in elements]
        stack += reversed(ahead)


def may_be_interrupted(elements: Elements, element_id: str, *, alone: bool) -> bool:
    """Whether a task, or a scope around it, may be ended from outside before it is decided: by an interrupting boundary event or event
    sub-process, or, where others are at work beside it, by an end of theirs that ends everything."""
    if _interrupts_on(elements, element_id):
        return True
    scope = elements.get(element_id, {}).get("parent")
    while scope is not None:
        if _interrupts_on(elements, scope) or any(_is_ending(one, scope, alone=alone) for one in elements.values()):
            return True
        scope = elements.get(scope, {}).get("parent")
    return False


def _interrupts_on(elements: Elements, activity: str) -> bool:
    """A boundary event on the activity itself takes its token away; one that waits for an error inside needs others to raise it."""
    return any(
        one["type"] == "boundaryEvent" and one.get("attached_to") == activity and one.get("cancel_activity") for one in elements.values()
    )


def _is_ending(entry: Mapping[str, Any], scope: str, *, alone: bool) -> bool:
    if entry.get("parent") != scope:
        return False
    if entry["type"] == "endEvent":
        return not alone and (entry.get("event") or {}).get("kind") in ("terminate", "error", "cancel")
    return bool(entry.get("event_subprocess"))
