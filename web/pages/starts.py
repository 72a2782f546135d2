"""Starting a case: what I may start, the form, revising a case that was refused."""

import hashlib
import secrets
import time
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import values
from engine.people_rules import CHOSEN
from forms.definition import Form
from processes import drafts, idempotency, instances
from processes.actors import Actor
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.queries import cases, definitions, forms_for, inbox
from web.access import signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages import casework, drafting, filters, foretelling, formdata, formview, telling
from web.pages.said import said

blueprint = Blueprint("starts", __name__, url_prefix="/start")

TRIES = 30


@dataclass
class Application:
    """A start form and what has been typed into it."""

    definition: dict[str, Any]
    view: dict[str, Any]
    form: Form | None
    values: dict[str, Any]
    revises: str | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    draft: drafting.Shown = field(default_factory=drafting.of_request)
    refused: str | None = None

    @property
    def subject(self) -> str:
        """Under which a draft is kept."""
        return f"revise:{self.revises}" if self.revises else f"start:{self.definition['key']}"


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """The processes that I may start, by category."""
    actor = current_actor()
    rows = []
    for one in definitions.startable(actor):
        draft = drafts.load(f"start:{one['key']}", actor=actor)
        told = one["settings"] or {}
        rows.append(
            {
                **one,
                "category": told.get("category") or _("其他"),
                "legal_basis": told.get("legal_basis"),
                "draft_at": draft and draft.saved_at,
            }
        )
    rows.sort(key=lambda row: (row["category"], row["name"]))
    groups = [(category, list(some)) for category, some in groupby(rows, key=lambda row: row["category"])]
    return render_template("clerk/starts.html", groups=groups)


def _load(key: str, actor: Actor) -> Application:
    found = next((one for one in definitions.startable(actor) if one["key"] == key), None)
    if found is None:
        known = definitions.page(actor, key=key, latest=True)["items"]
        raise NotAllowed("may_not_start", definition_key=key) if known else NotFound("process_definition_not_found")
    revises = request.args.get("revises") or None
    view = forms_for.start_form(found["id"], actor, revises=revises)
    form = Form.from_document(view["form"]) if view["form"] else None
    return Application(found, view, form, dict(view["values"]), revises)


@blueprint.get("/<key>")
@signed_in
def form(key: str) -> ResponseReturnValue:
    """The start form, with what I typed last time, or with the content of the case that it revises."""
    actor = current_actor()
    application = _load(key, actor)
    kept, application.draft = drafting.load(application.subject, actor)
    if kept is not None:
        application.values = {**application.values, **{name: value for name, value in kept.items() if name != formdata.OPINION}}
    return _page(application, actor)


@blueprint.post("/<key>")
@signed_in
def send(key: str) -> ResponseReturnValue:
    """Start the case, keep a draft, or add a row."""
    actor = current_actor()
    application = _load(key, actor)
    typed: dict[str, Any] = {}
    if application.form is not None:
        sent = formdata.read(application.form, application.view["permissions"], application.values, request.form, actor)
        typed, application.errors = sent.values, sent.errors
        application.values = {**application.values, **typed}
    act = request.form.get("_act")
    if application.form is not None and (request.form.get("_add") or request.form.get("_remove") or act == "look"):
        application.values = {**application.values, **formdata.with_rows(application.form, typed, request.form)}
        return _page(application, actor)
    if act == "autosave":
        return drafting.autosave(application.subject, typed, actor)
    if act == "draft":
        drafting.keep(application.subject, typed, actor)
        flash(_("已暂存，只有您看得到。"), "done")
        return redirect(request.full_path.rstrip("?"), code=303)
    if act == "discard":
        drafts.delete_own(application.subject, actor=actor)
        flash(_("草稿已丢弃。"), "done")
        return redirect(request.full_path.rstrip("?"), code=303)
    if application.errors:
        return _page(application, actor), 422
    return _start(application, typed, actor)


def _start(application: Application, typed: dict[str, Any], actor: Actor) -> ResponseReturnValue:
    try:
        instance_id = _once(application, typed, actor)
    except Invalid as refusal:
        application.errors = dict(refusal.fields)
        application.refused = None if application.errors else said(refusal)
        return _page(application, actor), 422
    except Conflict as refusal:
        application.refused = said(refusal)
        return _page(application, actor), 409
    case = cases.get(instance_id, actor)
    if case["state"] == "incident":
        flash(_("已提交，编号 %(number)s。后面的环节出现异常，已请管理员处理。", number=case["business_key"] or "—"), "soon")
    else:
        flash(
            _("已提交，编号 %(number)s，办件现在等：%(to)s。", number=case["business_key"] or "—", to=casework.waits_for(instance_id)),
            "done",
        )
    return redirect(url_for("cases.show", instance_id=instance_id), code=303)


def _once(application: Application, typed: dict[str, Any], actor: Actor) -> str:
    """Start; the same page sent twice (double click, the browser's "back") starts one case."""
    start = {"key": application.definition["key"], "variables": typed, "revises": application.revises, "actor": actor}
    start["copies"] = request.form.getlist("_copies")
    once = request.form.get("once", "")
    if not 20 <= len(once) <= 100 or not once.isascii():
        return instances.start(**start)
    digest = hashlib.sha256(values.dumps([typed, start["copies"]])).hexdigest()
    for _attempt in range(TRIES):
        try:
            idempotency.begin(actor.login, request.path, f"page:{once}", digest)
            return instances.start(**start)
        except idempotency.Twin:
            # The first press is being carried out at this moment; its result is there next time.
            time.sleep(0.1)
        except Invalid as refusal:
            if refusal.code == "idempotency_key_reused":
                raise Conflict("application_already_sent") from refusal
            raise
        finally:
            idempotency.end()
    raise Conflict("request_in_progress")


def _offer_again(application: Application, actor: Actor) -> None:
    """Whom one may choose may depend on what has been typed."""
    if any(name.startswith(CHOSEN) for name in application.view["permissions"]):
        found, typed = application.definition["id"], application.values
        application.view = forms_for.start_form(found, actor, revises=application.revises, typed=typed)
        application.form = Form.from_document(application.view["form"])


def _page(application: Application, actor: Actor) -> str:
    _offer_again(application, actor)
    told = application.definition["settings"] or {}
    view = formview.FormPage("", [])
    if application.form is not None:
        view = formview.page(application.form, application.view["permissions"], application.values, application.errors, casework.people())
    return render_template(
        "clerk/start.html",
        name=application.definition["name"],
        version=application.definition["version"],
        category=told.get("category"),
        legal_basis=told.get("legal_basis"),
        view=view,
        draft=application.draft,
        revises=_revised(application, actor),
        refused=application.refused,
        keep=application.subject,
        once=secrets.token_urlsafe(24),
        forecast=foretelling.after_start(application.definition["id"], actor, application.values),
        uncertain=filters.uncertain(instances.due_of(application.definition["id"])),
        readme=_readme(application.definition["deployment_id"]),
        copies=telling.choices_of_people(actor) if told.get("copies_at_start") else None,
        copies_chosen=request.form.getlist("_copies"),
    )


def _revised(application: Application, actor: Actor) -> dict[str, Any] | None:
    if application.revises is None:
        return None
    case = cases.get(application.revises, actor)
    reasons = [task["opinion"] for task in inbox.of_instance(case["id"]) if task["outcome"] in casework.REFUSALS and task["opinion"]]
    return {**case, "href": url_for("cases.show", instance_id=case["id"]), "reason": "；".join(reasons)}


def _readme(deployment_id: str) -> list[str]:
    """The first paragraphs of the model's README, for who starts it."""
    content = definitions.contents(deployment_id).get("README.md", b"").decode("utf-8", "replace")
    paragraphs = [part.strip() for part in content.split("\n\n")]
    return [part for part in paragraphs if part and not part.startswith(("#", "|", "-", "```"))][:3]
