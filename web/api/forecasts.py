"""Forecasts: which steps and people would come, before anything is pressed. Nothing is stored."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint
from marshmallow import fields

from processes.foresight.findings import Forecast
from processes.queries import forecast
from web.access import signed_in
from web.auth import current_actor
from web.fields import Answer, Strict, Text, Variables
from web.operations import operation

blueprint = Blueprint("api_forecasts", __name__)
STEP_KINDS = ("user_task", "end", "work", "stuck")
DEPENDS_KINDS = ("condition", "field", "vote", "repeated", "approved", "interrupted")


class DependsAnswer(Answer):
    """On what something depends: the way that a gateway takes, or variables that are not known yet."""

    kind = fields.String(metadata={"enum": list(DEPENDS_KINDS)})
    element_id = fields.String(allow_none=True)
    element_name = fields.String(allow_none=True)
    flow_id = fields.String(allow_none=True)
    flow_name = fields.String(allow_none=True)
    expression = fields.String(allow_none=True)
    names = fields.List(fields.String())


class ForeseenAnswer(Answer):
    """A step ahead. `certain`: it comes in any case; else `depends` says on what. `other_way`: beside the way that agreeing leads."""

    kind = fields.String(metadata={"enum": list(STEP_KINDS)})
    definition_id = fields.String()
    element_id = fields.String(allow_none=True)
    name = fields.String()
    certain = fields.Boolean()
    depends = fields.Nested(DependsAnswer, allow_none=True)
    people = fields.List(fields.String())
    candidate_groups = fields.List(fields.String())
    people_depend = fields.Nested(DependsAnswer, allow_none=True)
    found_by = fields.List(fields.Dict(keys=fields.String()))
    nobody = fields.Boolean()
    skipped = fields.Dict(keys=fields.String(), allow_none=True)
    instances = fields.Integer()
    other_way = fields.Boolean()


class ForecastAnswer(Answer):
    """The steps ahead in order; `complete`: to the end; `unfilled`: fields that are wrong or still empty."""

    steps = fields.List(fields.Nested(ForeseenAnswer))
    complete = fields.Boolean()
    unfilled = fields.List(fields.String())


class StartForecastBody(Strict):
    """What is typed so far."""

    variables = Variables(load_default=dict)


class TaskForecastBody(StartForecastBody):
    """What is typed so far, and the outcome that is thought of."""

    outcome = Text(longest=100, load_default=None, allow_none=True)


@blueprint.post("/process-definitions/<definition_id>/forecast")
@signed_in
@operation("Foresee the steps after a start", body=StartForecastBody, answer=ForecastAnswer, refuses=(403, 404))
def of_start(definition_id: str, body: dict[str, Any]) -> Any:
    """Which steps and people would come if the process were started so."""
    return _document(forecast.after_start(definition_id, current_actor(), body["variables"]))


@blueprint.post("/user-tasks/<task_id>/forecast")
@signed_in
@operation("Foresee the steps after a decision", body=TaskForecastBody, answer=ForecastAnswer, refuses=(404,))
def of_task(task_id: str, body: dict[str, Any]) -> Any:
    """Which steps and people would come if the task were completed so."""
    return _document(forecast.after_decision(task_id, current_actor(), body["variables"], body["outcome"]))


def _document(found: Forecast) -> dict[str, Any]:
    steps = [{**asdict(step), "certain": step.certain, "candidate_groups": step.groups} for step in found.steps]
    return {"steps": steps, "complete": found.complete, "unfilled": found.unfilled}
