"""The web process is killed at every statement of a request: what was answered is saved, and the same request sent again with its key has
one effect and gets the same answer."""

import os
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine import values
from processes.audit.verify import verify
from processes.db import db, reading
from processes.models import Step
from tests.figures import tell
from tests.processes.cases import REVIEW, deploy
from tests.processes.forked import killed_at
from tests.web.conftest import Api, json_of


def _steps(case: str) -> int:
    with reading():
        return db.session.scalar(select(func.count()).select_from(Step).where(Step.instance_id == case)) or 0


@pytest.mark.slow
def test_a_request_killed_at_any_statement_and_sent_again_completes_once(app: Flask, operator: Api) -> None:
    with app.app_context():
        deploy(REVIEW)
        answered = 0
        for moment in count(1):
            case = json_of(operator.post("/process-instances", {"definition_key": "review_flow"}))["id"]
            task = json_of(operator.get(f"/user-tasks?process_instance_id={case}&box=all"))["items"][0]["id"]
            out, into = os.pipe()

            def send(task: str = task, moment: int = moment) -> Any:
                key = {"Idempotency-Key": f"k{moment}"}
                return operator.post(f"/user-tasks/{task}/completion", {"variables": {}, "opinion": "同意"}, headers=key)

            def request(into: int = into, send: Callable[[], Any] = send) -> None:
                answer = send()
                os.write(into, values.dumps([answer.status_code, answer.text]))

            died = killed_at(moment, request)
            os.close(into)
            said = os.read(out, 100_000)
            os.close(out)
            assert _steps(case) in (1, 2)
            if said:
                # what was answered 200 is saved
                answered += 1
                assert (values.loads(said)[0], _steps(case)) == (200, 2)
            again = send()
            assert again.status_code == 200, again.text
            assert _steps(case) == 2
            if said:
                assert values.loads(said)[1] == again.text
            if not died:
                break
        assert verify().unbroken
    assert answered
    assert moment > 30
    tell(f"web: a completion killed at each of {moment - 1} points of its request")
