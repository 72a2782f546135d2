"""What stands around every page: counters of the boxes, unread messages, the office's name, addresses of the bundles."""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, g, url_for

from processes import notices, settings
from processes.people import directory
from processes.queries import figures, inbox
from web import assets
from web.auth import present_actor
from web.pages import filters

blueprint = Blueprint("shell", __name__)

ADMIN_ROLES = frozenset({"operator", "system_admin", "security_admin", "audit_admin", "auditor"})

PAGES = {
    "people": frozenset({"system_admin", "security_admin"}),
    "audit": frozenset({"audit_admin", "auditor"}),
    "system": frozenset({"operator", "system_admin"}),
}


@dataclass(frozen=True)
class Shell:
    """Figures of the frame, read once a page."""

    counts: Any = field(default_factory=dict)
    unread: int = 0
    department: str | None = None
    incidents: int = 0
    admin: bool = False
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
    return Shell(
        counts=inbox.counts(actor),
        unread=notices.unread(actor.login),
        department=department_name(actor.login),
        incidents=figures.open_incidents() if "operator" in actor.roles else 0,
        admin=bool(actor.roles & ADMIN_ROLES),
        may={name: bool(actor.roles & roles) for name, roles in PAGES.items()},
    )


def asset(name: str) -> str:
    """The address of a bundle, with the version of its content so that browsers may keep it."""
    return url_for("static", filename=f"dist/{name}", v=assets.version())


def office_name() -> str:
    """The office's name from the settings."""
    return settings.current().office.name


def department_name(login: str) -> str | None:
    """The name of the department somebody belongs to."""
    found = directory.people([login]).get(login)
    return found.department_name if found else None


@blueprint.record_once
def _init(state: Any) -> None:
    app: Flask = state.app
    filters.init_app(app)
    app.jinja_env.globals.update(asset=asset, office_name=office_name)
    app.context_processor(lambda: {"shell": current()})
