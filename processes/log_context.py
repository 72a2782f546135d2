"""Which request, case, step and job the present thread works for, for the lines of the log: ids only, nothing of a case's content."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

NAMES = ("request", "case", "step", "job")
_ids: ContextVar["dict[str, str | int] | None"] = ContextVar("log_ids", default=None)


def begin(**known: str | int) -> None:
    """Work for something new from now on; what was noted before is forgotten."""
    _ids.set(dict(known))


def end() -> None:
    """Work for nothing any more."""
    _ids.set(None)


@contextmanager
def working_for(**known: str | int) -> Iterator[None]:
    """Work for something inside the block, besides what is known already."""
    token = _ids.set({**(_ids.get() or {}), **known})
    try:
        yield
    finally:
        _ids.reset(token)


def note(**known: str | int) -> None:
    """Add what has become known; nothing happens where nobody began."""
    found = _ids.get()
    if found is not None:
        found.update(known)


def present() -> dict[str, str | int]:
    """The ids of the present work, in their order."""
    found = _ids.get() or {}
    return {name: found[name] for name in NAMES if name in found}
