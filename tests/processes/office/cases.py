"""A case as rows, without an engine: enough for what hangs on a case."""

from processes import clock
from processes.db import db, transaction
from processes.models import AttachmentUse, Deployment, ProcessDefinition, ProcessInstance, RegisterRow


def definition(key: str = "procurement_regular") -> None:
    """A process definition that nothing can be started of."""
    with transaction():
        db.session.add(Deployment(id=f"d-{key}"[:26], name=key, at=clock.now(), deployed_by="analyst", digest=key, findings=[]))
        db.session.flush()
        fields = {"outline": {}, "settings": {}, "compiled": b"", "deployed_at": clock.now(), "file_name": "x.bpmn", "name": key}
        db.session.add(ProcessDefinition(id=f"{key}:1", key=key, version=1, deployment_id=f"d-{key}"[:26], state="active", **fields))


def case(case_id: str, *, started_by: str = "village_east", key: str = "procurement_regular", title: str = "路灯更换") -> None:
    """A running case that somebody started."""
    with transaction():
        row = ProcessInstance(id=case_id, definition_id=f"{key}:1", definition_key=key, version=1, title=title, state="running")
        row.started_by, row.started_at, row.end_events, row.variables, row.engine_state = started_by, clock.now(), [], {}, b""
        row.last_seq, row.last_hash, row.business_key = 0, "", None
        db.session.add(row)


def use(attachment_id: str, case_id: str) -> None:
    """An attachment that belongs to a case."""
    with transaction():
        db.session.add(AttachmentUse(attachment_id=attachment_id, instance_id=case_id, field="contract"))


def filing(
    row_id: str, case_id: str, *, title: str = "路灯更换", business_key: str | None = None, key: str = "procurement_regular"
) -> None:
    """A filing that a case has written."""
    with transaction():
        row = RegisterRow(id=row_id, register="procurement_filings", instance_id=case_id, definition_key=key, business_key=business_key)
        row.title, row.at, row.values = title, clock.now(), {"amount": "4999.99"}
        db.session.add(row)
