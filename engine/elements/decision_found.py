"""Which decision an element means by its reference."""

from engine.decisions import Decision
from engine.errors import ElementFailed
from engine.tokens import Token


def decision_of(my_task: Token, reference: str) -> Decision:
    """The decision to ask: of the same deployment, else the newest one; raises ElementFailed("decision_missing")."""
    own: Decision | None = my_task.workflow.spec.decisions.get(reference)
    if own is not None:
        return own
    document = my_task.turn.context.decisions.get(reference)
    if document is None:
        my_task.turn.wanted.add(("decision", reference))
        raise ElementFailed("decision_missing", decision=reference)
    return Decision.from_document(document)
