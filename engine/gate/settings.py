"""The settings of a process, process.toml: known keys of the right kind, and texts that can be computed."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from engine import expressions, times, values
from engine.gate.findings import Findings
from engine.workdays import WorkCalendar

_TEXT, _LIST, _TABLE = ("文字", "text", str), ("文字的列表", "a list of texts", list), ("表", "a table", dict)
_YES_NO = ("true 或 false", "true or false", bool)
MAX_TEXT = 2_000
MAX_PATTERN = 80
MAX_NUMBER = 100
_MAPPING = (
    "含 topic、expression（可加 result_variable）或 nothing = true 之一的表",
    "a table with one of topic, expression (and result_variable) or nothing = true",
)
#: a key at the beginning of a line, of a table or of a mapping of `services`; bare or in quotation marks
_KEY = re.compile(r"""\s*\[*\s*(?:services\.)?(?:"([^"]*)"|'([^']*)'|([\w\-]+))""")
_UP_TO_HUNDRED = ("0 到 100 的整数", "a whole number from 0 to 100", int)
_SERIES = ("含 series 和 pattern 两项文字的表", "a table of two texts, series and pattern")
SETTINGS: Mapping[str, tuple[str, str, type]] = {
    "title": _TEXT,
    "category": _TEXT,
    "owner": _TEXT,
    "description": _TEXT,
    "business_key": _TABLE,
    "title_pattern": _TEXT,
    "starters": _LIST,
    "inputs": _LIST,
    "called_only": _YES_NO,
    "time_limit": _TEXT,
    "amber": _TEXT,
    "retention": _TEXT,
    "list_columns": _LIST,
    "amount": _TEXT,
    "legal_basis": _LIST,
    "sheet_title": _TEXT,
    "seal": _TEXT,
    "services": _TABLE,
    "reminders_a_day": _UP_TO_HUNDRED,
    "copies_at_start": _YES_NO,
    "urgency": _TEXT,
}


def read_settings(content: bytes, findings: Findings) -> dict[str, Any]:
    """The settings of process.toml; unknown keys are warned about and left out, wrong kinds refused."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        line = re.search(r"line (\d+)", str(problem))
        findings.error("toml_syntax", int(line[1]) if line else 1, reason=str(problem))
        return {}
    lines = lines_of_keys(content)
    settings = {key: value for key, value in document.items() if _setting_is_right(key, value, lines, findings)}
    try:
        values.check(settings)
    except values.ValueRefused as problem:
        findings.error("toml_syntax", 1, reason=str(problem))
        return {}
    _check_texts(settings, lines, findings)
    return settings


def _setting_is_right(key: str, value: Any, lines: Mapping[str, int], findings: Findings) -> bool:
    line = lines.get(key, 1)
    if key not in SETTINGS:
        findings.warning("settings_unknown", line, key=key, known=sorted(SETTINGS))
        return False
    expected, expected_en, kind = SETTINGS[key]
    if key == "legal_basis" and isinstance(value, str):
        return True
    good = _is_whole(value) if kind is int else _all_texts(value) if kind is list else isinstance(value, kind) and _is_short(value)
    if not good:
        findings.error("settings_value", line, key=key, expected=expected, expected_en=expected_en)
    return good


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER


def _is_short(value: Any) -> bool:
    return not isinstance(value, str) or len(value) <= MAX_TEXT


def _all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def lines_of_keys(content: bytes) -> dict[str, int]:
    """Where each key stands first; a line that is no setting (inside a long text) only counts for a key of its name."""
    lines: dict[str, int] = {}
    for number, text in enumerate(content.decode("utf-8-sig", "replace").split("\n"), 1):
        found = _KEY.match(text)
        if found:
            lines.setdefault(next(name for name in found.groups() if name is not None), number)
            if found[0].lstrip(" \t[").startswith("services."):
                lines.setdefault("services", number)
    return lines


def _check_texts(settings: dict[str, Any], lines: Mapping[str, int], findings: Findings) -> None:
    """Patterns and times are used when a case starts: what cannot be read then is refused now."""
    for key in ("title_pattern", "time_limit", "amber", "retention"):
        text = settings.get(key)
        if not text:
            continue
        try:
            if key == "title_pattern":
                expressions.check(text, kind="template")
            else:
                times.check_time("duration" if key == "retention" else "due", text, calendar=WorkCalendar())
        except (expressions.ExpressionRefused, times.TimeRefused) as refusal:
            line = lines.get(key, 1)
            findings.error(refusal.code, line, **{**refusal.values, "site": key, "site_en": key, "text": text})
    _check_services(settings.get("services", {}), lines, findings)
    rule = settings.get("business_key", {})
    if not all(key in ("series", "pattern") and isinstance(value, str) and 0 < len(value) <= MAX_PATTERN for key, value in rule.items()):
        line = lines.get("business_key", 1)
        findings.error("settings_value", line, key="business_key", expected=_SERIES[0], expected_en=_SERIES[1])


def _check_services(services: dict[str, Any], lines: Mapping[str, int], findings: Findings) -> None:
    """Each mapping is one of a topic, an expression or nothing; the expression is checked as it will be computed."""
    for name, mapping in services.items():
        line = lines.get(name, 1)
        if not _is_mapping(mapping):
            findings.error("settings_value", line, key=f"services.{name}", expected=_MAPPING[0], expected_en=_MAPPING[1])
        elif "expression" in mapping:
            try:
                expressions.check(mapping["expression"])
            except expressions.ExpressionRefused as refusal:
                shown = {"site": name, "site_en": name, "text": mapping["expression"]}
                findings.error(refusal.code, line, **{**refusal.values, **shown})


def _is_mapping(mapping: Any) -> bool:
    if not isinstance(mapping, dict) or len(mapping.keys() & {"topic", "expression", "nothing"}) != 1:
        return False
    if mapping.get("nothing", True) is not True or mapping.keys() - {"topic", "expression", "nothing", "result_variable"}:
        return False
    texts = [value for key, value in mapping.items() if key != "nothing"]
    return all(isinstance(text, str) and 0 < len(text) <= MAX_TEXT for text in texts)


def check_services_used(services: dict[str, Any], used: set[str], content: bytes, findings: Findings) -> None:
    """Warn of mappings that no element of the diagrams needs."""
    lines = lines_of_keys(content)
    for name in services:
        if name not in used:
            findings.warning("services_unused", lines.get(name, 1), service=name)
