"""What a start does before anything serves: schema, secrets, shipped models, demo people. Doing it twice changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from processes import hosts, model_folders, schema, settings
from processes.actors import SYSTEM
from processes.calendar import days
from processes.db import db
from processes.model_folders import FolderResult
from processes.people import demo
from web.app import create_app

Say = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """What the start tells: the folders that were refused, and the file with the demo logins, if there are demo people."""

    refused: list[FolderResult]
    logins: Path | None


def prepare(chosen: settings.Settings, say: Say) -> Prepared:
    """Bring the database up to date and fill it; `say` is told what is under way. The connections are closed again.

    Raises SettingRefused when the folder of models is not there.
    """
    if not chosen.models.dir.is_dir():
        raise settings.SettingRefused("models.dir", f"没有这个文件夹：{chosen.models.dir}")
    app = create_app(chosen)
    with app.app_context():
        try:
            return _prepare(chosen, say)
        finally:
            _close(app)


def _prepare(chosen: settings.Settings, say: Say) -> Prepared:
    if not schema.is_current():
        say("正在建立或升级数据库 …")
        schema.upgrade()
    hosts.join()
    days.ensure_loaded(actor=SYSTEM)
    logins = demo.load(actor=SYSTEM) if chosen.demo.enabled else None
    results = model_folders.deploy_new(chosen.models.dir, actor=SYSTEM)
    for result in results:
        if result.done is not None:
            versions = "、".join(f"{one.name} 第 {one.version} 版" for one in result.done.definitions)
            say(f"已部署 {result.name}{f'：{versions}' if versions else ''}")
    return Prepared([result for result in results if result.done is None], logins)


def join(app: Flask) -> None:
    """Let a part that starts alone look whether its host has what all hosts have, where the database is ready; raises Conflict."""
    with app.app_context():
        try:
            if schema.is_current():
                hosts.join()
        finally:
            _close(app)


def _close(app: Flask) -> None:
    """Children are forked after this; none may inherit a connection."""
    db.session.remove()
    db.engine.dispose()
