"""What stands around every page: counters of the boxes, unread messages, the office's name, addresses of the bundles."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, current_app, g, url_for

from processes import notices, settings
from processes.actors import Actor
from processes.people import directory
from processes.queries import counters, deliveries, figures
from web import assets
from web.access import rule_of
from web.auth import present_actor
from web.pages import filters, script_words

blueprint = Blueprint("shell", __name__)

#: pages that only some roles may open, by the name that base.html asks for
PAGES = {
    "cases": "cases.index",
    "incidents": "incidents.index",
    "people": "people.index",
    "workdays": "workdays.index",
    "audit": "audit.index",
    "system": "system.index",
}


@dataclass(frozen=True)
class Shell:
    """Figures of the frame, read once a page."""

    counts: Any = field(default_factory=dict)
    unread: int = 0
    name: str = ""
    department: str | None = None
    incidents: int = 0
    #: which administrators' pages the account may open
    may: Any = field(default_factory=dict)


def current() -> Shell:
    """The frame's figures for who is signed in; empty for nobody."""
    if "shell" not in g:
        g.shell = _read()
    shell: Shell = g.shell
    return shell


def _read() -> Shell:
    actor = present_actor()
    if actor is None:
        return Shell()
    facts = directory.people([actor.login]).get(actor.login)
    return Shell(
        counts={**counters.of(actor), "copied": deliveries.unread(actor.login), "snoozed": counters.snoozed(actor)},
        unread=notices.unread(actor.login),
        name=facts.name if facts else actor.name,
        department=facts.department_name if facts else None,
        incidents=figures.open_incidents() if "operator" in actor.roles else 0,
        may={name: _may_open(endpoint, actor) for name, endpoint in PAGES.items()},
    )


def _may_open(endpoint: str, actor: Actor) -> bool:
    rule = rule_of(current_app.view_functions[endpoint])
    return rule is not None and not rule.roles.isdisjoint(actor.roles)


def asset(name: str) -> str:
    """The address of a bundle, with the version of its content so that browsers may keep it."""
    return url_for("static", filename=f"dist/{name}", v=assets.version())


def office_name() -> str:
    """The office's name from the settings."""
    return settings.current().office.name


@blueprint.record_once
def _init(state: Any) -> None:
    app: Flask = state.app
    filters.init_app(app)
    app.jinja_env.globals.update(asset=asset, office_name=office_name, script_words=script_words.translations)
    app.context_processor(lambda: {"shell": current()})
