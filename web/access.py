"""Who may call a route: each view says it in a decorator, and an application with a view that says nothing does not start."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask

from processes.people.accounts import ROLES

View = TypeVar("View", bound=Callable[..., Any])

ACCOUNT_ROLES = ROLES
_ATTRIBUTE = "access_rule"


@dataclass(frozen=True)
class Rule:
    """Who passes the door of a view: everybody, or accounts that hold one of `roles`."""

    anonymous: bool
    roles: frozenset[str]
    #: also while a one-time password waits to be changed
    with_old_password: bool = False


class NoRule(RuntimeError):
    """A view does not say who may call it."""


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    return _marked(view, Rule(anonymous=True, roles=ACCOUNT_ROLES))


def signed_in(view: View) -> View:
    """Open a view to every account; what it may see there is for the command or query to say."""
    return _marked(view, Rule(anonymous=False, roles=ACCOUNT_ROLES))


def allowed(*roles: str) -> Callable[[View], View]:
    """Open a view to accounts that hold one of these account roles (CONTRACT 3)."""
    unknown = set(roles) - ACCOUNT_ROLES
    if unknown or not roles:
        raise NoRule(f"no such account role: {sorted(unknown)}")
    return lambda view: _marked(view, Rule(anonymous=False, roles=frozenset(roles)))


def with_old_password(view: View) -> View:
    """Open a view also to somebody who must change a one-time password first; goes above the rule of who may call it."""
    rule = rule_of(view)
    if rule is None:
        raise NoRule("with_old_password stands above public, signed_in or allowed")
    return _marked(view, replace(rule, with_old_password=True))


def _marked(view: View, rule: Rule) -> View:
    setattr(view, _ATTRIBUTE, rule)
    return view


def rule_of(view: Callable[..., Any] | None) -> Rule | None:
    """The rule of a view, or None where it has none."""
    rule: Rule | None = getattr(view, _ATTRIBUTE, None)
    return rule


def require_rules(app: Flask) -> None:
    """Raise NoRule unless every route of `app` says who may call it."""
    bare = sorted({rule.endpoint for rule in app.url_map.iter_rules() if rule_of(app.view_functions[rule.endpoint]) is None})
    if bare:
        raise NoRule(f"routes without a rule (web.access): {', '.join(bare)}")
