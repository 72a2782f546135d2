"""Scenario tests of a model folder, read from `tests/*.toml`: what is done, and what must hold after each step.

A scenario has a `name`, maybe `at` (the office's time when it begins), `[start]` and `[[steps]]`. `[start]` has `as` and `variables`.
A step is one of: `task` with `as`, `variables`, `outcome`, `opinion`; `job` with `result` or `error`; `at` (time goes on, what falls
due happens) with `timers` (those that must fire); `revise = true` with `as` and `variables` (a new case from the old one).
Start and steps may have `refused` (the code of the refusal that must come) with `fields`, and `expect`, see `Expect`.
A text "@name.pdf" among variables stands for an uploaded file of that name.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

MAX_STEPS = 200
#: a Monday, so that working days are easy to count; in the office's time, as everything in a scenario
USUAL = datetime.fromisoformat("2026-11-23T10:00")
KINDS = ("task", "job", "at", "revise")


class ScenarioWrong(ValueError):
    """The file is no scenario; the text says why in Chinese."""


@dataclass(frozen=True)
class Expect:
    """What must hold; only what is given is looked at.

    `tasks`: element ids of all open user tasks of the case. `inbox`: by login, those of them that wait for this person. `lists`: by
    element id, the inbox list. `state`. `end`: the end event of the main way (not of a reminder) that was reached last. `variables`.
    `records`: by register, how many rows the case wrote. `notices`: by login, a part of a message got since the scenario began.
    `cancelled`: user tasks taken back in this step. `incidents`: how many are open (none, unless said).
    """

    tasks: list[str] | None = None
    inbox: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    state: str | None = None
    end: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    notices: dict[str, str] = field(default_factory=dict)
    cancelled: list[str] | None = None
    incidents: int = 0


@dataclass(frozen=True)
class Step:
    """One thing that is done; `kind` is start, or one of KINDS, and `subject` the element or the time."""

    kind: str
    subject: str
    actor: str | None
    variables: dict[str, Any]
    outcome: str | None
    opinion: str | None
    error: dict[str, Any] | None
    timers: list[str] | None
    refused: str | None
    fields: list[str] | None
    expect: Expect

    def told(self) -> str:
        """The step in a sentence about what went wrong."""
        return f"{self.kind} {self.subject}".strip()


@dataclass(frozen=True)
class Scenario:
    """A whole scenario of one process."""

    file: str
    name: str
    begins: datetime
    steps: tuple[Step, ...]


_OF_STEP = frozenset({"task", "job", "at", "revise", "as", "variables", "outcome", "opinion", "result", "error", "timers"})
_OF_ALL = frozenset({"refused", "fields", "expect"})
_SHAPES: Mapping[str, type] = {
    "as": str,
    "variables": dict,
    "result": dict,
    "error": dict,
    "outcome": str,
    "opinion": str,
    "timers": list,
    "refused": str,
    "fields": list,
    "expect": dict,
    "task": str,
    "job": str,
    "revise": bool,
}
_EXPECT_SHAPES: Mapping[str, type] = {
    "tasks": list,
    "inbox": dict,
    "lists": dict,
    "state": str,
    "end": str,
    "variables": dict,
    "records": dict,
    "notices": dict,
    "cancelled": list,
    "incidents": int,
}


def read(file: str, content: bytes) -> Scenario:
    """The scenario of a file; raises ScenarioWrong."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ScenarioWrong(f"不是有效的 TOML：{problem}") from problem
    unknown = document.keys() - {"name", "at", "start", "steps"}
    if unknown or not isinstance(document.get("name"), str) or not isinstance(document.get("start"), dict):
        raise ScenarioWrong("要有 name 和 [start]，只能再写 at 和 [[steps]]")
    drawn = document.get("steps", [])
    if not isinstance(drawn, list) or len(drawn) > MAX_STEPS:
        raise ScenarioWrong(f"[[steps]] 要是列表，最多 {MAX_STEPS} 步")
    steps = (_start(document["start"]), *(_step(one) for one in drawn))
    return Scenario(file, document["name"], _moment(document.get("at", USUAL)), steps)


def _start(document: dict[str, Any]) -> Step:
    _check_keys(document, _OF_ALL | {"as", "variables"}, "[start]")
    return _made("start", "", document)


def _step(document: Any) -> Step:
    if not isinstance(document, dict):
        raise ScenarioWrong("[[steps]] 里每一步要是一个表")
    kinds = [kind for kind in KINDS if kind in document]
    if len(kinds) != 1:
        raise ScenarioWrong("每一步要写 task、job、at、revise 中的一个")
    _check_keys(document, _OF_ALL | _OF_STEP, "[[steps]]")
    kind = kinds[0]
    subject = _moment(document["at"]).isoformat() if kind == "at" else "" if kind == "revise" else document[kind]
    return _made(kind, subject, document)


def _made(kind: str, subject: str, document: dict[str, Any]) -> Step:
    if kind in ("start", "task", "revise") and "as" not in document:
        raise ScenarioWrong(f"{kind} {subject} 要写明由谁办理（as）")
    return Step(
        kind=kind,
        subject=subject,
        actor=document.get("as"),
        variables=document.get("variables") or document.get("result") or {},
        outcome=document.get("outcome"),
        opinion=document.get("opinion"),
        error=document.get("error"),
        timers=document.get("timers"),
        refused=document.get("refused"),
        fields=document.get("fields"),
        expect=_expect(document.get("expect", {})),
    )


def _expect(document: dict[str, Any]) -> Expect:
    known = {one.name for one in fields(Expect)}
    for key, value in document.items():
        if key not in known or not isinstance(value, _EXPECT_SHAPES[key]):
            raise ScenarioWrong(f"expect 里的 {key} 不认识或写法不对")
    return Expect(**document)


def _check_keys(document: dict[str, Any], allowed: frozenset[str], where: str) -> None:
    for key, value in document.items():
        if key not in allowed or (key in _SHAPES and not isinstance(value, _SHAPES[key])):
            raise ScenarioWrong(f"{where} 里的 {key} 不认识或写法不对")


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise ScenarioWrong("at 要是日期和时间，例如 2026-11-24T18:00:00")
    return value
