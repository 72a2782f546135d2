"""Rules about people: whether they can be read, what happens at their edges, and who chooses whom."""

from typing import Any

from engine import people_rules
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.nearly import check_names, guess, nearest
from engine.gate.references import Known, is_expression
from engine.gate.writers import set_by_form
from engine.people_rules import Choice, RuleRefused, is_kind, texts_about_people, texts_of

PROPERTIES = (*people_rules.EDGE_PROPERTIES, "choose")


def check(graph: Graph, known: Known, findings: Findings) -> None:
    """All that user tasks and start events draw about people."""
    chosen = {choice.target for located in graph.located("userTask", "startEvent") for choice in _choices(located, graph, findings)}
    for located in graph.located("userTask", "startEvent"):
        for text in _all_texts(located[1]):
            check_text(located, text, known, findings)
        if located[1]["type"] != "userTask":
            continue
        _check_edges(located, findings)
        _check_skipped(located, known, findings)
        if any(is_kind(text, "chosen") for text in texts_of(located[1])) and located[0] not in chosen:
            findings.error("people_chosen_by_nobody", located, element=located[0])


def _all_texts(entry: dict[str, Any]) -> list[str]:
    return [*texts_of(entry), *texts_about_people(entry.get("properties") or {})]


def _read(text: str | None) -> list[Choice]:
    try:
        return people_rules.choices(text)
    except RuleRefused:
        return []


def check_text(located: Located, text: str, known: Known, findings: Findings) -> None:
    """Whether a text that names people can be read: a rule with its arguments, or a name."""
    try:
        drawn = people_rules.parse(text)
    except RuleRefused as refusal:
        findings.error(refusal.code, located, text=text.strip(), **refusal.values)
        return
    if drawn is not None:
        reference = drawn.arguments[0] if drawn.kind == "decision" else None
        if reference is not None and not is_expression(reference) and reference not in known.decisions:
            findings.error("decision_missing", located, reference=reference)
        return
    unknown = people_rules.unknown(text)
    if unknown is not None:
        findings.warning("people_rule_unknown", located, text=text.strip(), **guess(unknown[1]))


def _check_edges(located: Located, findings: Findings) -> None:
    properties = located[1].get("properties") or {}
    for name, values in people_rules.EDGE_PROPERTIES.items():
        value = properties.get(name, "").strip()
        if name not in properties or value in values or (name != "when_nobody" and is_expression(value)):
            continue
        near = nearest(value, values, 0.7)
        if name != "when_nobody" or not value:
            findings.error("people_edge_unknown", located, property=name, value=value, known=list(values), **guess(near))
        elif near is not None:
            findings.warning("people_edge_nearly", located, property=name, value=value, **guess(near))
    check_names(located, PROPERTIES, findings)


def _check_skipped(located: Located, known: Known, findings: Findings) -> None:
    """Whoever is passed by fills in nothing."""
    properties = located[1].get("properties") or {}
    skips = [name for name in people_rules.EDGE_PROPERTIES if properties.get(name, "").strip().startswith("skip")]
    fields = sorted(set_by_form(located[1], known.form_fields))
    if skips and fields:
        findings.warning("people_skip_fields", located, property=skips[0], fields=fields)


def _choices(located: Located, graph: Graph, findings: Findings) -> list[Choice]:
    """The choices that an element draws; what is wrong with them is told."""
    try:
        found = people_rules.choices((located[1].get("properties") or {}).get("choose"))
    except RuleRefused as refusal:
        findings.error(refusal.code, located, **refusal.values)
        return []
    tasks = [identity for identity, _ in graph.located("userTask")]
    for choice in found:
        if choice.target not in tasks:
            near = nearest(choice.target, tasks)
            findings.error("people_choose_target", located, target=choice.target, **guess(near))
        elif not any(is_kind(text, "chosen") for text in texts_of(graph.nodes[choice.target])) and not _reads(graph, choice):
            findings.warning("people_choice_unused", located, target=choice.target, variable=choice.variable)
    return found


def _reads(graph: Graph, choice: Choice) -> bool:
    """Whether the chosen people are read as a variable: by the task itself, or by the collection of a multi-instance."""
    many = graph.nodes[choice.target].get("multi_instance") or {}
    return choice.variable in " ".join([*texts_of(graph.nodes[choice.target]), many.get("collection") or ""])


def chosen_by(entry: dict[str, Any]) -> set[str]:
    """The variables in which whoever works on an element leaves the people of following ones."""
    return {choice.variable for choice in _read((entry.get("properties") or {}).get("choose"))}


def decisions_asked(outline: dict[str, Any]) -> set[str]:
    """The decisions that rules about people name."""
    texts = [text for entry in outline["elements"].values() if entry["type"] == "userTask" for text in _all_texts(entry)]
    rules = (people_rules.parse(text) for text in texts if is_kind(text, "decision"))
    return {drawn.arguments[0] for drawn in rules if drawn is not None}
