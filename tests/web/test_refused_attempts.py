"""Who tries what is not theirs stands on record: who, what, why refused; and who tries without end does not fill the disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from processes import acts, clock, deployments, instances, refusals
from processes.actors import SYSTEM
from processes.audit.verify import verify
from tests.processes.cases import REVIEW, open_tasks
from tests.web.conftest import Api

MakeAccount = Callable[..., Api]


@pytest.fixture
def case(app: Flask, account: MakeAccount) -> str:
    """A case that an operator started."""
    account("yunwei", "operator")
    with app.app_context():
        deployments.deploy("测试", {"review.bpmn": REVIEW}, actor=SYSTEM)
        return instances.start(key="review_flow", variables={}, actor=SYSTEM)


@contextmanager
def _recorded(app: Flask) -> Iterator[list[acts.ActFacts]]:
    """The refused attempts that are put on record inside the block, oldest first."""
    found: list[acts.ActFacts] = []
    with app.app_context():
        before = acts.page(limit=1)
        last = before[0].seq if before else 0
    yield found
    with app.app_context():
        found += [act for act in reversed(acts.page(limit=500)) if act.seq > last and not act.allowed]


def _told(act: acts.ActFacts) -> tuple[Any, ...]:
    return act.actor, act.kind, act.subject, act.details["code"]


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "code"),
    [
        ("POST", "/api/v1/deployments", {}, "route", "role_needed"),
        ("GET", "/api/v1/incidents", None, "route", "role_needed"),
        ("POST", "/api/v1/process-instances/{case}/suspension", {"reason": "停"}, "refused", "may_not_steer_case"),
        ("POST", "/api/v1/process-instances/{case}/cancellation", {"reason": "停"}, "refused", "may_not_steer_case"),
        ("POST", "/api/v1/user-tasks/{task}/completion", {"variables": {}}, "refused", "not_a_candidate"),
        ("GET", "/audit", None, "route", "role_needed"),
        ("POST", "/audit/verify", None, "route", "role_needed"),
        ("GET", "/people", None, "route", "role_needed"),
        ("GET", "/system", None, "route", "role_needed"),
    ],
)
def test_a_refused_attempt_says_who_what_and_why(
    app: Flask, account: MakeAccount, case: str, method: str, path: str, body: Any, kind: str, code: str
) -> None:
    # an auditor knows every case, and so is told 403
    stranger = account("waibu", "auditor" if kind == "refused" else "clerk")
    with app.app_context():
        address = path.format(case=case, task=open_tasks(case)["review"])
    with _recorded(app) as found:
        given = {} if body is None else {"json": body}
        answer = stranger.client.open(address, method=method, headers={**stranger.headers, "Accept": "application/json"}, **given)
    assert answer.status_code == 403, answer.text
    assert [_told(act) for act in found] == [("waibu", kind, f"{method} {address}", code)]
    assert found[0].details["via"] == "token"


def test_a_token_used_beyond_its_scope_is_told_nothing_and_put_on_record(app: Flask, account: MakeAccount, case: str) -> None:
    limited = account("jiekou", "integrator", scope=["another"])
    with _recorded(app) as found:
        for path in (f"/process-instances/{case}", "/process-definitions/review_flow:1"):
            assert limited.get(path).status_code == 404
        assert limited.post("/process-instances", {"definition_key": "review_flow", "variables": {}}).status_code in (403, 404, 422)
    assert [_told(act) for act in found[:2]] == [
        ("jiekou", "out_of_scope", f"GET /api/v1/process-instances/{case}", "process_instance_not_found"),
        ("jiekou", "out_of_scope", "GET /api/v1/process-definitions/review_flow:1", "process_definition_not_found"),
    ]


def test_what_is_not_there_is_no_attempt(app: Flask, clerk: Api) -> None:
    with _recorded(app) as found:
        assert clerk.get("/process-instances/nothing").status_code == 404
        assert clerk.get("/user-tasks/nothing-1").status_code == 404
    assert found == []


def test_attempts_without_end_are_counted_and_said_once(app: Flask, clerk: Api) -> None:
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    with _recorded(app) as found:
        with clock.at(now):
            for number in range(refusals.FULL + 30):
                assert clerk.client.get(f"/people?x={number}", headers=clerk.headers).status_code == 403
            assert clerk.client.get("/api/v1/jobs", headers=clerk.headers).status_code == 403
        with app.app_context(), clock.at(now + refusals.WINDOW):
            assert acts.close_windows() == 1
            assert acts.close_windows() == 0
    assert len(found) == refusals.FULL + 1
    assert (found[-1].kind, found[-1].actor, found[-1].details["counted"]) == (acts.REFUSED_MORE, "liming", {"route": 31})
    with app.app_context():
        assert verify().unbroken


def test_the_next_attempt_after_a_window_says_what_was_counted(app: Flask, clerk: Api) -> None:
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    with _recorded(app) as found:
        for moment in (now, now + refusals.WINDOW + timedelta(seconds=1)):
            with clock.at(moment):
                for _ in range(refusals.FULL + 2):
                    clerk.client.get("/people", headers=clerk.headers)
    assert [act.kind for act in found] == ["route"] * refusals.FULL + [acts.REFUSED_MORE] + ["route"] * refusals.FULL


def test_an_account_does_not_use_up_the_record_of_another(app: Flask, account: MakeAccount, clerk: Api) -> None:
    for _ in range(refusals.FULL + 5):
        clerk.client.get("/people", headers=clerk.headers)
    other = account("qita", "clerk")
    with _recorded(app) as found:
        other.client.get("/people", headers=other.headers)
    assert [act.actor for act in found] == ["qita"]
