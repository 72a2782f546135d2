"""Drafts of user tasks wherever they stand: each person's own, gone with the own decision, kept when somebody else decides."""

import pytest

from processes import drafts, user_tasks
from tests.processes.approval.places import PLACES
from tests.processes.cases import LI, WANG

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("place", PLACES)
def test_a_draft_goes_with_ones_own_decision_and_stays_with_that_of_another(place: str) -> None:
    where = PLACES[place]()
    subject = f"task:{where.task}"
    for actor, text in ((LI, "李的"), (WANG, "王的")):
        drafts.save(subject, {"_opinion": text}, actor=actor, version=0)
    user_tasks.complete(where.task, variables={}, actor=WANG)
    assert drafts.load(subject, actor=WANG) is None
    kept = drafts.load(subject, actor=LI)
    assert kept is not None
    assert kept.variables == {"_opinion": "李的"}
    assert list(drafts.of_case(where.case, actor=LI)) == [where.task]
