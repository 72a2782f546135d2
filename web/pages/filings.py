"""Registers (台账): what cases have filed, with the columns that the model names."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.definition import Component
from processes.queries import cases, definitions
from processes.registers import rows
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, formview
from web.pages.inbox import paged

blueprint = Blueprint("filings", __name__, url_prefix="/filings")

FILING = "filing"


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
    names = _names()
    known = sorted({FILING, *rows.registers(actor)}, key=lambda key: (key != FILING, key))
    columns, cells = _columns(found.items)
    shown = [
        {
            "href": url_for("cases.show", instance_id=one.instance_id),
            "title": one.title,
            "business_key": one.business_key,
            "process": _process(one.definition_key),
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


def _process(key: str) -> str:
    newest = definitions.page(current_actor(), key=key, latest=True)["items"]
    return str(newest[0]["name"]) if newest else key


def _columns(items: list[rows.RowFacts]) -> tuple[list[dict[str, Any]], list[list[str]]]:
    """The columns that the processes on this page name in `list_columns`, and the cells of each row."""
    fields: dict[str, Component] = {}
    wanted: dict[str, None] = {}
    for key in {one.definition_key for one in items}:
        newest = definitions.page(current_actor(), key=key, latest=True)["items"]
        wanted |= dict.fromkeys((newest[0]["settings"] or {}).get("list_columns") or [] if newest else [])
    for one in items:
        for form in cases.forms(one.instance_id):
            fields |= {field.key: field for field in form.fields if field.key in wanted}
    chosen = [fields[key] for key in wanted if key in fields and fields[key].kind not in ("rows", "attachment", "longtext")][:5]
    people = casework.people()
    cells = [[_cell(field, one.values.get(field.key), people) for field in chosen] for one in items]
    return [{"label": field.label, "num": field.kind in ("money", "number")} for field in chosen], cells


def _cell(field: Component, value: Any, people: formview.People) -> str:
    if value in (None, "", []):
        return "—"
    return formview.amount(value) if field.kind == "money" else formview.spoken(field, value, people)
