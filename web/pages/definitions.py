"""Process definitions: versions, diagram, steps and decisions of each; deploying files."""

import re
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import deployments, policy
from processes.errors import DeploymentRefused, Refused
from processes.people import directory
from processes.queries import definitions, figures, forms_for
from web import downloads
from web.access import allowed, signed_in
from web.auth import current_actor
from web.language import current_language
from web.language import gettext as _
from web.pages import outlook
from web.pages.said import said

blueprint = Blueprint("definitions", __name__, url_prefix="/definitions")

#: ${workdays(3)}, workhours(4)
_WORKING = re.compile(r"(?:[$#]\{)?\s*(workdays|workhours)\(\s*(\d{1,4})\s*\)\s*\}?")

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
    return render_template(
        "admin/definition.html",
        d=found,
        newest=versions[0]["id"] == definition_id,
        running=figures.running_by_version(found["key"]).get(found["version"], 0),
        owner=told.get("owner"),
        legal_basis=told.get("legal_basis"),
        may_deploy=policy.may_deploy(actor),
        diagram={"xml": definitions.drawing(definition_id, actor)[0], "counts": waiting},
        steps=_steps(outline, waiting, forms_for.start_labels(definition_id)),
        decisions=_decisions(found["deployment_id"]),
        versions=_versions(found["key"], versions),
        findings=[finding.to_document(current_language()) for finding in definitions.findings(found["deployment_id"])],
        **_files(found["deployment_id"]),
    )


def _steps(outline: dict[str, Any], waiting: dict[str, int], labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "id": element_id,
            "name": one.get("name") or element_id,
            "who": outlook.who_of(one, outline["elements"], labels),
            "form": one.get("form_key"),
            "due": _due(one.get("due")),
            "waiting": waiting.get(element_id, 0),
        }
        for element_id, one in sorted(outline["elements"].items(), key=lambda item: item[1].get("line") or 0)
        if one["type"] == "userTask"
    ]


def _due(text: str | None) -> str | None:
    """A time limit in words where it is a plain number of working days or hours, else as it is drawn."""
    found = _WORKING.fullmatch(text or "")
    if found is None:
        return text
    number = int(found[2])
    return _("%(n)d 个工作日", n=number) if found[1] == "workdays" else _("%(n)d 个工作小时", n=number)


def _decisions(deployment_id: str) -> list[dict[str, Any]]:
    """The decision tables of a deployment, those that a decision requires before it."""
    return [table for document in definitions.decisions(deployment_id) for table in decision_tables(document)]


def decision_tables(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The tables of a decision as heads and lines; a decision that is an expression is a table of one line."""
    return [_table(step) if step.get("table") else _formula(step) for step in document["steps"]]


def _table(step: dict[str, Any]) -> dict[str, Any]:
    table = step["table"]
    inputs = [one["label"] or one["expression"] for one in table["inputs"]]
    outputs = [one["label"] or one["name"] for one in table["outputs"]]
    lines = [[*map(_cell, rule["tests"]), *map(_cell, rule["results"]), rule["annotation"] or ""] for rule in table["rules"]]
    named = f"{table['hit_policy']} {table['aggregation']}".strip()
    return {
        "name": step["name"] or step["id"],
        "hint": _hit_policies().get(named, named),
        "heads": [*inputs, *outputs, _("说明")],
        "lines": lines,
    }


def _hit_policies() -> dict[str, str]:
    return {
        "UNIQUE": _("只能有一行符合"),
        "ANY": _("符合的各行结果要相同"),
        "FIRST": _("取第一个符合的行"),
        "PRIORITY": _("取优先的结果"),
        "RULE ORDER": _("取所有符合的行，按行的顺序"),
        "OUTPUT ORDER": _("取所有符合的行，按结果的优先顺序"),
        "COLLECT": _("取所有符合的行"),
        "COLLECT SUM": _("取所有符合的行，求和"),
        "COLLECT MIN": _("取所有符合的行，取最小"),
        "COLLECT MAX": _("取所有符合的行，取最大"),
        "COLLECT COUNT": _("数符合的行"),
    }


def _formula(step: dict[str, Any]) -> dict[str, Any]:
    return {"name": step["name"] or step["id"], "hint": None, "heads": [_("算式")], "lines": [[str(step.get("expression") or "—")]]}


def _cell(text: str) -> str:
    """A cell as people write it: without the quotes of a single word; nothing is said of what does not matter."""
    text = text.strip()
    plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1] else text
    return plain if plain not in ("", "-") else "—"


def _files(deployment_id: str) -> dict[str, Any]:
    names = [one["name"] for one in definitions.files(deployment_id)]
    tests = [name for name in names if name.startswith("tests/")]
    return {"files": [name for name in names if name not in tests], "tests": len(tests)}


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
