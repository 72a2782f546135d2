"""Read the files of a deployment: what they define, and what the gate found."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.dialects import foreign_forms
from engine.dialects.names import BPMN, DMN, Node, local, namespace, word
from engine.gate import files as files_gate
from engine.gate import xml
from engine.gate.executable import executable_processes
from engine.gate.findings import Finding, Findings
from engine.gate.options import ReadOptions
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
    """What the files of a deployment define, in document order, and all findings."""

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
    content: bytes


def read(files: Mapping[str, bytes], *, options: ReadOptions) -> Reading:
    """Read and check all files of a deployment together; never raises for what is in them."""
    reading = Reading()
    notes = {name: Findings(name) for name in files}
    drawn: list[_Drawn] = []
    for name, content in files.items():
        _read_file(name, content, reading, drawn, notes[name], options)
    for process in drawn:
        reading.processes.append(_read_process(process))
    reading.findings = [finding for one in notes.values() for finding in one.ordered()]
    return reading


def _read_file(name: str, content: bytes, reading: Reading, drawn: list[_Drawn], findings: Findings, options: ReadOptions) -> None:
    if not files_gate.is_acceptable(name, content, options.max_file_bytes, findings):
        return
    match files_gate.kind_of(name, content):
        case "xml":
            _read_xml(content, reading, drawn, findings)
        case "form":
            document = files_gate.read_form(content, findings)
            if document is not None:
                reading.forms.append(ReadForm(document["id"], name, document))
        case "settings":
            reading.settings = files_gate.read_settings(content, findings)
        case "other":
            reading.other.append(name)
        case "unknown":
            findings.error("file_kind")


def _read_xml(content: bytes, reading: Reading, drawn: list[_Drawn], findings: Findings) -> None:
    parsed = xml.parse(content, findings)
    if parsed is None:
        return
    if word(parsed.root) == "definitions":
        source = Source.of(findings.file, parsed.root)
        for node in executable_processes(parsed.root, findings):
            outline = outline_of(node, source)
            drawn.append(_Drawn(node, source, outline, findings, parsed.content))
            _read_inner_forms(node, reading, findings)
    elif local(parsed.root) == "definitions" and namespace(parsed.root) in DMN:
        pass
    else:
        findings.error("not_bpmn", parsed.root, root=local(parsed.root))


def _read_inner_forms(process: Node, reading: Reading, findings: Findings) -> None:
    for node in process.iter(f"{{{BPMN}}}userTask", f"{{{BPMN}}}startEvent"):
        document = foreign_forms.inner_form(node)
        if document is not None:
            reading.forms.append(ReadForm(document["id"], findings.file, document))


def _read_process(process: _Drawn) -> ReadProcess:
    outline = process.outline
    return ReadProcess(outline["key"], outline["name"], outline["version_tag"], process.source.file, outline, b"")
