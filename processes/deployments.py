"""Deployments (部署): a set of files is read by the gate, and stored as new versions of what it defines."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, text

from engine import expressions, reading, times
from engine.expressions import ExpressionFailed, ExpressionRefused
from engine.gate.writers import form_fields
from engine.reading import Reading, ReadOptions
from processes import (
    acts,
    clock,
    contexts,
    deploy_findings,
    deploy_people,
    deployed,
    idempotency,
    ids,
    inputs,
    model_files,
    policy,
    settings,
)
from processes.actors import Actor
from processes.calendar import days
from processes.connectors import TOPICS
from processes.db import db, transaction
from processes.db import reading as db_reading
from processes.deploy_findings import AnyFinding
from processes.errors import DeploymentRefused, Invalid
from processes.models import (
    DecisionDefinition,
    Deployment,
    DeploymentFile,
    FormDefinition,
    ProcessDefinition,
    StartSubscription,
)

MEGABYTE = 1024 * 1024
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the gate says about a set of files."""

    findings: list[AnyFinding]

    @property
    def refused(self) -> bool:
        """Whether the files could not be deployed."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A version of a process that a deployment made, or found to be there."""

    id: str
    key: str
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class DeployResult:
    """What a deployment did; `created` is False when an equal set of files was the newest already."""

    deployment_id: str
    definitions: list[Deployed]
    findings: list[AnyFinding]
    created: bool


def unpack(archive: bytes) -> dict[str, bytes]:
    """The files of a zip of a model folder; raises Invalid."""
    return model_files.unpack(archive, max_bytes=settings.current().deploy.max_total_mb * MEGABYTE)


def check(files: Mapping[str, bytes], *, actor: Actor | None = None) -> CheckResult:
    """What the gate says; stores nothing."""
    return CheckResult(_read(files)[1])


def deploy(name: str, files: Mapping[str, bytes], *, actor: Actor) -> DeployResult:
    """Store the files as new versions, unless an equal set is the newest already; raises DeploymentRefused with the findings."""
    if (done := idempotency.kept()) is not None:
        return _result(done, created=True)
    acts.require_role(actor, policy.DEPLOYS, "deploy", name)
    given_name = inputs.check_text("name", name, MAX_NAME, required=True) or ""
    digest = digest_of(files)
    with db_reading():
        present = _present(digest)
    if present is not None:
        return _result(present, created=False)
    read, findings = _read(files)
    if CheckResult(findings).refused:
        raise DeploymentRefused(findings)
    with transaction():
        _lock()
        present = _present(digest)
        if present is None:
            made = _store(given_name, files, digest, read, findings, actor)
            acts.record("deploy", given_name, details={"deployment_id": made, "digest": digest}, actor=actor)
            idempotency.keep(made)
    return _result(present or made, created=present is None)


def digest_of(files: Mapping[str, bytes]) -> str:
    """The digest of a set of files, over names and bytes; equal sets have equal digests."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def _present(digest: str) -> str | None:
    """The deployment of these very files, if what it defines is still the newest."""
    query = select(Deployment.id).where(Deployment.digest == digest).order_by(Deployment.id.desc()).limit(1)
    found = db.session.scalar(query)
    if found is None:
        return None
    for table in (ProcessDefinition, DecisionDefinition, FormDefinition):
        own = {key: version for key, version in db.session.execute(select(table.key, table.version).where(table.deployment_id == found))}
        if own:
            # Forms and decisions of a process may have been deployed again by others; the process decides.
            newest = select(table.key, func.max(table.version)).where(table.key.in_(own)).group_by(table.key)
            return found if {key: version for key, version in db.session.execute(newest)} == own else None
    return found


def _read(files: Mapping[str, bytes]) -> tuple[Reading, list[AnyFinding]]:
    """The gate's reading, and all findings: its own and those about forms and people."""
    allowed = settings.current().deploy
    if sum(map(len, files.values())) > allowed.max_total_mb * MEGABYTE:
        raise Invalid("deployment_too_large", maximum=allowed.max_total_mb * MEGABYTE)
    if not files:
        raise Invalid("no_files", fields={"files": ["请选择要部署的文件。"]})
    with db_reading():
        options = _options()
    read = reading.read(dict(files), options=options)
    with db_reading():
        about_people = deploy_people.about_people(read)
    return read, deploy_findings.in_order([*read.findings, *deploy_findings.about_forms(read), *about_people])


def _options() -> ReadOptions:
    allowed = settings.current().deploy
    keys = {table: frozenset(db.session.scalars(select(table.key).distinct())) for table in (DecisionDefinition, FormDefinition)}
    newest = select(ProcessDefinition.key, func.max(ProcessDefinition.version)).group_by(ProcessDefinition.key)
    processes = {key: deployed.definition(f"{key}:{version}") for key, version in db.session.execute(newest).all()}
    return ReadOptions(
        max_file_bytes=allowed.max_file_mb * MEGABYTE,
        unmapped_service=allowed.unmapped_service,
        known_processes=frozenset(processes),
        known_decisions=keys[DecisionDefinition],
        known_forms=keys[FormDefinition],
        known_form_fields=_form_fields(),
        known_topics=frozenset(TOPICS),
        limits=contexts.limits(),
        known_calls={key: definition.calls for key, definition in processes.items()},
    )


def _form_fields() -> dict[str, frozenset[str]]:
    """What the newest version of each form fills in; those of other engines let anything through, and are left out."""
    newest = select(FormDefinition.key, func.max(FormDefinition.version).label("version")).group_by(FormDefinition.key).subquery()
    same = (FormDefinition.key == newest.c.key) & (FormDefinition.version == newest.c.version)
    found = db.session.execute(select(FormDefinition.key, FormDefinition.document).join(newest, same)).all()
    return {key: form_fields(document) for key, document in found if not document.get("foreign")}


def _lock() -> None:
    """One deployment at a time, so that versions are counted without gaps; on SQLite the transaction is alone already."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE deployment IN EXCLUSIVE MODE"))


def _store(name: str, files: Mapping[str, bytes], digest: str, read: Reading, findings: list[AnyFinding], actor: Actor) -> str:
    deployment_id, now = ids.new_id(), clock.now()
    stored_findings = deploy_findings.store(findings)
    row = {"id": deployment_id, "name": name, "at": now, "deployed_by": actor.login, "digest": digest, "findings": stored_findings}
    db.session.execute(insert(Deployment).values(**row))
    db.session.execute(insert(DeploymentFile), [_file_row(deployment_id, file, content, read) for file, content in files.items()])
    shared = {"deployment_id": deployment_id}
    decisions = [{**shared, "key": one.key, "name": one.name, "file_name": one.file, "document": one.document} for one in read.decisions]
    _insert_versions(DecisionDefinition, decisions)
    forms = [{**shared, "key": one.key, "file_name": one.file, "document": one.document} for one in read.forms]
    _insert_versions(FormDefinition, forms)
    processes = [
        {
            **shared,
            "key": one.key,
            "name": one.name[:255],
            "version_tag": one.version_tag[:100] if one.version_tag else None,
            "file_name": one.file,
            "deployed_at": now,
            "state": "active",
            "compiled": one.compiled,
            "outline": one.outline,
            "settings": read.settings,
            "position": position,
        }
        for position, one in enumerate(read.processes)
    ]
    _insert_versions(ProcessDefinition, processes)
    for process in processes:
        _subscribe(process)
    return deployment_id


def _file_row(deployment_id: str, name: str, content: bytes, read: Reading) -> dict[str, Any]:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"deployment_id": deployment_id, "name": name, "kind": _kind(name, read), "sha256": sha256, "content": content}


def _kind(name: str, read: Reading) -> str:
    if any(one.file == name for one in read.processes):
        return "bpmn"
    if any(one.file == name for one in read.decisions):
        return "dmn"
    if any(one.file == name for one in read.forms):
        return "form"
    return "settings" if name.rpartition("/")[2] == "process.toml" else "other"


def _insert_versions(table: Any, rows: list[dict[str, Any]]) -> None:
    """Give each row the next version of its key, and write them."""
    if not rows:
        return
    keys = {row["key"] for row in rows}
    query = select(table.key, func.max(table.version)).where(table.key.in_(keys)).group_by(table.key)
    newest = {key: version for key, version in db.session.execute(query)}
    for row in rows:
        row["version"] = newest[row["key"]] = newest.get(row["key"], 0) + 1
        row["id"] = f"{row['key']}:{row['version']}"
    db.session.execute(insert(table), rows)


def _subscribe(process: dict[str, Any]) -> None:
    """Let the start events of the newest version, and of no other, wait for messages, signals and times."""
    olds = select(ProcessDefinition.id).where(ProcessDefinition.key == process["key"])
    db.session.execute(delete(StartSubscription).where(StartSubscription.definition_id.in_(olds)))
    rows = [
        {
            "definition_id": process["id"],
            "element_id": start["element_id"],
            "kind": start["kind"],
            "name": start["name"],
            **_first_due(start["time"] if start["kind"] == "timer" else None),
        }
        for start in process["outline"]["starts"]
        if start["kind"] in ("message", "signal", "timer")
    ]
    if rows:
        db.session.execute(insert(StartSubscription), rows)


def _first_due(time: dict[str, Any] | None) -> dict[str, Any]:
    if time is None:
        return {"due_at": None, "due": None}
    now, calendar = clock.now(), days.work_calendar()
    functions = expressions.office_functions(now, calendar)
    try:
        due = times.resolve(time["kind"], time["text"], {}, functions, now=now, calendar=calendar)
    except (times.TimeRefused, ExpressionFailed, ExpressionRefused):
        # The gate has judged the text; what cannot come (a date that has passed) starts nothing.
        return {"due_at": None, "due": None}
    return {"due_at": due.moment, "due": due.to_document()}


def _result(deployment_id: str, *, created: bool) -> DeployResult:
    """The deployment as it was answered; versions in document order."""
    row = ProcessDefinition
    with db_reading():
        query = select(row.id, row.key, row.version, row.name).where(row.deployment_id == deployment_id).order_by(row.position)
        found = db.session.execute(query).all()
        stored = db.session.scalar(select(Deployment.findings).where(Deployment.id == deployment_id)) or []
    return DeployResult(deployment_id, [Deployed(*one) for one in found], deploy_findings.restore(stored), created)
