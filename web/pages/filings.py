"""Registers (台账): what cases have filed, with the columns that the model names."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Component
from processes.queries import definitions, forms_for
from processes.registers import rows
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formview
from web.pages.lists import paged

blueprint = Blueprint("filings", __name__, url_prefix="/filings")

FILING = "filing"
MOST_COLUMNS = 5
#: kinds of fields that say too much for a column
UNLISTED = frozenset({"rows", "attachment", "longtext"})


def _names() -> dict[str, str]:
    return {FILING: _("备案台账"), "seal_use": _("用章登记簿")}


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """A register, newest first."""
    actor = current_actor()
    register = request.args.get("register") or FILING
    year_text = request.args.get("year", "")
    year = int(year_text) if year_text.isascii() and year_text.isdigit() and len(year_text) == 4 else None
    q = request.args.get("q", "").strip()[:100]
    found = rows.page(actor, rows.Filter(register=register, year=year, text=q), cursor=request.args.get("cursor"))
    newest = _newest(one.definition_key for one in found.items)
    columns, cells = _columns(found.items, newest)
    names = _names()
    known = sorted({FILING, *rows.registers(actor)}, key=lambda key: (key != FILING, key))
    shown = [
        {
            "href": url_for("cases.show", instance_id=one.instance_id),
            "title": one.title,
            "business_key": one.business_key,
            "process": newest.get(one.definition_key, {}).get("name", one.definition_key),
            "at": one.at,
            "cells": line,
        }
        for one, line in zip(found.items, cells, strict=True)
    ]
    return render_template(
        "clerk/filings.html",
        title=names.get(register, register),
        register=register,
        registers=[{"key": key, "name": names.get(key, key)} for key in known],
        q=q,
        year=year,
        years=rows.years(actor, register),
        rows=shown,
        columns=columns,
        page=paged({"next": found.next}, len(shown)),
    )


def _newest(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The newest version of each process whose cases stand on the page."""
    wanted = set(keys)
    return {one["key"]: one for one in definitions.page(current_actor(), latest=True, limit=200)["items"] if one["key"] in wanted}


def _columns(items: list[rows.RowFacts], newest: Mapping[str, dict[str, Any]]) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """The columns that the processes on this page name in `list_columns`, and the cells of each row."""
    fields: dict[str, Component] = {}
    wanted: dict[str, None] = {}
    for one in newest.values():
        fields |= forms_for.fields_of(one["id"])
        wanted |= dict.fromkeys((one["settings"] or {}).get("list_columns") or [])
    chosen = [fields[key] for key in wanted if key in fields and fields[key].kind not in UNLISTED][:MOST_COLUMNS]
    people = casework.people()
    cells = [[_cell(field, row.values.get(field.key), people) for field in chosen] for row in items]
    return [{"label": field.label, "num": field.kind in ("money", "number")} for field in chosen], cells


def _cell(field: Component, value: Any, people: formview.People) -> str:
    if value in (None, "", []):
        return "—"
    return formview.amount(value) if field.kind == "money" else formview.spoken(field, value, people)
