"""What the gate says of joint decisions."""

import pytest

from tests.engine.gate.drawing import around, codes, finding

MANY = (
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="${people}" camunda:elementVariable="who">'
    "%s</bpmn:multiInstanceLoopCharacteristics>"
)
#: of a diagram whose variables come from elsewhere
BESIDE = {"inputs_expected"}


def joint(condition: str = "", many: bool = True, **properties: str) -> bytes:
    """A user task of several people with these properties."""
    drawn = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in properties.items())
    until = f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>" if condition else ""
    inner = (
        f"<bpmn:extensionElements><camunda:properties>{drawn}</camunda:properties></bpmn:extensionElements>{MANY % until if many else ''}"
    )
    return around(
        f'<bpmn:userTask id="it" name="会签" camunda:assignee="${{who}}">{inner}</bpmn:userTask>'.replace(
            "${who}", "${who}" if many else "li"
        )
    )


@pytest.mark.parametrize(
    "properties",
    [
        {"decide": "any"},
        {"decide": "all", "wait_for_all": "true", "sealed": "names"},
        {"decide": "ratio", "ratio": "2/3", "share_of": "present", "veto": "镇长, wang"},
        {"decide": "ratio", "votes_needed": "2"},
        {"decide": "ratio", "ratio": "${people}"},
        {"decide": "vote", "weights": "wang: 2; li: 1.5", "quorum": "2/3", "ratio": "&gt;1/2", "veto": "&gt;=2"},
        {"decide": "vote", "outcomes": "agree:同意; disagree:不同意; abstain:弃权"},
        {"decide": "all", "outcomes": "ok:可以; bad:不行", "yes_outcomes": "ok", "no_outcomes": "bad"},
    ],
)
def test_these_are_deployed_without_a_word(properties: dict[str, str]) -> None:
    assert codes(joint(**properties)) - BESIDE == set()


@pytest.mark.parametrize(
    ("code", "properties"),
    [
        ("decide_unknown", {"decide": "most"}),
        ("decide_unknown", {"decide": "${how}"}),
        ("vote_threshold_missing", {"decide": "ratio"}),
        ("vote_threshold_twice", {"decide": "ratio", "ratio": "1/2", "votes_needed": "2"}),
        ("vote_option_not_here", {"decide": "all", "ratio": "1/2"}),
        ("vote_option_not_here", {"decide": "any", "wait_for_all": "true"}),
        ("vote_option_not_here", {"decide": "ratio", "ratio": "1/2", "weights": "a: 1"}),
        ("vote_value", {"decide": "ratio", "ratio": "0"}),
        ("vote_value", {"decide": "ratio", "ratio": "1.5"}),
        ("vote_value", {"decide": "ratio", "ratio": "&gt;1"}),
        ("vote_value", {"decide": "ratio", "ratio": "half"}),
        ("vote_value", {"decide": "ratio", "votes_needed": "-1"}),
        ("vote_value", {"decide": "vote", "quorum": "none"}),
        ("vote_value", {"decide": "vote", "share_of": "some"}),
        ("vote_value", {"decide": "vote", "weights": "wang"}),
        ("vote_value", {"decide": "vote", "weights": "wang: -1"}),
        ("vote_value", {"decide": "vote", "veto": "&gt;= x"}),
        ("vote_value", {"decide": "vote", "veto": "&gt; 2"}),
        ("vote_value", {"decide": "vote", "sealed": " names "}),
        ("vote_value", {"decide": "ratio", "ratio": "2/3", "share_of": "present "}),
        ("vote_value", {"decide": "vote", "sealed": "${x}"}),
        ("vote_value", {"decide": "vote", "wait_for_all": "yes"}),
        ("vote_outcome_unclear", {"decide": "all", "outcomes": "agree:同意; disagree:不同意; later:再议"}),
        ("vote_outcome_missing", {"decide": "all", "outcomes": "agree:同意"}),
        ("vote_outcome_missing", {"decide": "all", "outcomes": "disagree:不同意; abstain:弃权"}),
    ],
)
def test_these_are_refused(code: str, properties: dict[str, str]) -> None:
    found = finding(joint(**properties), code)
    assert (found.severity, found.element_id) == ("error", "it")
    for lang in ("zh", "en"):
        assert "{" not in found.message(lang).replace("${", "")
        assert "…" not in found.message(lang)


def test_a_condition_beside_the_rule_is_refused_and_alone_it_is_as_before() -> None:
    until = "${nrOfCompletedInstances &gt;= 2}"
    assert finding(joint(until, decide="all"), "decide_and_condition").severity == "error"
    assert "decide_and_condition" not in codes(joint(until))


def test_what_has_no_effect_is_told() -> None:
    assert finding(joint(many=False, decide="all"), "decide_without_people").severity == "warning"
    assert finding(joint(quorum="2"), "vote_option_alone").severity == "warning"
    form = joint(decide="vote", sealed="true").replace(b'id="it"', b'id="it" camunda:formKey="f"')
    assert finding(form, "sealed_with_form", known_forms=frozenset({"f"})).severity == "warning"


def test_expressions_of_the_rule_are_checked() -> None:
    assert finding(joint(decide="ratio", ratio="${f(}"), "unexpected_end").element_id == "it"
