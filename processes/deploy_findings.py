"""Findings of a deployment that the engine's gate cannot have: about forms, outcomes, field rules and people.

They look like the gate's own (engine.gate.findings.Finding), with the same methods.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from engine import expressions
from engine.expressions import ExpressionRefused
from engine.expressions import codes as expression_codes
from engine.expressions.errors import naming
from engine.gate.findings import Finding
from engine.gate.words import readable
from engine.reading import Reading, ReadProcess
from forms import outcomes, permissions, words
from forms.definition import Component, Form, Problem, check_document

#: code -> (Chinese message, Chinese hint, English message, English hint)
_WORDS = {
    "condition_unknown_field": (
        "字段“{key}”的显示条件用到“{unknown}”，表单里没有这个字段，所以条件从不成立{guess_zh}",
        "请改正名称；条件只能用同一张表单里的字段，重复行里只能用同一行的字段。",
        "The condition of the field “{key}” names “{unknown}”, which the form does not have; so it never holds{guess_en}",
        "Correct the name. Conditions see the fields of their form, in repeated rows those of their row.",
    ),
    "nobody_holds": (
        "“{name}”指定由“{group}”办理，但现在没有人担任{guess_zh}",
        "请在人员管理中安排人员，或修改流程图。在安排之前，这个环节只能由运维人员办理。",
        "“{name}” goes to “{group}”, whom nobody is at present{guess_en}",
        "Give the role to somebody, or change the diagram. Until then only operators can do this task.",
    ),
    "nobody_gets_copies": (
        "“{name}”要抄送给“{group}”，但现在没有人担任{guess_zh}",
        "请在人员管理中安排人员，或修改流程图。在安排之前，没有人收到抄送。",
        "“{name}” sends copies to “{group}”, whom nobody is at present{guess_en}",
        "Give the role to somebody, or change the diagram. Until then nobody gets the copies.",
    ),
    "no_such_login": (
        "“{name}”指定由“{group}”办理，但没有这个登录名的在职人员{guess_zh}",
        "办理人和候选人写登录名，岗位、角色、部门写在候选组；也可以在人员管理中添加人员。在此之前，这个环节只能由运维人员办理。",
        "“{name}” goes to “{group}”, but nobody active has that login{guess_en}",
        "Write logins as assignee and candidate users; posts, roles and departments are candidate groups. "
        "Until then only operators can do this task.",
    ),
    "no_starters": (
        "“{group}”可以发起这个流程，但现在没有人担任{guess_zh}",
        "请在人员管理中安排人员，或修改 process.toml 的 starters（图中写的则改图）。",
        "“{group}” may start this process, but nobody holds it at present{guess_en}",
        "Give the role to somebody, or change `starters` in process.toml or the diagram.",
    ),
}

#: of an element's property, and of a place in a form document; Chinese and English
_FORM_HINTS = (
    ("请修改“{name}”的属性 {path}。", "Change the property {path} of “{name}”."),
    ("{reason_zh}请修改文件 {file} 里的 {path}。", "{reason_en}Change {path} in the file {file}."),
)


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
        if self.code in _WORDS:
            return _WORDS[self.code][2 if lang == "en" else 0].format_map(self._shown(lang))
        sentence = words.describe(self.code, lang, **self._shown(lang))
        return f"{self.path}：{sentence}" if self.path and lang != "en" else f"{self.path}: {sentence}" if self.path else sentence

    def hint(self, lang: str = "zh") -> str:
        """What to do; the sentences about forms say most of it themselves."""
        if self.code in _WORDS:
            return _WORDS[self.code][3 if lang == "en" else 1]
        shown = {"reason_zh": "", "reason_en": "", "file": self.file, **self._shown(lang), "path": readable(self.path or "/")}
        shown["name"] = readable(self.element_name or self.element_id or "")
        return _FORM_HINTS[self.element_id is None][lang == "en"].format_map(shown)

    def _shown(self, lang: str) -> Mapping[str, str]:
        """The values, short enough to be read; findings stored long ago have no guesses."""
        full_stop = "." if lang == "en" else "。"
        return {"guess_zh": full_stop, "guess_en": full_stop, **{name: readable(value, lang) for name, value in self.values.items()}}

    def to_document(self, lang: str = "zh") -> dict[str, Any]:
        """The shape that the API answers with (CONTRACT 4)."""
        shown = {name: getattr(self, name) for name in ("code", "severity", "file", "line", "element_id", "element_name")}
        return {**shown, "message": self.message(lang), "hint": self.hint(lang)}


AnyFinding = Finding | OfficeFinding


def in_order(findings: Iterable[AnyFinding]) -> list[AnyFinding]:
    """By file and line, findings about a whole file first, errors before warnings on one line; each once."""
    ordered = sorted(findings, key=lambda one: (one.file, one.line or 0, one.severity, one.code, one.element_id or "", str(one.values)))
    different = {(one.code, one.file, one.line, one.element_id, str(one.values), getattr(one, "path", "")): one for one in ordered}
    return list(different.values())


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
            found.extend(_about_conditions(forms[read.key].fields, read.file))
    for process in reading.processes:
        found.extend(_about_rules(process, forms))
    return found


def _about_conditions(fields: Sequence[Component], file: str) -> Iterable[OfficeFinding]:
    """Conditions that name what is no field beside them; what cannot be read is told elsewhere."""
    keys = sorted(component.key for component in fields)
    for component in fields:
        names = {name for condition in component.hidden_when for name in _names_in(condition)}
        for unknown in sorted(names.difference(keys)):
            guess = naming(unknown, keys)
            values = {"key": component.label, "unknown": unknown, **_ended(guess["guess_zh"], guess["guess_en"])}
            yield OfficeFinding("condition_unknown_field", "warning", file, values=values, path=component.key)
        yield from _about_conditions(component.columns, file)


def _ended(chinese: str, english: str) -> dict[str, str]:
    """A guess with the full stop of its sentence."""
    return {"guess_zh": chinese or "。", "guess_en": english or "."}


def _names_in(condition: str) -> frozenset[str]:
    try:
        return expressions.names_in(condition, kind="condition")
    except ExpressionRefused:
        return frozenset()


def _about_rules(process: ReadProcess, forms: Mapping[str, Form]) -> Iterable[AnyFinding]:
    for element_id, entry in process.outline["elements"].items():
        if entry["type"] in ("userTask", "startEvent"):
            rules = entry["properties"]
            problems = outcomes.check(rules.get("outcomes")) if entry["type"] == "userTask" else []
            problems += permissions.check_rule(forms.get(entry["form_key"] or ""), rules.get("fields"))
            yield from (_of_problem(problem, process.file, element_id, entry) for problem in problems)


def _why_refused(condition: str) -> dict[str, str]:
    """What is wrong with a condition that cannot be used, in the words of the expression language."""
    try:
        expressions.check(condition, kind="condition")
    except ExpressionRefused as refusal:
        chinese, english = (expression_codes.sentence(refusal.code, refusal.values, lang)[0] for lang in ("zh", "en"))
        return {"reason_zh": f"{chinese}。", "reason_en": f"{english[:1].upper()}{english[1:]}. "}
    return {}


def _of_problem(problem: Problem, file: str, element_id: str | None = None, entry: Mapping[str, Any] | None = None) -> OfficeFinding:
    why = _why_refused(str(problem.values["condition"])) if problem.code == "bad_condition" else {}
    return OfficeFinding(
        code=problem.code,
        severity=problem.severity,
        file=file,
        line=entry["line"] if entry else None,
        element_id=element_id,
        element_name=entry["name"] or None if entry else None,
        values={**problem.values, **why},
        path=problem.path,
    )


def _is_allowed(condition: str) -> bool:
    try:
        expressions.check(condition, kind="condition")
    except ExpressionRefused:
        return False
    return True
