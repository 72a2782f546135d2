"""Fixtures shared by all tests."""

import pytest

from tests.databases import Databases


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Gives each test a database of its own with the present schema: SQLite, or PostgreSQL where BANJIE_TEST_DATABASE_URL says so."""
    return Databases(tmp_path_factory.mktemp("databases"))
