"""The decision sheet (审批单) of a case on A4: what was asked, every decision with its signature, files, and the way back to the case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from processes import clock, deployed, settings
from processes.actors import Actor
from processes.people import directory
from processes.queries import cases, history, signatures
from web import downloads
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, filters, who_words
from web.pages.record_words import Words
from web.printing import drawings, pdf

blueprint = Blueprint("sheet", __name__, url_prefix="/cases")


@dataclass(frozen=True)
class Signed:
    """One decision on the sheet."""

    label: str
    words: str
    outcome: str
    bad: bool
    who: str
    #: somebody decided for somebody else, whose name stands beside the signature
    substitute: bool
    day: str
    #: SHA-256 of the signature's picture, None where a name has to do
    signature: str | None


@blueprint.get("/<instance_id>/sheet")
@signed_in
def show(instance_id: str) -> ResponseReturnValue:
    """The sheet as a page that prints on A4."""
    sheet = _sheet(instance_id, current_actor())
    side, path = drawings.qr_code(sheet["address"])
    seal = Markup(drawings.seal(sheet["seal"])) if sheet["seal"] else None  # noqa: S704 - of our own making, its letters are escaped
    return render_template("clerk/sheet.html", sheet=sheet, code={"side": side, "path": path}, seal=seal)


@blueprint.get("/<instance_id>/sheet.pdf")
@signed_in
def as_pdf(instance_id: str) -> ResponseReturnValue:
    """The sheet as PDF."""
    sheet = _sheet(instance_id, current_actor())
    made = pdf.render("sheet", _for_paper(sheet), _pictures(sheet))
    answer = Response(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = downloads.disposition(f"{sheet['title']} {sheet['name']}.pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/<instance_id>/signatures/<sha256>")
@signed_in
def signature(instance_id: str, sha256: str) -> ResponseReturnValue:
    """The picture of a signature that stands on the sheet of a case, for who may see the case."""
    content, media_type = signatures.of_case(instance_id, sha256, current_actor())
    answer = Response(content, content_type=media_type)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["Content-Security-Policy"] = downloads.POLICY
    return answer


def _sheet(instance_id: str, actor: Actor) -> dict[str, Any]:
    case = casework.with_result(cases.get(instance_id, actor))
    steps = history.steps(instance_id, actor)
    told = deployed.definition(case["definition_id"]).settings
    office, name = settings.current().office.name, casework.process_name(case["definition_id"])
    number = case["business_key"] or case["id"]
    return {
        "case": case,
        "title": told.get("sheet_title") or _("%(office)s%(name)s单", office=office, name=name),
        "name": number,
        "number": _("编号：%(number)s", number=number),
        "printed": _("打印：%(at)s", at=filters.long_time(clock.now())),
        "rows": _rows(case),
        "opinions": signed(Words.of(case, steps), steps),
        "files": [one["name"] for one in casework.files_of(instance_id)],
        "seal": told.get("seal") if case["state"] == "completed" and not case["rejected"] else None,
        "address": url_for("cases.show", instance_id=instance_id, _external=True),
        "notes": _notes(case, name, steps),
    }


def _notes(case: Mapping[str, Any], name: str, steps: list[dict[str, Any]]) -> list[str]:
    state = case["result"] or _("已办结") if case["ended_at"] else _("办理中，尚未办结")
    if case["state"] == "cancelled":
        state = _("已撤销")
    end = steps[-1]["hash"] if steps else ""
    return [
        _("状态：%(state)s。扫码查看办件。", state=state),
        _("办理记录 %(n)d 步，末步摘要 %(hash)s。", n=len(steps), hash=" ".join(end[at : at + 4] for at in range(0, 16, 4))),
        _("流程：%(name)s 第 %(n)d 版。", name=name, n=case["version"]),
    ]


def _rows(case: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """Facts in lines of one or two, applicant and day first."""
    people = directory.people([case["on_behalf_of"] or case["started_by"]])
    found = next(iter(people.values()), None)
    facts = casework.case_facts(case)
    first = [
        {"label": _("申请单位"), "text": (found.department_name if found else None) or "—"},
        {"label": _("申请人"), "text": found.display if found else case["on_behalf_of"] or case["started_by"]},
        {"label": _("申请日期"), "text": filters.long_day(filters.office_time(case["started_at"]).date())},
    ]
    if all(fact.get("text") != case["title"] for fact in facts):
        first.append({"label": _("事项"), "text": case["title"]})
    asked = {fact["label"] for fact in facts}
    lines: list[list[dict[str, Any]]] = []
    for fact in casework.paired([*(one for one in first if one["label"] not in asked), *facts]):
        row = _row(fact)
        if row is None:
            continue
        if fact.get("wide") or not lines or len(lines[-1]) == 2 or lines[-1][0]["wide"]:
            lines.append([row])
        else:
            lines[-1].append(row)
    return lines


def _row(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    """A fact as plain texts; files stand at the end of the sheet."""
    if fact.get("files") is not None and not fact.get("text"):
        return None
    text = fact.get("text") or ""
    if fact.get("amount"):
        text = _("%(amount)s 元　%(upper)s", amount=fact["amount"], upper=fact["upper"])
    table = fact.get("table")
    plain = {"heads": table["heads"], "lines": [[str(cell["text"]) for cell in line] for line in table["lines"]]} if table else None
    return {"label": fact["label"], "text": str(text), "table": plain, "wide": bool(fact.get("wide"))}


def signed(words: Words, steps: Iterable[Mapping[str, Any]]) -> list[Signed]:
    """The decisions of a case in their order; of one who was asked twice at a step, the last."""
    found: dict[tuple[Any, ...], Signed] = {}
    for step in steps:
        stamps = {event["number"]: event["details"]["sha256"] for event in step["events"] if event["type"] == "signature_stamped"}
        for event in step["events"]:
            if event["type"] == "user_task_skipped":
                found[event["definition"], event["element_id"], tuple(event["path"]), None] = _passed_by(words, step, event)
            if event["type"] != "user_task_completed" or not (event["details"].get("outcome") or event["details"].get("opinion")):
                continue
            key = (event["definition"], event["element_id"], tuple(event["path"]), step["actor"])
            found.pop(key, None)
            found[key] = _signed(words, step, event, stamps.get(event["number"]))
    return list(found.values())


def _signed(words: Words, step: Mapping[str, Any], event: Mapping[str, Any], stamp: str | None) -> Signed:
    outcome = event["details"].get("outcome")
    behalf = step["on_behalf_of"]
    name = step["actor_name"]
    if behalf:
        name = _("%(name)s（代%(who)s）", name=name, who=directory.names([behalf]).get(behalf, behalf))
    return Signed(
        label=words.element(event["element_id"], event["element_name"]),
        words=event["details"].get("opinion") or "",
        outcome=words.value(f"outcome_{event['element_id']}", outcome) if outcome else "",
        bad=outcome in casework.REFUSALS,
        who=name,
        substitute=bool(behalf),
        day=filters.long_day(filters.office_time(step["at"]).date()),
        signature=stamp,
    )


def _passed_by(words: Words, step: Mapping[str, Any], event: Mapping[str, Any]) -> Signed:
    """A step that nobody was asked for stands on the sheet with the reason."""
    return Signed(
        label=words.element(event["element_id"], event["element_name"]),
        words=who_words.skipped(event["details"]),
        outcome=_("不用办，视为同意"),
        bad=False,
        who=_("系统"),
        substitute=False,
        day=filters.long_day(filters.office_time(step["at"]).date()),
        signature=None,
    )


def _for_paper(sheet: Mapping[str, Any]) -> dict[str, Any]:
    opinions = [
        {**vars(one), "signature": None if one.signature is None else f"{one.signature}.{signatures.ending(one.signature)}"}
        for one in sheet["opinions"]
    ]
    return {
        "title": sheet["title"],
        "number": sheet["number"],
        "printed": sheet["printed"],
        "rows": sheet["rows"],
        "opinions": opinions,
        "files": "；".join(f"{number}. {name}" for number, name in enumerate(sheet["files"], 1)),
        "files_label": _("附件"),
        "seal": sheet["seal"] is not None,
        "notes": sheet["notes"],
    }


def _pictures(sheet: Mapping[str, Any]) -> dict[str, bytes]:
    pictures = {"code.svg": drawings.qr_svg(sheet["address"]).encode()}
    if sheet["seal"] is not None:
        pictures["seal.svg"] = drawings.seal(sheet["seal"]).encode()
    for one in sheet["opinions"]:
        if one.signature is not None:
            pictures[f"{one.signature}.{signatures.ending(one.signature)}"] = signatures.content(one.signature)
    return pictures
