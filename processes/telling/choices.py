"""How each person wants to be told: by which ways for which kinds, quiet hours, a digest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from sqlalchemy import select

from processes import settings
from processes.actors import Actor
from processes.db import db, reading, transaction
from processes.errors import Invalid
from processes.models import NoticeChoice, Person

CHANNELS = ("mail", "sms", "wecom", "dingtalk")
#: what people choose by -> the kinds of notices in it; what is in none is `system`
GROUPS: Mapping[str, frozenset[str]] = {
    "task": frozenset({"task", "sent_back", "withdrawn"}),
    "reminder": frozenset({"reminder", "escalation"}),
    "result": frozenset({"rejected", "filed", "result"}),
    "copy": frozenset({"copy", "circulation", "receipt"}),
    "system": frozenset(),
}
#: what somebody gets who never chose
DEFAULT: Mapping[str, tuple[str, ...]] = {"reminder": ("mail", "sms")}
MAIL = re.compile(r"[^\s@<>,;\"()\[\]\\:]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Choice:
    """What somebody wants."""

    channels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: DEFAULT)
    mail_address: str | None = None
    phone: str | None = None
    quiet: tuple[time, time] | None = None
    digest: time | None = None

    def address(self, channel: str) -> str | None:
        """Where a channel reaches the person; robots of a group name people by their phone."""
        return self.mail_address if channel == "mail" else self.phone


def group_of(kind: str) -> str:
    """The group that a kind of notice is in."""
    return next((name for name, kinds in GROUPS.items() if kind in kinds), "system")


def ways() -> dict[str, str]:
    """The channels that the office has switched on, each with its address or `outbox`."""
    section = settings.current().channels
    return {channel: way for channel in CHANNELS if (way := getattr(section, channel)) != "off"}


def of(logins: list[str]) -> dict[str, Choice]:
    """What people want, by login; those who have no active account are left out."""
    columns = select(Person.login, Person.phone, NoticeChoice).outerjoin(NoticeChoice, NoticeChoice.login == Person.login)
    with reading():
        rows = db.session.execute(columns.where(Person.login.in_(logins), Person.active)).all()
        return {row.login: _choice(row.phone, row.NoticeChoice) for row in rows}


def _choice(phone: str | None, row: NoticeChoice | None) -> Choice:
    if row is None:
        return Choice(phone=phone)
    begins, ends = _time(row.quiet_from), _time(row.quiet_until)
    return Choice(
        channels={name: tuple(wanted) for name, wanted in row.channels.items()},
        mail_address=row.mail_address,
        phone=phone,
        quiet=None if begins is None or ends is None else (begins, ends),
        digest=_time(row.digest_at),
    )


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def keep(
    *,
    channels: Mapping[str, list[str]],
    mail_address: str | None = None,
    quiet_from: str | None = None,
    quiet_until: str | None = None,
    digest_at: str | None = None,
    actor: Actor,
) -> None:
    """Take the actor's wishes over; raises Invalid with a sentence for each wrong field. What is on its way already goes as it was."""
    wrong: dict[str, list[str]] = {}
    address = (mail_address or "").strip() or None
    if address is not None and not MAIL.fullmatch(address):
        wrong["mail_address"] = ["请填完整的邮箱地址，例如 name@example.cn。"]
    times = {name: _read_time(name, text, wrong) for name, text in _named(quiet_from, quiet_until, digest_at)}
    if (times["quiet_from"] is None) != (times["quiet_until"] is None) and not wrong:
        wrong["quiet_until"] = ["免打扰的开始和结束要一起填。"]
    wanted = {name: [one for one in CHANNELS if one in channels.get(name, [])] for name in GROUPS}
    if address is None and any("mail" in chosen for chosen in wanted.values()):
        wrong.setdefault("mail_address", ["选了邮件，请填邮箱地址。"])
    if wrong:
        raise Invalid("notice_choice_invalid", fields=wrong)
    values: dict[str, Any] = {"login": actor.login, "mail_address": address, "channels": wanted, **times}
    with transaction():
        db.session.merge(NoticeChoice(**values))


def _named(quiet_from: str | None, quiet_until: str | None, digest_at: str | None) -> list[tuple[str, str | None]]:
    return [("quiet_from", quiet_from), ("quiet_until", quiet_until), ("digest_at", digest_at)]


def _read_time(name: str, text: str | None, wrong: dict[str, list[str]]) -> str | None:
    told = (text or "").strip()
    if not told:
        return None
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", told):
        wrong[name] = ["请填时间，例如 20:00。"]
        return None
    return told
