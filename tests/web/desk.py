"""The demo office behind its pages, and people who look at them and fill them in as a browser does."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from processes.db import db
from processes.settings import Settings

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: a start form of procurement_regular that is right
APPLICATION = {
    "project_name": "东湾村村道路灯更换",
    "module": "procurement",
    "amount": "4800.00",
    "funding_source": "fiscal_budget",
    "duration": "20",
    "site": "东湾村三组",
    "leader_in_charge": "leader_works",
    "works_scale": "更换 54 盏",
}


class Visitor:
    """Somebody at a browser, signed in or not."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, **given: Any) -> TestResponse:
        """A page."""
        return self.client.get(path, **given)

    def post(self, path: str, fields: Any = (), *, page: str | None = None, follow: bool = False) -> TestResponse:
        """Send a form with the token of `page`, which is the page of the same address unless given."""
        data = MultiDict(fields)
        data.setdefault("csrf_token", self.token(page or path))
        return self.client.post(path, data=data, content_type="multipart/form-data", follow_redirects=follow)

    def token(self, page: str = "/account") -> str:
        """The token of this browser's forms, from a page that has one."""
        shown = self.get(page).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', shown) or re.search(r'name="csrf-token" content="([^"]+)"', shown)
        return found.group(1) if found or page == "/account" else self.token()  # type: ignore[union-attr]

    def sign_in(self, login: str, password: str) -> TestResponse:
        """Sign in on the sign-in page."""
        return self.post("/sign-in", {"login": login, "password": password})


@dataclass
class Office:
    """The demo office: its application, and everybody's passwords."""

    app: Flask
    settings: Settings
    passwords: dict[str, str]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @classmethod
    def at(cls, app: Flask, settings: Settings, logins: Path) -> "Office":
        """The office whose demo passwords are in a file."""
        lines = logins.read_text("utf-8").splitlines()[1:]
        return cls(app, settings, {line.split()[0]: line.split()[1] for line in lines if line.strip()})

    def as_(self, login: str | None) -> Visitor:
        """Somebody of the office, signed in; nobody for None. The same browser each time."""
        key = login or ""
        if key not in self.visitors:
            self.visitors[key] = self.fresh(login)
        return self.visitors[key]

    def fresh(self, login: str | None) -> Visitor:
        """Somebody at a browser of their own."""
        visitor = Visitor(self.app)
        if login is not None:
            assert visitor.sign_in(login, self.passwords[login]).status_code == 303
        return visitor

    def apply(self, title: str, login: str = "village_east", **changed: str) -> str:
        """Start a regular project; the path of its case."""
        answer = self.as_(login).post("/start/procurement_regular", {**APPLICATION, "project_name": title, **changed, "_act": "submit"})
        assert answer.status_code == 303, sentences(answer)
        return str(answer.headers["Location"])

    def task(self, login: str, title: str) -> str:
        """The path of the task of that title in somebody's inbox."""
        page = self.as_(login).get(f"/inbox?q={title}").text
        found = re.search(rf'href="(/tasks/[^"]+)">{re.escape(title)}</a>', page)
        assert found, f"{login} has no task “{title}”"
        return found.group(1)

    def decide(self, login: str, title: str, outcome: str = "agree", opinion: str = "同意。", **more: str) -> TestResponse:
        """Decide on a task."""
        path = self.task(login, title)
        return self.as_(login).post(path, {"outcome": outcome, "opinion": opinion, **more}, follow=True)


def sentences(answer: TestResponse) -> str:
    """The visible text of a page."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that the database was asked inside the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)
