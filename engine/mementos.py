"""What is kept of a finished activity, so that it can be taken back later.

A process keeps a list of entries, `[activity, handler]` or `[activity, handler, memento]`. The memento holds what is gone with the
activity: the variables of an instance (`own`, `index`), and for a finished sub-process without a handler of its own the list that it
left behind (`undo`), with which it is opened again (`spec`) to be taken back from inside.
"""

from collections.abc import Iterator
from typing import Any

from engine.tokens import Token

Entry = list[Any]


def done_in(workflow: Any) -> list[Entry]:
    """The list of a process, to be changed in place."""
    found: list[Entry] = workflow.data.setdefault("compensable", [])
    return found


def entries_of(token: Token, handler: str | None) -> list[Entry]:
    """The entry of an activity that has just been completed; none when nothing could take it back."""
    undo = token.internal_data.get("undo")
    if handler is None and undo is None:
        return []
    memento = _memento(token, None if handler else undo)
    entry: Entry = [token.task_spec.drawn, handler]
    return [[*entry, memento] if memento else entry]


def entries_of_unfinished(token: Token) -> Iterator[Entry]:
    """What was completed inside an activity that is still running: a transaction that is cancelled takes that back, too."""
    token.task_spec.rouse(token)
    yield from token.internal_data.get("done", [])
    for child in token.children:
        yield from entries_of_unfinished(child)
    inner = token.workflow.top_workflow.subprocesses.get(token.id)
    if inner is None or inner.variables is not None:
        return
    for running in inner.task_tree.children:
        done_in(inner).extend(entries_of_unfinished(running))
    if done_in(inner):
        yield [token.task_spec.drawn, None, _memento(token, done_in(inner))]


def _memento(token: Token, undo: list[Entry] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if token.own:
        found["own"] = {name: value for name, value in token.own.items() if not name.startswith("nrOf")}
    if "index" in token.internal_data:
        found["index"] = token.internal_data["index"]
    return found if undo is None else {**found, "spec": token.task_spec.name, "undo": undo}
