"""Random tables against a reference that tries every rule: each hit policy, aggregation, order of output values, empty results, types."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions import DecisionFailed
from tests.engine.dmn import decision, table

NUMBERS = range(-3, 4)
TEXTS = ("甲", "乙", "丙")
LEVELS = ("高", "中", "低")


def number_cells() -> st.SearchStrategy[tuple[str, Any]]:
    """A cell about a number, and what it holds for."""
    bound = st.sampled_from(NUMBERS)
    single = st.one_of(
        bound.map(lambda n: (f"{n}", lambda x: x == n)),
        bound.map(lambda n: (f"< {n}", lambda x: x < n)),
        bound.map(lambda n: (f">= {n}", lambda x: x >= n)),
        st.tuples(bound, bound).map(lambda two: (f"[{two[0]}..{two[1]})", lambda x: two[0] <= x < two[1])),
        st.tuples(bound, bound).map(lambda two: (f"]{two[0]}..{two[1]}]", lambda x: two[0] < x <= two[1])),
    )
    return _several(single)


def text_cells() -> st.SearchStrategy[tuple[str, Any]]:
    return _several(st.sampled_from(TEXTS).map(lambda text: (f'"{text}"', lambda x: x == text)))


def _several(single: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
    several = st.lists(single, min_size=1, max_size=2).map(
        lambda cells: (", ".join(text for text, _ in cells), lambda x: any(holds(x) for _, holds in cells))
    )
    negated = several.map(lambda cell: (f"not({cell[0]})", lambda x: not cell[1](x)))
    return st.just(("-", lambda _: True)) | several | negated


#: a rule: two cells with what they hold for, a level and a number
RULES = st.lists(st.tuples(number_cells(), text_cells(), st.sampled_from(LEVELS), st.integers(-5, 5)), max_size=5)
TYPED = [("x", "number"), ("y", "string")]


def made(rules: Any, policy: str, *, level: bool = True, **more: Any) -> Any:
    outputs = [("level", "string")] if level else [("count", "integer")]
    rows = [([a[0], b[0]], [f'"{name}"' if level else str(number)]) for a, b, name, number in rules]
    return decision(table(TYPED, outputs, rows, policy=policy, **more))


def hits(rules: Any, x: int, y: str) -> list[tuple[int, str, int]]:
    return [(place, name, number) for place, (a, b, name, number) in enumerate(rules, 1) if a[1](x) and b[1](y)]


VALUES = {"rules": RULES, "x": st.sampled_from(NUMBERS), "y": st.sampled_from(TEXTS)}


def outcome(one: Any, x: int, y: str) -> Any:
    """The levels or counts that are given and the rules that count, or the failure's code and rules."""
    try:
        result = one.evaluate({"x": str(x), "y": y})
    except DecisionFailed as failure:
        return failure.code, failure.values["rules"]
    assert result.inputs == {"x": x, "y": y}
    return [next(iter(row.values())) for row in result.outputs], [rule["number"] for rule in result.rules]


@given(**VALUES)
@settings(max_examples=60, deadline=None)
def test_unique_gives_the_only_rule_or_fails(rules: Any, x: int, y: str) -> None:
    found = hits(rules, x, y)
    numbers = [place for place, *_ in found]
    expected = ("no_unique", numbers) if len(found) > 1 else ([name for _, name, _ in found], numbers)
    assert outcome(made(rules, "UNIQUE"), x, y) == expected


@given(**VALUES)
@settings(max_examples=60, deadline=None)
def test_any_gives_what_all_rules_agree_on_or_fails(rules: Any, x: int, y: str) -> None:
    found = hits(rules, x, y)
    answer = outcome(made(rules, "ANY"), x, y)
    if len({name for _, name, _ in found}) > 1:
        other = next(place for place, name, _ in found if name != found[0][1])
        assert answer == ("any_differs", [found[0][0], other])
    else:
        assert answer == ([name for _, name, _ in found[:1]], [place for place, *_ in found[:1]])


@given(**VALUES)
@settings(max_examples=60, deadline=None)
def test_first_and_rule_order_and_collect_follow_the_rules(rules: Any, x: int, y: str) -> None:
    found = hits(rules, x, y)
    every = ([name for _, name, _ in found], [place for place, *_ in found])
    assert outcome(made(rules, "FIRST"), x, y) == (every[0][:1], every[1][:1])
    assert outcome(made(rules, "RULE ORDER"), x, y) == every
    assert outcome(made(rules, "COLLECT"), x, y) == every


@given(**VALUES, order=st.permutations(LEVELS))
@settings(max_examples=60, deadline=None)
def test_priority_and_output_order_follow_the_allowed_values(rules: Any, x: int, y: str, order: list[str]) -> None:
    found = sorted(hits(rules, x, y), key=lambda hit: order.index(hit[1]))
    every = ([name for _, name, _ in found], [place for place, *_ in found])
    allowed = [", ".join(f'"{level}"' for level in order)]
    assert outcome(made(rules, "OUTPUT ORDER", output_values=allowed), x, y) == every
    assert outcome(made(rules, "PRIORITY", output_values=allowed), x, y) == (every[0][:1], every[1][:1])


AGGREGATES = {"SUM": sum, "MIN": min, "MAX": max, "COUNT": len}


@given(**VALUES, aggregation=st.sampled_from(sorted(AGGREGATES)))
@settings(max_examples=80, deadline=None)
def test_collect_aggregates_the_rules_that_match(rules: Any, x: int, y: str, aggregation: str) -> None:
    numbers = [number for *_, number in hits(rules, x, y)]
    expected = [AGGREGATES[aggregation](numbers)] if numbers or aggregation == "COUNT" else []
    assert outcome(made(rules, "COLLECT", level=False, aggregation=aggregation), x, y)[0] == expected


@given(**VALUES, policy=st.sampled_from(["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"]))
@settings(max_examples=60, deadline=None)
def test_the_default_is_given_when_nothing_matches(rules: Any, x: int, y: str, policy: str) -> None:
    answer = outcome(made(rules, policy, defaults=['"无"']), x, y)
    assert (answer == (["无"], [])) is (not hits(rules, x, y))


@given(value=st.decimals(-1000, 1000, places=2), factor=st.integers(-9, 9))
@settings(max_examples=60, deadline=None)
def test_outputs_keep_their_decimals(value: Decimal, factor: int) -> None:
    one = decision(
        table([("x", "number")], [("o", "number"), ("t", "string"), ("b", "boolean")], [(["-"], [f"x * {factor}", "x", "x > 0"])])
    )
    assert one.evaluate({"x": f"{value:f}"}).outputs == [{"o": value * factor, "t": f"{value:f}", "b": value > 0}]
