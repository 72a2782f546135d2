"""Diagrams that the gate lets through and that would work for ever: a step ends soon, with an incident that says which limit."""

import time

import pytest

from benchmarks.hostile_files import graphs, pieces, texts
from engine.reading import ReadOptions, read
from tests.engine.drawing import Driven

PATIENCE = 6.0


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        (graphs.largest_chain(), "steps"),
        (texts.doubling_script(), "budget"),
        (texts.growing_list(), "budget"),
        (texts.tokens_that_multiply(), "steps"),
        (texts.itself_called(), "call_depth"),
        (texts.many_instances(pieces.COMPUTED, 1), "tokens"),
        (texts.many_instances(pieces.COMPUTED, 3), "tokens"),
        (texts.waiting_instances(), "tokens"),
        (texts.many_instances("${100000 * 100000}", 1), "instances"),
        (texts.heavy_expression("[[a for a in range(1000)] for b in range(1000)]"), "budget"),
        (texts.heavy_expression("'x' * 100000000"), None),
        (graphs.cycles_in_cycles(19), "steps"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_step_ends_soon(files: pieces.Files, limit: str | None) -> None:
    drawn = read(files, options=ReadOptions())
    assert not drawn.refused
    began = time.monotonic()
    case = Driven(files["a.bpmn"], {"x": 2})
    assert time.monotonic() - began < PATIENCE
    found = {incident["values"].get("limit", incident["code"]) for incident in case.incidents}
    if limit == "budget":
        assert case.incidents
    elif limit is not None:
        assert limit in found
