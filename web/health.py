"""Whether this process lives, and whether Banjie is ready to work."""

from flask import Blueprint, Response

from processes import readiness
from web import json
from web.access import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """200 while this process answers; nothing else is asked."""
    return json.answer({"status": "alive"})


@blueprint.get("/readyz")
@public
def readyz() -> Response:
    """200 when everything that work needs is there, else 503 with what is missing."""
    checks = readiness.checks()
    ready = all(checks.values())
    answer = json.answer({"status": "ready" if ready else "not_ready", "checks": checks}, 200 if ready else 503)
    if not ready:
        answer.headers["Retry-After"] = "2"
    return answer
