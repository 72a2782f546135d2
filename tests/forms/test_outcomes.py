from forms.outcomes import check, parse


def test_outcomes_are_value_label_and_opinion() -> None:
    assert parse("agree:同意; disagree:不同意:required;return") == [
        {"value": "agree", "label": "同意", "opinion": "optional"},
        {"value": "disagree", "label": "不同意", "opinion": "required"},
        {"value": "return", "label": "退回", "opinion": "optional"},
    ]


def test_no_text_is_no_outcome() -> None:
    assert parse(None) == parse("") == parse(" ; ") == []


def test_entries_that_cannot_be_read_are_found() -> None:
    text = "agree：同意；1x:一; agree:再次; stop:停:sometimes"
    assert [problem.code for problem in check(text)] == ["bad_outcome", "duplicate_outcome", "bad_outcome"]
    assert [outcome["value"] for outcome in parse(text)] == ["agree", "agree"]
