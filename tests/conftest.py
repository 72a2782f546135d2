"""Fixtures shared by all tests, and the rule that nothing is skipped where everything is required."""

import os
from collections.abc import Generator

import pytest

from tests.databases import SERVER, Databases
from tests.figures import FIGURES


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With BANJIE_TEST_REQUIRE=all, a skip is a failure that says what is missing."""
    report = yield
    if report.skipped and os.environ.get("BANJIE_TEST_REQUIRE") == "all":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: nothing may be skipped here. {reason}"
    return report


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Gives each test a database of its own with the present schema: SQLite, or PostgreSQL where BANJIE_TEST_DATABASE_URL says so."""
    return Databases(tmp_path_factory.mktemp("databases"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests have measured."""
    for figure in FIGURES:
        terminalreporter.write_line(figure)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database: tests/ops/test_postgresql.py runs those of PostgreSQL in a run of its own."""
    other = "sqlite" if os.environ.get(SERVER) else "postgresql"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
