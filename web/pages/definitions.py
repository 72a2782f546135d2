"""Process definitions: versions, diagram, steps and decisions of each; deploying files."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import deployments, policy
from processes.errors import DeploymentRefused, Refused
from processes.people import directory
from processes.queries import definitions, figures
from web import downloads
from web.access import allowed, signed_in
from web.auth import current_actor
from web.language import current_language
from web.language import gettext as _
from web.pages import outlook
from web.pages.said import said

blueprint = Blueprint("definitions", __name__, url_prefix="/definitions")

DEPLOYERS = tuple(sorted(policy.DEPLOYS))


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """The newest version of every process."""
    actor = current_actor()
    rows = definitions.page(actor, latest=True, limit=200)["items"]
    running = figures.running_by_key()
    shown = [{**one, "running": running.get(one["key"], 0)} for one in rows]
    return render_template("admin/definitions.html", rows=shown, may_deploy=policy.may_deploy(actor))


@blueprint.get("/<definition_id>")
@signed_in
def show(definition_id: str) -> ResponseReturnValue:
    """One version: diagram with how many cases stand where, steps, decision tables, the other versions."""
    actor = current_actor()
    found = definitions.get(definition_id, actor)
    outline = definitions.outline(definition_id)
    waiting = figures.waiting_by_element(definition_id)
    versions = definitions.page(actor, key=found["key"], limit=50)["items"]
    told = found["settings"] or {}
    xml = definitions.bpmn(definition_id, actor).decode("utf-8", "replace")
    return render_template(
        "admin/definition.html",
        d=found,
        newest=versions[0]["id"] == definition_id,
        running=figures.running_by_version(found["key"]).get(found["version"], 0),
        owner=told.get("owner"),
        legal_basis=told.get("legal_basis"),
        may_deploy=policy.may_deploy(actor),
        diagram={"xml": xml, "counts": waiting},
        steps=_steps(outline, waiting),
        decisions=_decisions(found["deployment_id"]),
        versions=_versions(found["key"], versions),
        findings=[finding.to_document(current_language()) for finding in definitions.findings(found["deployment_id"])],
        files=[one["name"] for one in definitions.files(found["deployment_id"])],
    )


def _steps(outline: dict[str, Any], waiting: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "id": element_id,
            "name": one.get("name") or element_id,
            "who": outlook.who_of(one),
            "form": one.get("form_key"),
            "due": one.get("due"),
            "waiting": waiting.get(element_id, 0),
        }
        for element_id, one in outline["elements"].items()
        if one["type"] == "userTask"
    ]


def _decisions(deployment_id: str) -> list[dict[str, Any]]:
    return [table for document in definitions.decisions(deployment_id) if (table := decision_table(document)) is not None]


def decision_table(document: dict[str, Any]) -> dict[str, Any] | None:
    """A decision table as heads and lines; None for a decision of another kind."""
    table = document.get("table") or document
    if not table.get("rules"):
        return None
    heads = [one.get("label") or one.get("text") or one.get("expression") or "" for one in table.get("inputs") or []]
    heads += [one.get("label") or one.get("name") or "" for one in table.get("outputs") or []]
    lines = [
        [_cell(cell) for cell in (*(rule.get("inputs") or rule.get("tests") or []), *(rule.get("outputs") or []))]
        for rule in table["rules"]
    ]
    return {"name": document.get("name") or document.get("key") or "", "heads": heads, "lines": lines}


def _cell(cell: Any) -> str:
    return str(cell.get("text") if isinstance(cell, dict) else cell) if cell not in (None, "") else "—"


def _versions(key: str, versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by = definitions.deployers(one["deployment_id"] for one in versions)
    names = directory.names(by.values())
    running = figures.running_by_version(key)
    return [{**one, "by": names.get(by.get(one["deployment_id"], ""), ""), "running": running.get(one["version"], 0)} for one in versions]


@blueprint.get("/<definition_id>/bpmn")
@signed_in
def download(definition_id: str) -> ResponseReturnValue:
    """The diagram as it was deployed, as a download."""
    found = definitions.get(definition_id, current_actor())
    name = f"{found['key']}-v{found['version']}.bpmn"
    headers = {"Content-Disposition": downloads.disposition(name)}
    return Response(definitions.bpmn(definition_id, current_actor()), content_type="application/xml", headers=headers)


@blueprint.route("/deploy", methods=["GET", "POST"])
@allowed(*DEPLOYERS)
def deploy() -> ResponseReturnValue:
    """Upload files, see the gate's findings, deploy them as new versions."""
    if request.method == "GET":
        return _deploy_page()
    try:
        files = uploaded()
        if request.form.get("_act") == "check":
            return _checked(files)
        name = request.form.get("name", "").strip() or next(iter(files), "deployment")
        result = deployments.deploy(name[:200], files, actor=current_actor())
    except DeploymentRefused as refusal:
        items = [finding.to_document(current_language()) for finding in refusal.findings]
        number = sum(one["severity"] == "error" for one in items)
        return _deploy_page(refused=_("%(n)d 处要改，列在下面。", n=number), items=items), 422
    except Refused as refusal:
        return _deploy_page(refused=said(refusal)), 422
    words = "；".join(_("%(name)s 第 %(n)d 版", name=one.name, n=one.version) for one in result.definitions)
    if result.created:
        flash(_("已部署：%(words)s。新发起的按它走，在办的不变。", words=words or _("决策或表单")), "done")
    else:
        flash(_("与现行的完全相同（%(words)s），没有产生新版。", words=words), "soon")
    return redirect(url_for(".index"), code=303)


def uploaded() -> dict[str, bytes]:
    """The uploaded files by name; a single zip is a model folder."""
    files: dict[str, bytes] = {}
    for file in request.files.getlist("files"):
        if file.filename:
            files[file.filename] = file.stream.read()
    if len(files) == 1 and next(iter(files)).lower().endswith(".zip"):
        return deployments.unpack(next(iter(files.values())))
    return files


def _checked(files: dict[str, bytes]) -> ResponseReturnValue:
    result = deployments.check(files)
    items = [finding.to_document(current_language()) for finding in result.findings]
    if result.refused:
        return _deploy_page(refused=_("检查没有通过。"), items=items), 422
    return _deploy_page(checked=_("检查通过，可以部署；请重新选择文件后按“部署”。"), items=items)


def _deploy_page(**values: Any) -> str:
    return render_template("admin/deploy.html", name=request.form.get("name"), **values)
