"""The drawing of a definition for a page: made where there is none, and never a reason for a page to fail."""

import pytest

from engine import layout
from processes.queries import definitions
from tests.processes.cases import REVIEW, ZHANG, deploy

pytestmark = pytest.mark.usefixtures("database")


def test_a_page_gets_a_drawing_and_the_deployed_bytes_stay() -> None:
    (definition_id,) = deploy(REVIEW)
    text, made = definitions.drawing(definition_id, ZHANG)
    assert made
    assert "BPMNShape" in text
    assert definitions.bpmn(definition_id, ZHANG) == REVIEW


def test_a_layout_that_fails_leaves_the_text_without_a_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(layout, "complete", fail)
    (definition_id,) = deploy(REVIEW)
    text, made = definitions.drawing(definition_id, ZHANG)
    assert not made
    assert "BPMNShape" not in text
