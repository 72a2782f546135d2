"""The form that somebody fills in at a start or a user task: `{form, values, outcomes, permissions}` (CONTRACT 4)."""

from typing import Any

from sqlalchemy import select

from forms import outcomes, permissions, presentation
from forms.definition import Component
from processes import case_variables, deployed, participation, policy, user_tasks
from processes.actors import Actor
from processes.approval import choosing, signed
from processes.db import db, reading
from processes.errors import NotAllowed, NotFound
from processes.models import ProcessInstance
from processes.queries import inbox

FormView = dict[str, Any]


def task_form(user_task_id: str, actor: Actor, typed: dict[str, Any] | None = None) -> FormView:
    """The form of a task with the case's values, without what is hidden from the task; raises NotFound. Whom it lets choose depends on
    what has been `typed` so far."""
    with reading():
        task = inbox.visible_row(user_task_id, actor)
        case = ProcessInstance
        found = db.session.execute(
            select(case.definition_id, case.started_by, case.started_for, *case_variables.COLUMNS).where(case.id == task["instance_id"])
        ).one()
        definition = deployed.definition(task["element_definition_id"])
        rules = task["properties"]
        present = user_tasks.present_values(found.definition_id, case_variables.of(found), task)
        if task["state"] == "open" and task["advice"]:
            present = {**present, **task["advice"]["variables"]}
        view = _view(definition.deployment_id, task["form_key"], rules.get("fields"), present, outcomes.parse(rules.get("outcomes")))
        applicant = found.started_for or found.started_by
        return with_choices(view, definition, signed.chooses_at(task), {**present, **(typed or {})}, applicant)


def start_form(definition_id: str, actor: Actor, *, revises: str | None = None, typed: dict[str, Any] | None = None) -> FormView:
    """The form that starts a process; with `revises`, filled in from that case of the actor's. Raises NotFound, NotAllowed."""
    with reading():
        definition = deployed.definition(definition_id)
        policy.check_may_start(actor, definition.key, definition.starters)
        begin = definition.outline["start"]
        if begin is None:
            return {"form": None, "values": {}, "outcomes": [], "permissions": {}}
        earlier = _earlier(revises, definition, actor)
        view = _view(definition.deployment_id, begin["form_key"], begin.get("fields"), earlier, [])
        return with_choices(view, definition, begin["element_id"], {**earlier, **(typed or {})}, actor.login)


def with_choices(
    view: FormView, definition: deployed.Definition, element_id: str, variables: dict[str, Any], applicant: str | None
) -> FormView:
    """The form with the fields in which the people of following tasks are chosen."""
    offered = choosing.offers(definition, element_id, variables, applicant)
    names = [offer.choice.variable for offer in offered]
    present = {name: variables[name] for name in names if name in variables}
    return {
        **view,
        "form": choosing.form_with(view["form"], offered),
        "values": {**view["values"], **present},
        "permissions": {**view["permissions"], **dict.fromkeys(names, "edit")},
    }


def start_labels(definition_id: str) -> dict[str, str]:
    """What the fields of a start form are called, by key."""
    with reading():
        definition = deployed.definition(definition_id)
        form = deployed.form(definition.deployment_id, (definition.outline["start"] or {}).get("form_key"))
    return {} if form is None else {field.key: field.label for field in form.fields}


def fields_of(definition_id: str) -> dict[str, Component]:
    """The fields of all forms of a process, by key."""
    with reading():
        definition = deployed.definition(definition_id)
        start = (definition.outline["start"] or {}).get("form_key")
        keys = dict.fromkeys([start, *(one.get("form_key") for one in definition.outline["elements"].values())])
        forms = [deployed.form(definition.deployment_id, key) for key in keys]
    return {field.key: field for form in reversed(forms) if form is not None for field in form.fields}


def _earlier(instance_id: str | None, definition: deployed.Definition, actor: Actor) -> dict[str, Any]:
    """The values of the case that is to be revised."""
    if instance_id is None:
        return {}
    case = ProcessInstance
    columns = (case.id, case.definition_key, case.started_by, case.started_for, *case_variables.COLUMNS)
    found = db.session.execute(select(*columns).where(case.id == instance_id)).first()
    if found is None or not participation.may_see(actor, found):
        raise NotFound("process_instance_not_found")
    if actor.login not in (found.started_by, found.started_for) or found.definition_key != definition.key:
        raise NotAllowed("may_not_revise")
    return case_variables.of(found)


def _view(deployment_id: str, form_key: str | None, rule: str | None, present: dict[str, Any], drawn: list[dict[str, str]]) -> FormView:
    form = deployed.form(deployment_id, form_key)
    if form is None:
        return {"form": None, "values": {}, "outcomes": drawn, "permissions": {}}
    modes = permissions.resolve(form, rule)
    return {
        "form": presentation.visible(form, modes),
        "values": presentation.values(form, modes, present),
        "outcomes": drawn,
        "permissions": permissions.public(modes),
    }
