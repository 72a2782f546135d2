"""What a machine may lack: a test that needs it is skipped by name, with one line on how to get it.

Where BANJIE_TEST_REQUIRE=all says that nothing may be skipped, tests/conftest.py makes a failure of it.
"""

from typing import NoReturn

import pytest


def lacks(what: str, how: str) -> NoReturn:
    """Skip the test because the machine lacks `what`; `how` says how to get it."""
    pytest.skip(f"{what} is missing: {how}")
