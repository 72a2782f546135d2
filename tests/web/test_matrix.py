"""Who may call what: every route × everybody, against a table. A new route without a row fails."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.conftest import Api, json_of
from tests.web.test_security import path_of
from web.access import ACCOUNT_ROLES, rule_of

EVERYBODY = frozenset({"anonymous", *ACCOUNT_ROLES})
ACCOUNTS = ACCOUNT_ROLES
DEPLOYING = frozenset({"analyst", "publisher", "operator"})
OUTSIDE = frozenset({"operator", "integrator"})
REPAIRING = frozenset({"operator"})

#: method and path of every route of the API and of those for machines -> whom its door lets in
TABLE: dict[str, frozenset[str]] = {
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /metrics": EVERYBODY,
    "GET /api/v1/openapi.json": EVERYBODY,
    "GET /static/{filename}": EVERYBODY,
    "POST /api/v1/deployments": DEPLOYING,
    "GET /api/v1/process-definitions": ACCOUNTS,
    "GET /api/v1/process-definitions/{definition_id}": ACCOUNTS,
    "GET /api/v1/process-definitions/{definition_id}/bpmn": ACCOUNTS,
    "GET /api/v1/process-definitions/{definition_id}/start-form": ACCOUNTS,
    "POST /api/v1/process-instances": ACCOUNTS,
    "GET /api/v1/process-instances": ACCOUNTS,
    "GET /api/v1/process-instances/{instance_id}": ACCOUNTS,
    "GET /api/v1/process-instances/{instance_id}/history": ACCOUNTS,
    "POST /api/v1/process-instances/{instance_id}/cancellation": ACCOUNTS,
    "POST /api/v1/process-instances/{instance_id}/suspension": ACCOUNTS,
    "POST /api/v1/process-instances/{instance_id}/resumption": ACCOUNTS,
    "GET /api/v1/user-tasks": ACCOUNTS,
    "GET /api/v1/user-tasks/{task_id}": ACCOUNTS,
    "GET /api/v1/user-tasks/{task_id}/form": ACCOUNTS,
    "POST /api/v1/user-tasks/{task_id}/claim": ACCOUNTS,
    "POST /api/v1/user-tasks/{task_id}/unclaim": ACCOUNTS,
    "POST /api/v1/user-tasks/{task_id}/completion": ACCOUNTS,
    "PUT /api/v1/user-tasks/{task_id}/draft": ACCOUNTS,
    "POST /api/v1/messages": OUTSIDE,
    "POST /api/v1/signals": OUTSIDE,
    "POST /api/v1/external-jobs/fetch": OUTSIDE,
    "POST /api/v1/external-jobs/{job_id}/completion": OUTSIDE,
    "POST /api/v1/external-jobs/{job_id}/failure": OUTSIDE,
    "POST /api/v1/external-jobs/{job_id}/bpmn-error": OUTSIDE,
    "POST /api/v1/external-jobs/{job_id}/lock": OUTSIDE,
    "GET /api/v1/jobs": REPAIRING,
    "POST /api/v1/jobs/{job_id}/retry": REPAIRING,
    "GET /api/v1/incidents": REPAIRING,
    "POST /api/v1/incidents/{incident_id}/resolution": REPAIRING,
    "POST /api/v1/attachments": ACCOUNTS,
    "GET /api/v1/attachments/{attachment_id}": ACCOUNTS,
    "GET /api/v1/me": ACCOUNTS,
    "GET /api/v1/people": ACCOUNTS,
    "GET /api/v1/departments": ACCOUNTS,
}
MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/static/")


def routes(app: Flask) -> list[tuple[str, str, Rule]]:
    """Name in the table, method and rule of every route of the API and of those for machines."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(MACHINE_PATHS):
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
    if who == "anonymous":
        caller: Any = nobody
    elif who == "integrator":
        caller = account("jiekou", who, scope=["*"])
    else:
        caller = account(f"a_{who}", who)
    for name, method, rule in routes(app):
        answer = caller.client.open(path_of(rule), method=method, headers=caller.headers)
        if who in TABLE[name]:
            assert answer.status_code in (200, 201, 404, 409, 415, 422, 503), (name, answer.status_code, answer.text)
        else:
            assert answer.status_code == (401 if who == "anonymous" else 403), (name, answer.status_code)
            assert json_of(answer)["code"] == ("not_signed_in" if who == "anonymous" else "role_needed"), name
