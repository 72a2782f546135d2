"""The working-day calendar: holidays and make-up days (调休), by year."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.calendar import days, office
from processes.errors import Invalid, Refused
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages import filters
from web.pages.said import said

blueprint = Blueprint("workdays", __name__, url_prefix="/workdays")


@blueprint.get("")
@allowed("system_admin")
def index() -> ResponseReturnValue:
    """The days of a year that are not what their weekday says."""
    return _page()


@blueprint.post("")
@allowed("system_admin")
def change() -> ResponseReturnValue:
    """Change a day, or publish a year."""
    try:
        year = _publish() if request.form.get("_act") == "year" else _change_day()
    except Refused as refusal:
        return _page(said(refusal)), 422
    flash(_("已保存，以后的时限按新日历计算。"), "done")
    return redirect(url_for(".index", year=year), code=303)


def _change_day() -> int:
    day = _day(request.form.get("day", ""), "day")
    days.set_day(day, request.form.get("works") == "1", request.form.get("name", "").strip(), actor=current_actor())
    return day.year


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Invalid("field_invalid", fields={field: [_("请填真实的日期，例如 2026-11-23。")]}) from wrong


def _publish() -> int:
    year_text = request.form.get("year", "").strip()
    if not (year_text.isascii() and year_text.isdigit() and len(year_text) == 4):
        raise Invalid("field_invalid", fields={"year": [_("请填四位年份，例如 2027。")]})
    listed = dict(_line(line) for line in request.form.get("days", "").splitlines() if line.strip())
    days.publish_year(int(year_text), listed, source=request.form.get("source", "").strip(), actor=current_actor())
    return int(year_text)


def _line(line: str) -> tuple[date, tuple[bool, str]]:
    parts = line.split(maxsplit=2)
    if len(parts) != 3 or parts[1] not in (_("放假"), _("上班"), "放假", "上班"):
        raise Invalid("field_invalid", fields={"days": [_("这一行看不懂：%(line)s。请写成 2027-01-01 放假 元旦", line=line[:60])]})
    return _day(parts[0], "days"), (parts[1] in (_("上班"), "上班"), parts[2])


def _page(problem: str | None = None) -> str:
    today = office.today()
    years = days.years()
    asked = request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today.year
    rows = [
        {
            "words": filters.long_day(day.day),
            "weekday": filters.weekday(day.day),
            "works": day.works,
            "name": day.name,
        }
        for day in days.exceptions(year)
    ]
    missing = days.years_missing(date(today.year, 1, 1), date(today.year + 1, 1, 1))
    source = next((one.source for one in years if one.year == year), "")
    return render_template(
        "admin/workdays.html",
        years=years,
        year=year,
        days=rows,
        missing="、".join(map(str, missing)),
        source=source,
        sent=request.form if problem else {},
        problem=problem,
        next_year=today.year + 1,
    )
