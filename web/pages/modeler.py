"""The modeler: open a version, change it, see the gate's findings, deploy it as the next version."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import deployments
from processes.errors import DeploymentRefused
from processes.people import directory, listing
from processes.queries import definitions
from web import json
from web.access import allowed
from web.auth import current_actor
from web.language import current_language
from web.language import gettext as _
from web.pages.definitions import DEPLOYERS, uploaded

blueprint = Blueprint("modeler", __name__, url_prefix="/modeler")

BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="definitions"
  targetNamespace="http://banjie.example/bpmn">
  <bpmn:process id="new_process" name="新流程" isExecutable="true"><bpmn:startEvent id="start" name="申请"/></bpmn:process>
  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="new_process"><bpmndi:BPMNShape id="start_di"
    bpmnElement="start"><dc:Bounds x="160" y="160" width="36" height="36"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


@blueprint.get("/new")
@allowed(*DEPLOYERS)
def new() -> ResponseReturnValue:
    """Draw a process from nothing."""
    diagram = {"xml": BLANK, "file_name": "process.bpmn", "name": _("新流程"), "findings": [], "lists": _lists()}
    return render_template(
        "admin/modeler.html", name=_("新流程"), version=None, definition_id=None, diagram=diagram, back=url_for("definitions.index")
    )


@blueprint.get("/<definition_id>")
@allowed(*DEPLOYERS)
def edit(definition_id: str) -> ResponseReturnValue:
    """Open a version to make the next one of it."""
    actor = current_actor()
    found = definitions.get(definition_id, actor)
    xml, laid_out = definitions.drawing(definition_id, actor)
    diagram = {
        "xml": xml,
        "laid_out": laid_out,
        "file_name": found["file_name"],
        "name": found["name"],
        "findings": [finding.to_document(current_language()) for finding in definitions.findings(found["deployment_id"])],
        "lists": _lists(),
    }
    return render_template(
        "admin/modeler.html",
        name=found["name"],
        version=found["version"],
        definition_id=definition_id,
        diagram=diagram,
        back=url_for("definitions.show", definition_id=definition_id),
    )


def _lists() -> dict[str, list[list[str]]]:
    """What the panel offers: groups, people, forms, decisions, processes."""
    names = definitions.names()
    groups = [[role.name, role.name] for role in listing.roles()] + [[unit.name, unit.name] for unit in directory.departments("")]
    people = [[one.login, one.display] for one in directory.search("", limit=500)]
    return {"groups": groups, "people": people, **names}


def _files() -> dict[str, bytes]:
    """What would be deployed: the drawn diagram with the other files of the version that it was made from."""
    base = request.args.get("base")
    drawn = uploaded()
    if not base:
        return drawn
    found = definitions.get(base, current_actor())
    return {**definitions.contents(found["deployment_id"]), **drawn}


@blueprint.post("/check")
@allowed(*DEPLOYERS)
def check() -> ResponseReturnValue:
    """What the gate says of the drawing; nothing is stored."""
    result = deployments.check(_files())
    return json.answer({"findings": _documents(result.findings)})


@blueprint.post("/deploy")
@allowed(*DEPLOYERS)
def deploy() -> Response:
    """Deploy the drawing as the next version."""
    name = request.form.get("name", "").strip() or _("流程")
    try:
        result = deployments.deploy(name[:200], _files(), actor=current_actor())
    except DeploymentRefused as refusal:
        return json.answer({"findings": _documents(refusal.findings)}, 422)
    made = [{"id": one.id, "key": one.key, "version": one.version} for one in result.definitions]
    return json.answer({"definitions": made, "findings": _documents(result.findings)}, 201 if result.created else 200)


def _documents(findings: Any) -> list[dict[str, Any]]:
    return [finding.to_document(current_language()) for finding in findings]
