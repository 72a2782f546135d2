from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import words
from forms.definition import Form, check_document
from forms.document_rules import Problem


def form_with(*components: Any, **more: Any) -> dict[str, Any]:
    return {"schema": 1, "id": "f", "title": "表", "components": list(components), **more}


def codes(document: Any) -> list[str]:
    return [problem.code for problem in check_document(document)]


FIELD = {"type": "textfield", "key": "a", "label": "甲"}
CHOICE = {"type": "select", "key": "a", "label": "甲"}


@pytest.mark.parametrize(
    ("component", "code"),
    [
        (5, "not_an_object"),
        ({"type": "taglist", "key": "a"}, "unknown_type"),
        ({"type": ["x"], "key": "a"}, "unknown_type"),
        ({"key": "a"}, "unknown_type"),
        ({"type": "textfield"}, "missing_key"),
        ({"type": "textfield", "key": 5}, "missing_key"),
        ({"type": "textfield", "key": "_a"}, "key_underscore"),
        ({"type": "textfield", "key": "a.b"}, "bad_key"),
        ({**FIELD, "label": 5}, "not_text"),
        ({**FIELD, "label": "含\x00"}, "not_text"),
        ({**FIELD, "properties": {"kind": "secret"}}, "unknown_kind"),
        ({**FIELD, "properties": {"kind": ["x"]}}, "unknown_kind"),
        ({**FIELD, "properties": []}, None),
        ({**FIELD, "properties": [1]}, "not_an_object"),
        ({**FIELD, "properties": {"kind": "attachment"}}, "kind_on_wrong_type"),
        ({"type": "datetime", "key": "a", "subtype": "week"}, "unknown_subtype"),
        ({**FIELD, "validate": [1]}, "not_an_object"),
        ({**FIELD, "validate": {"required": "yes"}}, "not_yes_no"),
        ({**FIELD, "validate": {"maxLength": "5"}}, "bad_limit"),
        ({**FIELD, "validate": {"maxLength": 10**5000}}, "bad_limit"),
        ({**FIELD, "validate": {"minLength": 5, "maxLength": 2}}, "limits_crossed"),
        ({**FIELD, "validate": {"min": 5}}, "limit_without_effect"),
        ({**FIELD, "validate": {"pattern": "(a"}}, "bad_pattern"),
        ({**FIELD, "validate": {"pattern": 5}}, "bad_pattern"),
        ({**FIELD, "validate": {"pattern": "a", "patternErrorMessage": 5}}, "not_text"),
        ({**FIELD, "validate": {"validationType": "iban"}}, "unknown_validation_type"),
        ({"type": "number", "key": "a", "decimalDigits": 99}, "bad_limit"),
        ({"type": "number", "key": "a", "validate": {"min": float("nan")}}, "bad_limit"),
        (CHOICE, "no_options"),
        ({**CHOICE, "values": [{"label": "x"}]}, "bad_option"),
        ({**CHOICE, "values": [{"value": "x"}, {"value": "x"}]}, "duplicate_option"),
        ({**CHOICE, "values": [{"value": "x"}], "valuesKey": "v"}, "unsupported"),
        ({**CHOICE, "values": [{"value": "x"}], "multiple": "yes"}, "not_yes_no"),
        ({**FIELD, "conditional": {"hide": 5}}, "bad_condition"),
        ({**FIELD, "conditional": {"hide": "=evil()"}}, "bad_condition"),
        ({**FIELD, "conditional": {}}, None),
        ({**FIELD, "defaultValue": {"a": 1}}, "bad_default"),
        ({"type": "group", "path": "p", "components": []}, "unsupported"),
        ({"type": "group"}, "not_a_list"),
        ({"type": "dynamiclist", "path": "rows", "components": [{"type": "textfield", "key": "_x"}]}, "key_underscore"),
        ({"type": "button", "key": "submit"}, None),
    ],
)
def test_each_fault_has_its_code(component: Any, code: str | None) -> None:
    problems = check_document(form_with(component), allowed_condition=lambda text: "evil" not in text)
    assert [problem.code for problem in problems] == ([code] if code else [])


def test_a_key_is_used_once_also_across_groups() -> None:
    assert codes(form_with(FIELD, {"type": "group", "components": [FIELD]})) == ["duplicate_key"]


def test_rows_have_keys_of_their_own() -> None:
    assert codes(form_with(FIELD, {"type": "dynamiclist", "path": "rows", "components": [FIELD]})) == []


@pytest.mark.parametrize("document", [None, [], "x", 5])
def test_what_is_no_object_is_no_form(document: object) -> None:
    assert codes(document) == ["not_an_object"]


def test_a_form_needs_an_id_and_components() -> None:
    assert codes({"schema": 2}) == ["missing_id", "unknown_schema", "not_a_list"]


def test_too_much_and_too_deep_are_refused() -> None:
    nested: dict[str, Any] = {"type": "group", "components": []}
    for _ in range(10):
        nested = {"type": "group", "components": [nested]}
    assert "too_deep" in codes(form_with(nested))
    assert "too_many_components" in codes(form_with(*({"type": "separator"} for _ in range(400))))


def test_a_foreign_form_is_not_refused_for_choices_and_names() -> None:
    document = form_with(CHOICE, {"type": "number", "key": "a", "validate": {"min": "x"}}, foreign=True)
    problems = check_document(document)
    assert [(problem.code, problem.severity) for problem in problems] == [
        ("no_options", "warning"),
        ("duplicate_key", "warning"),
        ("bad_limit", "warning"),
    ]
    assert Form.from_document(document).fields[1].minimum is None
    assert check_document(form_with({"type": "nothing"}, foreign=True))[0].severity == "error"


def test_every_fault_can_be_told_in_both_languages() -> None:
    problem = Problem("x", "bad_limit", {"limit": "min", "value": "x"})
    assert words.describe(problem.code, **problem.values) == "限制 min 的值 x 不对，请填数字。"
    assert words.describe(problem.code, "en", **problem.values) == "The limit min has a wrong value x, please give a number."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["select", "textfield", "group"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "key", "label", "validate", "values", "components", "properties", "conditional", "hide", "min", "pattern", "kind"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=3), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_document_is_read_or_refused_with_words(components: list[Any], foreign: bool) -> None:
    document = form_with(*components, foreign=foreign)
    problems = check_document(document)
    for problem in problems:
        assert words.describe(problem.code, **problem.values)
    if not any(problem.severity == "error" for problem in problems):
        Form.from_document(document)
