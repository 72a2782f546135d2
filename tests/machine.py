"""What a machine may lack: tests that need it are skipped by name, or fail where BANJIE_TEST_REQUIRE=all says that nothing may be."""

import os
from typing import NoReturn

import pytest


def lacks(what: str, how: str) -> NoReturn:
    """Skip the test because the machine lacks `what`; fail instead where everything is required. `how` says how to get it."""
    if os.environ.get("BANJIE_TEST_REQUIRE") == "all":
        pytest.fail(f"{what} is missing: {how}", pytrace=False)
    pytest.skip(f"{what} is missing: {how}")
