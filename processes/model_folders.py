"""Several model folders at once, in whatever order they refer to each other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import exists, select

from processes import deployments, model_files
from processes.actors import Actor
from processes.db import db, reading
from processes.deploy_findings import AnyFinding
from processes.deployments import DeployResult
from processes.errors import DeploymentRefused, Invalid
from processes.model_files import Files
from processes.models import Deployment


@dataclass
class FolderResult:
    """What became of a folder: its deployment, or the findings or the refusal that stand against it."""

    name: str
    done: DeployResult | None = None
    findings: list[AnyFinding] = field(default_factory=list)
    refusal: Invalid | None = None


def deploy(found: Iterable[tuple[str, Files]], *, actor: Actor) -> list[FolderResult]:
    """Deploy each set of files; one that is refused is tried again after the others, which may hold what it refers to."""
    waiting = [(FolderResult(name), files) for name, files in found]
    results = [result for result, _ in waiting]
    while waiting:
        refused = [(result, files) for result, files in waiting if not _deployed(result, files, actor)]
        if len(refused) == len(waiting):
            break
        waiting = refused
    return results


def _deployed(result: FolderResult, files: Files, actor: Actor) -> bool:
    result.findings, result.refusal = [], None
    try:
        result.done = deployments.deploy(result.name, files, actor=actor)
    except DeploymentRefused as refused:
        result.findings = refused.findings
        return False
    except Invalid as refused:
        result.refusal = refused
        return False
    result.findings = result.done.findings
    return True


def deploy_new(folder: Path, *, actor: Actor) -> list[FolderResult]:
    """Deploy the folders whose files were never deployed as they are: a start does not undo what was deployed since."""
    if not folder.is_dir():
        return []
    return deploy([(name, files) for name, files in model_files.find(folder) if files and not _known(files)], actor=actor)


def _known(files: Files) -> bool:
    with reading():
        return db.session.scalar(select(exists().where(Deployment.digest == deployments.digest_of(files)))) is True
