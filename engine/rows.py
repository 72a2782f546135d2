"""Tokens and the processes that they run as JSON, and back: parents first, so that the order in the tree survives."""

from typing import Any

from engine.instances import Case, Inner, Running
from engine.tokens import Token

Row = list[Any]


def of_process(workflow: Running) -> dict[str, Any]:
    """A running process."""
    document: dict[str, Any] = {"tokens": of_tree(workflow.task_tree) if workflow.tasks else []}
    if workflow.data:
        document["data"] = workflow.data
    return document


def of_tree(top: Token) -> list[Row]:
    """A token and everything below it."""
    rows: list[Row] = []
    stack = [top]
    while stack:
        token = stack.pop()
        row = [token.id, token._parent, token.task_spec.name, token._state, token.last_state_change, token.internal_data, token.own]
        while row[-1] is None or row[-1] == {}:
            row.pop()
        rows.append(row)
        stack.extend(reversed(token.children))
    return rows


def of_inner(number: int, inner: Inner) -> Row:
    """A process inside the case, with the number of the token that runs it."""
    spec = inner.spec
    return [number, spec.key, spec.version, spec.name, inner.variables, of_process(inner)]


def restore_process(workflow: Running, document: dict[str, Any]) -> None:
    """Fill a process from `of_process`."""
    workflow.data = document.get("data", {})
    restore_tokens(workflow, document["tokens"])
    workflow.completed = not document["tokens"]


def restore_tokens(workflow: Running, rows: list[Row]) -> list[Token]:
    """Make the tokens of `of_tree` again; the one without a parent is the root of the process."""
    made = []
    for number, parent, name, state, changed, *rest in rows:
        above = None if parent is None else workflow.tasks[parent]
        token = Token(workflow, workflow.spec.task_specs[name], above, state, number)
        token.last_state_change = changed
        token.internal_data = rest[0] if rest else {}
        token.own = rest[1] if len(rest) > 1 else None
        if parent is None:
            workflow.task_tree = token
        made.append(token)
    return made


def restore_inner(case: Case, activity: Token, row: Row) -> Inner:
    """Make the process that `activity` runs again, from `of_inner`."""
    number, key, version, name, variables, document = row
    inner = Inner(case.turn.library.get(key, version).specs[name], activity, variables)
    case.subprocesses[number] = inner
    restore_process(inner, document)
    return inner
