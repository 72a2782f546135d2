"""The OpenAPI document, generated from what the views say about themselves (web.operations) and the schemas they use."""

import re
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from web import json, operations
from web.access import public, rule_of
from web.api.deployments import FindingAnswer
from web.fields import Answer
from web.operations import Operation
from web.problems import MEDIA_TYPE

blueprint = Blueprint("openapi", __name__)
PREFIX = "/api/v1"
_PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": [], "csrf": []}]
#: what every operation may answer besides its own
ALWAYS = (400, 401, 403, 422, 503)
_DESCRIPTION = (
    "Approval flows of a government office. Times are RFC 3339 in UTC, ids are opaque, numbers keep their decimals. "
    "Errors are problem documents (RFC 9457) in Chinese or English by Accept-Language. "
    "An unknown query parameter is 422. Any POST may carry an Idempotency-Key."
)


class ProblemAnswer(Answer):
    """What went wrong (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "stable, snake_case"})
    detail = fields.String(required=True)
    request_id = fields.String(required=True)
    fields_ = fields.Dict(data_key="fields", keys=fields.String(), values=fields.List(fields.String()))
    findings = fields.List(fields.Nested(FindingAnswer))


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document of every route under /api/v1."""
    spec = APISpec(
        title="Banjie",
        version="1",
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
        info={"description": _DESCRIPTION},
        servers=[{"url": PREFIX}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "banjie_session"})
    spec.components.security_scheme("csrf", {"type": "apiKey", "in": "header", "name": "X-CSRFToken"})
    spec.components.schema("Problem", schema=ProblemAnswer)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        about = operations.of_view(app.view_functions[rule.endpoint])
        if about is not None:
            spec.path(path=api_path(rule), operations=_operations(app, rule, about))
    written: dict[str, Any] = spec.to_dict()
    return written


def api_path(rule: Rule) -> str:
    """The path of a route as OpenAPI writes it, below /api/v1."""
    return _PARAMETER.sub(r"{\1}", rule.rule.removeprefix(PREFIX))


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Answer") if issubclass(kind, Answer) else kind.__name__


def _operations(app: Flask, rule: Rule, about: Operation) -> dict[str, Any]:
    methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    return {method.lower(): _operation(app, rule, about, method) for method in methods}


def _operation(app: Flask, rule: Rule, about: Operation, method: str) -> dict[str, Any]:
    access = rule_of(app.view_functions[rule.endpoint])
    described: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api_").replace(".", "_"),
        "summary": about.summary,
        "tags": [rule.endpoint.partition(".")[0].removeprefix("api_")],
        "security": [] if access and access.anonymous else _SECURITY,
        "parameters": _parameters(rule, about, method),
        "responses": _responses(about),
    }
    if about.body is not None:
        content = {json.MEDIA_TYPE: {"schema": about.body}}
        described["requestBody"] = {"content": content, "required": any(part.required for part in about.body().fields.values())}
    elif about.upload is not None:
        shape = {"type": "object", "properties": dict(about.upload)}
        described["requestBody"] = {"content": {"multipart/form-data": {"schema": shape}}, "required": True}
    return described


def _parameters(rule: Rule, about: Operation, method: str) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}} for name in sorted(rule.arguments)
    ]
    if about.query is not None:
        parameters.append({"in": "query", "schema": about.query})
    if method == "POST":
        parameters.append({"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 200}})
    return parameters


def refusals_of(about: Operation) -> set[int]:
    """The statuses with which an operation may refuse."""
    with_body = {413, 415} if about.body or about.upload else set()
    return {*ALWAYS, *about.refuses, *with_body}


def _responses(about: Operation) -> dict[str, Any]:
    refusals = refusals_of(about)
    problem = {"description": "problem", "content": {MEDIA_TYPE: {"schema": ProblemAnswer}}}
    return {str(status): _success(about) for status in about.statuses} | {str(status): problem for status in sorted(refusals)}


def _success(about: Operation) -> dict[str, Any]:
    if about.media_type is not None:
        return {"description": "done", "content": {about.media_type: {"schema": {"type": "string", "format": "binary"}}}}
    schema: type[Schema] | dict[str, str] = about.answer or {"type": "object"}
    return {"description": "done", "content": {json.MEDIA_TYPE: {"schema": schema}}}


@blueprint.get("/api/v1/openapi.json")
@public
def openapi() -> Response:
    """The document."""
    if "banjie.openapi" not in current_app.extensions:
        current_app.extensions["banjie.openapi"] = document(current_app)
    return json.answer(current_app.extensions["banjie.openapi"])
