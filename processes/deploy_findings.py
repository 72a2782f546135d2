"""Findings of a deployment that the engine's gate cannot have: about forms, outcomes, field rules and people.

They look like the gate's own (engine.gate.findings.Finding), with the same methods.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from engine import expressions
from engine.expressions import ExpressionRefused
from engine.gate.findings import Finding
from engine.reading import Reading, ReadProcess
from forms import outcomes, permissions, words
from forms.definition import Form, Problem, check_document
from processes.people import groups

#: code -> (Chinese message, Chinese hint, English message, English hint)
_PEOPLE_WORDS = {
    "nobody_holds": (
        "“{name}”指定由“{group}”办理，但现在没有人担任。",
        "请在人员管理中安排人员，或修改流程图。在安排之前，这个环节只能由运维人员办理。",
        "“{name}” goes to “{group}”, whom nobody is at present.",
        "Give the role to somebody, or change the diagram. Until then only operators can do this task.",
    ),
    "no_starters": (
        "“{group}”可以发起这个流程，但现在没有人担任。",
        "请在人员管理中安排人员，或修改 process.toml 的 starters（图中写的则改图）。",
        "“{group}” may start this process, but nobody holds it at present.",
        "Give the role to somebody, or change `starters` in process.toml or the diagram.",
    ),
}


@dataclass(frozen=True)
class OfficeFinding:
    """A finding about a form or about people; `path` says where in the form document it is."""

    code: str
    severity: str
    file: str
    line: int | None = None
    element_id: str | None = None
    element_name: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""

    def message(self, lang: str = "zh") -> str:
        """What is the matter, in one sentence."""
        if self.code in _PEOPLE_WORDS:
            return _PEOPLE_WORDS[self.code][2 if lang == "en" else 0].format(**self.values)
        sentence = words.describe(self.code, lang, **self.values)
        return f"{self.path}：{sentence}" if self.path and lang != "en" else f"{self.path}: {sentence}" if self.path else sentence

    def hint(self, lang: str = "zh") -> str:
        """What to do; the sentences about forms say it themselves."""
        return _PEOPLE_WORDS[self.code][3 if lang == "en" else 1].format(**self.values) if self.code in _PEOPLE_WORDS else ""

    def to_document(self, lang: str = "zh") -> dict[str, Any]:
        """The shape that the API answers with (CONTRACT 4)."""
        shown = {name: getattr(self, name) for name in ("code", "severity", "file", "line", "element_id", "element_name")}
        return {**shown, "message": self.message(lang), "hint": self.hint(lang)}


AnyFinding = Finding | OfficeFinding


def store(findings: Iterable[AnyFinding]) -> list[dict[str, Any]]:
    """The findings as a deployment keeps them."""
    return [{"about": "office" if isinstance(one, OfficeFinding) else "model", **_plain(one)} for one in findings]


def _plain(finding: AnyFinding) -> dict[str, Any]:
    document = asdict(finding)
    return {**document, "values": {name: value if _is_plain(value) else str(value) for name, value in document["values"].items()}}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def restore(documents: Iterable[Mapping[str, Any]]) -> list[AnyFinding]:
    """The findings that a deployment kept."""
    found: list[AnyFinding] = []
    for document in documents:
        facts = {name: value for name, value in document.items() if name != "about"}
        found.append(OfficeFinding(**facts) if document["about"] == "office" else Finding(**facts))
    return found


def about_forms(reading: Reading) -> list[AnyFinding]:
    """Faults of the form documents, and of the rules about fields and outcomes on user tasks."""
    found: list[AnyFinding] = []
    forms: dict[str, Form] = {}
    for read in reading.forms:
        problems = check_document(read.document, allowed_condition=_is_allowed)
        found.extend(_of_problem(problem, read.file) for problem in problems)
        if not any(problem.severity == "error" for problem in problems):
            forms[read.key] = Form.from_document(read.document)
    for process in reading.processes:
        found.extend(_about_rules(process, forms))
    return found


def _about_rules(process: ReadProcess, forms: Mapping[str, Form]) -> Iterable[AnyFinding]:
    for element_id, entry in process.outline["elements"].items():
        if entry["type"] in ("userTask", "startEvent"):
            rules = entry["properties"]
            problems = outcomes.check(rules.get("outcomes")) if entry["type"] == "userTask" else []
            problems += permissions.check_rule(forms.get(entry["form_key"] or ""), rules.get("fields"))
            yield from (_of_problem(problem, process.file, element_id, entry) for problem in problems)


def _of_problem(problem: Problem, file: str, element_id: str | None = None, entry: Mapping[str, Any] | None = None) -> OfficeFinding:
    return OfficeFinding(
        code=problem.code,
        severity=problem.severity,
        file=file,
        line=entry["line"] if entry else None,
        element_id=element_id,
        element_name=entry["name"] or None if entry else None,
        values=dict(problem.values),
        path=problem.path,
    )


def _is_allowed(condition: str) -> bool:
    try:
        expressions.check(condition, kind="condition")
    except ExpressionRefused:
        return False
    return True


def about_people(reading: Reading) -> list[AnyFinding]:
    """Names in the diagrams that nobody holds at present: warnings, for people come and go."""
    named = [one for process in reading.processes for one in _named(process)]
    held = groups.holders({name for _, _, name in named})
    found = [(where, element, name) for where, element, name in named if not held[name]]
    return [*(_nobody(process, element_id, name) for process, element_id, name in found), *_about_starters(reading)]


def _about_starters(reading: Reading) -> Iterable[AnyFinding]:
    """Those who may start a process by process.toml, else by the diagram, and whom nobody is."""
    named = [str(name) for name in reading.settings.get("starters") or []]
    yield from (OfficeFinding("no_starters", "warning", "process.toml", values={"group": name}) for name in _unheld(named))
    for process in reading.processes:
        place = {"line": process.outline["line"], "element_id": process.key, "element_name": process.name}
        for name in _unheld(process.outline["starters"]):
            yield OfficeFinding("no_starters", "warning", process.file, **place, values={"group": name})


def _unheld(names: list[str]) -> list[str]:
    return [name for name, logins in groups.holders(names).items() if not logins]


def _named(process: ReadProcess) -> Iterable[tuple[ReadProcess, str, str]]:
    for element_id, entry in process.outline["elements"].items():
        if entry["type"] == "userTask":
            drawn = [entry["assignee"], *entry["candidate_users"], *entry["candidate_groups"]]
            yield from ((process, element_id, text) for text in drawn if text and "{" not in text)


def _nobody(process: ReadProcess, element_id: str, group: str) -> OfficeFinding:
    entry = process.outline["elements"][element_id]
    return OfficeFinding(
        code="nobody_holds",
        severity="warning",
        file=process.file,
        line=entry["line"],
        element_id=element_id,
        element_name=entry["name"] or None,
        values={"name": entry["name"] or element_id, "group": group},
    )
