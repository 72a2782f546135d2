"""Deployments (部署): models come in as files or as the zip of a model folder."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from marshmallow import fields
from werkzeug.datastructures import FileStorage

from processes import deployments, settings
from processes.errors import TooLarge
from web.access import allowed
from web.auth import current_actor
from web.fields import Answer
from web.language import current_language
from web.operations import operation
from web.problems import Stop

blueprint = Blueprint("api_deployments", __name__)
MB = 1024 * 1024
#: what the multipart form adds to the files themselves
ENVELOPE_BYTES = MB


class FindingAnswer(Answer):
    """What the gate found in a file."""

    code = fields.String()
    severity = fields.String(metadata={"enum": ["error", "warning"]})
    file = fields.String(allow_none=True)
    line = fields.Integer(allow_none=True)
    element_id = fields.String(allow_none=True)
    element_name = fields.String(allow_none=True)
    message = fields.String()
    hint = fields.String(allow_none=True)


class DeployedAnswer(Answer):
    """A version that a deployment made, or found to be there."""

    id = fields.String()
    key = fields.String()
    version = fields.Integer()
    name = fields.String()


class DeploymentAnswer(Answer):
    """A deployment."""

    id = fields.String()
    definitions = fields.List(fields.Nested(DeployedAnswer))
    findings = fields.List(fields.Nested(FindingAnswer))


def _largest() -> int:
    return settings.current().deploy.max_total_mb * MB + ENVELOPE_BYTES


UPLOAD = {
    "name": {"type": "string", "description": "name of the deployment"},
    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
}


@blueprint.post("/deployments")
@allowed("analyst", "publisher", "operator")
@operation(
    "Deploy model files: diagrams, decisions, forms, process.toml; or one zip of a model folder",
    upload=UPLOAD,
    answer=DeploymentAnswer,
    statuses=(201, 200),
    refuses=(403, 413, 422),
    max_bytes=_largest,
)
def create() -> tuple[dict[str, Any], int]:
    """Deploy; an equal set of files gives the version that is there, 200."""
    name, files = _posted()
    done = deployments.deploy(name, files, actor=current_actor())
    document = {
        "id": done.deployment_id,
        "definitions": done.definitions,
        "findings": [finding.to_document(current_language()) for finding in done.findings],
    }
    return document, 201 if done.created else 200


def _posted() -> tuple[str, dict[str, bytes]]:
    """The name and the files of the form; a zip is unpacked."""
    if request.mimetype != "multipart/form-data":
        raise Stop(415, "not_multipart")
    posted = [file for file in request.files.getlist("files") if file.filename]
    if not posted:
        raise Stop(422, "no_files", fields={"files": ["Missing data for required field."]})
    files = _read(posted)
    _check_sizes(files)
    return request.form.get("name", "").strip() or str(posted[0].filename), files


def _read(posted: list[FileStorage]) -> dict[str, bytes]:
    first = posted[0]
    if len(posted) == 1 and str(first.filename).lower().endswith(".zip"):
        return deployments.unpack(first.read())
    files: dict[str, bytes] = {}
    for file in posted:
        name = str(file.filename)
        if name in files:
            raise Stop(422, "file_name_twice", fields={"files": ["Given more than once."]})
        files[name] = file.read()
    return files


def _check_sizes(files: Mapping[str, bytes]) -> None:
    """Stop (413) files that are larger than the settings allow, before anything looks into them."""
    limits = settings.current().deploy
    if sum(map(len, files.values())) > limits.max_total_mb * MB:
        raise TooLarge("deployment_too_large", limit_mb=limits.max_total_mb)
    for name, content in files.items():
        if len(content) > limits.max_file_mb * MB:
            raise TooLarge("file_too_large", name=name, limit_mb=limits.max_file_mb)
