"""What all hosts must have in common is registered by the first, and one that has something else is told so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from processes import hosts, settings
from processes.db import db
from processes.errors import Conflict
from tests.processes.cases import rows

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def host(folder: Path, key: str = "") -> Iterator[None]:
    """As on another host: its own folder, and its own key unless one is set."""
    before = settings.current()
    settings.configure(replace(before, var=settings.Var(folder), web=replace(before.web, secret_key=key)))
    try:
        yield
    finally:
        settings.configure(before)


@pytest.fixture
def on_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if several hosts could reach the database, which those of SQLite cannot."""
    monkeypatch.setattr(hosts, "_of_one_machine", lambda: False)


def test_nothing_is_registered_before_the_first_host_starts(tmp_path: Path) -> None:
    assert hosts.differs() is None
    hosts.join()
    assert {row["name"] for row in rows("shared_by_hosts")} == {"key", "files"}
    assert hosts.differs() is None


@pytest.mark.usefixtures("on_a_server")
def test_a_host_with_another_key_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    hosts.join()
    first = rows("shared_by_hosts")
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "files").symlink_to(tmp_path / "files")
    with host(tmp_path / "two"), pytest.raises(Conflict, match="other_key_than_other_hosts") as refused:
        hosts.join()
    assert refused.value.values["host"] == first[0]["host"]
    assert refused.value.values["here"] != refused.value.values["registered"]
    assert rows("shared_by_hosts") == first


@pytest.mark.usefixtures("on_a_server")
def test_a_host_without_the_shared_folder_is_refused_and_makes_no_mark(tmp_path: Path) -> None:
    key = "the same on every host, and long enough"
    with host(tmp_path / "one", key):
        hosts.join()
    with host(tmp_path / "two", key):
        with pytest.raises(Conflict, match="other_files_than_other_hosts"):
            hosts.join()
        assert not (tmp_path / "two" / "files").exists()
        (tmp_path / "two").mkdir(exist_ok=True)
        (tmp_path / "two" / "files").symlink_to(tmp_path / "one" / "files")
        hosts.join()


@pytest.mark.usefixtures("on_a_server")
def test_after_a_restore_elsewhere_what_is_there_is_taken_on_the_word_of_somebody(tmp_path: Path) -> None:
    hosts.join()
    with host(tmp_path / "elsewhere"):
        assert hosts.differs() is not None
        hosts.adopt()
        assert hosts.differs() is None
        hosts.join()
    assert hosts.differs() is not None
    assert [row["kind"] for row in rows("act")] == ["hosts_adopted"]
    secret = (tmp_path / "elsewhere" / "secret-key").read_text()
    assert secret not in str(rows("act")) + str(rows("shared_by_hosts"))


def test_a_database_of_one_machine_takes_what_that_has(tmp_path: Path) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a server may have several machines")
    hosts.join()
    (tmp_path / "secret-key").unlink()
    assert hosts.differs() is not None
    hosts.join()
    assert hosts.differs() is None
