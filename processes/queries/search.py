"""Search: which cases hold every word of a question, in their text or in the people who started them or whom they wait for.

A word of three characters or more is asked of the index first: what it finds few of is looked up by their ids; a word that very many hold,
or a shorter one, is looked for in the texts as the list is read, which ends when the page is full. Nothing in a word is a sign: quotation
marks, %, _ and the operators of the index stand for themselves.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, text, union

from processes import search_text
from processes.db import db
from processes.models import CaseSearch, ProcessInstance
from processes.queries import named

#: so many cases of a word are looked up by their ids
FEW = 2_000
SHORTEST = 3
MOST_WORDS = 8
MAX_WORD = 100
_case = ProcessInstance.__table__.c
_WILD = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_FOUND = "SELECT count(*) FROM (SELECT 1 FROM case_text WHERE case_text MATCH :asked LIMIT :few)"
_INDEXED = "SELECT rowid AS number FROM case_text WHERE case_text MATCH :asked"


@dataclass(frozen=True, slots=True)
class Question:
    """The conditions on a case; `narrow`: they are led to by an index, and hold of few."""

    conditions: tuple[ColumnElement[bool], ...]
    narrow: bool


def words(asked: str) -> list[str]:
    """The words of a question, folded as the texts are."""
    return [word[:MAX_WORD] for word in search_text.folded(asked).split(" ") if word][:MOST_WORDS]


def question(asked: str) -> Question:
    """The conditions that a case holds every word. To be called inside `reading`."""
    each = [_word(word) for word in words(asked)]
    return Question(tuple(condition for condition, _ in each), any(narrow for _, narrow in each))


def _word(word: str) -> tuple[ColumnElement[bool], bool]:
    people, units = named.people(word), named.departments(word)
    lines = [search_text.mark("user", login) for login in people] + [search_text.mark("department", code) for code in units]
    by_people = [_case.started_by.in_(people), _case.started_for.in_(people)] if people else []
    waiting = named.waiting_cases(word)
    few = len(word) >= SHORTEST and not lines and _is_few(word)
    if few and waiting is None:
        return _case.id.in_(_by_index(word)), True
    if few:
        return _case.id.in_(union(_by_index(word), waiting)), True  # type: ignore[arg-type]
    held = or_(*(_holds(part) for part in (word, *lines)))
    found = exists().where(CaseSearch.instance_id == _case.id, held).correlate(ProcessInstance.__table__)
    parts = [found, *by_people, *([] if waiting is None else [_case.id.in_(waiting)])]
    return or_(*parts), False


def _holds(part: str) -> ColumnElement[bool]:
    return CaseSearch.text.like(f"%{part.translate(_WILD)}%", escape="\\")


def _match(word: str) -> str:
    """A word as a phrase of FTS5, which is a part of the text for an index of trigrams."""
    return '"' + word.replace('"', '""') + '"'


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _is_few(word: str) -> bool:
    if _on_sqlite():
        found = db.session.execute(text(_FOUND), {"asked": _match(word), "few": FEW + 1}).scalar_one()
    else:
        held = select(CaseSearch.number).where(_holds(word)).limit(FEW + 1).subquery()
        found = db.session.execute(select(func.count()).select_from(held)).scalar_one()
    return bool(found <= FEW)


def _by_index(word: str) -> Any:
    """Ids of the cases whose text holds the word."""
    if not _on_sqlite():
        return select(CaseSearch.instance_id).where(_holds(word))
    numbers = text(_INDEXED).bindparams(asked=_match(word)).columns(number=CaseSearch.number.type).subquery()
    return select(CaseSearch.instance_id).where(CaseSearch.number.in_(select(numbers.c.number)))
