"""Refusals: facts with a stable code and their values. Words are made at the edge (web/errors.py), never here."""

from contextvars import ContextVar
from typing import Any

#: refusals of rights that a request met, for the record of attempts; None where nobody keeps one
_met: ContextVar["list[Refused] | None"] = ContextVar("refusals_met", default=None)


def keep_met() -> None:
    """From now on keep the refusals of rights that are raised in this context."""
    _met.set([])


def met() -> "list[Refused]":
    """The refusals of rights that were raised since `keep_met`; keeps no more."""
    found = _met.get()
    _met.set(None)
    return found or []


def _note(refusal: "Refused") -> None:
    kept = _met.get()
    if kept is not None:
        kept.append(refusal)


class Refused(Exception):
    """A command or query was refused; nothing has changed. `code` is stable, `values` fill the sentence made of it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(f"{code}: {values}" if values else code)
        self.code = code
        self.values = values
        #: the attempt stands in the acts
        self.on_record = False


class NotFound(Refused):
    """It is not there, or the actor may not know that it is."""


class OutOfScope(NotFound):
    """It is there, beyond what the actor's token is limited to; said like NotFound, and put on record."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, **values)
        _note(self)


class NotAllowed(Refused):
    """The actor knows of it and may not do this."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, **values)
        _note(self)


class Conflict(Refused):
    """The state has moved on, or does not allow this now."""


class Invalid(Refused):
    """Understood but wrong. `fields` holds Chinese sentences by field."""

    def __init__(self, code: str, *, fields: dict[str, list[str]] | None = None, **values: Any) -> None:
        super().__init__(code, **values)
        self.fields: dict[str, list[str]] = fields or {}


class Unavailable(Refused):
    """Try again after `retry_after` seconds."""

    def __init__(self, code: str, *, retry_after: int = 1, **values: Any) -> None:
        super().__init__(code, **values)
        self.retry_after = retry_after


class TooOften(Refused):
    """Done as often as it may be for now; possible again after `retry_after` seconds."""

    def __init__(self, code: str, *, retry_after: int, **values: Any) -> None:
        super().__init__(code, **values)
        self.retry_after = retry_after


class DeploymentRefused(Invalid):
    """The gate found errors in the files; `findings` say which, nothing is stored."""

    def __init__(self, findings: list[Any]) -> None:
        super().__init__("deployment_refused", count=len(findings))
        self.findings = findings


class TooLarge(Invalid):
    """What was sent is larger than allowed; `limit_mb` says how large it may be."""
