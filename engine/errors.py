"""What can go wrong in the engine: refused triggers, reached limits, diagrams that cannot be executed, elements that fail."""

from typing import Any


class EngineError(Exception):
    """A fact with a stable `code` and its `values`; the edge makes words of it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{code}: {values}" if values else code)
        self.code = code
        self.values: dict[str, Any] = values


class NotWaiting(EngineError):
    """The element is unknown, or no longer waits for this trigger; the state is unchanged."""


class MoveRefused(EngineError):
    """A case cannot be sent back or taken back in this way exactly; the state is unchanged."""


class LimitReached(EngineError):
    """The step would make the case larger than any case may be; the state is unchanged."""


class ElementFailed(EngineError):
    """An automatic part cannot go on. It never leaves the engine: the token stays, and an incident says why."""


class NewerState(EngineError):
    """A newer release wrote this state; this one cannot go on from it and must leave it alone."""


class UnknownDefinition(EngineError):
    """No such version of a process is stored."""


class NotExecutable(EngineError):
    """The diagram holds something that we do not execute exactly; `element_id` says where."""

    def __init__(self, code: str, element_id: str | None, **values: Any) -> None:
        super().__init__(code, **values)
        self.element_id = element_id
