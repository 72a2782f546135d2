"""The page on which one small record is edited: its fields, what was wrong with them, what else can be done."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.calendar import office
from processes.errors import Invalid, Refused
from processes.people import directory
from web.language import gettext as _
from web.pages.said import said

MOST_NAMED = 6
#: where to go then, or what is wrong with which field
Outcome = tuple[ResponseReturnValue | None, str | None, dict[str, list[str]]]


def page(title: str, view: str, fields: list[dict[str, Any]], **more: Any) -> str:
    """Draw the page of a record."""
    back = {"href": url_for("people.index", view=view), "words": _("人员机构")}
    return render_template("admin/edit.html", **{"acts": [], "tables": [], "may_save": True, **more}, title=title, back=back, fields=fields)


def attempt(act: Callable[[], Any], done: str, target: str) -> Outcome:
    """Carry out a change: where to go then, or what is wrong with which field."""
    try:
        act()
    except Refused as refusal:
        return None, said(refusal), getattr(refusal, "fields", {}) or {}
    flash(done, "done")
    return redirect(target, code=303), None, {}


def choices(pairs: dict[str, str]) -> list[dict[str, str]]:
    """(value, label) pairs as a list of options."""
    return [{"value": value, "label": label} for value, label in pairs.items()]


def sent(name: str) -> str:
    """A text that was sent, without blanks around it."""
    return request.form.get(name, "").strip()


def field(name: str, label: str, value: Any, errors: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    """A field with what was sent, else with what is stored, and its error."""
    shown = request.form.get(name, value) if request.method == "POST" and more.get("kind") != "checks" else value
    return {"name": name, "label": label, "value": shown, "error": "".join(errors.get(name, [])), **more}


def day(name: str) -> date | None:
    """A day that was sent; raises Invalid."""
    text = sent(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise Invalid("field_invalid", fields={name: [_("请填真实的日期，例如 2026-11-23。")]}) from wrong


def level_words() -> dict[str, str]:
    """What the levels of departments are called."""
    return {
        "district": _("区县"),
        "town": _("乡镇"),
        "department": _("部门"),
        "village": _("村居"),
        "station": _("站所"),
        "bureau": _("局"),
    }


def units() -> dict[str, str]:
    """Names of departments by code, disabled ones too."""
    return {unit.code: unit.name for unit in directory.departments("", disabled=True)}


def is_present(period: Any) -> bool:
    """Whether a period has not ended."""
    return bool(period.valid_until is None or period.valid_until >= office.today())
