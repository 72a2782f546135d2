"""Rules about people are read before anything runs, and what is nearly one is pointed out."""

import pytest

from engine.gate.findings import Finding
from engine.people_rules import KINDS, Choice, RuleRefused, choices, parse, say
from engine.values import dumps
from tests.engine.gate.drawing import HEAD, around, codes, finding, outline, reading


def task(who: str, **drawn: str) -> bytes:
    """A process with one user task."""
    inside = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in drawn.items())
    extension = f"<bpmn:extensionElements><camunda:properties>{inside}</camunda:properties></bpmn:extensionElements>" if drawn else ""
    return around(f'<bpmn:userTask id="it" name="批" {who}>{extension}</bpmn:userTask>', head=HEAD)


def said(content: bytes, code: str) -> Finding:
    """The one finding of a code, which has words in both languages."""
    found = finding(content, code)
    for language in ("zh", "en"):
        assert "{" not in found.message(language) + found.hint(language)
    return found


@pytest.mark.parametrize(
    ("text", "kind", "arguments"),
    [
        ("负责人(申请人)", "head", ("申请人",)),
        ("负责人（ ${unit} ）", "head", ("${unit}",)),
        ("superior(starter,2)", "superior", ("starter", "2")),
        ("逐级上级(申请人，3)", "superiors", ("申请人", "3")),
        ("角色(部门负责人, ${a, b})", "role", ("部门负责人", "${a, b}")),
        ("申请人()", "starter", ()),
        ("决策表(who)", "decision", ("who",)),
    ],
)
def test_rules_are_read_in_both_languages_and_widths(text: str, kind: str, arguments: tuple[str, ...]) -> None:
    found = parse(text)
    assert found is not None
    assert (found.kind, found.arguments) == (kind, arguments)


@pytest.mark.parametrize(
    "text", ["财政局", "镇长(演示)", "${leader}", "=leader", "${people('负责人', unit)}", "部门负责人@建设办", "a, b", ""]
)
def test_names_and_expressions_are_no_rules(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_is_said_in_words(kind: str) -> None:
    _, _, most = KINDS[kind]
    for language in ("zh", "en"):
        assert "{" not in say(kind, ["申请人", "2"][:most], language)
    assert (say("head", ["申请人"]), say("head", ["建设办"])) == ("申请人所在部门的负责人", "“建设办”的负责人")


def test_a_rule_stays_whole_between_the_commas_of_candidates() -> None:
    entry = outline(task('camunda:candidateUsers="wang，上级（申请人，2）, 角色(镇长, 申请人)"'))["elements"]["it"]
    assert entry["candidate_users"] == ["wang", "上级（申请人，2）", "角色(镇长, 申请人)"]


@pytest.mark.parametrize("text", ["负责人()", "负责人(a, b)", "角色(镇长)", "申请人(x)", "逐级上级(申请人)"])
def test_wrong_arguments_refuse(text: str) -> None:
    assert said(task(f'camunda:assignee="{text}"'), "people_rule_arguments").severity == "error"
    assert said(task('camunda:assignee="wang"', when_nobody=text), "people_rule_arguments").severity == "error"
    assert said(task('camunda:assignee="wang"', choose=f"it: {text}"), "people_rule_arguments").severity == "error"


@pytest.mark.parametrize("levels", ["0", "21", "-1", "x", "1.5"])
def test_wrong_levels_refuse(levels: str) -> None:
    assert said(task(f'camunda:assignee="上级(申请人, {levels})"'), "people_rule_levels").values["value"] == levels


def test_levels_of_thousands_of_digits_refuse() -> None:
    assert said(task(f'camunda:assignee="上级(申请人, {"1" * 5000})"'), "people_rule_levels").severity == "error"


def test_what_is_nearly_a_rule_is_pointed_out() -> None:
    found = said(task('camunda:assignee="部门负责人(申请人)"'), "people_rule_unknown")
    assert (found.severity, "负责人" in found.message("zh")) == ("warning", True)
    assert "head" in said(task('camunda:candidateGroups="heads(starter)"'), "people_rule_unknown").message("en")


def test_an_expression_inside_a_rule_is_checked() -> None:
    assert "unexpected_end" in codes(task('camunda:assignee="负责人(${unit +})"'))


def test_a_decision_that_a_rule_names_is_there() -> None:
    assert said(task('camunda:candidateGroups="决策表(who)"'), "decision_missing").values["reference"] == "who"


@pytest.mark.parametrize(
    ("name", "value", "near"),
    [("when_applicant", "skp", "skip"), ("when_approved", "skip_consecutiv", "skip_consecutive"), ("when_applicant", "refuse", None)],
)
def test_an_unknown_edge_refuses_with_what_may_be_meant(name: str, value: str, near: str | None) -> None:
    found = said(task('camunda:assignee="wang"', **{name: value}), "people_edge_unknown")
    assert (found.severity, near is None or near in found.message("zh")) == ("error", True)


def test_who_does_it_instead_may_be_a_name_but_hardly_a_misspelt_word() -> None:
    assert reading(task('camunda:assignee="wang"', when_nobody="镇长")).findings == []
    assert said(task('camunda:assignee="wang"', when_nobody="administator"), "people_edge_nearly").severity == "warning"


def test_a_misspelt_property_is_pointed_out() -> None:
    assert "when_nobody" in said(task('camunda:assignee="wang"', when_no_body="skip"), "people_property_nearly").message("zh")


def test_choices_are_read() -> None:
    assert choices("a: 镇长, 负责人(申请人); b：x ：one, optional") == [
        Choice("a", ("镇长", "负责人(申请人)")),
        Choice("b", ("x",), several=False, optional=True),
    ]


@pytest.mark.parametrize("text", ["a", "a:", ": x", "a: x: some", "a: x: one several"])
def test_choices_that_cannot_be_read_refuse(text: str) -> None:
    with pytest.raises(RuleRefused):
        choices(text)
    assert said(task('camunda:assignee="wang"', choose=text), "people_choose_wrong").severity == "error"


def test_somebody_chooses_whom_a_task_asks() -> None:
    assert said(task('camunda:assignee="上一步选定()"'), "people_chosen_by_nobody").values["element"] == "it"
    assert "it" in said(task('camunda:assignee="wang"', choose="itt: 镇长"), "people_choose_target").message("zh")
    assert said(task('camunda:assignee="wang"', choose="it: 镇长"), "people_choice_unused").values["variable"] == "chosen_it"
    assert reading(task('camunda:assignee="${chosen_it}"', choose="it: 镇长")).findings == []


def test_fields_that_nobody_fills_in_when_a_task_is_passed_by_are_named() -> None:
    form = {"schema": 1, "id": "f", "title": "f", "components": [{"type": "textfield", "key": "minutes", "label": "纪要"}]}
    drawn = task('camunda:assignee="wang" camunda:formKey="f"', when_approved="skip")
    found = [one for one in reading({"a.bpmn": drawn, "f.json": dumps(form)}).findings if one.code == "people_skip_fields"]
    assert [(one.severity, one.values["fields"]) for one in found] == [("warning", ["minutes"])]
    asked = task('camunda:assignee="wang" camunda:formKey="f"', when_approved="ask")
    assert "people_skip_fields" not in codes({"a.bpmn": asked, "f.json": dumps(form)})
