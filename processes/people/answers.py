"""Answers to the engine's questions about people (`engine.asking`): who heads a unit, who is above somebody, who is in charge.

All of it on one day: posts, holdings and lines have dates. Whoever has left is never an answer, and is named as left out.
A unit that nobody heads, or that nobody is in charge of, is answered for by the unit above it; circles end where they begin again.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select

from processes.calendar import office
from processes.db import db, reading
from processes.models import Act, Department, Person, Post, ResponsibilityLine
from processes.people import groups
from processes.people.periods import valid_on

Answer = dict[str, Any]
_leaders = select(ResponsibilityLine.leader, Person.active).join(Person, Person.login == ResponsibilityLine.leader)


def answers(questions: Iterable[str], on: date | None = None) -> dict[str, Answer]:
    """The answers by question, as the organisation is on a day (default: today)."""
    asked = {text: json.loads(text) for text in sorted(set(questions))}
    with reading():
        organisation = Organisation(on or office.today())
        organisation.look_up({question[1] for question in asked.values() if question[0] == "name"})
        return {text: organisation.answer(*question) for text, question in asked.items()}


def version(on: date | None = None) -> dict[str, Any]:
    """Which state of the organisation answers: the day, and the last act (of the record of acts) that may have changed it."""
    with reading():
        return {"day": (on or office.today()).isoformat(), "act": db.session.scalar(select(func.max(Act.seq)))}


class Organisation:
    """Departments, who heads them and who is in charge, on one day; reads what is asked for and no more."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._held: dict[str, list[str]] = {}
        self._units: dict[str, Any] = {}
        self._people: dict[str, Any] = {}

    def look_up(self, names: set[str]) -> None:
        """Find the holders of these names together."""
        self._held = groups.holders(names, self.day) if names else {}

    def answer(self, kind: str, subject: Any = None, levels: int = 1) -> Answer:
        """The answer to one question."""
        match kind:
            case "login":
                return self.person(subject)
            case "name":
                return self.name(subject)
            case "line":
                return self._split(self._in_charge_of_line(str(subject)))
            case "department":
                return {"people": [], "unit": self.unit(subject)}
            case "members":
                unit = self.unit(subject)
                return {"people": [], "unknown": subject[1]} if unit is None else {"people": groups.members(unit, self.day)}
            case "head":
                return self._climbing(subject, self._heads)
            case "leader":
                return self._climbing(subject, self._in_charge)
            case _:
                return self._above(subject, levels, every=kind == "superiors")

    def person(self, login: str) -> Answer:
        """An active person; one who has left is named as left out."""
        row = self._person(login)
        if row is not None and row.active:
            return {"people": [login]}
        return {"people": [], "skipped": [{"login": login, "why": "unknown" if row is None else "inactive"}]}

    def name(self, name: str) -> Answer:
        """The holders of a name; it may also be the login of somebody who has left."""
        found = self._held.get(name, [])
        if not found and self._person(name) is not None:
            return self.person(name)
        return {"people": list(found)}

    def unit(self, place: Any) -> str | None:
        """The code of the unit that is meant: that of a person, one of this code or name, or that of whoever has this login."""
        kind, text = place
        if kind == "unit":
            if self._unit(text) is not None:
                return str(text)
            named = db.session.scalar(select(Department.code).where(Department.name == text))
            if named is not None:
                return named
        person = self._person(text)
        return None if person is None else person.department

    def _unit(self, code: str) -> Any:
        if code not in self._units:
            query = select(Department.code, Department.name, Department.parent, Department.active)
            self._units[code] = db.session.execute(query.where(Department.code == code)).first()
        return self._units[code]

    def _person(self, login: str) -> Any:
        if login not in self._people:
            query = select(Person.login, Person.department, Person.active).where(Person.login == login)
            self._people[login] = db.session.execute(query).first()
        return self._people[login]

    def _heads(self, code: str) -> list[Any]:
        """Who holds a post that heads the unit, and whether they are still here."""
        query = select(Post.login, Person.active).join(Person, Person.login == Post.login)
        return list(db.session.execute(query.where(Post.head, Post.department == code, valid_on(Post, self.day))))

    def _in_charge(self, code: str) -> list[Any]:
        line = ResponsibilityLine
        return list(db.session.execute(_leaders.where(line.department == code, valid_on(line, self.day))))

    def _in_charge_of_line(self, name: str) -> list[Any]:
        line = ResponsibilityLine
        return list(db.session.execute(_leaders.where(line.line == name, valid_on(line, self.day))))

    def _split(self, rows: Iterable[Any]) -> Answer:
        """Those who are here, and those who have left."""
        found = dict(sorted((login, active) for login, active in rows))
        left = [{"login": login, "why": "inactive"} for login, active in found.items() if not active]
        return {"people": [login for login, active in found.items() if active], **({"skipped": left} if left else {})}

    def _upwards(self, code: str | None) -> Iterator[Any]:
        """The unit and those above it; a circle ends where it began."""
        seen: set[str] = set()
        while code is not None and code not in seen and (unit := self._unit(code)) is not None:
            seen.add(code)
            yield unit
            code = unit.parent

    def _climbing(self, place: Any, who: Callable[[str], list[Any]]) -> Answer:
        """Those of the unit, else of the nearest one above that has somebody; a disabled unit has nobody."""
        skipped: list[Any] = []
        first = self.unit(place)
        if first is None:
            return {"people": [], "unknown": place[1]}
        for unit in self._upwards(first):
            found = self._split(who(unit.code) if unit.active else ())
            skipped += found.get("skipped", [])
            if found["people"]:
                climbed = {"climbed": [unit.name]} if unit.code != first else {}
                return {"people": found["people"], **({"skipped": skipped} if skipped else {}), **climbed}
        return {"people": [], **({"skipped": skipped} if skipped else {})}

    def _above(self, place: Any, levels: int, *, every: bool) -> Answer:
        """The heads so many levels above a person, or a unit: each level is a unit on the way up that somebody else heads."""
        kind, text = place
        person = text if self._person(text) is not None and (kind == "person" or self._unit(text) is None) else None
        first = self._person(person).department if person is not None else self.unit(place)
        if first is None:
            return {"people": [], "unknown": text}
        found: list[list[str]] = []
        skipped: list[Any] = []
        named = {person}
        for unit in self._upwards(first):
            heads = self._split(self._heads(unit.code) if unit.active else ())
            skipped += [one for one in heads.get("skipped", []) if one not in skipped]
            others = [login for login in heads["people"] if login not in named]
            if others:
                named.update(others)
                found.append(others)
        chosen = found[:levels] if every else found[levels - 1 : levels]
        return {"people": [login for level in chosen for login in level], **({"skipped": skipped} if skipped else {})}
