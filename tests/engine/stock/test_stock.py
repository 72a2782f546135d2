"""SpiffWorkflow as it comes, on the diagrams of the support table."""

import pytest

from tests.engine.stock.playing import outcome
from tests.engine.support.rows import Executed
from tests.engine.support.test_support import EXECUTED

COMPARED = [row for row in EXECUTED if row.comparable]


@pytest.mark.parametrize("row", [row for row in COMPARED if row.stock], ids=lambda row: row.name)
def test_it_is_wrong_where_the_table_says_so(row: Executed) -> None:
    found, trace = outcome(row)
    assert found == row.stock.partition(":")[0], trace


@pytest.mark.parametrize("row", [row for row in COMPARED if not row.stock], ids=lambda row: row.name)
def test_it_does_the_same_where_the_table_says_nothing(row: Executed) -> None:
    found, trace = outcome(row)
    assert found == "same", trace


def test_nothing_is_said_that_is_not_tried() -> None:
    assert [row.name for row in EXECUTED if row.stock and not row.comparable] == []
