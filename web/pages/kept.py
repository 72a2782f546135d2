"""What somebody had typed when the session ended or the page was too old: carried on, and brought back as a draft or a form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from werkzeug.datastructures import MultiDict

from processes import drafts
from processes.errors import Refused
from processes.people import directory
from web.pages import formdata

MAX_TEXT = 200_000
NEVER_KEPT = frozenset({"csrf_token", "password", "old", "new", "again", "kept", "key"})
#: forms that have drafts; they can also be shown again with what was typed, without doing anything
DRAFTS = frozenset({"tasks.show", "tasks.send", "starts.form", "starts.send"})
#: other forms, which are sent again when their sender says so
RESENT = frozenset(
    {
        "account.add_phrase",
        "account.change_phrase",
        "advising.advise",
        "batch.decide",
        "cases.cancel",
        "charges.charge",
        "handing_on.delegate",
        "handing_on.reassign",
        "handing_on.recall",
        "handover.person",
        "incidents.show",
        "people.person",
        "saved.change",
        "saved.save",
        "signing.add",
        "signing.remove",
        "snoozing.later",
        "substitutes.everybodys",
        "substitutes.mine",
        "taking_back.send_back",
        "taking_back.withdraw",
        "telling.acknowledge",
        "telling.circulate",
        "telling.copy",
        "telling.remind",
        "telling_me.keep",
        "units.department",
        "units.post",
        "units.role",
        "workdays.change",
    }
)


@dataclass(frozen=True)
class Kept:
    """A posted form: its address and its fields, as JSON text that the sign-in page carries."""

    text: str
    files: bool


def from_request() -> Kept | None:
    """The form of this request, when it is one that can be kept."""
    if request.endpoint not in DRAFTS | RESENT:
        return None
    pairs = [[name, value] for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    document = {"endpoint": request.endpoint, "args": dict(request.view_args or {}), "query": request.args.to_dict(), "pairs": pairs}
    text = json.dumps(document, ensure_ascii=False)
    return Kept(text, any(file.filename for file in request.files.values())) if len(text) <= MAX_TEXT else None


def from_text(text: str | None) -> Kept | None:
    """What the sign-in page carried, to carry on after a wrong password."""
    return Kept(text, False) if text and len(text) <= MAX_TEXT else None


def restore(text: str | None, login: str) -> str | None:
    """Save what was carried as a draft of `login` and give the address of its form; None where there is nothing to restore."""
    document = _read(text)
    if document is None or document["endpoint"] not in DRAFTS:
        return None
    args, query = document["args"], document["query"]
    try:
        actor = directory.actor(login, via="session")
        subject, values = formdata.draft_of(document["endpoint"], args, query, MultiDict(document["pairs"]), actor)
        drafts.save(subject, values, actor=actor)
    except (KeyError, Refused):
        return None
    endpoint = "tasks.show" if document["endpoint"].startswith("tasks.") else "starts.form"
    return url_for(endpoint, **{**args, **query})


def resend_page(text: str | None, token: str, *, files: bool = False) -> str | None:
    """The page that offers to go on with a form that was not taken; None where there is nothing to go on with.

    A form that has drafts is only shown again; another one is sent when its sender has seen what is in it.
    """
    document = _read(text)
    if document is None:
        return None
    shown_again = document["endpoint"] in DRAFTS
    pairs = [(name, value) for name, value in document["pairs"] if not (shown_again and name in ("_act", "outcome"))]
    return render_template(
        "clerk/resend.html",
        address=url_for(document["endpoint"], **{**document["args"], **document["query"]}),
        pairs=pairs,
        told=[value for name, value in pairs if value and not name.startswith("_")],
        shown_again=shown_again,
        files=files,
        token=token,
    )


def _read(text: str | None) -> dict[str, Any] | None:
    """The document that `from_request` wrote; None for anything else."""
    if not text or len(text) > MAX_TEXT:
        return None
    try:
        document = json.loads(text)
        pairs = [(str(name), str(value)) for name, value in document["pairs"]]
        args, query = _texts(document["args"]), _texts(document["query"])
        endpoint = str(document["endpoint"])
        url_for(endpoint, **{**args, **query})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, LookupError):
        return None
    except RuntimeError:
        return None
    return {"endpoint": endpoint, "args": args, "query": query, "pairs": pairs} if endpoint in DRAFTS | RESENT else None


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): str(value) for name, value in values.items()}
