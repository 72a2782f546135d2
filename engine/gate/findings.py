"""Findings: what the gate has to say about a file, and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.decisions import Problem
from engine.gate import words

Severity = Literal["error", "warning"]
Language = Literal["zh", "en"]
MAX_FINDINGS = 500


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong (error: refuses) or that the analyst should know (warning)."""

    code: str
    severity: Severity
    file: str
    line: int | None = None
    element_id: str | None = None
    element_name: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def message(self, lang: Language = "zh") -> str:
        """What is the matter, in one sentence."""
        return words.sentence(self.code, lang, self._all_values())

    def hint(self, lang: Language = "zh") -> str:
        """What to draw or do instead."""
        return words.hint(self.code, lang, self._all_values())

    def to_document(self, lang: Language = "zh") -> dict[str, Any]:
        """The shape that the API answers with (CONTRACT 4)."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "element_id": self.element_id,
            "element_name": self.element_name,
            "message": self.message(lang),
            "hint": self.hint(lang),
        }

    def _all_values(self) -> dict[str, Any]:
        name = self.element_name or self.element_id or ""
        return {"file": self.file, "line": self.line, "name": name, **self.values, "where": name or self.file}


class Findings:
    """Collects the findings of one file; equal ones are kept once, the first error always, and about MAX_FINDINGS in all."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[tuple[Any, ...], Finding] = {}
        #: whether an error is among them
        self.refused = False
        #: characters of the expressions that have been looked at
        self.characters = 0
        self._cut = False

    def error(self, code: str, at: Any = None, /, **values: Any) -> None:
        """Note what refuses the deployment. `at`: see `_place`."""
        self._note("error", code, at, values)

    def warning(self, code: str, at: Any = None, /, **values: Any) -> None:
        """Note what the analyst should know. `at`: see `_place`."""
        self._note("warning", code, at, values)

    def add(self, problem: Problem) -> None:
        """Note what was found while a decision was read."""
        place = (problem.element_id, {"line": problem.line, "name": problem.element_name}) if problem.element_id else problem.line
        self._note("error" if problem.severity == "error" else "warning", problem.code, place, problem.values)

    def _note(self, severity: Severity, code: str, at: Any, values: dict[str, Any]) -> None:
        line, element_id, element_name = _place(at)
        first_error = severity == "error" and not self.refused
        self.refused = self.refused or first_error
        if len(self._found) < MAX_FINDINGS or first_error:
            found = Finding(code, severity, self.file, line, element_id, element_name, values)
            self._found.setdefault((code, line, element_id, *sorted((name, str(value)) for name, value in values.items())), found)
        else:
            self._cut = True

    def ordered(self) -> list[Finding]:
        """By line; findings about the whole file first, among them that there would be more."""
        cut = [Finding("more_findings", "warning", self.file, values={"limit": MAX_FINDINGS})] if self._cut else []
        return in_order([*self._found.values(), *cut])


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By line, errors before warnings on one line."""
    return sorted(findings, key=lambda finding: (finding.line or 0, finding.severity, finding.code, finding.element_id or ""))


def _place(at: Any) -> tuple[int | None, str | None, str | None]:
    """Line, id and name of where a finding is: a parsed node, an `(id, outline entry)` pair, a line number or None."""
    if at is None or isinstance(at, int):
        return at, None, None
    if isinstance(at, tuple):
        identity, entry = at
        return entry.get("line"), identity, entry.get("name") or None
    holder = at
    while holder is not None and not holder.get("id"):
        holder = holder.getparent()
    return at.sourceline, None if holder is None else holder.get("id"), None if holder is None else (holder.get("name") or None)
