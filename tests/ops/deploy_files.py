"""The files of docs/deploy, read as the programs read them that they are for."""

import configparser
import shlex
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.sources import ROOT

FOLDER = ROOT / "docs" / "deploy"
UNITS = FOLDER / "systemd"


class Unit(configparser.ConfigParser):
    """Reads a unit, whose names are written in capital and small letters."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def unit(name: str) -> configparser.ConfigParser:
    """A unit of systemd."""
    read = Unit(interpolation=None, strict=False)
    read.read_string((UNITS / name).read_text("utf-8"))
    return read


def arguments(name: str, instance: str = "") -> list[str]:
    """What a unit gives to `banjie`."""
    program, *given = shlex.split(unit(name)["Service"]["ExecStart"].replace("%i", instance))
    assert Path(program).name == "banjie"
    return given


def environment() -> dict[str, str]:
    """The settings of a host."""
    lines = (UNITS / "banjie.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def document(name: str) -> Any:
    """A YAML file."""
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))
