"""The demo organisation: invented people in an empty database, their passwords in a file, and how to be rid of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from unicodedata import east_asian_width

from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from processes import acts, private_files, settings
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, reading, transaction
from processes.models import (
    AccountRole,
    Act,
    Attachment,
    Deployment,
    Draft,
    Holding,
    Notice,
    Person,
    Phrase,
    Post,
    ProcessInstance,
    ResponsibilityLine,
    SignIn,
    Step,
    Token,
    UserTask,
)
from processes.people import directory, organisation, passwords

LOGINS_FILE = "demo-logins.txt"
DOCUMENT = "_shared/organisation.toml"
REMOVED = "demo_removed"
HEAD = ("账号", "密码", "姓名·岗位", "单位")


@dataclass(frozen=True)
class Removed:
    """What became of the demo people: taken out, or kept without access because history names them."""

    deleted: list[str]
    disabled: list[str]


def logins_file() -> Path:
    """The file with the demo logins and their passwords, mode 0600."""
    return settings.current().var.dir / LOGINS_FILE


def is_loaded() -> bool:
    """Whether an active demo person is there."""
    with reading():
        return db.session.scalar(select(exists().where(Person.demo, Person.active))) is True


def is_due() -> bool:
    """Whether a start would load the demo organisation: there are no people, and never were."""
    with reading():
        return _is_empty()


def load(*, actor: Actor) -> Path | None:
    """Load the demo organisation when there are no people and never were; returns the file with its logins, or None without one.

    The file is written before the commit: a start that dies between the two makes new passwords the next time.
    """
    path = logins_file()
    with reading():
        wanted = _is_empty()
    if wanted:
        _load(path, actor)
    return path if path.exists() and is_loaded() else None


def _is_empty() -> bool:
    """Whether there are no people, and the demo has not been removed before."""
    people = db.session.scalar(select(Person.login).limit(1))
    return people is None and db.session.scalar(select(Act.seq).where(Act.kind == REMOVED).limit(1)) is None


def _load(path: Path, actor: Actor) -> None:
    document = organisation.read(settings.shipped("bpmn_models") / DOCUMENT)
    chosen = {part.login: passwords.one_time() for part in document.people}
    stored = {login: passwords.hashed(password) for login, password in chosen.items()}
    with transaction():
        acts.lock()
        if not _is_empty():
            # Another start was quicker.
            return
        for login in organisation.write(document, demo=True):
            db.session.get_one(Person, login).password = stored[login]
        db.session.flush()
        acts.record("demo_loaded", None, actor=actor, details={"people": len(chosen)})
        private_files.write(path, _table(chosen).encode())


def _table(chosen: dict[str, str]) -> str:
    people = directory.people(chosen)
    rows = [HEAD]
    rows += [(login, password, people[login].display, people[login].department_name or "—") for login, password in chosen.items()]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ("  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def remove(*, actor: Actor) -> Removed:
    """Take the demo people out: those whom no history names are deleted, the others disabled; the file with their logins goes.

    Departments, roles and posts stay: the shipped models name them. Afterwards, unless another administrator is active, the page
    for the first administrator is open. For the command line.
    """
    acts.require_role(actor, (), REMOVED, None)
    with transaction():
        acts.lock()
        demo = set(db.session.scalars(select(Person.login).where(Person.demo)))
        kept = set(db.session.scalars(select(Person.login).where(Person.demo, _in_history())))
        _end_access(demo)
        _delete(demo - kept)
        _disable(kept)
        acts.record(REMOVED, None, actor=actor, details={"deleted": sorted(demo - kept), "disabled": sorted(kept)})
    logins_file().unlink(missing_ok=True)
    return Removed(sorted(demo - kept), sorted(kept))


def _in_history() -> ColumnElement[bool]:
    named = (
        Step.actor,
        Step.on_behalf_of,
        ProcessInstance.started_by,
        ProcessInstance.started_for,
        UserTask.assignee,
        UserTask.completed_by,
        Act.actor,
        Act.subject,
        Attachment.uploaded_by,
        Deployment.deployed_by,
    )
    return or_(*(exists().where(column == Person.login) for column in named))


def _end_access(logins: Iterable[str]) -> None:
    for table in (AccountRole, Token, SignIn):
        db.session.execute(delete(table).where(table.login.in_(logins)))


def _delete(logins: set[str]) -> None:
    db.session.execute(update(Post).where(Post.login.in_(logins)).values(login=None))
    db.session.execute(delete(ResponsibilityLine).where(ResponsibilityLine.leader.in_(logins)))
    for table in (Holding, Draft, Notice, Phrase):
        db.session.execute(delete(table).where(table.login.in_(logins)))
    db.session.execute(delete(Person).where(Person.login.in_(logins)))


def _disable(logins: set[str]) -> None:
    """History keeps what they held and until when."""
    today = office.today()
    for row in (Holding, Post):
        held = (row.login.in_(logins), row.valid_until.is_(None))
        db.session.execute(update(row).where(*held).values(valid_until=today))
    lines = (ResponsibilityLine.leader.in_(logins), ResponsibilityLine.valid_until.is_(None))
    db.session.execute(update(ResponsibilityLine).where(*lines).values(valid_until=today))
    db.session.execute(update(Person).where(Person.login.in_(logins)).values(active=False, password=None))
