"""What the address of a list asks for, read and checked: conditions for the queries, and what is wrong with them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from forms import money
from processes.urgency import CODES
from web.language import gettext as _

MAX_TEXT = 100
MAX_COLUMNS = 200
#: what an address may limit a list to, and its order; in the order of links
NAMES = (
    "q",
    "definition_key",
    "list",
    "due",
    "urgency",
    "state",
    "applicant",
    "department",
    "since",
    "until",
    "amount_from",
    "amount_to",
    "waiting_for",
    "sort",
    "columns",
)
#: those of them that limit nothing
SHOWING = ("sort", "columns")
#: those of them that stand behind 更多条件
FURTHER = ("state", "applicant", "department", "since", "until", "amount_from", "amount_to", "waiting_for", "columns")
#: names of the address that queries call otherwise
CALLED = {"q": "text", "list": "list_name"}
STATES = ("running", "suspended", "incident", "completed", "cancelled")
DUES = ("late", "soon", "today")
YEARS = range(1900, 2200)


@dataclass(frozen=True)
class Asked:
    """What is asked of a list: the texts as given, the conditions for queries, and a sentence for each that cannot be read."""

    given: dict[str, Any]
    wanted: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_request(cls) -> "Asked":
        """What this request asks for."""
        return cls.of(request.args)

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> "Asked":
        """What some parameters ask for; others are left aside."""
        texts = {name: args.get(name, "").strip()[:MAX_TEXT] for name in NAMES}
        if args.get("overdue") == "1":
            texts["due"] = "late"
        # a box a column in the form, one text in links
        texts["columns"] = ",".join(args.getlist("columns"))[:MAX_COLUMNS]
        given = {name: text for name, text in texts.items() if text}
        wanted: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for name, text in given.items():
            if name not in SHOWING:
                value, problem = _read(name, text)
                wanted[CALLED.get(name, name)] = value
                problems |= {name: problem} if problem else {}
        return cls(given, wanted, problems | _crossed(wanted))

    def __getattr__(self, name: str) -> str:
        """A text of the address; empty where it says nothing."""
        if name in NAMES:
            return str(self.given.get(name, ""))
        raise AttributeError(name)

    @property
    def of_tasks(self) -> dict[str, Any]:
        """The conditions for queries of tasks, whose own state is another thing than that of their case."""
        asked = {("case_state" if name == "state" else name): value for name, value in self.wanted.items()}
        # what was put aside has a list of its own
        return {"snoozed": False, **asked}

    @property
    def sort(self) -> str | None:
        """The order that is asked for."""
        return self.given.get("sort")

    @property
    def columns(self) -> list[str]:
        """The keys of the columns to show; none: as many as there is room for."""
        return [key for key in str(self.given.get("columns", "")).split(",") if key]

    @property
    def further(self) -> bool:
        """Whether something is asked for that stands behind 更多条件."""
        return any(name in self.given for name in FURTHER)

    @property
    def limited(self) -> bool:
        """Whether anything is asked for but an order."""
        return bool(self.wanted)

    def address(self, **changed: str | None) -> dict[str, Any]:
        """The parameters of the same list with some changes."""
        return {name: text for name, text in {**self.given, **changed}.items() if text}


def _read(name: str, text: str) -> tuple[Any, str | None]:
    """The condition that a text is, or what is wrong with it."""
    if name in ("since", "until"):
        day = _day(text)
        return day, None if day is not None else _("请填日期，例如 2026-11-23。")
    if name in ("amount_from", "amount_to"):
        amount = money.read(text.replace(",", "").replace("，", ""))
        good = amount is not None and abs(amount) <= money.LIMIT
        return amount if good else None, None if good else _("请填数字，例如 5000。")
    choices = {"state": STATES, "due": DUES, "urgency": CODES}.get(name)
    if choices is not None and text not in choices:
        return None, _("没有“%(text)s”这一项。", text=text)
    return text, None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _crossed(wanted: dict[str, Any]) -> dict[str, str]:
    """Ends that lie before their beginnings."""
    found = {}
    for first, last in (("since", "until"), ("amount_from", "amount_to")):
        if wanted.get(first) is not None and wanted.get(last) is not None and wanted[first] > wanted[last]:
            found[last] = _("终点在起点前面，请对调。")
    return found
