"""Read the files of a deployment: what they define, and what the gate found."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import decisions
from engine.definition import compile_process
from engine.dialects import foreign_forms
from engine.dialects.names import BPMN, Node, local, word
from engine.errors import NotExecutable
from engine.gate import calls, ids, people_rules, references, sources, storms, variables, words, writers, xml
from engine.gate import files as files_gate
from engine.gate import settings as settings_gate
from engine.gate.executable import executable_processes
from engine.gate.findings import Finding, Findings
from engine.gate.graph import Graph
from engine.gate.options import ReadOptions
from engine.gate.process import check_file, check_process
from engine.gate.references import Known
from engine.outline import Source, outline_of

__all__ = ["ReadDecision", "ReadForm", "ReadOptions", "ReadProcess", "Reading", "read"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReadProcess:
    """An executable process of a file."""

    key: str
    name: str
    version_tag: str | None
    file: str
    outline: dict[str, Any]
    compiled: bytes


@dataclass(frozen=True)
class ReadDecision:
    """A decision of a DMN file."""

    key: str
    name: str
    file: str
    document: dict[str, Any]


@dataclass(frozen=True)
class ReadForm:
    """A form document: a JSON file, or the fields inside a foreign diagram (`foreign` in the document)."""

    key: str
    file: str
    document: dict[str, Any]


@dataclass
class Reading:
    """What the files of a deployment define, in document order, and all findings. With a refusal the definitions may be incomplete."""

    findings: list[Finding] = field(default_factory=list)
    processes: list[ReadProcess] = field(default_factory=list)
    decisions: list[ReadDecision] = field(default_factory=list)
    forms: list[ReadForm] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    other: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether an error is among the findings."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass
class _Drawn:
    """A process of a BPMN file on its way through the gate."""

    node: Node
    source: Source
    outline: dict[str, Any]
    findings: Findings
    parsed: xml.Parsed


def read(files: Mapping[str, bytes], *, options: ReadOptions) -> Reading:
    """Read and check all files of a deployment together; never raises for what is in them."""
    return _Deployment(files, options).read()


class _Deployment:
    """The files of one deployment while they are read."""

    def __init__(self, files: Mapping[str, bytes], options: ReadOptions) -> None:
        self._files = files
        self._options = options
        self._notes = {name: Findings(name) for name in files}
        self._drawn: list[_Drawn] = []
        self._decision_ids: set[str] = set()
        self._decision_reads: dict[str, frozenset[str]] = {}
        self._reading = Reading()

    def read(self) -> Reading:
        """All of it, in three rounds: each file, each process among the others, and what is left to store."""
        for name, content in self._files.items():
            self._guarded(self._notes[name], lambda name=name, content=content: self._read_file(name, content))
        self._check_keys()
        known = self._known()
        for process in self._drawn:
            self._guarded(process.findings, lambda process=process: self._check(process, known))
        self._check_together(known)
        self._check_settings(known)
        for process in self._drawn:
            self._guarded(process.findings, lambda process=process: self._finish(process))
        return self._closed()

    def _guarded(self, findings: Findings, step: Any) -> None:
        """A fault of ours in one file must not take the server down with it, nor let the file through."""
        try:
            step()
        except Exception:
            logger.exception("the gate failed on a file")
            findings.error("gate_failed")

    def _read_file(self, name: str, content: bytes) -> None:
        findings = self._notes[name]
        if not files_gate.is_acceptable(name, content, self._options.max_file_bytes, findings):
            return
        match files_gate.kind_of(name, content):
            case "xml":
                self._read_xml(content, findings)
            case "form":
                self._read_form(content, findings)
            case "settings":
                self._read_settings(content, findings)
            case "other":
                self._reading.other.append(name)
            case "unknown":
                findings.error("file_kind")

    def _read_xml(self, content: bytes, findings: Findings) -> None:
        parsed = xml.parse(content, findings)
        if parsed is None:
            return
        if word(parsed.root) == "definitions":
            self._read_bpmn(parsed, findings)
        elif decisions.is_dmn(parsed.root):
            self._read_dmn(parsed, findings)
        else:
            findings.error("not_bpmn", parsed.root, root=local(parsed.root))

    def _read_bpmn(self, parsed: xml.Parsed, findings: Findings) -> None:
        source = Source.of(findings.file, parsed.root)
        ids.complete(parsed.root, findings)
        ids.check(parsed.root, findings)
        usable = not findings.refused
        check_file(parsed.root, findings)
        for node in executable_processes(parsed.root, findings):
            if usable:
                self._drawn.append(_Drawn(node, source, outline_of(node, source), findings, parsed))
                self._read_inner_forms(node, findings)

    def _read_dmn(self, parsed: xml.Parsed, findings: Findings) -> None:
        ids.check_decisions(parsed.root, findings)
        # also of those that are refused, lest their callers be told that they are missing
        self._decision_ids.update(
            node.get("id", "") for node in parsed.root.iter() if isinstance(node.tag, str) and local(node) == "decision"
        )
        found, problems = decisions.read(parsed.root, findings.file)
        for problem in problems:
            findings.add(problem)
        for decision in found:
            self._decision_reads[decision.id] = decision.reads()
            self._reading.decisions.append(ReadDecision(decision.id, decision.name or decision.id, findings.file, decision.to_document()))

    def _read_inner_forms(self, process: Node, findings: Findings) -> None:
        for node in process.iter(f"{{{BPMN}}}userTask", f"{{{BPMN}}}startEvent"):
            document = foreign_forms.inner_form(node)
            if document is not None:
                self._reading.forms.append(ReadForm(document["id"], findings.file, document))

    def _read_form(self, content: bytes, findings: Findings) -> None:
        document = files_gate.read_form(content, findings)
        if document is not None:
            ids.check_key(document["id"], None, findings)
            self._reading.forms.append(ReadForm(document["id"], findings.file, document))

    def _read_settings(self, content: bytes, findings: Findings) -> None:
        first = next((name for name in self._files if name != findings.file and files_gate.is_settings(name)), None)
        if first is not None:
            findings.error("settings_twice", other=first)
            return
        self._reading.settings = settings_gate.read_settings(content, findings)

    def _check_keys(self) -> None:
        ids.check_across([(process.outline["key"], process.node, process.findings) for process in self._drawn])
        ids.check_across([(decision.key, None, self._notes[decision.file]) for decision in self._reading.decisions])
        ids.check_across([(form.key, None, self._notes[form.file]) for form in self._reading.forms])

    def _known(self) -> Known:
        options = self._options
        own = frozenset(process.outline["key"] for process in self._drawn)
        return Known(
            own=own,
            form_fields={**options.known_form_fields, **{form.key: writers.form_fields(form.document) for form in self._reading.forms}},
            foreign_forms=frozenset(form.key for form in self._reading.forms if form.document.get("foreign")),
            decision_reads=self._decision_reads,
            decision_gives={decision.key: sources.given_by(decision.document) for decision in self._reading.decisions},
            called=frozenset().union(*options.known_calls.values(), *(process.outline["called"] for process in self._drawn)),
            processes=options.known_processes | own,
            decisions=options.known_decisions | self._decision_ids,
            forms=options.known_forms | {form.key for form in self._reading.forms},
            options=options,
            settings=self._reading.settings,
        )

    def _check(self, process: _Drawn, known: Known) -> None:
        check_process(process.node, process.outline, process.source, known, process.findings)

    def _check_together(self, known: Known) -> None:
        """What only shows between processes: circles of calls, and of what starts what."""
        together = [(process.outline, process.findings) for process in self._drawn]
        calls.check(together, known)
        storms.check(together)

    def _check_settings(self, known: Known) -> None:
        """A mapping that nothing in the diagrams needs is most likely misspelt, as is a column that nothing fills."""
        file = next((name for name in self._files if files_gate.is_settings(name)), None)
        if file is not None and self._drawn:
            settings_gate.check_services_used(known.services, known.used_services, self._files[file], self._notes[file])
            columns, line = known.settings.get("list_columns") or [], settings_gate.lines_of_keys(self._files[file]).get("list_columns", 1)
            graphs = [Graph(process.outline) for process in self._drawn]
            self._guarded(self._notes[file], lambda: variables.check_columns(columns, graphs, known, line, self._notes[file]))

    def _finish(self, process: _Drawn) -> None:
        outline = process.outline
        compiled = self._compiled(process)
        here = frozenset(decision.key for decision in self._reading.decisions)
        outline["external_decisions"] = references.external_decisions(outline, here, people_rules.decisions_asked(outline))
        self._reading.processes.append(
            ReadProcess(outline["key"], outline["name"], outline["version_tag"], process.source.file, outline, compiled)
        )

    def _compiled(self, process: _Drawn) -> bytes:
        """The stored form; empty, with a finding, for what the engine cannot execute."""
        if process.findings.refused:
            return b""
        try:
            return compile_process(process.outline["key"], process.outline)
        except NotExecutable as problem:
            element = process.outline["elements"].get(problem.element_id or "")
            place = (problem.element_id, element) if element is not None else process.node
            code = problem.code if words.is_known(problem.code) else "not_executable"
            process.findings.error(code, place, **{**problem.values, "reason": problem.code})
            return b""

    def _closed(self) -> Reading:
        reading = self._reading
        reading.findings = [finding for notes in self._notes.values() for finding in notes.ordered()]
        if not (reading.processes or reading.decisions or reading.forms or reading.refused):
            reading.findings.append(Finding("nothing_to_deploy", "error", next(iter(self._files), "")))
        return reading
