"""What kind of file each one is, and the files that are not XML: forms, settings and the rest of a model folder."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
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

_TEXT, _LIST, _TABLE = ("文字", "text", str), ("文字的列表", "a list of texts", list), ("表", "a table", dict)
_YES_NO = ("true 或 false", "true or false", bool)
SETTINGS: Mapping[str, tuple[str, str, type]] = {
    "title": _TEXT,
    "category": _TEXT,
    "owner": _TEXT,
    "description": _TEXT,
    "business_key": _TABLE,
    "title_pattern": _TEXT,
    "starters": _LIST,
    "called_only": _YES_NO,
    "time_limit": _TEXT,
    "retention": _TEXT,
    "list_columns": _LIST,
    "legal_basis": _LIST,
}


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


def read_settings(content: bytes, findings: Findings) -> dict[str, Any]:
    """The settings of process.toml; unknown keys are warned about and left out, wrong kinds refused."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        line = re.search(r"line (\d+)", str(problem))
        findings.error("toml_syntax", int(line[1]) if line else 1, reason=str(problem))
        return {}
    return {key: value for key, value in document.items() if _setting_is_right(key, value, content, findings)}


def _setting_is_right(key: str, value: Any, content: bytes, findings: Findings) -> bool:
    line = _line_of_key(key, content)
    if key not in SETTINGS:
        findings.warning("settings_unknown", line, key=key, known=sorted(SETTINGS))
        return False
    expected, expected_en, kind = SETTINGS[key]
    if key == "legal_basis" and isinstance(value, str):
        return True
    good = _all_texts(value) if kind is list else isinstance(value, kind)
    if not good:
        findings.error("settings_value", line, key=key, expected=expected, expected_en=expected_en)
    return good


def _all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _line_of_key(key: str, content: bytes) -> int:
    found = re.search(rb"^\s*\[*\s*" + re.escape(key.encode()) + rb"\b", content, re.MULTILINE)
    return content.count(b"\n", 0, found.end()) + 1 if found else 1
