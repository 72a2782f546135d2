"""The operator's list of incidents: many run again at once, and what came of each is said."""

import re

import pytest

from processes import deployments, instances
from processes.actors import SYSTEM, Actor
from tests.web.desk import Office, Visitor
from tests.web.diagrams import END, START, chain, diagram

ROBOT = Actor("robot", "robot", roles=frozenset({"integrator"}), scope=("*",), via="token")
SCRIPT = '<scriptTask id="sum" name="合计"><script>total = amount + 1</script></scriptTask>'


@pytest.fixture
def failed(desk: Office) -> list[str]:
    """Three cases that stand before a script whose variable nobody gave."""
    with desk.app.app_context():
        deployments.deploy("sums", {"sums.bpmn": diagram("many_incidents", chain(START, SCRIPT, END))}, actor=SYSTEM)
        return [instances.start(key="many_incidents", variables={}, title=f"缺金额{n}", actor=ROBOT) for n in range(3)]


def _operator(desk: Office) -> tuple[Visitor, str, list[str]]:
    visitor = desk.fresh("info_admin")
    text = visitor.get("/incidents").text
    return visitor, text, re.findall(r'name="incident" value="([^"]+)"', text)


def test_what_is_ticked_runs_again_and_what_failed_again_is_said(desk: Office, failed: list[str]) -> None:
    visitor, _text, shown = _operator(desk)
    answer = visitor.client.post("/incidents", data={"csrf_token": visitor.token("/incidents"), "incident": shown[:2]})
    assert answer.status_code == 303
    assert f"{len(shown[:2])} 件没有成功" in visitor.get("/incidents").text
    for case in failed:
        assert visitor.get(f"/cases/{case}").status_code == 200
    assert len(_operator(desk)[2]) == len(shown)


def test_all_of_a_kind_run_again_at_once(desk: Office, failed: list[str]) -> None:
    visitor, text, shown = _operator(desk)
    assert "重新运行这一类全部" in text
    answer = visitor.client.post("/incidents", data={"csrf_token": visitor.token("/incidents"), "which": "all", "shown": shown})
    assert answer.status_code == 303
    assert f"{len(shown)} 件没有成功" in visitor.get("/incidents").text


def test_nothing_ticked_is_said_and_changes_nothing(desk: Office, failed: list[str]) -> None:
    visitor, _text, shown = _operator(desk)
    answer = visitor.client.post("/incidents", data={"csrf_token": visitor.token("/incidents")})
    assert (answer.status_code, "请先勾选" in answer.text) == (422, True)
    assert _operator(desk)[2] == shown


def test_what_cannot_be_run_again_is_told_apart_from_what_failed_again(desk: Office) -> None:
    visitor, _text, _shown = _operator(desk)
    answer = visitor.client.post("/incidents", data={"csrf_token": visitor.token("/incidents"), "incident": ["nothing"]})
    assert answer.status_code == 303
    text = visitor.get("/incidents").text
    assert "1 件没有再运行：没有这个异常" in text
    assert "件没有成功" not in text
