"""Names in a deployment that mean nobody in this organisation: warnings, for people come and go."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

from sqlalchemy import or_, select

from engine.copy_rules import names_drawn
from engine.gate.findings import MAX_FINDINGS
from engine.people_rules import APPLICANT, Rule, RuleRefused, parse, texts_about_people
from engine.reading import Reading
from processes.db import db
from processes.deploy_findings import OfficeFinding
from processes.models import Department, Person, Post, ResponsibilityLine, Role
from processes.people import answers, groups

#: places where somebody is named that are looked at, names that are looked up, and those of them for which something similar is looked for
MAX_MENTIONS = 5_000
MAX_NAMES = 2_000
MAX_GUESSED = 20
BATCH = 500
#: whether only a login can be meant, and the name
Asked = tuple[bool, str]


@dataclass(frozen=True)
class _Mention:
    """A name and where it stands."""

    asked: Asked
    code: str
    file: str
    line: int | None = None
    element_id: str | None = None
    element_name: str | None = None


def about_people(read: Reading) -> list[OfficeFinding]:
    """Whom the user tasks ask and who may start, as far as the name is written down and nobody has it at present."""
    mentions = dict.fromkeys(islice(_mentions(read), MAX_MENTIONS))
    asked = list(dict.fromkeys(one.asked for one in mentions))[:MAX_NAMES]
    present = _present(asked)
    lost = [one for one in asked if one not in present]
    similar = _similar(lost[:MAX_GUESSED])
    unheld = set(lost)
    return [_finding(one, similar.get(one.asked)) for one in mentions if one.asked in unheld][:MAX_FINDINGS]


def _mentions(read: Reading) -> Iterator[_Mention]:
    for name in read.settings.get("starters") or []:
        yield _Mention((False, str(name)), "no_starters", "process.toml")
    for process in read.processes:
        for name in process.outline["starters"]:
            yield _Mention((False, name), "no_starters", process.file, process.outline["line"], process.key, process.name)
        for element_id, entry in process.outline["elements"].items():
            code = "nobody_holds" if entry["type"] == "userTask" else "nobody_gets_copies"
            for person, name in _drawn(entry):
                if name and "{" not in name and not name.startswith("="):
                    yield _Mention((person, name), code, process.file, entry["line"], element_id, entry["name"] or None)


def _drawn(entry: dict[str, Any]) -> Iterator[tuple[bool, str | None]]:
    """The names at an element, and whether each can only be a login: those whom a user task asks, and who gets copies."""
    if entry["type"] == "userTask":
        yield from ((True, name) for name in (entry["assignee"], *entry["candidate_users"]))
        yield from ((False, name) for name in (*entry["candidate_groups"], *texts_about_people(entry["properties"])))
    elif entry.get("implementation") == "copy":
        yield from ((False, name) for name in names_drawn(entry["properties"]))


def _present(asked: list[Asked]) -> set[Asked]:
    """Those that somebody has at present."""
    rules = {one: drawn for one in asked if (drawn := _rule(one[1])) is not None}
    found = {one for one, drawn in rules.items() if _finds_somebody(drawn)}
    asked = [one for one in asked if one not in rules]
    for begin in range(0, len(asked), BATCH):
        part = asked[begin : begin + BATCH]
        logins = [name for person, name in part if person]
        known = db.session.scalars(select(Person.login).where(Person.active, Person.login.in_(logins))) if logins else ()
        found |= {(True, login) for login in known}
        held = groups.holders(name for person, name in part if not person)
        found |= {(False, name) for name, holders in held.items() if holders}
    return found


def _rule(text: str) -> Rule | None:
    try:
        return parse(text)
    except RuleRefused:
        return None


def _finds_somebody(drawn: Rule) -> bool:
    """Whether a rule finds somebody at present; who is found for an applicant, a choice or a decision only a case knows."""
    if drawn.kind in ("starter", "chosen", "decision") or (drawn.kind != "role" and drawn.arguments[0] in APPLICANT):
        return True
    if drawn.kind == "role":
        named = or_(Role.code == drawn.arguments[0], Role.name == drawn.arguments[0])
        posts = select(Post.id).where(Post.name == drawn.arguments[0])
        return db.session.scalar(select(Role.code).where(named)) is not None or db.session.scalar(posts.limit(1)) is not None
    place = drawn.arguments[0] if drawn.kind == "line" else ["unit", drawn.arguments[0]]
    levels = [int(drawn.arguments[1])] if len(drawn.arguments) > 1 else []
    question = json.dumps([drawn.kind, place, *levels])
    return bool(answers.answers([question])[question]["people"])


def _similar(lost: list[Asked]) -> dict[Asked, str]:
    """What may have been meant instead: for a login also the person of that name."""
    if not lost:
        return {}
    people = {row.login: row.name for row in db.session.execute(select(Person.login, Person.name).where(Person.active))}
    units = {name for table in (Role, Department, Post) for name in db.session.scalars(select(table.name).distinct())}
    found = {}
    for person, written in lost:
        drawn = _rule(written)
        name = written if drawn is None else drawn.arguments[0]
        by_name = next((login for login, full in people.items() if full == name), None) if person else None
        among = sorted(people) if person and drawn is None else sorted(units | people.keys())
        if drawn is not None and drawn.kind == "line":
            among = sorted({line for line in db.session.scalars(select(ResponsibilityLine.line).distinct()) if line})
        nearest = by_name or next(iter(get_close_matches(name, [one for one in among if one != name], n=1)), None)
        if nearest is not None:
            found[(person, written)] = nearest
    return found


def _finding(mention: _Mention, similar: str | None) -> OfficeFinding:
    name = mention.element_name or mention.element_id or ""
    guess = (f"；是不是“{similar}”？", f"; did you mean “{similar}”?") if similar else ("。", ".")
    code = "no_such_login" if mention.asked[0] and _rule(mention.asked[1]) is None else mention.code
    return OfficeFinding(
        code,
        "warning",
        mention.file,
        mention.line,
        mention.element_id,
        mention.element_name,
        {"name": name, "group": mention.asked[1], "guess_zh": guess[0], "guess_en": guess[1]},
    )
