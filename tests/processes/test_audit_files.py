"""What came with a step stands in the step with its digest: another file, a changed one or a missing one is found."""

from io import BytesIO

import pytest

from processes import attachments, instances, rebuild
from processes.audit import replay
from processes.audit.verify import verify
from tests.processes.cases import REVIEW, ZHANG, deploy, rows
from tests.processes.tampering import tamper
from tests.processes.test_audit_standalone import FORM

pytestmark = pytest.mark.usefixtures("database")

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def case() -> str:
    """A case that was started with a file."""
    deploy(REVIEW.replace(b'<startEvent id="begin"', b'<startEvent id="begin" camunda:formKey="application"'), application__form=FORM)
    kept = attachments.store(BytesIO(PDF), "证明.pdf", actor=ZHANG)
    return instances.start(key="review_flow", variables={"file": kept.id}, actor=ZHANG)


def _found() -> list[str]:
    return [str(problem) for problem in verify(files=True).problems]


def test_a_step_names_the_files_that_came_with_it(case: str) -> None:
    stored = rows("attachment")[0]
    told = [event for event in rows("step")[0]["events"] if event["type"] == "attachments_kept"]
    assert [event["details"] for event in told] == [{"files": [{"id": stored["id"], "sha256": stored["sha256"], "size": len(PDF)}]}]
    assert _found() == []
    assert verify(files=True).files == 1
    assert replay.replay(case).same
    before = rows("user_task")
    rebuild.rebuild()
    assert rows("user_task") == before


def test_a_case_without_files_says_nothing_of_them() -> None:
    deploy(REVIEW)
    instances.start(key="review_flow", variables={}, actor=ZHANG)
    assert [event for event in rows("step")[0]["events"] if event["type"] == "attachments_kept"] == []
    assert _found() == []


def test_a_file_that_was_changed_or_is_gone_is_found(case: str) -> None:
    stored = rows("attachment")[0]
    path = attachments.path_of(stored["sha256"])
    path.chmod(0o600)
    path.write_bytes(PDF + b" ")
    assert _found() == [f"attachment: changed or missing: the file of the attachment {stored['id']}"]
    path.unlink()
    assert _found() == [f"attachment: changed or missing: the file of the attachment {stored['id']}"]
    assert verify().unbroken


def test_an_attachment_that_was_exchanged_with_its_file_is_found(case: str) -> None:
    stored = rows("attachment")[0]
    other = attachments.store(BytesIO(PDF + b"other"), "x.pdf", actor=ZHANG)
    tamper("UPDATE attachment SET sha256 = :sha256 WHERE id = :id", sha256=other.sha256, id=stored["id"])
    assert _found() == [f"{case} seq 1: another: the attachment {stored['id']} that came with this step"]
    tamper("DELETE FROM attachment_use", "DELETE FROM attachment")
    assert _found() == [f"{case} seq 1: missing: the attachment {stored['id']} that came with this step"]


def test_a_digest_that_is_no_digest_stops_nothing(case: str) -> None:
    tamper("UPDATE attachment SET sha256 = :sha256", sha256="../../etc/passwd")
    assert len(_found()) == 2
