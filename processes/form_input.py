"""What somebody sends at a start or a user task, checked against the form and the rules of the element."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from engine import expressions
from engine.expressions import ExpressionFailed, ExpressionRefused
from forms import outcomes, permissions, validation
from forms.definition import Component, Form
from processes import deployed, inputs, policy
from processes.actors import Actor
from processes.db import db
from processes.errors import Invalid
from processes.models import Attachment, AttachmentUse
from processes.people import directory, groups
from processes.projections.work import about_case

STANDARD_OUTCOMES = frozenset({"agree", "disagree", "return"})
Variables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What may be taken over: variables to set, and the attachments among them as (field, id)."""

    variables: Variables
    attachments: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Where input is asked for: the process, the form's name, the rules of the element, and the case's present values."""

    definition: deployed.Definition
    form_key: str | None
    rule: str | None
    present: Mapping[str, Any]
    #: the case, or the case that is revised: its attachments may be named again
    instance_id: str | None

    @property
    def form(self) -> Form | None:
        """The form, None where there is none."""
        return deployed.form(self.definition.deployment_id, self.form_key)


def check(asked: Asked, variables: Any, actor: Actor, definition_key: str) -> Checked:
    """The input as it may be taken over; raises Invalid with a sentence for each wrong field.

    Without a form, other systems send any variables; a person has nothing to fill in, and so can send nothing.
    """
    sent, form = inputs.check_variables(variables), asked.form
    from_system = actor.via == "system" or policy.is_integrator(actor, definition_key)
    if form is None:
        if sent and not from_system:
            raise Invalid("form_missing", fields={name: ["这个环节没有表单，不能提交这一项。"] for name in sorted(sent)})
        return Checked(sent, [])
    modes = permissions.resolve(form, asked.rule)
    checked = validation.validate(
        form,
        sent,
        asked.present,
        modes,
        lenient=from_system and bool(form.document.get("foreign")),
        check_condition=holds,
        exists=_Exists(actor, asked.instance_id),
    )
    if checked.errors:
        raise Invalid("form_invalid", fields=checked.errors)
    return Checked(checked.values, _attachments(form.fields, checked.values))


def check_partly(asked: Asked, variables: Any, actor: Actor, definition_key: str) -> Checked:
    """As `check`, for what somebody fills in who does not decide: only fields that may be edited, and nothing has to be complete."""
    sent, form = inputs.check_variables(variables), asked.form
    if form is None:
        return check(asked, sent, actor, definition_key)
    modes = permissions.resolve(form, asked.rule)
    exists = _Exists(actor, asked.instance_id)
    checked = validation.validate(form, sent, asked.present, modes, check_condition=holds, exists=exists)
    filled = {name for name, value in sent.items() if value not in (None, "", [])}
    # what is missing is not wrong yet; what was filled in is wrong by itself
    wrong = {name: said for name, said in checked.errors.items() if name.partition(".")[0] in filled}
    if wrong:
        raise Invalid("form_invalid", fields=wrong)
    taken = {name: checked.values.get(name, value) for name, value in sent.items() if modes.get(name) == "edit"}
    return Checked(taken, _attachments(form.fields, taken))


def holds(expression: str, variables: Mapping[str, Any]) -> bool:
    """Whether a condition of a form holds; one that cannot be computed does not."""
    try:
        return bool(expressions.evaluate(expression, variables))
    except (ExpressionFailed, ExpressionRefused):
        return False


class _Exists:
    """Whether what a field names is there, and the actor may name it."""

    def __init__(self, actor: Actor, instance_id: str | None) -> None:
        self._actor = actor
        self._instance_id = instance_id

    def __call__(self, kind: str, value: str) -> bool:
        if kind == "user":
            return directory.exists(value)
        if kind == "department":
            return directory.department_exists(value)
        if kind == "attachment":
            return self._attachment(value)
        if kind.startswith("holder:"):
            name = kind.removeprefix("holder:")
            return value in groups.holders([name])[name]
        return False

    def _attachment(self, attachment_id: str) -> bool:
        own = select(Attachment.id).where(Attachment.id == attachment_id, Attachment.uploaded_by == self._actor.login)
        used = select(AttachmentUse.attachment_id).where(
            AttachmentUse.attachment_id == attachment_id, AttachmentUse.instance_id == self._instance_id
        )
        return db.session.execute(own).first() is not None or db.session.execute(used).first() is not None


#: files that may come with one decision
MAX_PAPERS = 20


def check_papers(attachments: Any, field: str, actor: Actor, instance_id: str) -> list[tuple[str, str]]:
    """The files that come with a decision, as (field, id): uploaded by the actor, or of the case already; raises Invalid."""
    if attachments is None or attachments == []:
        return []
    if not isinstance(attachments, list) or not all(isinstance(one, str) for one in attachments):
        raise Invalid("attachments_invalid", fields={"attachments": ["这里要填附件编号的列表。"]})
    if len(attachments) > MAX_PAPERS:
        raise Invalid("attachments_invalid", fields={"attachments": [f"一次最多附 {MAX_PAPERS} 个文件。"]})
    known = _Exists(actor, instance_id)
    if not all(known("attachment", one) for one in attachments):
        raise Invalid("attachments_invalid", fields={"attachments": ["没有找到其中的附件，请重新上传。"]})
    return [(field, one) for one in dict.fromkeys(attachments)]


def _attachments(fields: tuple[Component, ...], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for field in fields:
        value = values.get(field.key)
        if field.kind == "rows" and isinstance(value, list):
            found.extend((field.key, named) for row in value for _, named in _attachments(field.columns, row))
        elif field.kind == "attachment" and value:
            found.extend((field.key, named) for named in (value if isinstance(value, list) else [value]))
    return found


def keep_attachments(instance_id: str, attachments: list[tuple[str, str]]) -> None:
    """Let the attachments belong to the case, so that who may see it may read them."""
    wanted = {attachment_id: field for field, attachment_id in attachments}
    if not wanted:
        return
    used = select(AttachmentUse.attachment_id).where(AttachmentUse.instance_id == instance_id)
    for attachment_id in db.session.scalars(used):
        wanted.pop(attachment_id, None)
    rows = [{"attachment_id": attachment_id, "instance_id": instance_id, "field": field[:200]} for attachment_id, field in wanted.items()]
    if rows:
        db.session.execute(insert(AttachmentUse), rows)


def files_events(definition_id: str, attachments: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """What a step says of the files that came with it: their digests are part of its hash, so that a changed file is found."""
    named = {attachment_id for _, attachment_id in attachments}
    if not named:
        return []
    query = select(Attachment.id, Attachment.sha256, Attachment.size).where(Attachment.id.in_(named)).order_by(Attachment.id)
    files = [dict(row) for row in db.session.execute(query).mappings()]
    return [about_case(definition_id, "attachments_kept", files=files)]


def check_outcome(rule: str | None, outcome: Any, opinion: Any) -> tuple[str | None, str | None]:
    """Outcome and opinion as they may be taken over: one of those drawn, with an opinion where it is required; raises Invalid."""
    chosen = inputs.check_text("outcome", outcome, 100)
    said = inputs.check_text("opinion", opinion, inputs.MAX_OPINION)
    drawn = {one["value"]: one for one in outcomes.parse(rule)}
    if not drawn:
        if chosen is not None and chosen not in STANDARD_OUTCOMES:
            raise Invalid("outcome_unknown", fields={"outcome": ["这个环节没有这种办理结果。"]}, outcome=chosen)
        return chosen, said
    if chosen is None:
        raise Invalid("outcome_required", fields={"outcome": ["请选择办理结果。"]}, outcomes=sorted(drawn))
    if chosen not in drawn:
        raise Invalid("outcome_unknown", fields={"outcome": ["这个环节没有这种办理结果。"]}, outcome=chosen)
    if drawn[chosen]["opinion"] == "required" and not (said and said.strip()):
        raise Invalid("opinion_required", fields={"opinion": [f"选择“{drawn[chosen]['label']}”时请填写意见。"]}, outcome=chosen)
    return chosen, said
