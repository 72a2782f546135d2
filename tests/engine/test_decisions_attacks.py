"""Decisions that would take for ever, or all memory, end at once with a name for it: while they are read, and while they are made."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from engine.decisions import DecisionFailed, read
from tests.engine.dmn import DMN_1_3, document, table

SECONDS = 3.0
MEGABYTES = 100


@contextmanager
def bounded() -> Iterator[None]:
    tracemalloc.start()
    before = time.process_time()
    try:
        yield
        seconds, peak = time.process_time() - before, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # tracing makes everything some five times slower
    assert seconds < 5 * SECONDS
    assert peak < MEGABYTES * 1024 * 1024


BOMBS = [
    "for a in 1..9999, b in 1..9999 return a",
    "count(for a in 1..999999999999 return a)",
    "1..9" + "9" * 400,
    "sum(for a in 1..9999 return sum(for b in 1..9999 return b))",
    "some a in 1..9999, b in 1..9999, c in 1..9999 satisfies a + b = -c",
    "9 ** 9 ** 9 ** 9",
    "10 ** 59 * 10 ** 59",
    "1" + "0" * 80,
    "1e999999999",
    "0.1 ** 99999",
    "(" * 400 + "1" + ")" * 400,
    "[" * 100 + "]" * 100,
    "not(" * 50 + "true" + ")" * 50,
    "-" * 3_000 + "1",
    "if true then " * 100 + "1" + " else 1" * 100,
    "x" + ".x" * 1_500,
    "x" + "[1]" * 1_300,
    'string join(for a in 1..9999 return "' + "x" * 100 + '")',
    'replace("' + "a" * 200 + '", "a", "' + "b" * 200 + '")',
    "1 + " * 900 + "1",
    'date("9999-12-31") + duration("P9999999Y")',
    'duration("P999999999Y") + duration("P999999999Y")',
    'duration("P99Y") * 10 ** 50',
    'duration("P99Y") * 10 ** -50 / 10 ** -50',
    "5 in (" + "(" * 40 + "< 5" + ")" * 40 + ")",
    "5 in (" * 25 + "< 5" + ")" * 25,
    "5 in (< 1, " * 28 + "@" + ")" * 28,
    "5 in (" * 28 + "[1..@" + ")" * 28,
    "not(not(" * 14 + "@",
    "concatenate(" + ", ".join(["1..9"] * 100) + ")",
    '"' + "\\u0041" * 600 + '"',
]


@pytest.mark.parametrize("text", BOMBS, ids=[text[:30] for text in BOMBS])
@pytest.mark.parametrize("place", ["literal", "input", "test", "result", "default", "values"])
def test_a_bomb_in_any_place_is_refused_or_fails_by_name(text: str, place: str) -> None:
    logic = {
        "literal": f"<literalExpression><text>{text}</text></literalExpression>",
        "input": table([(text, "")], [("o", "")], [(["-"], ["1"])]),
        "test": table([("x", "")], [("o", "")], [([text], ["1"])]),
        "result": table([("x", "")], [("o", "")], [(["-"], [text])]),
        "default": table([("x", "")], [("o", "")], [(["9"], ["1"])], defaults=[text]),
        "values": table([("x", "")], [("o", "")], [(["-"], ["1"])], policy="PRIORITY", output_values=[text]),
    }[place]
    with bounded():
        made, noted = read(document(("d", logic, ())), "a.dmn")
        assert made or any(one.severity == "error" for one in noted)
        for one in made:
            with suppress(DecisionFailed):
                one.evaluate({"x": [1]})


def knowledge(count: int, text: str) -> str:
    """Functions of which each calls the one before in `text`, and a decision that calls the last."""
    parts = []
    for number in range(count):
        needs = f'<knowledgeRequirement><requiredKnowledge href="#f{number - 1}"/></knowledgeRequirement>' if number else ""
        body = text.replace("before", f"f{number - 1}") if number else "n + 1"
        parts.append(
            f'<businessKnowledgeModel id="f{number}" name="f{number}"><encapsulatedLogic><formalParameter name="n"/>'
            f"<literalExpression><text>{body}</text></literalExpression></encapsulatedLogic>{needs}</businessKnowledgeModel>"
        )
    call = f"<literalExpression><text>f{count - 1}(1)</text></literalExpression>"
    needs = f'<knowledgeRequirement><requiredKnowledge href="#f{count - 1}"/></knowledgeRequirement>'
    return "".join(parts) + f'<decision id="d">{needs}{call}</decision>'


@pytest.mark.parametrize(
    ("count", "text"), [(15, "before(n) + before(n)"), (150, "before(n)"), (3, "sum(for i in 1..2000 return before(i))")]
)
def test_functions_that_call_each_other_end(count: int, text: str) -> None:
    with bounded():
        made, noted = read(f'<definitions xmlns="{DMN_1_3}" id="d">{knowledge(count, text)}</definitions>'.encode(), "a.dmn")
        assert noted == []
        with pytest.raises(DecisionFailed) as failure:
            made[0].evaluate({})
    assert failure.value.code == "budget"


def test_many_busy_decisions_have_one_budget_together() -> None:
    busy = "<literalExpression><text>count(for a in 1..9000 return a + 1)</text></literalExpression>"
    chain = [(f"d{number}", busy, [f"d{number + 1}"] if number < 150 else []) for number in range(151)]
    with bounded():
        made, _ = read(document(*chain), "a.dmn")
        with pytest.raises(DecisionFailed) as failure:
            made[0].evaluate({})
    assert failure.value.code == "budget"


def test_a_long_circle_and_a_long_chain_are_read() -> None:
    text = "<literalExpression><text>1</text></literalExpression>"
    for last in ([], ["d0"]):
        chain: list[Any] = [(f"d{number}", text, [f"d{number + 1}"] if number < 199 else last) for number in range(200)]
        with bounded():
            made, noted = read(document(*chain), "a.dmn")
        assert bool(made) is not bool(last)
        assert bool(noted) is bool(last)


def test_a_name_with_many_blanks_and_many_names_are_no_trouble() -> None:
    inputs = "".join(f'<inputData id="i{number}" name="{"a b " * 20}{number}"/>' for number in range(3_000))
    text = "<literalExpression><text>" + "a b " * 900 + "</text></literalExpression>"
    with bounded():
        _, noted = read(f'<definitions xmlns="{DMN_1_3}" id="d">{inputs}<decision id="d">{text}</decision></definitions>'.encode(), "a.dmn")
    assert [one.code for one in noted] == ["decision_expression_refused"]
