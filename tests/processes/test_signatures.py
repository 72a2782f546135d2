"""Pictures of signatures: which one a decision bears, and that none is named which nobody can look at."""

import struct

import pytest

from processes import instances, signatures, user_tasks
from processes.actors import Actor
from processes.people import directory
from processes.queries import signatures as pictures
from tests.processes.cases import LI, REVIEW, ZHANG, deploy, open_tasks, rows

pytestmark = pytest.mark.usefixtures("database")
PICTURE = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", 120, 40)


def _decide(actor: Actor) -> tuple[str, list[str]]:
    """The case, and the pictures that its steps name."""
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["review"], variables={}, outcome="agree", actor=actor)
    events = [event for step in rows("step", instance_id=case) for event in step["events"]]
    return case, [event["details"]["sha256"] for event in events if event["type"] == "signature_stamped"]


def test_a_decision_bears_the_picture_of_who_took_it() -> None:
    sha256 = signatures.keep(PICTURE, actor=LI)
    case, found = _decide(directory.actor("li"))
    assert found == [sha256]
    signatures.drop(actor=LI)
    assert pictures.of_case(case, sha256, ZHANG) == (PICTURE, "image/png")


def test_a_picture_that_was_dropped_meanwhile_is_named_by_nothing() -> None:
    signatures.keep(PICTURE, actor=LI)
    before = directory.actor("li")
    signatures.drop(actor=LI)
    assert _decide(before)[1] == []
