"""The arithmetic of joint decisions against brute force: a result is declared early exactly when nothing could change it."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.votes import Rule, Threshold, closing, count, fraction_of, needed, verdict, written

SHARES = [Fraction(1, 2), Fraction(2, 3), Fraction(1), Fraction(1, 3), Fraction(51, 100)]
WEIGHTS = [Fraction(1), Fraction(2), Fraction(0), Fraction(1, 2), Fraction(3)]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    weights = tuple(draw(st.lists(st.sampled_from(WEIGHTS), min_size=1, max_size=5).filter(any)))
    total = sum(weights, Fraction(0))
    if draw(st.booleans()):
        threshold = Threshold(draw(st.sampled_from(SHARES)), draw(st.booleans()), draw(st.sampled_from(["all", "present", "cast"])))
    else:
        threshold = Threshold(number=draw(st.sampled_from([one for one in (Fraction(1), Fraction(2), total) if one <= total])))
    quorum = draw(st.none() | st.sampled_from([Fraction(1, 2) * total, total]))
    vetoes = frozenset(draw(st.sets(st.integers(0, len(weights) - 1), max_size=2)))
    return Rule("ratio", weights, threshold, quorum, vetoes)


ballots = st.dictionaries(st.integers(0, 4), st.sampled_from(["yes", "no", "abstain"]), max_size=5)


def completions(rule: Rule, cast: dict[int, str]) -> Iterator[dict[int, str]]:
    """Every way in which the others may still vote; where a quorum is drawn they may also stay away."""
    others = [seat for seat in range(len(rule.weights)) if seat not in cast]
    ways = ["yes", "no", "abstain", *(["absent"] if rule.quorum is not None else [])]
    for chosen in product(ways, repeat=len(others)):
        yield {**cast, **{seat: said for seat, said in zip(others, chosen, strict=True) if said != "absent"}}


@given(rules(), ballots)
def test_a_result_is_early_exactly_when_every_completion_gives_it(rule: Rule, cast: dict[int, str]) -> None:
    cast = {seat: said for seat, said in cast.items() if seat < len(rule.weights)}
    results = {closing(rule, one).agreed for one in completions(rule, cast)}
    found = verdict(rule, cast)
    if len(cast) == len(rule.weights):
        assert found is not None
        assert {found.agreed} == results
        assert not found.early
    elif found is None:
        assert results == {True, False}
    else:
        assert results == {found.agreed}
        assert found.early


@given(rules(), st.permutations(range(5)), st.lists(st.sampled_from(["yes", "no", "abstain"]), min_size=5, max_size=5))
def test_an_early_result_is_the_one_that_waiting_for_all_gives(rule: Rule, order: list[int], said: list[str]) -> None:
    patient = Rule(rule.decide, rule.weights, rule.threshold, rule.quorum, rule.vetoes, wait_for_all=True)
    cast: dict[int, str] = {}
    early = None
    for seat in (one for one in order if one < len(rule.weights)):
        assert verdict(patient, cast) is None
        cast[seat] = said[seat]
        early = early or verdict(rule, cast)
    last = verdict(patient, cast)
    assert early is not None
    assert last is not None
    assert (early.agreed, last.early) == (last.agreed, False)


@given(rules(), ballots)
def test_what_is_needed_is_just_enough(rule: Rule, cast: dict[int, str]) -> None:
    """With so much yes and everybody else against it passes, with the smallest step less it does not."""
    cast = {seat: said for seat, said in cast.items() if seat < len(rule.weights)}
    counted = count(rule, cast)
    enough, step = needed(rule, counted), Fraction(1, max(one.denominator for one in rule.weights))
    base = {"all": rule.total, "present": counted.present + counted.open, "cast": counted.yes + counted.no + counted.open}
    assert rule.threshold.met(enough, base[rule.threshold.base])
    assert not rule.threshold.met(enough - step, base[rule.threshold.base])


ONE = Fraction(1)


@pytest.mark.parametrize(
    ("rule", "cast", "expected"),
    [
        # one refusal of four does not end a decision by half
        (Rule("ratio", (ONE,) * 4, Threshold(Fraction(1, 2))), {0: "no"}, None),
        (Rule("ratio", (ONE,) * 4, Threshold(Fraction(1, 2))), {0: "no", 1: "yes", 2: "yes"}, (True, "reached", True)),
        (Rule("ratio", (ONE,) * 4, Threshold(Fraction(1, 2))), {0: "no", 1: "no", 2: "no"}, (False, "not_reached", True)),
        # two thirds of three are two, not 1.9999
        (Rule("ratio", (ONE,) * 3, Threshold(Fraction(2, 3))), {0: "yes", 1: "yes"}, (True, "reached", True)),
        (Rule("ratio", (ONE,) * 2, Threshold(Fraction(1, 2), True)), {0: "yes", 1: "no"}, (False, "tie", False)),
        (Rule("ratio", (ONE,) * 2, Threshold(Fraction(1, 2))), {0: "yes"}, (True, "reached", True)),
        (
            Rule("vote", (ONE,) * 3, Threshold(Fraction(1, 2), True, "cast")),
            dict.fromkeys(range(3), "abstain"),
            (False, "all_abstained", False),
        ),
        (
            Rule("vote", (ONE,) * 3, Threshold(Fraction(1, 2), True, "cast")),
            {0: "yes", 1: "abstain", 2: "abstain"},
            (True, "reached", False),
        ),
        (Rule("vote", (ONE,) * 3, Threshold(Fraction(1, 2), True, "cast"), Fraction(2)), {0: "yes"}, None),
        (Rule("all", (ONE,) * 2), {0: "abstain"}, (False, "not_reached", True)),
        (Rule("all", (ONE,) * 2), {0: "yes", 1: "yes"}, (True, "reached", False)),
        (Rule("all", (ONE,) * 2, wait_for_all=True), {0: "yes", 1: "no"}, (False, "not_reached", False)),
        (Rule("any", (ONE,) * 3), {2: "abstain", 1: "no"}, (False, "first", True)),
        (Rule("any", (ONE,) * 2), {0: "abstain"}, None),
        (Rule("any", (ONE,) * 2), {0: "abstain", 1: "abstain"}, (False, "all_abstained", False)),
        (Rule("ratio", (ONE,) * 3, Threshold(Fraction(1, 3)), vetoes=frozenset({2})), {0: "yes", 1: "yes"}, None),
        (Rule("ratio", (ONE,) * 3, Threshold(Fraction(1, 3)), vetoes=frozenset({2})), {2: "no"}, (False, "veto", True)),
        (Rule("vote", (Fraction(1, 10), Fraction(2, 10), Fraction(3, 10)), Threshold(Fraction(1, 2))), {2: "yes"}, (True, "reached", True)),
        (Rule("vote", (Fraction(0), ONE), Threshold(Fraction(1, 2))), {0: "no"}, None),
    ],
)
def test_known_votes(rule: Rule, cast: dict[int, str], expected: tuple[bool, str, bool] | None) -> None:
    found = verdict(rule, cast)
    assert (found and (found.agreed, found.reason, found.early)) == expected


def test_a_deadline_counts_what_was_cast() -> None:
    rule = Rule("vote", (ONE,) * 5, Threshold(Fraction(1, 2), True, "cast"), Fraction(3))
    assert (closing(rule, {0: "yes", 1: "yes"}).outcome, closing(rule, {0: "yes", 1: "yes"}).reason) == ("disagree", "quorum_missed")
    assert closing(rule, {0: "yes", 1: "yes", 2: "abstain"}).agreed
    assert closing(Rule("vote", (ONE,), rule.threshold), {}).reason == "nobody_voted"
    assert closing(Rule("any", (ONE,)), {}).reason == "nobody_voted"


@pytest.mark.parametrize(
    ("text", "number"),
    [("2/3", Fraction(2, 3)), ("0.5", Fraction(1, 2)), (" 50% ", Fraction(1, 2)), ("66.7％", Fraction(667, 1000)), (3, Fraction(3))],
)
def test_numbers_are_exact(text: object, number: Fraction) -> None:
    assert fraction_of(text) == number


@pytest.mark.parametrize("text", ["", "x", "1/0", "1/2/3", "1e3", "½", "--1", True, None, [], "9" * 41, "0x10", "inf", "nan"])
def test_what_is_no_number_is_none(text: object) -> None:
    with pytest.raises(ValueError):
        fraction_of(text)


def test_sums_are_written_as_variables_have_them() -> None:
    assert [written(Fraction(3)), written(Fraction(3, 10)), written(Fraction(1, 8))] == [3, Decimal("0.3"), Decimal("0.125")]
