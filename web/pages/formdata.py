"""What a page posts for a form: values as typed, files stored, rows added and removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from forms import posted
from forms.definition import Component, Form
from forms.permissions import Mode
from processes import attachments
from processes.actors import Actor
from processes.errors import Refused
from processes.form_input import holds
from processes.queries import definitions, forms_for
from web.pages.said import said

FILES = ".__files"
#: where a draft keeps the opinion; no field may be called so
OPINION = "_opinion"
#: the files of a decision, in forms and drafts
PAPERS = "_papers"


def written(name: str) -> str:
    """A text of several lines as it was typed; browsers end a line with two characters."""
    return request.form.get(name, "").replace("\r\n", "\n")


def whole(text: str) -> int | None:
    """A number that a page carries along; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def revision() -> int | None:
    """The revision of the task that the page showed."""
    return whole(request.form.get("revision", ""))


@dataclass
class Sent:
    """The values of a posted form, and what was wrong with its files by field."""

    values: dict[str, Any]
    errors: dict[str, list[str]]


def read(form: Form, permissions: Mapping[str, Mode], present: Mapping[str, Any], fields: MultiDict[str, str], actor: Actor) -> Sent:
    """The posted values; new files are stored first, so that a form that comes back with errors still has them."""
    fields = MultiDict(fields)
    errors = _store_files(fields, actor)
    return Sent(posted.parse(form, fields, permissions, present=present, check_condition=holds), errors)


def _store_files(fields: MultiDict[str, str], actor: Actor) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name, files in request.files.lists():
        if not name.endswith(FILES) or name.startswith(PAPERS):
            continue
        key = name.removesuffix(FILES)
        for file in files:
            if not file.filename:
                continue
            try:
                fields.add(key, _store(file, actor))
            except Refused as refusal:
                errors.setdefault(key, []).append(f"{file.filename}：{said(refusal)}")
    return errors


def papers(fields: MultiDict[str, str], actor: Actor) -> tuple[list[str], list[str]]:
    """The files that come with a decision: those kept and those new, and what was wrong with new ones."""
    kept, wrong = list(fields.getlist(PAPERS)), []
    for file in request.files.getlist(PAPERS + FILES):
        if not file.filename:
            continue
        try:
            kept.append(_store(file, actor))
        except Refused as refusal:
            wrong.append(f"{file.filename}：{said(refusal)}")
    return list(dict.fromkeys(kept)), wrong


def _store(file: FileStorage, actor: Actor) -> str:
    return attachments.store(cast(BinaryIO, file.stream), file.filename or "", file.mimetype, actor=actor).id


def with_rows(form: Form, values: dict[str, Any], fields: MultiDict[str, str]) -> dict[str, Any]:
    """The values with the blank rows that the page showed, one more where `_add` asks for it, one less for `_remove`."""
    add, (key_gone, _, index_gone) = fields.get("_add"), fields.get("_remove", "").rpartition(".")
    changed = dict(values)
    for component in form.fields:
        if component.kind == "rows" and component.key in values:
            changed[component.key] = _padded(component, values[component.key], fields, component.key == add)
            if component.key == key_gone and index_gone.isdigit():
                changed[component.key] = [row for at, row in enumerate(changed[component.key]) if at != int(index_gone)]
    return changed


def _padded(component: Component, rows: list[Any], fields: MultiDict[str, str], more: bool) -> list[Any]:
    shown = max(posted.row_count(fields, component.key), len(rows)) + more
    return [*rows, *({} for _ in range(min(shown, posted.MAX_ROWS) - len(rows)))]


def draft_of(
    endpoint: str, args: Mapping[str, str], query: Mapping[str, str], fields: MultiDict[str, str], actor: Actor
) -> tuple[str, dict[str, Any]]:
    """The subject of a draft and its values, for a form that was posted when nobody was signed in any more."""
    if endpoint.startswith("tasks."):
        view = forms_for.task_form(args["task_id"], actor)
        subject = f"task:{args['task_id']}"
    else:
        revises = query.get("revises")
        view = forms_for.start_form(definitions.newest(args["key"], actor)["id"], actor, revises=revises)
        subject = f"revise:{revises}" if revises else f"start:{args['key']}"
    values = {} if view["form"] is None else posted.parse(Form.from_document(view["form"]), fields, view["permissions"])
    if fields.get("opinion"):
        values[OPINION] = fields["opinion"]
    if fields.get(PAPERS):
        values[PAPERS] = fields.getlist(PAPERS)
    return subject, values
