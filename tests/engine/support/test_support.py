"""A test for every row of the support table."""

import pytest

from tests.engine import support_table
from tests.engine.support import activities, events, gateways, told
from tests.engine.support.rows import Executed, Told, findings, play

EXECUTED = [*events.ROWS, *gateways.ROWS, *activities.ROWS]
ROWS: list[Executed | Told] = [*EXECUTED, *told.ROWS]


@pytest.mark.parametrize("row", EXECUTED, ids=lambda row: row.name)
def test_executed(row: Executed) -> None:
    assert findings(row.xml) == [(code, "warning") for code in row.warned]
    assert play(row) == list(row.trace)


@pytest.mark.parametrize("row", told.ROWS, ids=lambda row: row.name)
def test_told(row: Told) -> None:
    assert (row.code, row.severity) in findings(row.xml)


def test_no_row_stands_twice() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_the_page_is_what_the_rows_say() -> None:
    written = support_table.PAGE.read_text("utf-8")
    assert written == support_table.page(), "run: python -m tests.engine.support_table > docs/bpmn-support.md"


def test_everything_that_is_refused_by_name_has_its_row() -> None:
    assert support_table.check() == []
