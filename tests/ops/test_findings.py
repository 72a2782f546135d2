"""What is wrong with a folder is the same, in the same order, on the command line, over the API and in the modeler."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from processes import model_files, settings
from processes.actors import SYSTEM
from processes.db import db
from processes.people import accounts, organisation, tokens
from tests.databases import Databases
from tests.engine.gate.drawing import END, START, around, diagram, flow
from tests.web.desk import Visitor
from web.app import create_app
from web.cli import banjie
from web.cli.output import application

PASSWORD = "Changjiang-2026"
TASK = '<bpmn:userTask id="it" name="审核" camunda:candidateGroups="财政局" camunda:formKey="apply"/>'
FORM = {"schema": 1, "id": "apply", "title": "申请", "components": [{"type": "textfield", "key": "reason", "label": "事由"}]}


def form(**changes: Any) -> bytes:
    """A form document with something changed."""
    return json.dumps({**FORM, **changes}, ensure_ascii=False).encode()


LOST = '<bpmn:userTask id="lost" name="复核" camunda:candidateUsers="nobody1,财政局" camunda:candidateGroups="财务局,镇长"/>' + flow(
    "to", "it", "lost"
)
PROPERTIES = (
    '<bpmn:extensionElements><camunda:properties><camunda:property name="fields" value="other: edit; x"/>'
    "</camunda:properties></bpmn:extensionElements></bpmn:userTask>"
)
FOLDERS: dict[str, dict[str, bytes]] = {
    "right": {"process.bpmn": around(TASK), "forms/apply.json": form()},
    "people": {"process.bpmn": around(TASK, LOST), "forms/apply.json": form(), "process.toml": 'starters = ["采购股"]\n'.encode()},
    "unlike": {
        "b.bpmn": diagram(START, TASK, flow("f1", "start", "gone"), '<bpmn:exclusiveGateway id="g"/>', key="b"),
        "a.bpmn": diagram(START, END, flow("f1", "start", "end", "${nofunction(x) > }"), TASK, key="a"),
        "forms/apply.json": form(components=[{"type": "hologram", "key": "x"}, {"type": "number", "key": "x", "validate": {"min": "a"}}]),
        "process.toml": b'startres = ["x"]\ntime_limit = "soon"\n',
    },
    "forms": {
        "process.bpmn": around(TASK.replace("/>", ">") + PROPERTIES),
        "forms/apply.json": form(components=[{"type": "textfield", "key": "x", "label": "x", "conditional": {"hide": "=open('x')"}}]),
    },
    "broken": {"process.bpmn": b"<html/>", "forms/apply.json": b"{,}", "process.toml": b"a = ", "note.exe": b"MZ"},
    "decisions": {"process.bpmn": around(TASK), "forms/apply.json": form(), "decisions/d.dmn": b"<definitions/>"},
}


@pytest.fixture
def office(tmp_path: Path, databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The demo organisation over a fresh database."""
    databases.fresh(tmp_path / "var")
    monkeypatch.setenv("BANJIE_VAR__DIR", str(tmp_path / "var"))
    monkeypatch.setenv("BANJIE_REDIS__URL", "off")
    with application():
        organisation.load(organisation.read(settings.shipped("bpmn_models") / "_shared" / "organisation.toml"), actor=SYSTEM)
        accounts.create("drawer", "分析员", ("analyst", "publisher"), password=PASSWORD, actor=SYSTEM)
    app = create_app(settings.load())
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _command(name: str, folder: Path) -> Any:
    done = CliRunner().invoke(banjie, [name, str(folder), "--json"])
    document = json.loads(done.stdout)
    return next(iter(document.values()))[0]["findings"]


def _uploads(files: dict[str, bytes]) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for name, content in files.items()]


def _api(app: Flask, files: dict[str, bytes]) -> Any:
    with app.app_context():
        token = tokens.issue("drawer", actor=SYSTEM)
    answer = app.test_client(use_cookies=False).post(
        "/api/v1/deployments",
        data={"name": "x", "files": _uploads(files)},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh"},
    )
    assert answer.status_code in (200, 201, 422), answer.text
    assert answer.json is not None
    return answer.json["findings"]


def _modeler(app: Flask, files: dict[str, bytes]) -> Any:
    visitor = Visitor(app)
    visitor.sign_in("drawer", PASSWORD)
    data = {"files": _uploads(files), "csrf_token": visitor.token()}
    answer = visitor.client.post("/modeler/check", data=data, content_type="multipart/form-data")
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return answer.json["findings"]


@pytest.mark.parametrize("name", FOLDERS)
def test_everybody_is_told_the_same(name: str, office: Flask, tmp_path: Path) -> None:
    folder = tmp_path / name
    for file, content in FOLDERS[name].items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
    files = model_files.read_folder(folder)
    turned_round = dict(reversed(files.items()))
    checked = _command("check", folder)
    shown: dict[str, Callable[[], Any]] = {
        "modeler": lambda: _modeler(office, turned_round),
        "api": lambda: _api(office, turned_round),
        "deploy": lambda: _command("deploy", folder),
    }
    for door, findings in shown.items():
        assert findings() == checked, door
    assert bool(checked) == (name != "right")
    assert [(one["file"], one["line"] or 0) for one in checked] == sorted((one["file"], one["line"] or 0) for one in checked)
    assert all(one["message"] and one["hint"] for one in checked)
    assert len({json.dumps(one) for one in checked}) == len(checked)


def test_people_are_told_apart_and_something_similar_is_named(office: Flask) -> None:
    found = {(one["code"], one["message"].split("由“")[-1].split("”")[0]): one for one in _api(office, FOLDERS["people"])}
    assert found["no_such_login", "财政局"]["element_id"] == "lost"
    assert "是不是“财政局”？" in found["nobody_holds", "财务局"]["message"]
    assert ("nobody_holds", "镇长") not in found
    assert {code for code, _ in found} == {"no_such_login", "nobody_holds", "no_starters"}


def test_a_condition_that_names_no_field_of_its_form_is_told(office: Flask) -> None:
    rows = {"type": "dynamiclist", "key": "rows", "label": "明细", "components": [
        {"type": "textfield", "key": "what", "label": "名称"},
        {"type": "number", "key": "count", "label": "数量", "conditional": {"hide": "=reason = 'x'"}},
    ]}  # fmt: skip
    fields = [
        {"type": "textfield", "key": "reason", "label": "事由"},
        {"type": "textfield", "key": "more", "label": "说明", "conditional": {"hide": "=reasno = 'x'"}},
        {"type": "textfield", "key": "other", "label": "其他", "conditional": {"hide": "=reason = 'x'"}},
        rows,
    ]
    found = _api(office, {"process.bpmn": around(TASK), "forms/apply.json": form(components=fields)})
    told = [one["message"] for one in found if one["code"] == "condition_unknown_field"]
    assert len(told) == len(found) == 2
    assert "“说明”的显示条件用到“reasno”" in told[0] + told[1]
    assert "是不是“reason”？" in told[0] + told[1]
