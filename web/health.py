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
    """200 when everything that work needs is there, else 503 with what is missing, and why in a word."""
    problems = readiness.problems()
    missing = {name: reason for name, reason in problems.items() if reason is not None}
    document = {"status": "not_ready" if missing else "ready", "checks": {name: reason is None for name, reason in problems.items()}}
    if not missing:
        return json.answer(document)
    answer = json.answer({**document, "reasons": missing}, 503)
    answer.headers["Retry-After"] = "2"
    return answer
