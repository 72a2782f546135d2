"""Process definitions (流程定义) and their versions."""

from typing import Any

from flask import Blueprint, Response
from marshmallow import fields

from processes.queries import definitions, forms_for
from web.access import signed_in
from web.auth import current_actor
from web.fields import Answer, Moment, Paging, Text, Truth, page_of
from web.operations import operation

blueprint = Blueprint("api_definitions", __name__)


class DefinitionAnswer(Answer):
    """A version of a process."""

    id = fields.String()
    key = fields.String()
    version = fields.Integer()
    version_tag = fields.String(allow_none=True)
    name = fields.String()
    deployed_at = Moment()
    state = fields.String(metadata={"enum": ["active", "suspended"]})


class FormAnswer(Answer):
    """A form with what is in it and what may be done with it; `form` is null where there is none."""

    form = fields.Raw(allow_none=True)
    values = fields.Dict(keys=fields.String())
    outcomes = fields.List(fields.Dict(keys=fields.String()))
    permissions = fields.Dict(keys=fields.String(), values=fields.String(metadata={"enum": ["edit", "read"]}))


class DefinitionsQuery(Paging):
    """Which definitions."""

    key = Text(longest=255, load_default=None)
    latest = Truth(load_default=False, metadata={"description": "only the newest version of each key"})


@blueprint.get("/process-definitions")
@signed_in
@operation("List process definitions", query=DefinitionsQuery, answer=page_of(DefinitionAnswer))
def page(query: dict[str, Any]) -> Any:
    """A page of versions."""
    return definitions.page(current_actor(), **query)


@blueprint.get("/process-definitions/<definition_id>")
@signed_in
@operation("Read a process definition", answer=DefinitionAnswer, refuses=(404,))
def show(definition_id: str) -> Any:
    """One version, by its id."""
    return definitions.get(definition_id, current_actor())


@blueprint.get("/process-definitions/<definition_id>/bpmn")
@signed_in
@operation("Read the diagram as it was deployed", media_type="application/xml", refuses=(404,))
def bpmn(definition_id: str) -> Response:
    """The bytes of the diagram; a download, for it is an upload of somebody and no page of ours."""
    content = definitions.bpmn(definition_id, current_actor())
    answer = Response(content, content_type=f"application/xml; charset={definitions.encoding(content)}")
    answer.headers["Content-Disposition"] = "attachment; filename=process.bpmn"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@blueprint.get("/process-definitions/<definition_id>/start-form")
@signed_in
@operation("Read the form that starts a process", answer=FormAnswer, refuses=(403, 404))
def start_form(definition_id: str) -> Any:
    """The start form with its values at the beginning."""
    return forms_for.start_form(definition_id, current_actor())
