"""Overlaps and gaps of tables: what is told is true, what is true is told, with an example, within a bound."""

import time
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine import expressions
from engine.decisions import Decision, Problem, read
from engine.decisions.coverage import check_coverage
from engine.decisions.notes import Notes
from tests.engine.dmn import decision, document, problems, table

Rows = list[tuple[list[str], list[str]]]


def told(logic: str, code: str) -> list[Any]:
    return [
        (one.values["first"], one.values["second"], one.values["example"]) if code == "rules_overlap" else one.values["example"]
        for one in problems(logic)
        if one.code == code
    ]


def one_column(*cells: str, type_name: str = "", allowed: str = "") -> str:
    return with_allowed(table([("x", type_name)], [("o", "")], [([cell], ["1"]) for cell in cells]), [allowed])


def with_allowed(logic: str, allowed: list[str]) -> str:
    """The table with the allowed values of its inputs."""
    pieces = logic.split("</inputExpression>")
    for place, text in enumerate(allowed):
        pieces[place + 1] = (f"<inputValues><text>{text}</text></inputValues>" if text else "") + pieces[place + 1]
    return "</inputExpression>".join(pieces)


OVERLAPS = [
    (["<= 5000", ">= 5000"], "", ["x = 5000"]),
    (["[1..10]", "(5..20)"], "", ["x = 10"]),
    (["[1..5]", "(5..9]"], "", []),
    (["< 5", "> 4"], "integer", []),
    (["< 6", "> 4"], "integer", ["x = 5"]),
    (["< 5", "> 4"], "", ["x = 4.5"]),
    (['"a","b"', '"b","c"'], "string", ['x = "b"']),
    (['not("a")', 'not("b")'], "string", ['x = "…"']),
    (["true", "not(false)"], "boolean", ["x = true"]),
    (['>= date("2026-05-04")', '<= date("2026-05-04")'], "date", ["x = 2026-05-04"]),
    (['> date("2026-05-04")', '< date("2026-05-05")'], "date", []),
    (
        ['>= date and time("2026-05-04T10:00:00+08:00")', '< date and time("2026-05-04T11:00:00+08:00")'],
        "",
        ["x = 2026-05-04T10:00:00+08:00"],
    ),
    (['> duration("PT1H")', '< duration("PT2H")'], "", ["x = PT1H0.5S"]),
    (["-", "5"], "", ["x = 5"]),
    (["-", "-"], "", ["-"]),
    (["> limit", "> limit"], "", []),
    (["? > 5", "7"], "", []),
]


@pytest.mark.parametrize(("cells", "type_name", "examples"), OVERLAPS, ids=[" | ".join(cells) for cells, _, _ in OVERLAPS])
def test_an_overlap_is_told_with_an_example(cells: list[str], type_name: str, examples: list[str]) -> None:
    found = told(one_column(*cells, type_name=type_name), "rules_overlap")
    if examples == ["x = PT1H0.5S"]:
        assert len(found) == 1
    else:
        assert [example for *_, example in found] == examples


GAPS = [
    (["< 5000", "> 5000"], "number", "", ["x = 5000"]),
    (["< 5000", "[5000..50000)"], "number", "", ["x = 50000"]),
    (["[0..10]", "[20..30]"], "number", "", ["x = 11"]),
    (["[0..10]", "[11..20]"], "integer", "", []),
    (["[0..10]", "[11..20]"], "number", "", ["x = 10.5"]),
    (["1", "2", "3"], "number", "", []),
    (["< 0", "[0..100]"], "number", "[-10..100]", []),
    (["[0..50]"], "number", "[0..100]", ["x = 100"]),
    (['"a"', '"b"'], "string", "", []),
    (['"a"', '"b"'], "string", '"a","b","c"', ['x = "c"']),
    (['"a"', 'not("a","b")'], "string", "", ['x = "b"']),
    (["true"], "boolean", "", ["x = false"]),
    (['< date("2026-05-04")', '> date("2026-05-04")'], "date", "", ["x = 2026-05-04"]),
    (['[date("2026-01-01")..date("2026-03-31")]', '[date("2026-05-01")..date("2026-06-30")]'], "date", "", ["x = 2026-04-01"]),
    (["< limit", "> 5"], "", "", []),
    (["-"], "", "", []),
    (["> 5", "? < 3"], "", "", []),
]


@pytest.mark.parametrize(("cells", "type_name", "allowed", "examples"), GAPS, ids=[" | ".join(cells) for cells, *_ in GAPS])
def test_a_gap_is_told_with_an_example(cells: list[str], type_name: str, allowed: str, examples: list[str]) -> None:
    assert told(one_column(*cells, type_name=type_name, allowed=allowed), "rules_gap") == examples


def test_allowed_values_that_are_not_understood_are_told_and_left_out() -> None:
    assert [one.code for one in problems(one_column('"a"', allowed="red light, green"))] == ["input_values"]


def test_several_inputs_are_looked_at_together() -> None:
    rows: Rows = [(["< 5", '"a"'], ["1"]), ([">= 5", "-"], ["2"]), (["< 3", '"b"'], ["3"]), (["-", '"b"'], ["4"])]
    logic = table([("amount", "number"), ("kind", "string")], [("o", "")], rows)
    assert told(logic, "rules_overlap") == [(2, 4, 'amount = 5, kind = "b"'), (3, 4, 'amount = 2, kind = "b"')]
    assert told(table([("amount", "number"), ("kind", "string")], [("o", "")], rows[:3]), "rules_gap") == ['amount = 3, kind = "b"']


def test_two_columns_of_one_expression_are_one() -> None:
    rows: Rows = [(["> 1", "< 5"], ["1"]), ([">= 5", "-"], ["2"]), (["<= 1", "-"], ["3"])]
    logic = table([("amount", "number"), ("amount", "number")], [("o", "")], rows)
    assert (told(logic, "rules_overlap"), told(logic, "rules_gap")) == ([], [])


def test_columns_that_depend_on_each_other_are_not_guessed_at() -> None:
    rows: Rows = [(["> 5", "-"], ["1"]), (["<= 5", "> 100"], ["2"]), (["-", "> 200"], ["3"])]
    logic = table([("amount", "number"), ("amount * 2", "number")], [("o", "")], rows)
    assert told(logic, "rules_overlap") == []


def test_other_policies_may_overlap_and_the_several_have_no_gaps() -> None:
    rows: Rows = [(["<= 5"], ["1"]), ([">= 5"], ["2"]), (["> 9"], ["1"])]
    for policy in ("FIRST", "ANY", "COLLECT", "RULE ORDER"):
        assert told(table([("x", "number")], [("o", "")], rows, policy=policy), "rules_overlap") == []
    assert told(table([("x", "number")], [("o", "")], [(["1"], ["1"]), ([">5"], ["1"])], policy="COLLECT"), "rules_gap") == []
    assert told(table([("x", "number")], [("o", "")], rows[2:], defaults=["0"]), "rules_gap") == []


BOUND = st.integers(-3, 3)
NUMBER = st.one_of(
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), BOUND).map(lambda parts: f"{parts[0]} {parts[1]}"),
    BOUND.map(str),
    st.tuples(st.sampled_from("[("), BOUND, BOUND, st.sampled_from("])")).map(lambda parts: f"{parts[0]}{parts[1]}..{parts[2]}{parts[3]}"),
)
TEXT = st.sampled_from(['"a"', '"b"', '"c"'])
DAY = st.integers(1, 5).map(lambda day: f'date("2026-05-0{day}")')
DATE = st.one_of(
    DAY, st.tuples(st.sampled_from(["< ", ">= "]), DAY).map("".join), st.tuples(DAY, DAY).map(lambda two: f"[{two[0]}..{two[1]})")
)


def cells_of(single: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(single, min_size=1, max_size=2).map(", ".join)
    return st.just("-") | several | several.map("not({})".format)


#: type, allowed values, cells, and values to try: every class of such cells has one of them
COLUMNS: list[tuple[str, str, st.SearchStrategy[str], list[Any]]] = [
    ("number", "[-4..4]", cells_of(NUMBER), [Decimal(number) / 2 for number in range(-8, 9)]),
    ("integer", "[-4..4]", cells_of(NUMBER), list(range(-4, 5))),
    ("string", '"a","b","c","d"', cells_of(TEXT), ["a", "b", "c", "d"]),
    ("boolean", "", st.sampled_from(["-", "true", "false", "not(true)", "true, false"]), [True, False]),
    ("date", "", cells_of(DATE), [f"2026-05-0{day}" for day in range(1, 6)] + ["2026-04-01", "2026-06-30"]),
]


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[list[Any]], list[str]]:
    """A UNIQUE table of one to three inputs, the values to try for each, and their types."""
    kinds = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3))
    rows: Rows = draw(
        st.lists(st.tuples(*(cells for *_, cells, _ in kinds)).map(lambda cells: (list(cells), ["1"])), min_size=1, max_size=4)
    )
    inputs = [(f"x{place}", kind[0]) for place, kind in enumerate(kinds)]
    logic = table(inputs, [("o", "")], [(cells, [str(number)]) for number, (cells, _) in enumerate(rows, 1)])
    return with_allowed(logic, [kind[1] for kind in kinds]), [kind[3] for kind in kinds], [kind[0] for kind in kinds]


def values_in(example: str, names: list[str], tried: list[list[Any]]) -> dict[str, Any]:
    """The values that an example names; any value for the others."""
    named = dict(part.split(" = ") for part in example.split(", ") if part != "-")
    return {name: _read(named[name]) if name in named else values[0] for name, values in zip(names, tried, strict=True)}


def _read(text: str) -> Any:
    return text if text[:5] in ("2026-", "2025-") else expressions.evaluate("=" + text, {})


@given(tables())
@settings(max_examples=80, deadline=None)
def test_what_is_told_is_what_trying_finds(drawn: tuple[str, list[list[Any]], list[str]]) -> None:
    logic, tried, types = drawn
    names = [f"x{place}" for place in range(len(tried))]
    made = read(document(("d", logic.replace("<decisionTable", '<decisionTable hitPolicy="RULE ORDER"'), ())), "a.dmn")[0][0]
    overlaps, gaps = _by_trying(made, names, tried)
    warned = problems(logic)
    for one in warned:
        if one.code == "rules_overlap":
            assert {one.values["first"], one.values["second"]} <= _matching(made, values_in(one.values["example"], names, tried))
        if one.code == "rules_gap":
            assert not _matching(made, values_in(one.values["example"], names, tried))
    assert any(one.code == "rules_overlap" for one in warned) is overlaps
    if "date" not in types:
        assert any(one.code == "rules_gap" for one in warned) is gaps


def _matching(made: Decision, values: dict[str, Any]) -> set[int]:
    return {row["o"] for row in made.evaluate(values).outputs}


def _by_trying(made: Decision, names: list[str], tried: list[list[Any]]) -> tuple[bool, bool]:
    counts = [len(_matching(made, dict(zip(names, values, strict=True)))) for values in product(*tried)]
    return max(counts) > 1, min(counts) == 0


def searched(rules: int, inputs: int, cell: Any) -> tuple[float, list[Problem]]:
    rows: Rows = [([cell(rule, column) for column in range(inputs)], ["1"]) for rule in range(rules)]
    logic = table([(f"x{column}", "") for column in range(inputs)], [("o", "")], rows)
    before = time.process_time()
    noted = problems(logic)
    return time.process_time() - before, noted


LARGE = [
    lambda rule, column: f"> {rule * 7 + column}" if (rule + column) % 3 else "-",
    lambda rule, column: f"[{(rule * 31 + column * 17) % 997}..{(rule * 13 + column) % 1009}]",
    lambda rule, column: f'"{(rule >> column) & 1}"' if column < 10 else "-",
    lambda rule, column: f'not("{(rule * (column + 3)) % 11}")' if (rule * column) % 5 else "-",
    lambda rule, column: "true" if (rule * (column + 1)) % 7 < 2 else "false" if (rule + column) % 7 < 2 else "-",
]


@pytest.mark.parametrize("cell", LARGE, ids=["half-lines", "ranges", "all pairs", "negations", "yes/no"])
def test_a_thousand_rules_of_twenty_inputs_end_soon(cell: Any) -> None:
    seconds, noted = searched(1_000, 20, cell)
    assert seconds < 4
    assert {one.severity for one in noted} <= {"warning"}


def test_a_search_that_ends_early_says_so_and_is_one_for_the_file() -> None:
    made = [decision(one_column("< 5", ">= 5", type_name="number")).steps[0].table for _ in range(2)]
    notes = Notes("a.dmn", search=15)
    for one in made:
        assert one is not None
        check_coverage(one, etree.fromstring('<decision id="d"/>'), notes)
    assert [(problem.severity, problem.code) for problem in notes.problems] == [("warning", "coverage_cut")]


COMPLETE: list[Rows] = [
    [([f"[{rule * 10}..{rule * 10 + 10})", *["-"] * 19], ["1"]) for rule in range(1_000)],
    [([f"[{a}..{a + 1})", f"[{b}..{b + 1})", f"[{c}..{c + 1})"], ["1"]) for a in range(10) for b in range(10) for c in range(10)],
    [([("true" if rule >> column & 1 else "false") for column in range(10)], ["1"]) for rule in range(1_024)],
]


@pytest.mark.parametrize("rows", COMPLETE, ids=["partition", "grid", "bits"])
def test_large_tables_are_searched_completely(rows: Rows) -> None:
    inputs = [(f"x{place}", "") for place in range(len(rows[0][0]))]
    assert problems(table(inputs, [("o", "")], rows)) == []
    (gap,) = problems(table(inputs, [("o", "")], rows[:500] + rows[501:]))
    assert gap.code == "rules_gap"
    (overlap, *_) = problems(table(inputs, [("o", "")], [*rows, rows[500]]))
    assert (overlap.code, overlap.values["first"], overlap.values["second"]) == ("rules_overlap", 501, len(rows) + 1)
