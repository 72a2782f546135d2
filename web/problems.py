"""What went wrong, as an RFC 9457 problem: one shape for every refusal, whoever raises it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from web import words

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """A refusal: its status, its stable code, and what the words about it need."""

    status: int
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    #: texts by field, in Chinese (from forms) or as marshmallow says them; words.field_text translates
    fields: Mapping[str, Sequence[str]] | None = None
    #: findings of the gate (engine.gate), with `to_document(language)`
    findings: Sequence[Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_document(self, language: str, request_id: str) -> dict[str, Any]:
        """The problem document of CONTRACT 4 in `zh` or `en`."""
        document: dict[str, Any] = {
            "type": f"urn:banjie:problem:{self.code}",
            "title": words.title(self.status, language),
            "status": self.status,
            "code": self.code,
            "detail": words.detail(self.code, self.status, self.values, language),
            "request_id": request_id,
        }
        if self.fields is not None:
            document["fields"] = {name: [words.field_text(text, language) for text in texts] for name, texts in self.fields.items()}
        if self.findings is not None:
            document["findings"] = [finding.to_document(language) for finding in self.findings]
        return document


class Stop(Exception):
    """End the request with a problem that web itself found: not signed in, no CSRF token, an unknown query parameter."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        fields: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(code)
        self.problem = Problem(status, code, values=values, fields=fields, headers=headers or {})


def flat(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as one list of texts by dotted field name; `_` is the whole document."""
    if not isinstance(messages, Mapping):
        texts = messages if isinstance(messages, list) else [messages]
        return {prefix or "_": [str(text) for text in texts]}
    found: dict[str, list[str]] = {}
    for name, inner in messages.items():
        below = prefix if name == "_schema" else f"{prefix}.{name}" if prefix else str(name)
        for key, texts in flat(inner, below).items():
            found.setdefault(key, []).extend(texts)
    return found
