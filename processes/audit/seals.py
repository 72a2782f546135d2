"""The sealed summary of a case whose content is gone: what it says, and the act that says the same."""

from collections.abc import Mapping
from typing import Any

from engine import values

KIND = "case_sealed"
_TEXTS = ("business_key", "definition_id", "state", "started_at", "ended_at", "first_seq", "last_seq", "last_hash")
DOCUMENTS = ("end_events", "attachments")


def facts(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a seal says, as a document, given its columns (moments as text); its act holds the same under `seal`."""
    return {name: stored[name] for name in (*_TEXTS, *DOCUMENTS)}


def as_told(raw: Mapping[str, Any]) -> str | None:
    """The details that the act of a stored seal must have, as far as the seal goes; None where its documents cannot be read."""
    try:
        documents = {name: values.loads(raw[name]) for name in DOCUMENTS}
    except (values.ValueRefused, ValueError, TypeError):
        return None
    return values.dumps({"seal": facts({**raw, **documents})}).decode()
