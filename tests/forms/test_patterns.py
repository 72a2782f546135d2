import contextlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.patterns import Pattern, PatternRefused

PIECES = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", "(a|b)", "(ab|b)", "(?:a|bb)"])
QUANTIFIERS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}"])
BODIES = st.lists(st.tuples(PIECES, QUANTIFIERS), min_size=1, max_size=4).map(lambda parts: "".join(a + b for a, b in parts))


@given(BODIES, st.booleans(), st.booleans(), st.text(alphabet="ab1", max_size=8))
@settings(max_examples=400, deadline=None)
def test_a_pattern_matches_what_the_usual_matcher_matches(body: str, start: bool, end: bool, text: str) -> None:
    source = ("^" if start else "") + body + ("$" if end else "")
    expected = re.search(source.replace("$", r"\Z"), text) is not None
    assert Pattern(source).matches(text) is expected


@pytest.mark.parametrize(
    ("source", "right", "wrong"),
    [
        (r"^柳采〔\d{4}〕\d{4}号$", "柳采〔2026〕0137号", "柳采〔2026〕137号"),
        (r"^[A-Z]{2}\-[0-9]+$", "AB-12", "AB12"),
        (r"^[一-龥]{2,4}$", "阮青禾", "Ruan"),
        (r"^\u4e00\.$", "一.", "一x"),
        (r"^[\w.-]+$", "a_b.c-1", "a b"),
        (r"^a\$$", "a$", "a"),
        (r"^[^\s\d]$", "x", "1"),
        (r"^(甲|乙)$", "乙", "丙"),
    ],
)
def test_what_offices_write_is_matched(source: str, right: str, wrong: str) -> None:
    assert Pattern(source).matches(right)
    assert not Pattern(source).matches(wrong)


@pytest.mark.parametrize("source", ["(a+)+$", "^(a|a)*$", "^(a*)*b$", "^a*a*a*a*a*a*a*b$", "^(.*)*x$", "(a?){60}a{60}"])
def test_patterns_that_stall_other_matchers_answer_at_once(source: str) -> None:
    pattern = Pattern(source)
    begun = time.perf_counter()
    pattern.matches("a" * 2000 + "!")
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "source",
    [
        *["", "(", ")", "a)", "[", "[]", "*a", "a**", "a{2,1}", "a{x}", "a{", "(?=a)", "(?P<n>a)", r"(a)\1", r"\b", r"\q", r"\u12"],
        *["a^b", "a$b", "^a|b$", "a" * 201, "(a{99}){99}", "[z-a]", "(((((){99}){99}){99}){99})", "(" * 50 + ")" * 50, "\\"],
    ],
)
def test_what_cannot_be_read_is_refused(source: str) -> None:
    with pytest.raises(PatternRefused):
        Pattern(source)


def test_a_very_long_text_matches_nothing() -> None:
    assert not Pattern("a").matches("a" * 5000)


@given(st.text(alphabet="ab(){}[]|*+?^$\\.,-12du", max_size=20))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_pattern_or_is_refused(source: str) -> None:
    with contextlib.suppress(PatternRefused):
        Pattern(source).matches("ab12" * 10)
