"""Common opinions (常用意见): phrases that somebody puts into an opinion; the most used ones first."""

from dataclasses import dataclass

from sqlalchemy import func, select, update

from processes import ids
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotFound
from processes.models import Phrase
from processes.people import texts

#: what everybody finds who has none of their own
DEFAULTS = ("同意。", "经审核，资金来源落实，同意。", "同意，请按预算执行。", "请补充三家以上报价。", "预算明细与金额不符，请核对。")
LONGEST = 300
MOST = 50


@dataclass(frozen=True)
class PhraseFacts:
    """A phrase; one of the defaults has no id."""

    id: str | None
    text: str


def listed(login: str) -> list[PhraseFacts]:
    """The phrases of somebody, the most used first; the defaults while there are none."""
    with reading():
        rows = db.session.execute(select(Phrase.id, Phrase.text).where(Phrase.login == login).order_by(Phrase.used.desc(), Phrase.id))
        own = [PhraseFacts(row.id, row.text) for row in rows]
    return own or [PhraseFacts(None, text) for text in DEFAULTS]


def add(text: str, *, actor: Actor) -> str:
    """Keep a phrase and return its id; the first one brings the defaults along. Raises Invalid, Conflict for more than 50."""
    phrase = texts.clean(text)
    if not phrase or len(phrase) > LONGEST or not texts.is_line(phrase.replace("\n", "")):
        raise Invalid("field_invalid", fields={"text": [f"请填写，最多 {LONGEST} 个字。"]})
    with transaction():
        present = {row.text: row.id for row in db.session.scalars(select(Phrase).where(Phrase.login == actor.login))}
        if phrase in present:
            return str(present[phrase])
        if len(present) >= MOST:
            raise Conflict("too_many_phrases", limit=MOST)
        for other in () if present else DEFAULTS:
            if other != phrase:
                db.session.add(Phrase(id=ids.new_id(), login=actor.login, text=other, used=0))
        row = Phrase(id=ids.new_id(), login=actor.login, text=phrase, used=1)
        db.session.add(row)
        return row.id


def delete(phrase_id: str, *, actor: Actor) -> None:
    """Throw a phrase away; raises NotFound."""
    with transaction():
        row = db.session.get(Phrase, phrase_id)
        if row is None or row.login != actor.login:
            raise NotFound("phrase_not_found")
        db.session.delete(row)


def count_use(login: str, opinion: str) -> None:
    """Inside the open transaction: an opinion was given that begins with one of somebody's phrases, which moves it up."""
    begins = func.substr(opinion, 1, func.length(Phrase.text)) == Phrase.text
    db.session.execute(update(Phrase).where(Phrase.login == login, begins).values(used=Phrase.used + 1))
