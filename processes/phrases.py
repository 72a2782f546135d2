"""Common opinions (常用意见): phrases that somebody puts into an opinion. First those that their owner has put in an order by hand,
then the most and the last used ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from processes import clock, ids
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Conflict, Invalid, NotFound
from processes.models import Phrase
from processes.people import texts

#: what everybody finds who has none of their own
DEFAULTS = ("同意。", "经审核，资金来源落实，同意。", "同意，请按预算执行。", "请补充三家以上报价。", "预算明细与金额不符，请核对。")
LONGEST = 300
MOST = 50
#: how the defaults are called by those who have none of their own yet
_DEFAULT = "default-"


@dataclass(frozen=True)
class PhraseFacts:
    """A phrase, how often its owner has used it, and whether it stands where its owner has put it."""

    id: str
    text: str
    used: int = 0
    by_hand: bool = False


def listed(login: str) -> list[PhraseFacts]:
    """The phrases of somebody in their order; the defaults while there are none."""
    with reading():
        own = [PhraseFacts(row.id, row.text, row.used, row.place is not None) for row in _rows(login)]
    return own or [PhraseFacts(f"{_DEFAULT}{number}", text) for number, text in enumerate(DEFAULTS)]


def _rows(login: str) -> Sequence[Phrase]:
    by_hand = (Phrase.place.is_(None), Phrase.place)
    query = (
        select(Phrase).where(Phrase.login == login).order_by(*by_hand, Phrase.used.desc(), Phrase.used_at.desc().nulls_last(), Phrase.id)
    )
    return db.session.scalars(query).all()


def _own(login: str) -> list[Phrase]:
    """Somebody's phrases to be changed; the defaults become their own with the first change."""
    rows = list(_rows(login))
    if not rows:
        rows = [Phrase(id=ids.new_id(), login=login, text=text, used=0) for text in DEFAULTS]
        db.session.add_all(rows)
        db.session.flush()
    return rows


def _find(rows: list[Phrase], phrase_id: str) -> Phrase:
    default = phrase_id.removeprefix(_DEFAULT) if phrase_id.startswith(_DEFAULT) else ""
    text = DEFAULTS[int(default)] if default.isascii() and default.isdigit() and int(default) < len(DEFAULTS) else None
    found = next((row for row in rows if row.id == phrase_id or row.text == text), None)
    if found is None:
        raise NotFound("phrase_not_found")
    return found


def _check(text: str) -> str:
    phrase = texts.clean(text)
    if not phrase or len(phrase) > LONGEST or not texts.is_line(phrase.replace("\n", "")):
        raise Invalid("field_invalid", fields={"text": [f"请填写，最多 {LONGEST} 个字。"]})
    return phrase


def add(text: str, *, actor: Actor) -> str:
    """Keep a phrase and return its id; the first one brings the defaults along. Raises Invalid, Conflict for more than 50."""
    phrase = _check(text)
    with transaction():
        rows = _own(actor.login)
        present = {row.text: row.id for row in rows}
        if phrase in present:
            return str(present[phrase])
        if len(rows) >= MOST:
            raise Conflict("too_many_phrases", limit=MOST)
        row = Phrase(id=ids.new_id(), login=actor.login, text=phrase, used=1, used_at=clock.now())
        db.session.add(row)
        return row.id


def change(phrase_id: str, text: str, *, actor: Actor) -> None:
    """Say a phrase otherwise; what it was used counts on. Raises NotFound, Invalid, Conflict where there is such a phrase already."""
    phrase = _check(text)
    with transaction():
        rows = _own(actor.login)
        found = _find(rows, phrase_id)
        if any(row.text == phrase and row is not found for row in rows):
            raise Conflict("phrase_exists")
        found.text = phrase


def move(phrase_id: str, by: int, *, actor: Actor) -> None:
    """Put a phrase so many places further down (up for a negative number); from now on the order is by hand. Raises NotFound."""
    with transaction():
        rows = _own(actor.login)
        found = _find(rows, phrase_id)
        here = rows.index(found)
        rows.insert(max(0, min(len(rows) - 1, here + by)), rows.pop(here))
        for place, row in enumerate(rows):
            row.place = place


def sort_by_use(*, actor: Actor) -> None:
    """Give the order by hand up: the most used ones come first again."""
    with transaction():
        db.session.execute(update(Phrase).where(Phrase.login == actor.login).values(place=None))


def delete(phrase_id: str, *, actor: Actor) -> None:
    """Throw a phrase away; raises NotFound."""
    with transaction():
        db.session.delete(_find(_own(actor.login), phrase_id))


def count_use(login: str, opinion: str) -> None:
    """Inside the open transaction: an opinion was given that holds some of somebody's phrases, which move up."""
    rows = _rows(login)
    if not rows and any(text in opinion for text in DEFAULTS):
        rows = _own(login)
    left = opinion
    for row in sorted(rows, key=lambda one: -len(one.text)):
        if row.text in left:
            row.used, row.used_at = row.used + 1, clock.now()
            # a short phrase inside of a longer one was not used by itself
            left = left.replace(row.text, "\n")
    db.session.flush()
