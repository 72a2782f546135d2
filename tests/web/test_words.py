"""There are words for whatever the program refuses, in Chinese and in English."""

import ast
from pathlib import Path

import pytest

from forms import words as form_words
from web import refusal_words, words

ROOT = Path(__file__).resolve().parents[2]
#: told on the command line alone, by web/cli
COMMAND_LINE = ("backup", "database_in_use", "nothing_to_back_up", "restore")
KINDS = {"NotFound", "NotAllowed", "Conflict", "Invalid", "Unavailable", "TooLarge", "Refused", "Twin", "Stop", "refuse"}


def _codes_in(path: Path) -> set[str]:
    """Texts that the module gives as code to a refusal; either of two in a conditional."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if name in KINDS:
            given = node.args[1:2] if name == "Stop" else node.args[:1]  # type: ignore[attr-defined]
            codes = [inner.value for one in given for inner in ast.walk(one) if isinstance(inner, ast.Constant)]
            found |= {code for code in codes if isinstance(code, str) and code.isidentifier()}
    return found


def test_every_code_that_is_raised_has_its_sentences() -> None:
    raised = {code for folder in ("processes", "web") for path in (ROOT / folder).rglob("*.py") for code in _codes_in(path)}
    states = {"state", "running", "completed", "cancelled", "incident", "open"}
    bare = {code for code in raised - set(refusal_words.REFUSALS) - states if not code.startswith(COMMAND_LINE)}
    assert len(raised) > 60
    assert not bare


def test_no_code_has_two_sentences() -> None:
    groups = (refusal_words.REQUESTS, refusal_words.CASES, refusal_words.FILES, refusal_words.PEOPLE)
    assert sum(len(group) for group in groups) == len(refusal_words.REFUSALS)


@pytest.mark.parametrize("code", sorted(refusal_words.REFUSALS))
def test_a_sentence_can_be_made_whatever_values_there_are(code: str) -> None:
    for language in ("zh", "en"):
        assert words.detail(code, 409, {}, language)
        assert "{" not in words.detail(code, 409, {}, language)


def test_a_code_without_words_gets_those_of_its_status() -> None:
    for status in (400, 404, 409, 418, 422, 500, 503, 507):
        for language in ("zh", "en"):
            assert words.detail("never_heard_of", status, {"x": "y"}, language)
            assert words.title(status, language)


def test_long_and_strange_values_are_shown_short_and_as_they_are() -> None:
    shown = words.detail("value_refused", 422, {"reason": "{0.__class__}%s" + "长" * 500}, "zh")
    assert "{0.__class__}%s" in shown
    assert len(shown) < 300


def test_lists_are_shown_as_lists() -> None:
    assert "analyst、operator" in words.detail("role_needed", 403, {"roles": ["analyst", "operator"]}, "zh")


@pytest.mark.parametrize("code", sorted(form_words.WORDS))
def test_what_a_form_says_about_a_field_is_told_in_english_too(code: str) -> None:
    values = {"label": "金额", "minimum": 1, "maximum": 9, "length": 3, "decimals": 2, "groups": "财政局"}
    assert words.field_text(form_words.say(code, **values), "en") == form_words.say(code, "en", **values)
    assert words.field_text(form_words.say(code, **values), "zh") == form_words.say(code, **values)


def test_what_a_schema_says_is_told_in_chinese() -> None:
    assert words.field_text("Must be one of: open, done.", "zh") == "必须是其中之一：open, done。"
    assert words.field_text("Must be greater than or equal to 1 and less than or equal to 200.", "zh") == "必须在 1 到 200 之间。"
    assert words.field_text("Unknown field.", "en") == "Unknown field."
