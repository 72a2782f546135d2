"""Whether everything that work needs is there: what `/readyz` and the health page ask."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from processes import deployments, doorbell, model_files, schema, settings
from processes.db import db, is_busy, reading
from processes.models import Deployment
from processes.people import demo


def checks() -> dict[str, bool]:
    """Each condition by name: schema current, shipped models deployed, demo people loaded unless off, doorbell answers or off."""
    current = _holds_schema()
    return {
        "schema": current,
        "models": current and models_deployed(),
        "people": current and (not settings.current().demo.enabled or not demo.is_due()),
        "doorbell": doorbell.answers() is not False,
    }


def _holds_schema() -> bool:
    try:
        return schema.is_current()
    except Exception as problem:
        if is_busy(problem):
            return False
        raise


def models_deployed() -> bool:
    """Whether each model folder that a start deploys has been deployed as it is; newer versions by others do not matter."""
    wanted = _digests(settings.current().models.dir)
    with reading():
        found = set(db.session.scalars(select(Deployment.digest).where(Deployment.digest.in_(wanted)).distinct()))
    return found == wanted


@lru_cache(maxsize=4)
def _digests(folder: Path) -> frozenset[str]:
    """Digests of the folders; read once, as a start does."""
    if not folder.is_dir():
        return frozenset()
    return frozenset(deployments.digest_of(files) for _, files in model_files.find(folder) if files)
