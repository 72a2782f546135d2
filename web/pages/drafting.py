"""What is typed into a form is kept as a draft: by the button 暂存, by its script after a pause, and before another page opens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from processes import drafts
from processes.actors import Actor
from processes.errors import Conflict, Invalid
from web.language import gettext as _
from web.pages import filters, formdata
from web.pages.said import said

OTHER = "other"


@dataclass(frozen=True)
class Shown:
    """The draft of a form as its page shows it."""

    #: of what is shown in the fields; None: no draft
    at: datetime | None = None
    version: int = 0
    #: of the copy of another window that is not shown
    other_at: datetime | None = None
    #: the fields show the copy of the window that was behind
    is_other: bool = False

    @property
    def other_href(self) -> str:
        """The address of this form with the copy that is not shown; what else the address says stays."""
        known = {**(request.view_args or {}), **request.args.to_dict(flat=False)}
        return url_for(str(request.endpoint), **{**known, "draft": None if self.is_other else OTHER})


def load(subject: str, actor: Actor) -> tuple[dict[str, Any] | None, Shown]:
    """The values of the actor's draft, the copy beside it where the address asks for that, and what the page says about them."""
    draft = drafts.load(subject, actor=actor)
    if draft is None:
        return None, Shown()
    if draft.other is not None and request.args.get("draft") == OTHER:
        return draft.other, Shown(draft.other_at, draft.version, draft.saved_at, True)
    return draft.variables, Shown(draft.saved_at, draft.version, draft.other_at)


def of_request() -> Shown:
    """What the posted form knew of its draft, for a page that is shown again."""
    return Shown(version=_seen() or 0, is_other=_from_other())


def _seen() -> int | None:
    return formdata.whole(request.form.get("draft_version", ""))


def _from_other() -> bool:
    return request.form.get("draft_other") == "1"


def keep(subject: str, values: dict[str, Any], actor: Actor) -> None:
    """Keep what was posted; where another window has written meanwhile, both are kept, and the next page says so."""
    try:
        drafts.save(subject, values, actor=actor, version=_seen(), from_other=_from_other())
    except Conflict:
        flash(_("您在另一个窗口也写了这份草稿，两份都留着。"), "late")


def autosave(subject: str, values: dict[str, Any], actor: Actor) -> ResponseReturnValue:
    """The answer to the form's script: the version that it goes on with, and what to say."""
    try:
        kept = drafts.save(subject, values, actor=actor, version=_seen(), from_other=_from_other())
    except Conflict:
        return jsonify(words=_("您在另一个窗口也写了这份草稿。这里写的已另存一份，打开后可以两份对照。"), link=_("打开看两份")), 409
    except Invalid as refusal:
        return jsonify(words=said(refusal)), 422
    return jsonify(version=kept.version, words=_("草稿 %(at)s", at=filters.clock_time(kept.saved_at)))
