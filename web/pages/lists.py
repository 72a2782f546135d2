"""Lists of tasks and cases: what the address asks for, its links, and the way from a task to the next one of its list."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from processes.actors import Actor
from processes.queries import inbox
from web.language import gettext as _

PAGE = 50
MAX_TEXT = 100
#: what an address may limit a list to, and its order
NAMES = ("q", "definition_key", "list", "due", "sort")
#: boxes whose tasks lead on to the next: the endpoint of the list
WORKED_THROUGH = {"todo": "inbox.todo", "unclaimed": "inbox.unclaimed"}


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the texts as given, and what queries are asked."""

    given: dict[str, Any]

    @classmethod
    def of_request(cls) -> "Asked":
        """What this request asks for."""
        texts = {name: request.args.get(name, "").strip()[:MAX_TEXT] for name in NAMES}
        if request.args.get("overdue") == "1":
            texts["due"] = "late"
        return cls({name: text for name, text in texts.items() if text})

    def __getattr__(self, name: str) -> str:
        """A text of the address; empty where it says nothing."""
        if name in NAMES:
            return str(self.given.get(name, ""))
        raise AttributeError(name)

    @property
    def sort(self) -> str | None:
        """The order that is asked for."""
        return self.given.get("sort")

    @property
    def wanted(self) -> dict[str, Any]:
        """The conditions for the queries of tasks and of cases."""
        names = {"q": "text", "list": "list_name"}
        return {names.get(name, name): text for name, text in self.given.items() if name != "sort"}

    def address(self, **changed: str | None) -> dict[str, Any]:
        """The parameters of the same list with some changes."""
        return {name: text for name, text in {**self.given, **changed}.items() if text}

    def sorts(self, **names: str) -> dict[str, dict[str, str]]:
        """Links that sort by a column, or turn its order around: column -> address and mark; `names`: column -> its order."""
        links = {}
        for column, name in names.items():
            plain = name.removeprefix("-")
            down, here = name.startswith("-"), (self.sort or "").removeprefix("-") == plain
            if here:
                down = not (self.sort or "").startswith("-")
            mark = ("↓" if (self.sort or "").startswith("-") else "↑") if here else ""
            link = url_for(str(request.endpoint), **{**(request.view_args or {}), **self.address(sort=f"{'-' if down else ''}{plain}")})
            links[column] = {"href": link, "mark": mark}
        return links


def paged(found: dict[str, Any], number: int) -> dict[str, Any]:
    """The links under a list."""
    args = request.args.to_dict()
    known = {**(request.view_args or {}), **args}
    known.pop("cursor", None)
    first = url_for(str(request.endpoint), **known) if args.get("cursor") else None
    after = url_for(str(request.endpoint), **{**known, "cursor": found["next"]}) if found["next"] else None
    return {"first": first, "next": after, "words": _("本页 %(n)d 件", n=number)}


def onward(box: str, asked: Asked) -> dict[str, Any]:
    """The parameters with which a task of a list is opened, so that its page knows the list."""
    return {"box": box, **asked.given}


def _of_task() -> tuple[str, Asked] | None:
    """The list from which the task of this request was opened; None for a task that was opened by itself."""
    box = request.args.get("box", "")
    return (box, Asked.of_request()) if box in WORKED_THROUGH else None


def back() -> str:
    """The address of the list from which a task was opened."""
    opened = _of_task()
    return url_for(WORKED_THROUGH[opened[0]], **opened[1].given) if opened else url_for("inbox.todo")


def place(task_id: str, actor: Actor) -> dict[str, Any] | None:
    """Where a task stands in the list from which it was opened, else in the whole box; None where it is not there."""
    box, asked = _of_task() or ("todo", Asked({}))
    found = inbox.around(task_id, actor, box, asked.wanted, asked.sort)
    if found is None:
        return None
    shown = onward(box, asked) if _of_task() else {}
    before, after = (url_for("tasks.show", task_id=one, **shown) if one else None for one in (found.before, found.after))
    return {"here": found.here, "all": found.all, "before": before, "after": after}


def following(task_id: str, actor: Actor) -> str:
    """The address to go on with when the task is done: the next task of the list from which it was opened, else that list."""
    opened = _of_task()
    found = inbox.around(task_id, actor, opened[0], opened[1].wanted, opened[1].sort) if opened else None
    if opened is None or found is None:
        return back()
    follows = found.after or found.first
    return url_for("tasks.show", task_id=follows, **onward(*opened)) if follows else back()
