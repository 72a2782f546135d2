"""The counters of every page again, for its script: a few bytes, and none where nothing has changed (ETag)."""

import hashlib
import json

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from web.access import signed_in
from web.pages import filters, shell

blueprint = Blueprint("counts", __name__)

#: a browser asks at every time, and is answered 304 while its copy is right
KEPT = "private, no-cache"


@blueprint.get("/counters")
@signed_in
def show() -> ResponseReturnValue:
    """What the boxes and messages count now, as texts by name; 304 where that is what the browser has."""
    around = shell.current()
    counted = {name: filters.counted(number) for name, number in around.counts.items()} | {"unread": str(around.unread)}
    text = json.dumps(counted, sort_keys=True, separators=(",", ":"))
    answer = Response(text, mimetype="application/json", headers={"Cache-Control": KEPT})
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:16])
    return answer.make_conditional(request)
