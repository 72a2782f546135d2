import pytest
from flask import Flask

from processes import scenarios, settings
from tests.models.conftest import FOLDERS, PROCESSES

SCENARIOS = [(key, name) for key in PROCESSES for name in sorted(FOLDERS[key]) if name.startswith("tests/")]


@pytest.mark.parametrize(("key", "name"), SCENARIOS)
def test_a_scenario_of_a_shipped_model_holds(office: Flask, key: str, name: str) -> None:
    with office.app_context():
        (played,) = scenarios.play_folder(key, {name: FOLDERS[key][name]})
        assert played.problems == []


def test_every_model_has_scenarios() -> None:
    assert {key for key, _ in SCENARIOS} == set(PROCESSES)
    assert settings.shipped("bpmn_models").is_dir()
