"""Process definitions (流程定义), their versions and files."""

import logging
from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, func, or_, select

from engine import layout
from engine.gate import xml
from processes import deploy_findings, deployed, policy
from processes.actors import Actor
from processes.db import db, reading
from processes.deploy_findings import AnyFinding
from processes.errors import NotFound
from processes.models import DecisionDefinition, Deployment, DeploymentFile, FormDefinition, ProcessDefinition
from processes.queries import paging

log = logging.getLogger(__name__)
_columns = [
    getattr(ProcessDefinition, name)
    for name in ("id", "key", "version", "version_tag", "name", "deployed_at", "state", "deployment_id", "file_name", "settings")
]


def page(actor: Actor, *, key: str | None = None, latest: bool = False, limit: int = 50, cursor: str | None = None) -> dict[str, Any]:
    """A page of versions by key, newest version first; `latest`: only the newest of each key."""
    row = ProcessDefinition
    query = select(*_columns).order_by(row.key, row.version.desc())
    if actor.scope is not None and "*" not in actor.scope:
        query = query.where(row.key.in_(actor.scope))
    if key is not None:
        query = query.where(row.key == key)
    if latest:
        newest = select(row.key, func.max(row.version).label("version")).group_by(row.key).subquery()
        query = query.join(newest, and_(newest.c.key == row.key, newest.c.version == row.version))
    after = paging.read_cursor(cursor, (str, int))
    if after is not None:
        query = query.where(or_(row.key > after[0], and_(row.key == after[0], row.version < after[1])))
    with reading():
        found = [dict(one) for one in db.session.execute(query.limit(paging.size(limit) + 1)).mappings()]
    return paging.page(found, limit, lambda one: paging.write_cursor(one["key"], one["version"]))


def get(definition_id: str, actor: Actor) -> dict[str, Any]:
    """One version; raises NotFound."""
    with reading():
        found = db.session.execute(select(*_columns).where(ProcessDefinition.id == definition_id)).mappings().first()
    if found is None:
        raise NotFound("process_definition_not_found")
    if not policy.within_scope(actor, found["key"]):
        raise policy.hidden(actor, found["key"], "process_definition_not_found")
    return dict(found)


def newest(key: str, actor: Actor) -> dict[str, Any]:
    """The newest version of a process; raises NotFound."""
    found: list[dict[str, Any]] = page(actor, key=key, latest=True, limit=1)["items"]
    if not found:
        raise NotFound("process_definition_not_found")
    return found[0]


def bpmn(definition_id: str, actor: Actor) -> bytes:
    """The diagram as it was deployed; raises NotFound."""
    definition = get(definition_id, actor)
    return file(definition["deployment_id"], definition["file_name"])


def encoding(content: bytes) -> str:
    """The encoding of a diagram's bytes: utf-8 or utf-16."""
    return xml.encoding_of(content)


def drawing(definition_id: str, actor: Actor) -> tuple[str, bool]:
    """The diagram as text for a page, whatever its encoding, and whether a drawing had to be made for it; raises NotFound."""
    definition = get(definition_id, actor)
    text = xml.text_of(file(definition["deployment_id"], definition["file_name"]))
    try:
        return layout.complete(text, definition["key"])
    except Exception:
        # a page without a drawing says so and shows its steps; one that fails shows nothing
        log.exception("no drawing of %s", definition_id)
        return text, False


def file(deployment_id: str, name: str) -> bytes:
    """A file of a deployment as it was uploaded; raises NotFound."""
    with reading():
        query = select(DeploymentFile.content).where(DeploymentFile.deployment_id == deployment_id, DeploymentFile.name == name)
        content = db.session.scalar(query)
    if content is None:
        raise NotFound("file_not_found")
    return bytes(content)


def files(deployment_id: str) -> list[dict[str, Any]]:
    """Names, kinds and digests of a deployment's files."""
    row = DeploymentFile
    query = select(row.name, row.kind, row.sha256, func.length(row.content).label("size")).where(row.deployment_id == deployment_id)
    with reading():
        return [dict(one) for one in db.session.execute(query.order_by(row.name)).mappings()]


def contents(deployment_id: str) -> dict[str, bytes]:
    """All files of a deployment by name, to be changed and deployed again."""
    with reading():
        query = select(DeploymentFile.name, DeploymentFile.content).where(DeploymentFile.deployment_id == deployment_id)
        return {name: bytes(content) for name, content in db.session.execute(query.order_by(DeploymentFile.name))}


def outline(definition_id: str) -> dict[str, Any]:
    """The inner form of a process: its elements by id; raises NotFound."""
    with reading():
        return deployed.definition(definition_id).outline


def findings(deployment_id: str) -> list[AnyFinding]:
    """The warnings with which a deployment was accepted."""
    with reading():
        stored = db.session.scalar(select(Deployment.findings).where(Deployment.id == deployment_id))
    return deploy_findings.restore(stored or [])


def startable(actor: Actor) -> list[dict[str, Any]]:
    """The newest version of every process that the actor may start by hand."""
    row = ProcessDefinition
    newest = select(row.key, func.max(row.version).label("version")).where(row.state == "active").group_by(row.key).subquery()
    query = select(*_columns).join(newest, and_(newest.c.key == row.key, newest.c.version == row.version)).order_by(row.name)
    with reading():
        found = [dict(one) for one in db.session.execute(query).mappings()]
        return [one for one in found if _may_start(one, actor)]


def _may_start(one: dict[str, Any], actor: Actor) -> bool:
    definition = deployed.definition(one["id"])
    return definition.outline["start"] is not None and policy.may_start(actor, definition.key, definition.starters)


def deployments(limit: int = 50, cursor: str | None = None) -> dict[str, Any]:
    """A page of deployments, newest first."""
    row = Deployment
    query = select(row.id, row.name, row.at, row.deployed_by).order_by(row.id.desc()).limit(paging.size(limit) + 1)
    after = paging.read_cursor(cursor, (str,))
    if after is not None:
        query = query.where(row.id < after[0])
    with reading():
        found = [dict(one) for one in db.session.execute(query).mappings()]
    return paging.page(found, limit, lambda one: paging.write_cursor(one["id"]))


def decisions(deployment_id: str) -> list[dict[str, Any]]:
    """The documents of a deployment's decisions, each with its key and name."""
    row = DecisionDefinition
    query = select(row.key, row.name, row.document).where(row.deployment_id == deployment_id).order_by(row.key)
    with reading():
        return [{**one.document, "key": one.key, "name": one.name} for one in db.session.execute(query)]


def deployers(deployment_ids: Iterable[str]) -> dict[str, str]:
    """Who made each of these deployments."""
    query = select(Deployment.id, Deployment.deployed_by).where(Deployment.id.in_(set(deployment_ids)))
    with reading():
        return {key: found for key, found in db.session.execute(query)}


def names() -> dict[str, list[list[str]]]:
    """Keys and names of what diagrams may refer to: forms, decisions, processes."""
    with reading():
        forms = db.session.scalars(select(FormDefinition.key).distinct().order_by(FormDefinition.key)).all()
        decided = db.session.execute(select(DecisionDefinition.key, DecisionDefinition.name).distinct().order_by(DecisionDefinition.key))
        processes = db.session.execute(select(ProcessDefinition.key, ProcessDefinition.name).distinct().order_by(ProcessDefinition.key))
        return {
            "forms": [[key, key] for key in forms],
            "decisions": [[key, f"{name}（{key}）"] for key, name in decided],
            "processes": [[key, f"{name}（{key}）"] for key, name in processes],
        }
