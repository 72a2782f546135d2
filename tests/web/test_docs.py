"""What the documentation promises stands there for everything: settings, commands, routes, functions, links."""

import re
import tomllib
from pathlib import Path

import click
import pytest
from flask import Flask

from engine.expressions import functions
from tests.architecture.sources import ROOT
from web.cli import banjie

DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_every_setting_is_described() -> None:
    settings = tomllib.loads(_text("config.toml"))
    told = _text("docs/operate.md")
    assert [f"{section}.{key}" for section, keys in settings.items() for key in keys if f"`{section}.{key}`" not in told] == []


def test_every_command_is_described() -> None:
    told = "".join(path.read_text("utf-8") for path in DOCS)
    names = []
    for name, command in banjie.commands.items():
        names += [f"{name} {sub}" for sub in command.commands] if isinstance(command, click.Group) else [name]
    assert [name for name in names if f"banjie {name}" not in told] == []


def test_every_route_of_the_api_is_described(app: Flask) -> None:
    told = _text("docs/http-api.md")
    routes = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    wanted = [
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, operations in routes.items()
        for method in operations
        if method != "parameters"
    ]
    assert [route for route in wanted if f"`{route}`" not in told] == []


def test_every_function_of_expressions_is_described() -> None:
    told = _text("docs/write-a-process.md")
    assert sorted(name for name in functions.NAMES if f"`{name}`" not in told) == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []
