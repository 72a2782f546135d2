"""What the documentation promises stands there for everything: settings, commands, routes, functions, links; its examples run."""

import json
import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from engine import elements, expressions, incidents, values
from engine.expressions import functions, methods
from engine.gate.settings import SETTINGS
from engine.people_rules import EDGE_PROPERTIES
from engine.vote_rules import OPTIONS
from engine.workdays import WorkCalendar
from forms import kinds
from processes import scenario_files
from processes.connectors import TOPICS
from tests.architecture.sources import ROOT
from web.access import ACCOUNT_ROLES
from web.cli import banjie

DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: what `engine` and `processes` read of the properties of an element
PROPERTIES = (
    "outcomes",
    "outcome_variable",
    "fields",
    "list",
    "record",
    "record_fields",
    "choose",
    "signer_fields",
    "decide",
    *OPTIONS,
    *EDGE_PROPERTIES,
)
LARGEST_PICTURE = 200_000

#: what the examples of expressions in write-a-process say that there is
VARIABLES: dict[str, Any] = {
    "amount": "4999.99",
    "name": "路灯更换",
    "leaders": ["wang", "li"],
    "row": {"name": "路灯", "count": 3},
    "rows": [{"name": "路灯", "count": 3}, {"name": "灯杆", "count": 2}],
    "applied_on": "2026-11-20",
    "agreed": True,
    "nothing": None,
}
NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
CALENDAR = WorkCalendar(days={date(2026, 10, 1): False}, loaded_years=frozenset({2026}))


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _untold(names: Any, page: str) -> list[str]:
    told = _text(page)
    return sorted(name for name in names if f"`{name}`" not in told)


def test_every_setting_is_described() -> None:
    settings = tomllib.loads(_text("config.toml"))
    assert _untold((f"{section}.{key}" for section, keys in settings.items() for key in keys), "docs/operate.md") == []


def test_every_command_is_described() -> None:
    told = "".join(path.read_text("utf-8") for path in DOCS)
    names = []
    for name, command in banjie.commands.items():
        names += [f"{name} {sub}" for sub in command.commands] if isinstance(command, click.Group) else [name]
    assert [name for name in names if f"banjie {name}" not in told] == []


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    routes = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    wanted = (
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in routes.items()
        for method in operations
        if method != "parameters"
    )
    assert _untold(wanted, "docs/http-api.md") == []


def test_every_function_and_method_of_expressions_is_described() -> None:
    assert _untold(functions.NAMES | methods.NAMES, "docs/write-a-process.md") == []


def test_everything_that_a_model_may_say_is_described() -> None:
    expect = scenario_files.Expect.__dataclass_fields__
    named = {*PROPERTIES, *TOPICS, *kinds.NAMED, *kinds.TYPES, *expect}
    assert _untold(named, "docs/write-a-process.md") == []
    assert [key for key in SETTINGS if key not in _text("docs/write-a-process.md").partition("## process.toml")[2]] == []


def test_every_refused_element_is_described() -> None:
    assert _untold(elements.REFUSED.values(), "docs/bpmn-support.md") == []


def test_every_incident_and_every_role_is_described() -> None:
    assert _untold(incidents.WORDS, "docs/operate.md") == []
    assert _untold(ACCOUNT_ROLES, "docs/operate.md") == []


def test_the_examples_of_expressions_give_what_the_page_says() -> None:
    examples = re.findall(r"`([^`]+)` → `([^`]+)`", _text("docs/write-a-process.md"))
    office = expressions.office_functions(NOW, CALENDAR)
    wrong = []
    for text, said in examples:
        found = values.dumps(expressions.evaluate(text, VARIABLES, office)).decode()
        wrong += [f"{text} gives {found}, not {said}"] if found != said else []
    assert len(examples) > 50
    assert wrong == []


def test_the_process_of_ten_minutes_passes_the_gate_and_its_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = re.findall(r"^`(leave/[^`]+)`[^\n]*:\n\n```\w+\n(.*?)```", _text("docs/write-a-process.md"), re.DOTALL | re.MULTILINE)
    for name, content in parts:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    monkeypatch.setenv("BANJIE_VAR__DIR", str(tmp_path / "var"))
    done = CliRunner().invoke(banjie, ["check", str(tmp_path / "leave")])
    assert (done.exit_code, done.stdout) == (0, "leave：通过，场景 1/1\n"), done.stdout + done.stderr
    assert len(parts) == 4


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]*)(#[^)\s]*)?\)", path.read_text("utf-8"))
    missing = []
    for target, anchor in links:
        if "://" in target:
            continue
        page = path.parent / target if target else path
        if not page.exists() or (anchor and anchor[1:] not in _anchors(page)):
            missing.append(target + anchor)
    assert missing == []


def _anchors(page: Path) -> set[str]:
    """The anchors of the headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-") for heading in headings}


def test_the_pictures_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "screenshots").glob("*.png"))
    shown = _text("README.md") + _text("README.zh.md")
    assert len(pictures) >= 6
    assert [path.name for path in pictures if path.stat().st_size > LARGEST_PICTURE or f"docs/screenshots/{path.name}" not in shown] == []


def test_the_places_that_are_named_are_there() -> None:
    named = re.compile(r"`((?:engine|forms|processes|web|tests|bpmn_models|docs|benchmarks)/[\w./-]+)`")
    made = ("web/static/dist",)
    missing = [(path.name, place) for path in DOCS for place in named.findall(path.read_text("utf-8")) if not (ROOT / place).exists()]
    assert [(page, place) for page, place in missing if not place.startswith(made)] == []


def test_the_defaults_of_settings_are_those_of_the_shipped_file() -> None:
    told = dict(re.findall(r"^\| `(\w+\.\w+)` \| `([^`]+)` \|", _text("docs/operate.md"), re.MULTILINE))
    shipped = {f"{section}.{key}": value for section, keys in tomllib.loads(_text("config.toml")).items() for key, value in keys.items()}
    assert {key: text for key, text in told.items() if json.loads(text) != shipped[key]} == {}
    assert shipped.keys() - told.keys() == {"attachments.types"}
