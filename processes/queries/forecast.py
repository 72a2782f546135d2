"""What if: which steps and people would come after a start or a decision that has not been taken. Nothing is stored, nothing is raised
but that the actor may not know or start it."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.errors import EngineError
from engine.triggers import CompleteUserTask, Start
from processes import case_variables, contexts, deployed, form_input, inputs, policy, user_tasks
from processes.actors import Actor
from processes.approval import choosing
from processes.db import db, reading
from processes.errors import Invalid, Refused
from processes.foresight.dry_run import DryRun
from processes.foresight.findings import Forecast
from processes.models import ProcessInstance
from processes.queries import inbox, votes

logger = logging.getLogger(__name__)
Variables = dict[str, Any]
MOST_STEPS = 30


def after_start(definition_id: str, actor: Actor, variables: Any = None) -> Forecast:
    """What would follow if the process were started with what is typed so far. Raises NotFound, NotAllowed, Invalid for no object."""
    sent = inputs.check_variables(variables or {})
    with reading():
        definition = deployed.definition(definition_id)
        policy.check_may_start(actor, definition.key, definition.starters)
        begin = definition.outline["start"]
        if begin is None:
            return Forecast()
        asked = form_input.Asked(definition, begin["form_key"], begin.get("fields"), {}, None)
        typed, wrong = _filled(asked, begin["element_id"], sent, actor, actor.login, None)
        run = DryRun(*contexts.build(definition.id), None, wrong)
        trigger = Start(definition.key, definition.version, typed, actor.login, None, begin["element_id"])
        return _foreseen(run, trigger, wrong)


def after_decision(user_task_id: str, actor: Actor, variables: Any = None, outcome: str | None = None) -> Forecast:
    """What would follow if the task were completed like this; nothing for a task that is no longer open. Raises NotFound, Invalid."""
    sent = inputs.check_variables(variables or {})
    with reading():
        task = inbox.visible_row(user_task_id, actor)
        if task["state"] != "open" or votes.is_sealed_task(task):
            # where votes are sealed, what would follow tells how far they have come
            return Forecast()
        case = ProcessInstance
        columns = (case.engine_state, case.definition_id, case.id, case.business_key, case.started_by, case.started_for)
        row = db.session.execute(select(*columns, *case_variables.COLUMNS).where(case.id == task["instance_id"])).one()
        definition, applicant = deployed.definition(task["element_definition_id"]), row.started_for or row.started_by
        present = user_tasks.present_values(row.definition_id, case_variables.of(row), task)
        asked = form_input.Asked(definition, task["form_key"], task["properties"].get("fields"), present, row.id)
        typed, wrong = _filled(asked, task["element_id"], sent, actor, applicant, outcome)
        whose = task["assignee"] or actor.login
        trigger = CompleteUserTask(task["number"], task["element_id"], tuple(task["path"]), typed, outcome, None, whose)
        built = contexts.build(row.definition_id, row.id, row.business_key, applicant=row.started_for)
        return _foreseen(DryRun(*built, row.engine_state, wrong), trigger, wrong)


def _foreseen(run: DryRun, trigger: Start | CompleteUserTask, wrong: set[str]) -> Forecast:
    """A forecast must never stop anybody's work: what cannot be foreseen is left out, and the log says why."""
    complete = False
    try:
        run.begin(trigger)
        complete = run.follow() and not run.stopped
    except EngineError as refusal:
        logger.info("nothing can be foreseen: %s", refusal)
    except Exception:
        logger.exception("a forecast failed")
    return Forecast(tuple([*run.steps, *run.other_ways()][:MOST_STEPS]), complete, tuple(sorted(wrong)))


def _filled(
    asked: form_input.Asked, element_id: str, sent: Variables, actor: Actor, applicant: str | None, outcome: str | None
) -> tuple[Variables, set[str]]:
    """What is typed so far as far as it could be taken over, and the fields that are wrong or still empty."""
    choices = choosing.choices_of(asked.definition, element_id)
    rest, named = choosing.apart(sent, choices)
    wrong: set[str] = set()
    try:
        typed: Variables = dict(form_input.check(asked, rest, actor, asked.definition.key).variables)
    except Invalid as refusal:
        wrong = {name.partition(".")[0] for name in refusal.fields}
        typed = _partly(asked, rest, wrong)
    offered = choosing.offers(asked.definition, element_id, {**asked.present, **typed}, applicant) if choices else []
    for offer in offered:
        try:
            typed.update(choosing.check([offer], named, outcome))
        except Refused:
            wrong.add(offer.choice.variable)
            typed[offer.choice.variable] = []
    return typed, wrong


def _partly(asked: form_input.Asked, sent: Mapping[str, Any], wrong: set[str]) -> Variables:
    """The fields that are right, and nothing for the others."""
    if asked.form is None:
        return {}
    empty = {field.key: asked.present.get(field.key) for field in asked.form.fields}
    return {**empty, **{name: value for name, value in sent.items() if name in empty and name not in wrong}}
