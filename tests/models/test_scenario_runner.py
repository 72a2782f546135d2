import pytest

from processes import scenarios
from processes.scenario_files import ScenarioWrong, read
from tests.models.conftest import Office

SEAL = """
name = "用章"
[start]
as = "village_east"
[start.variables]
application_date = "2026-11-23"
seal_name = "合同专用章"
leader = "secretary_town"
seal_purpose = "合同"
{start}
{steps}
"""
DECIDE = '[[steps]]\ntask = "decision"\nas = "secretary_town"\noutcome = "agree"\n'


def problems(office: Office, start: str = "", steps: str = "") -> list[str]:
    with office.open():
        return scenarios.play("seal_use", read("x.toml", SEAL.format(start=start, steps=steps).encode()))


@pytest.mark.parametrize(
    ("start", "steps", "told"),
    [
        ('[start.expect]\ntasks = ["other"]', "", "发起：待办应是 ['other']，实际是 ['decision']"),
        ('[start.expect.inbox]\nmayor_town = ["decision"]', "", "发起：mayor_town 的待办应是 ['decision']，实际是 []"),
        ('[start.expect]\nlists = { decision = "待审核" }', "", "发起：列表应是"),
        ("[start.expect]\nvariables = { copies = 2 }", "", "发起：变量 copies应是 2，实际是 1"),
        ("", DECIDE + '[steps.expect]\nend = "rejected"', "第 1 步（task decision）：到达的结束应是 rejected，实际是 filed"),
        ("", DECIDE + "[steps.expect]\nrecords = { filing = 2 }", "第 1 步（task decision）：台账应是 {'filing': 2}，实际是 {'filing': 1}"),
        ("", DECIDE + '[steps.expect]\nnotices = { village_east = "没有" }', "village_east 应收到含“没有”的消息"),
        ("", DECIDE + '[steps.expect]\ncancelled = ["decision"]', "收回的待办应是 ['decision']，实际是 []"),
        ("", DECIDE + 'refused = "form_invalid"', "应以 form_invalid 拒绝，实际没有拒绝"),
        ("", DECIDE.replace("secretary_town", "mayor_town"), "被拒绝 user_task_not_found"),
        (
            "",
            DECIDE.replace("secretary_town", "mayor_town") + 'refused = "form_invalid"',
            "应以 form_invalid  拒绝，实际是 user_task_not_found",
        ),
        ("", DECIDE.replace('"decision"', '"nothing"'), "没有待办 nothing，现有 ['decision']"),
        ("", '[[steps]]\njob = "nothing"', "没有等待外部处理的工作 nothing"),
        ("", "[[steps]]\nat = 2026-11-24T18:00:00\ntimers = []", "应触发的定时是 []，实际是 ['decision_reminder']"),
    ],
)
def test_what_does_not_hold_is_told_with_its_step(office: Office, start: str, steps: str, told: str) -> None:
    (problem,) = problems(office, start, steps)
    assert told in problem


def test_a_scenario_that_holds_has_no_problems(office: Office) -> None:
    assert problems(office, "", DECIDE + '[steps.expect]\nend = "filed"\nincidents = 0') == []


def test_a_file_that_is_no_scenario_is_a_problem_of_its_own(office: Office) -> None:
    with office.open():
        (played,) = scenarios.play_folder("seal_use", {"tests/x.toml": b"name = ", "tests/x.txt": b"", "README.md": b""})
    assert len(played.problems) == 1
    assert scenarios.problems_of([played]) == [f"tests/x.toml tests/x.toml：{played.problems[0]}"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = 1\n[start]\nas = 'a'",
        "name = 'x'",
        "name = 'x'\nextra = 1\n[start]\nas = 'a'",
        "name = 'x'\n[start]\n",
        "name = 'x'\n[start]\nas = 'a'\ntask = 'b'",
        "name = 'x'\n[start]\nas = 1",
        "name = 'x'\nat = 'now'\n[start]\nas = 'a'",
        "name = 'x'\nsteps = 5\n[start]\nas = 'a'",
        "name = 'x'\nsteps = [5]\n[start]\nas = 'a'",
        "name = 'x'\n[start]\nas = 'a'\n[[steps]]\nas = 'a'",
        "name = 'x'\n[start]\nas = 'a'\n[[steps]]\ntask = 'a'\njob = 'b'",
        "name = 'x'\n[start]\nas = 'a'\n[[steps]]\ntask = 'a'",
        "name = 'x'\n[start]\nas = 'a'\n[[steps]]\nat = 'soon'",
        "name = 'x'\n[start]\nas = 'a'\n[start.expect]\nother = 1",
        "name = 'x'\n[start]\nas = 'a'\n[start.expect]\ntasks = 'a'",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ScenarioWrong):
        read("x.toml", text.encode())
