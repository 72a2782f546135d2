"""Diagrams that the gate lets through and that would work for ever: a step ends soon, with an incident that says which limit."""

import time

import pytest

from benchmarks import hostile_files as hostile
from engine.reading import ReadOptions, read
from tests.engine.drawing import Driven

PATIENCE = 6.0


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        (hostile.largest_chain(), "steps"),
        (hostile.doubling_script(), "budget"),
        (hostile.growing_list(), "budget"),
        (hostile.tokens_that_multiply(), "steps"),
        (hostile.itself_called(), "call_depth"),
        (hostile.many_instances(hostile.COMPUTED, 1), "tokens"),
        (hostile.many_instances(hostile.COMPUTED, 3), "tokens"),
        (hostile.waiting_instances(), "tokens"),
        (hostile.many_instances("${100000 * 100000}", 1), "instances"),
        (hostile.heavy_expression("[[a for a in range(1000)] for b in range(1000)]"), "budget"),
        (hostile.heavy_expression("'x' * 100000000"), None),
        (hostile.cycles_in_cycles(19), "steps"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_step_ends_soon(files: hostile.Files, limit: str | None) -> None:
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
