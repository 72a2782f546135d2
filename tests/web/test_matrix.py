"""Who may call what: every route × everybody, against a table. A new route without a row fails."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.access_table import API, EVERYBODY, PAGES
from tests.web.conftest import Api, json_of
from tests.web.test_security import path_of
from web.access import rule_of

TABLE = {**API, **PAGES}


def routes(app: Flask) -> list[tuple[str, str, Rule]]:
    """Name in the table, method and rule of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        shown = "".join(f"{{{part}}}" if dynamic else part for dynamic, part in rule._trace).removeprefix("|")
        found += [(f"{method} {shown}", method, rule) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert {name for name, _, _ in routes(app)} == set(TABLE)


def test_the_rule_of_every_route_is_that_of_its_row(app: Flask) -> None:
    for name, _, rule in routes(app):
        access = rule_of(app.view_functions[rule.endpoint])
        assert access is not None
        assert access.roles | ({"anonymous"} if access.anonymous else set()) == TABLE[name], name


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_the_door_of_every_route_lets_in_those_of_its_row(app: Flask, account: Callable[..., Api], nobody: Api, who: str) -> None:
    account("guanli", "system_admin")
    caller = nobody if who == "anonymous" else account(f"a_{who}", who, scope=["*"] if who == "integrator" else None)
    wrong = [(name, said) for name, method, rule in routes(app) if (said := _wrong(caller, who, name, method, path_of(rule)))]
    assert not wrong


def _wrong(caller: Api, who: str, name: str, method: str, path: str) -> str | None:
    """What is not as the table says, or None."""
    answer = caller.client.open(path, method=method, headers={**caller.headers, "Accept": "application/json"})
    said = f"{answer.status_code} {answer.text[:300]}"
    if who not in TABLE[name]:
        refused = (401, "not_signed_in") if who == "anonymous" else (403, "role_needed")
        return None if (answer.status_code, json_of(answer)["code"]) == refused else said
    if who == "anonymous" and method == "POST":
        return None if json_of(answer)["code"] == "csrf_refused" else said
    return None if answer.status_code < 500 and answer.status_code != 401 else said
