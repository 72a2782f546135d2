"""The list that is shown as a file, all its pages: XLSX or CSV."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from processes import clock, exports, settings
from processes.actors import Actor
from processes.errors import Invalid, NotAllowed
from processes.policy import SEES_ALL_CASES
from processes.queries import cases, inbox
from web import downloads, sheets
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import export_columns, filters
from web.pages.asked import Asked

blueprint = Blueprint("export", __name__)

BATCH = 200
#: kept in memory up to this size, then on the disk
IN_MEMORY = 4 * 1024 * 1024
TASKS = ("todo", "unclaimed", "done")
CASES = ("started", "search", "all")


@dataclass
class Taken:
    """How much was taken out."""

    rows: int = 0
    cut: bool = False


@blueprint.post("/lists/export")
@signed_in
def show() -> ResponseReturnValue:
    """Everything that the list finds, as far as the setting allows; on record with its filter and its number of rows."""
    actor, box, wanted = current_actor(), request.form.get("box", ""), request.form.get("format", sheets.XLSX)
    asked = Asked.of(request.form)
    if box not in (*TASKS, *CASES) or wanted not in sheets.MEDIA_TYPES or asked.problems:
        raise Invalid("field_invalid")
    if box == "all" and not actor.roles & SEES_ALL_CASES:
        raise NotAllowed("not_allowed")
    exports.check_allowed(actor)
    title, taken = _titles()[box], Taken()
    into = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it has been sent
    try:
        _write(into, wanted, title, box, asked, actor, taken)
        exports.record(actor, box, asked.given, file_format=wanted, rows=taken.rows, cut=taken.cut)
    except BaseException:
        into.close()
        raise
    size = into.tell()
    into.seek(0)
    answer = Response(_sent(into), content_type=sheets.MEDIA_TYPES[wanted])
    answer.content_length = size
    local = filters.office_time(clock.now())
    answer.headers["Content-Disposition"] = downloads.disposition(f"{title}_{local:%Y%m%d_%H%M}.{wanted}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _titles() -> dict[str, str]:
    return {
        "todo": _("待办"),
        "unclaimed": _("待签收"),
        "done": _("已办"),
        "started": _("我发起的"),
        "search": _("查找结果"),
        "all": _("全部办件"),
    }


def _write(into: IO[bytes], wanted: str, title: str, box: str, asked: Asked, actor: Actor, taken: Taken) -> None:
    table = export_columns.table_of(box, asked, actor)
    rows = _rows(box, asked, actor, table, taken)
    if wanted == sheets.XLSX:
        sheets.write_xlsx(into, title, table.heads, rows)
    else:
        sheets.write_csv(into, table.heads, rows)
    into.seek(0, 2)


def _rows(box: str, asked: Asked, actor: Actor, table: export_columns.Table, taken: Taken) -> Iterator[list[sheets.Cell]]:
    most, cursor = settings.current().lists.export_rows, None
    while True:
        found = _page(box, asked, actor, min(BATCH, most - taken.rows), cursor)
        for row in table.rows(found["items"]):
            taken.rows += 1
            yield row
        cursor = found["next"]
        if cursor is None or taken.rows >= most:
            break
    taken.cut = cursor is not None
    if taken.cut:
        yield [_("只导出了前 %(n)d 行，后面还有。请缩小筛选范围再导出。", n=most)]


def _page(box: str, asked: Asked, actor: Actor, limit: int, cursor: str | None) -> dict[str, Any]:
    if box in TASKS:
        return inbox.page(actor, box, asked.of_tasks, limit, cursor, asked.sort)
    mine = {"mine": actor.login} if box == "started" else {}
    return cases.page(actor, {**asked.wanted, **mine}, limit, cursor, asked.sort)


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(downloads.CHUNK_BYTES):
            yield chunk
