"""A backup taken while commands run restores into an empty place, verifies, replays, and the cases go on; what had been answered before
the backup began is in it."""

import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from processes import attachments, backup, instances, rebuild, schema, settings, stuck, user_tasks
from processes.audit import replay
from processes.audit.verify import verify
from processes.backup import BackupRefused
from processes.db import db
from tests.databases import Databases
from tests.figures import tell
from tests.processes.cases import LI, REVIEW, ZHANG, deploy, open_tasks, rows
from tests.processes.conftest import PEOPLE, app_over, fill, settings_for
from tests.processes.forked import fork, wait

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.slow]
CASES = 400
#: steps that are there when the first backup begins
SOME = 60


@pytest.fixture
def elsewhere(databases: Databases, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Gives empty places to restore into: addresses of databases with nothing in them."""
    made = []

    def place(name: str) -> str:
        if not databases.on_postgresql:
            return f"sqlite:///{tmp_path / name / 'banjie.db'}"
        made.append(databases.empty())
        return made[-1]

    yield place
    for url in made:
        databases.drop(url)


def _tell(name: str) -> None:
    """Nobody listens."""


def _work(number: int, folder: Path) -> None:
    """A clerk who never stops."""
    for _ in range(CASES):
        case = instances.start(key="review_flow", variables={}, actor=ZHANG)
        user_tasks.complete(open_tasks(case)["review"], variables={}, opinion="同意", actor=LI)
        (folder / f"busy{number}").touch()
        if (folder / "enough").exists():
            return


def test_a_backup_under_load_verifies_replays_and_goes_on(tmp_path: Path, elsewhere: Callable[[str], str]) -> None:
    deploy(REVIEW)
    first = instances.start(key="review_flow", variables={}, actor=ZHANG)
    held = attachments.store(BytesIO(b"%PDF-1.7 minutes"), "纪要.pdf", actor=LI)
    pids = [fork(lambda number=number: _work(number, tmp_path)) for number in range(2)]
    while not all((tmp_path / f"busy{number}").exists() for number in range(2)) or len(rows("step")) < SOME:
        time.sleep(0.01)
    answered = {(row["instance_id"], row["seq"]) for row in rows("step")}
    targets = [tmp_path / f"{number}.zip" for number in range(3)]
    for target in targets:
        backup.make(target, _tell)
    (tmp_path / "enough").touch()
    assert [wait(pid) for pid in pids] == [0, 0]
    after = len(rows("step"))
    for target in targets:
        place = tmp_path / target.stem
        url = elsewhere(target.stem)
        settings.configure(settings_for(place, url))
        backup.restore(target, _tell)
        with app_over(url).app_context():
            steps = {(row["instance_id"], row["seq"]) for row in rows("step")}
            assert answered <= steps
            assert verify().unbroken
            assert all(one.same for one in replay.replay_all())
            assert stuck.look().sound
            rebuild.rebuild_case(first)
            user_tasks.complete(open_tasks(first)["review"], variables={}, actor=LI)
            assert attachments.open_for(held.id, LI).path.read_bytes() == b"%PDF-1.7 minutes"
            db.session.remove()
            db.engine.dispose()
    tell(f"backup under load: {len(answered)} steps before the first of {len(targets)}, {after} after the last")


@pytest.mark.sqlite
def test_a_backup_of_the_oldest_release_migrates(tmp_path: Path) -> None:
    """Its people are there, and cases run."""
    old, new = (tmp_path / name for name in ("old", "new"))
    old.mkdir()
    with closing(_At(old)):
        oldest = ScriptDirectory.from_config(schema._config()).get_base()
        command.upgrade(schema._config(), str(oldest))
        fill()
        assert not schema.is_current()
        db.session.remove()
        backup.make(tmp_path / "old.zip", _tell)
    with closing(_At(new)):
        backup.restore(tmp_path / "old.zip", _tell)
        schema.upgrade()
        assert schema.is_current()
        deploy(REVIEW)
        case = instances.start(key="review_flow", variables={}, actor=ZHANG)
        user_tasks.complete(open_tasks(case)["review"], variables={}, actor=LI)
        assert len(rows("person")) == len(PEOPLE)
        assert verify().unbroken
        assert replay.replay(case).same


class _At:
    """An application over a database in a folder of its own, until it is closed."""

    def __init__(self, place: Path) -> None:
        url = f"sqlite:///{place / 'banjie.db'}"
        settings.configure(settings_for(place, url))
        self.context = app_over(url).app_context()
        self.context.push()

    def close(self) -> None:
        db.session.remove()
        db.engine.dispose()
        self.context.pop()


@pytest.mark.sqlite
def test_a_backup_cut_anywhere_is_refused_and_touches_nothing(tmp_path: Path) -> None:
    deploy(REVIEW)
    target = tmp_path / "all.zip"
    backup.make(target, _tell)
    whole = target.read_bytes()
    settings.configure(settings_for(tmp_path / "empty", f"sqlite:///{tmp_path / 'empty' / 'banjie.db'}"))
    for part in range(50):
        target.write_bytes(whole[: len(whole) * part // 50])
        with pytest.raises(BackupRefused):
            backup.restore(target, _tell)
        assert not (tmp_path / "empty" / "banjie.db").exists()
    target.write_bytes(whole)
    backup.restore(target, _tell)
    with closing(sqlite3.connect(tmp_path / "empty" / "banjie.db")) as restored:
        assert restored.execute("SELECT count(*) FROM process_definition").fetchone() == (1,)
    with zipfile.ZipFile(target) as archive:
        assert not any("secret" in name for name in archive.namelist())
