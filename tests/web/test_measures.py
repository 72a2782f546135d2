"""The figures for monitoring: one for every promise, right under several processes, and alert rules over figures that there are."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from processes import doorbell, measures, queues
from tests.architecture.sources import ROOT
from tests.ops import deploy_files
from tests.web import diagrams
from tests.web.conftest import Api, settings_for
from tests.web.test_api_tour import deploy, robot, start
from web import figures_port

__all__ = ["robot"]
#: series that are there only once something has happened
LATER = {"banjie_chain_head_age_seconds", "banjie_incidents"}
_NAME = re.compile(r"\bbanjie_[a-z_]+")
_FUNCTIONS = {"absent", "max", "min", "sum", "count", "rate", "histogram_quantile", "by"}


def _samples(app: Flask) -> dict[str, float]:
    """Every sample by its name and labels; the text is read as Prometheus reads it."""
    text = app.test_client().get("/metrics").text
    return {
        sample.name + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _names(samples: dict[str, float]) -> set[str]:
    return {name.partition("|")[0] for name in samples}


def test_steps_locks_inbox_and_refused_sign_ins_are_measured(app: Flask, operator: Api, robot: Api) -> None:
    before = _samples(app)
    deploy(operator, diagrams.one_task())
    start(robot, "one_task")
    assert robot.get("/user-tasks").status_code == 200
    after = _samples(app)
    for name in ("banjie_step_seconds_count", "banjie_inbox_seconds_count"):
        assert after[name] > before.get(name, 0), name
    assert {f"banjie_queue_due_jobs|{name}" for name in queues.NAMES} <= after.keys()
    assert after["banjie_retrying_jobs"] == 0
    assert [name for name in after if name.startswith("banjie_build_info|")]


def test_workers_are_told_by_queue(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "workers", lambda: {"timers": 2, "connectors": 0, "bulk": 1})
    samples = _samples(app)
    assert [samples[f"banjie_workers|{name}"] for name in ("timers", "connectors", "bulk")] == [2, 0, 1]


def test_the_counters_of_several_processes_are_added_up(tmp_path: Path) -> None:
    count = "from processes import measures; measures.REFUSED_SIGN_INS.labels('wrong').inc(2)"
    read = "from web import metrics; print(metrics._counted(metrics.Meters()).decode())"
    environ = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], cwd=ROOT, env=environ, check=True)
    done = subprocess.run([sys.executable, "-c", read], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    assert 'banjie_refused_sign_ins_total{reason="wrong"} 4.0' in done.stdout


def test_every_rule_reads_figures_that_there_are(app: Flask, operator: Api) -> None:
    measures.REFUSED_SIGN_INS.labels("wrong").inc(0)
    doorbells = {"banjie_workers"}
    app.test_client().get("/healthz")
    known = _names(_samples(app)) | LATER | doorbells
    (group,) = deploy_files.document("alerts.yml")["groups"]
    names = [rule["alert"] for rule in group["rules"]]
    assert len(set(names)) == len(names)
    for rule in group["rules"]:
        wanted = set(_NAME.findall(rule["expr"]))
        assert wanted, rule["alert"]
        assert wanted <= known, (rule["alert"], wanted - known)
        assert rule["annotations"].keys() == {"summary", "do"}
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_the_expressions_of_the_rules_are_well_formed() -> None:
    (group,) = deploy_files.document("alerts.yml")["groups"]
    for rule in group["rules"]:
        bare = re.sub(r'"[^"]*"', '""', rule["expr"])
        for opening, closing in ("()", "[]", "{}"):
            assert bare.count(opening) == bare.count(closing), rule["alert"]
        called = set(re.findall(r"\b([a-z_]+)(?= ?\()", bare))
        assert called <= _FUNCTIONS, rule["alert"]
        assert re.fullmatch(r"absent\(.*\)|.* (>|<) [0-9.]+", bare), rule["alert"]
        assert all(re.fullmatch(r"\d+[smh]", span) for span in re.findall(r"\[([^\]]*)\]", bare))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _scraped(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def test_a_sweep_tells_what_it_counts_on_its_own_port(tmp_path: Path) -> None:
    port = _free_port()
    figures_port.of_this_process(settings_for(tmp_path), 0)
    figures_port.of_this_process(settings_for(tmp_path), port)
    assert "banjie_step_seconds_count" in _scraped(port)
    with pytest.raises(OSError, match="in use"):
        figures_port.of_this_process(settings_for(tmp_path), port)


def test_the_port_of_workers_adds_up_what_all_of_them_count(tmp_path: Path) -> None:
    port = _free_port()
    assert figures_port.of_children(settings_for(tmp_path), 0) == {}
    environ = figures_port.of_children(settings_for(tmp_path), port)
    counts = "from processes import measures; measures.STEP_SECONDS.observe(0.01)"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", counts], env={**os.environ, **environ}, cwd=ROOT, check=True)
    assert "banjie_step_seconds_count 2.0" in _scraped(port)
