"""Every place of a diagram where an expression can stand, checked before anything runs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine import expressions, times
from engine.copy_rules import MESSAGE, names_drawn
from engine.dialects.events import events_in
from engine.dialects.names import BPMN, Entry, Node
from engine.dialects.scripts import value_of_script
from engine.gate import votes
from engine.gate.findings import Findings
from engine.gate.graph import Graph, Located
from engine.gate.names import is_variable
from engine.gate.references import is_expression
from engine.people_rules import texts_about_people
from engine.workdays import WorkCalendar

_LANGUAGES = re.compile(r"python|juel|feel|.*[:/](uel|juel|feel|xpath|formal.*|tns|java|unspecified).*|.*/MODEL.*", re.IGNORECASE)
_SCRIPT_FORMATS = frozenset({"python", "feel", "juel"})
#: which days are holidays does not matter to whether a time can be read
_CALENDAR = WorkCalendar()
MAX_SITES = 5_000
#: characters of all expressions of a file
MAX_CHARACTERS = 500_000


@dataclass(frozen=True)
class Site:
    """A text that is computed: where, what for (a key of SITES), and as what it is read."""

    located: Located
    site: str
    text: str
    kind: str = "expression"


#: Chinese and English words for the places
SITES = {
    "condition": ("条件", "condition"),
    "name": ("名称", "name"),
    "event_name": ("消息或信号名称", "name of the message or signal"),
    "error_message": ("错误说明", "message of the error"),
    "script": ("脚本", "script"),
    "script_before": ("前置脚本", "script before it"),
    "script_after": ("后置脚本", "script behind it"),
    "assignee": ("办理人", "assignee"),
    "candidates": ("候选人或候选组", "candidates"),
    "due": ("期限", "due date"),
    "time": ("时间", "time"),
    "priority": ("优先级", "priority"),
    "collection": ("多实例集合", "multi-instance collection"),
    "cardinality": ("多实例次数", "multi-instance cardinality"),
    "completion": ("完成条件", "completion condition"),
    "loop": ("循环条件", "loop condition"),
    "skip": ("跳过条件", "skip expression"),
    "activation": ("激活条件", "activation condition"),
    "expression": ("表达式", "expression"),
    "parameter": ("输入输出参数", "input or output parameter"),
    "mapping": ("变量传递", "variable mapping"),
    "topic": ("主题", "topic"),
    "reference": ("被调用的流程、版本或决策", "called process, version or decision"),
    "business_key": ("办件编号", "business key"),
    "vote": ("表决规则", "rule of the vote"),
    "correlation": ("消息关联", "message correlation"),
}


def check(graph: Graph, process: Node, findings: Findings) -> None:
    """All expressions of one process, the names of variables that it sets, and the languages that it claims."""
    if not _check_sites(graph, findings):
        return
    for identity, entry in graph.elements.items():
        located = (identity, entry)
        _check_initiator(located, graph, findings)
        for name in variables_set(entry):
            if not is_variable(name):
                findings.error("variable_name", located, variable=name)
        if entry["type"] == "scriptTask":
            _check_script(located, findings)
        elif entry["type"] == "userTask" and not _is_priority(entry["priority"]):
            findings.error("priority", located, value=entry["priority"])
    _check_languages(process, findings)


def _check_sites(graph: Graph, findings: Findings) -> bool:
    """Every text; False where there are so many that they were not all looked at."""
    for count, site in enumerate((site for located in graph.elements.items() for site in sites(located)), 1):
        findings.characters += len(site.text)
        if count > MAX_SITES:
            findings.error("too_many_expressions", site.located, limit=MAX_SITES)
            return False
        if findings.characters > MAX_CHARACTERS:
            findings.error("expressions_too_long", site.located, limit=MAX_CHARACTERS)
            return False
        check_site(site, findings)
    return True


def _check_initiator(located: Located, graph: Graph, findings: Findings) -> None:
    """A variable that no expression could ever read is left out, with a warning."""
    name = located[1].get("initiator")
    if name and not is_variable(name):
        findings.warning("initiator_ignored", located, variable=name)
        located[1]["initiator"] = None
        if graph.outline["start"] and graph.outline["start"]["element_id"] == located[0]:
            graph.outline["start"]["initiator"] = None


def check_site(site: Site, findings: Findings) -> None:
    """One text: an error with the reason of the language, its place and the text."""
    try:
        if site.kind in times.KINDS:
            times.check_time(site.kind, site.text, calendar=_CALENDAR)
            if site.kind == "cycle" and times.is_hasty(site.text):
                findings.warning("hasty_cycle", site.located, text=site.text)
        else:
            expressions.check(site.text, kind=site.kind)
    except (expressions.ExpressionRefused, times.TimeRefused) as refusal:
        chinese, english = SITES[site.site]
        shown = {**refusal.values, "site": chinese, "site_en": english, "text": site.text}
        findings.error(refusal.code, site.located, **shown)


def sites(located: Located) -> Iterator[Site]:
    """The computed texts of one element."""
    entry = located[1]
    if entry["type"] == "sequenceFlow":
        if entry["condition"]:
            yield Site(located, "condition", entry["condition"], "condition")
        return
    yield from _of_event(located)
    if entry["name"]:
        yield Site(located, "name", entry["name"], "template")
    for name, kind in (("skip", "condition"), ("script_before", "script"), ("script_after", "script")):
        if entry.get(name):
            yield Site(located, name, entry[name], kind)
    yield from _of_repeats(located)
    yield from _of_people(located)
    yield from _of_copies(located)
    yield from (Site(located, "vote", text, "template") for text in votes.computed(entry))
    yield from _of_work(located, entry)
    if entry.get("work"):
        yield from _of_work(located, entry["work"])
    if entry.get("activation_condition"):
        yield Site(located, "activation", entry["activation_condition"], "condition")


def _of_event(located: Located) -> Iterator[Site]:
    for event in events_in(located[1]):
        if event.get("condition"):
            yield Site(located, "condition", event["condition"], "condition")
        if event.get("name"):
            yield Site(located, "event_name", event["name"], "template")
        if event.get("message"):
            yield Site(located, "error_message", event["message"], "template")
        if event.get("time"):
            yield Site(located, "time", event["time"]["text"], event["time"]["kind"])


def _of_repeats(located: Located) -> Iterator[Site]:
    many = located[1].get("multi_instance") or {}
    for name, site in (("collection", "collection"), ("cardinality", "cardinality"), ("completion_condition", "completion")):
        if many.get(name):
            yield Site(located, site, many[name], "condition" if site == "completion" else "expression")
    ad_hoc = located[1].get("ad_hoc") or {}
    if ad_hoc.get("completion_condition"):
        yield Site(located, "completion", ad_hoc["completion_condition"], "condition")
    loop = located[1].get("loop") or {}
    if loop.get("condition"):
        yield Site(located, "loop", loop["condition"], "condition")


def _of_people(located: Located) -> Iterator[Site]:
    entry = located[1]
    if entry["type"] != "userTask":
        return
    if entry["assignee"]:
        yield Site(located, "assignee", entry["assignee"], "template")
    for text in (*entry["candidate_users"], *entry["candidate_groups"]):
        yield Site(located, "candidates", text, "template")
    for text in texts_about_people(entry.get("properties") or {}):
        yield Site(located, "candidates", text, "template")
    for name in ("due", "follow_up"):
        if entry[name]:
            yield Site(located, "due", entry[name], "due")
    if entry["priority"]:
        yield Site(located, "priority", entry["priority"], "template")


def _of_copies(located: Located) -> Iterator[Site]:
    drawn = located[1].get("properties") or {}
    if located[1].get("implementation") != "copy":
        return
    yield from (Site(located, "candidates", text, "template") for text in names_drawn(drawn))
    if drawn.get(MESSAGE):
        yield Site(located, "parameter", drawn[MESSAGE], "template")


#: texts of work that may hold expressions, and what they are called
_FILLED = {
    "topic": "topic",
    "business_key": "business_key",
    "called_element": "reference",
    "called_version": "reference",
    "decision_ref": "reference",
}


def _of_work(located: Located, entry: Entry) -> Iterator[Site]:
    if entry.get("implementation") == "expression":
        yield Site(located, "expression", entry["expression"])
    for name, site in _FILLED.items():
        if entry.get(name):
            yield Site(located, site, entry[name], "template")
    for _, text in (*entry.get("inputs", ()), *entry.get("outputs", ())):
        if text:
            yield Site(located, "parameter", text, "template")
    for source, _ in (*entry.get("in", ()), *entry.get("out", ())):
        if source:
            yield Site(located, "mapping", source, "template" if "${" in source or "#{" in source else "expression")


def variables_set(entry: Entry) -> Iterator[str]:
    """The names of variables that an element sets."""
    many = entry.get("multi_instance") or {}
    single = [entry.get("result_variable")]
    single += [event.get(name) for event in events_in(entry) for name in ("code_variable", "message_variable")]
    single += [many.get(name) for name in ("element_variable", "output_collection", "output_element", "index_variable")]
    yield from (name for name in single if name)
    yield from (name for name, _ in (*entry.get("inputs", ()), *entry.get("outputs", ())))
    yield from (target for _, target in (*entry.get("in", ()), *entry.get("out", ())))


def _is_priority(text: str | None) -> bool:
    """Whether a priority is a whole number, or computed."""
    return text is None or is_expression(text) or re.fullmatch(r"-?\d{1,9}", text) is not None


def _check_script(located: Located, findings: Findings) -> None:
    entry = located[1]
    if entry.get("translated"):
        _tell_translated(located, findings)
    elif entry.get("problem"):
        problem = entry["problem"]
        chinese, english = SITES["script"]
        shown = {**problem["values"], "site": chinese, "site_en": english, "text": entry["script"], "language": entry["script_format"]}
        findings.error(problem["code"], (located[0], {**entry, "line": problem["line"]}), **shown)
    elif entry["script_format"] and entry["script_format"].lower() not in _SCRIPT_FORMATS:
        findings.error("script_language", located, language=entry["script_format"])
    elif not entry["script"]:
        findings.error("script_absent", located)
    else:
        kind = "expression" if entry["result_variable"] else "script"
        check_site(Site(located, "script", entry["script"], kind), findings)


def _tell_translated(located: Located, findings: Findings) -> None:
    """What a foreign script did besides setting variables is named, for it does not happen here."""
    for statement in located[1]["printed"]:
        findings.warning("script_prints", located, statement=statement)
    for name in located[1]["local"]:
        findings.warning("script_local", located, variable=name)


def _check_languages(process: Node, findings: Findings) -> None:
    """Conditions in a language of scripts (groovy, javascript) that are not one expression of ours."""
    for node in process.iter(f"{{{BPMN}}}conditionExpression", f"{{{BPMN}}}completionCondition", f"{{{BPMN}}}condition"):
        language = (node.get("language") or "").strip()
        known = not language or _LANGUAGES.fullmatch(language) or value_of_script("".join(node.itertext()).strip(), language)
        if not known:
            findings.error("expression_language", node, language=language)


def check_correlations(root: Node, findings: Findings) -> None:
    """Paths into messages: they are not evaluated, and what could not be evaluated is refused all the same."""
    for node in root.iter(f"{{{BPMN}}}messagePath", f"{{{BPMN}}}dataPath"):
        text = "".join(node.itertext()).strip()
        if text:
            place: Entry = {"line": node.sourceline, "name": None}
            holder = next((parent.get("id") for parent in node.iterancestors() if parent.get("id")), None)
            check_site(Site((holder or "", place), "correlation", text), findings)
