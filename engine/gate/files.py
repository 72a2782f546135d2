"""What kind of file each one is, and the files that are not XML: forms, settings and the rest of a model folder."""

import json
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any, Literal

from engine.gate.findings import Findings
from engine.values import ValueRefused, loads
from engine.values import check as check_value

Kind = Literal["xml", "form", "settings", "other", "unknown"]
MAX_NAME = 200
_DRIVE = re.compile(r"[A-Za-z]:")
#: what a model folder may hold beside the diagram, by its folder
_BESIDE = {"registers": (".toml",), "texts": (".toml",), "tests": (".toml",)}
_READ_BY_PEOPLE = (".md", ".txt", ".png", ".jpg", ".jpeg", ".svg", ".gif")
_LEFT_BY_SYSTEMS = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini", ".gitkeep", ".gitignore")


def is_acceptable(name: str, content: bytes, max_bytes: int, findings: Findings) -> bool:
    """Whether a file may be looked into: a harmless name and not too large."""
    problem = _name_problem(name)
    if problem:
        findings.error("file_name", reason=problem[0], reason_en=problem[1])
    elif len(content) > max_bytes:
        findings.error("file_too_large", size=len(content), limit=max_bytes)
    return not findings.refused


def _name_problem(name: str) -> tuple[str, str] | None:
    if not name or len(name) > MAX_NAME:
        return "为空或过长", "empty or too long"
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Cf") for sign in name):
        return "含有控制字符", "it has control characters"
    if "\\" in name or name.startswith("/") or _DRIVE.match(name):
        return "不是相对路径", "it is not a relative path"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "路径越界", "it leaves its folder"
    return None


def kind_of(name: str, content: bytes) -> Kind:
    """By name, and for an unknown ending by whether it begins like XML."""
    path = PurePosixPath(name.lower())
    if any(part in _LEFT_BY_SYSTEMS for part in path.parts):
        return "other"
    if path.suffix in (".bpmn", ".xml", ".dmn", ".bpmn2"):
        return "xml"
    if path.suffix in (".json", ".form"):
        return "form"
    if path.suffix == ".toml":
        return _toml_kind(path)
    if (path.suffix in _READ_BY_PEOPLE and len(path.parts) > 1) or path.suffix == ".md":
        return "other"
    return (
        "xml"
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<bpmn", b"<definitions", b"\xff\xfe<", b"\xfe\xff"))
        else "unknown"
    )


def is_settings(name: str) -> bool:
    """Whether a file is the settings of a process by its name."""
    return PurePosixPath(name.lower()).name == "process.toml"


def _toml_kind(path: PurePosixPath) -> Kind:
    if is_settings(path.name):
        return "settings"
    folders = [part for part in path.parts[:-1] if part in _BESIDE]
    return "other" if folders or path.name == "organisation.toml" else "unknown"


def read_form(content: bytes, findings: Findings) -> dict[str, Any] | None:
    """The form document of a JSON file; its components are checked by forms.definition."""
    document = _json(content, findings)
    if findings.refused:
        return None
    missing = _missing(document)
    if missing:
        findings.error("json_not_a_form", missing=missing)
        return None
    return dict(document)


def _missing(document: Any) -> str | None:
    if not isinstance(document, dict):
        return "{ }"
    if not isinstance(document.get("id"), str) or not document["id"].strip() or len(document["id"]) > MAX_NAME:
        return "id"
    return None if isinstance(document.get("components"), list) else "components"


def _json(content: bytes, findings: Findings) -> Any:
    if not content.strip():
        findings.error("file_empty")
        return None
    try:
        document = loads(content.removeprefix(b"\xef\xbb\xbf"))
        check_value(document)
    except ValueRefused as problem:
        line, reason = _json_problem(content, str(problem))
        findings.error("json_syntax", line, reason=reason)
        return None
    return document


def _json_problem(content: bytes, reason: str) -> tuple[int, str]:
    """The line of the mistake, which the fast parser does not tell."""
    try:
        json.loads(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except json.JSONDecodeError as problem:
        return problem.lineno, problem.msg
    except UnicodeDecodeError as problem:
        return content.count(b"\n", 0, problem.start) + 1, "not UTF-8"
    except (RecursionError, ValueError):
        pass
    return 1, reason
