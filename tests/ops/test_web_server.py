"""What gunicorn is told, and what a process of the web server does before its first request."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.conftest import settings_for
from web.server import configuration


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_what_the_application_consists_of_is_not_searched_for_garbage_again(tmp_path: Path) -> None:
    told = configuration(settings_for(tmp_path, ""))
    assert gc.get_freeze_count() == 0
    told["post_worker_init"](None)
    assert gc.get_freeze_count() > 1000
