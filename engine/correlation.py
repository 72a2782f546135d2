"""Which messages are meant for a case: by correlation keys, BPMN 2.0, 8.4.2, and by who is in conversation with whom.

A key whose values the process binds to its variables is compared with them whenever a message comes. Any other key gets its values
from the first message that the case sends or receives, and from then on tells the messages of this conversation from others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine import values
from engine.evaluation import evaluate
from engine.expressions import ExpressionFailed
from engine.tokens import Token

Values = dict[str, Any]


def fits(token: Token, name: str, payload: Mapping[str, Any]) -> bool:
    """Whether a message is meant for what waits here."""
    keys = token.workflow.top_workflow.keys
    for key in _keys_of(token, name):
        found = _found(token, key["messages"][name], payload)
        expected = keys.get(key["key"]) if key["bindings"] is None else _found(token, key["bindings"], None)
        if found is None or (expected is None and key["bindings"] is not None):
            return False
        if expected is not None and values.dumps(found) != values.dumps(expected):
            return False
    return True


def note(token: Token, name: str, payload: Mapping[str, Any]) -> None:
    """A message goes out or comes in here: keys that have no values yet get them."""
    keys = token.workflow.top_workflow.keys
    for key in _keys_of(token, name):
        found = _found(token, key["messages"][name], payload)
        if key["bindings"] is None and key["key"] not in keys and found is not None:
            keys[key["key"]] = found


def _keys_of(token: Token, name: str) -> Iterator[dict[str, Any]]:
    """The correlation keys of the process that speak of this message."""
    return (key for key in token.workflow.spec.correlation if name in key["messages"])


def _found(token: Token, paths: Mapping[str, str], payload: Mapping[str, Any] | None) -> Values | None:
    """The values of a key in a message, or without one in the variables; None where one of them is not there."""
    try:
        return {name: evaluate(token, path, payload) for name, path in paths.items()}
    except ExpressionFailed:
        return None


def speaks_with(partners: Mapping[str, list[str]], sender: tuple[str, str] | None, *, addressed: bool) -> bool:
    """Whether a case takes a message of this sender: (process key, case id).

    A case that is in conversation with cases of the sender's process takes messages of those, unless the sender means this case.
    """
    if sender is None or addressed:
        return True
    key, case = sender
    return key not in partners or case in partners[key]


def meet(partners: dict[str, list[str]], sender: tuple[str, str] | None) -> None:
    """From now on the case is in conversation with the sender."""
    if sender is not None:
        known = partners.setdefault(sender[0], [])
        if sender[1] not in known:
            known.append(sender[1])
