"""The state of a case as bytes: what is alive, without the specification, the same bytes for the same case.

Tokens are written parents first, so that the order in the tree, by which things happen, survives; ids are small numbers.
"""

from typing import Any

import zstandard

from engine import values
from engine.errors import EngineError, LimitReached
from engine.instances import Case, Inner, Running
from engine.tokens import Token
from engine.turn import Turn

FORMAT = 1


def dump(case: Case) -> bytes:
    """The state; raises LimitReached when the case has become too large to keep."""
    turn = case.turn
    document: dict[str, Any] = {
        "format": FORMAT,
        "counter": turn.counter,
        "clock": turn.clock,
        "definition": [case.spec.key, case.spec.version],
        "status": case.status,
        "starter": case.implicit.get("starter"),
        "business_key": case.business_key,
        "variables": case.scope.own,
        "suspended": case.suspended,
        "stuck": case.stuck,
        "main": _dump_process(case),
        "inner": [_dump_inner(number, inner) for number, inner in case.subprocesses.items()],
    }
    if case.keys:
        document["keys"] = case.keys
    if case.partners:
        document["partners"] = case.partners
    plain = values.dumps(document)
    maximum = turn.context.limits.state_bytes
    if len(plain) > maximum:
        raise LimitReached("state_bytes", maximum=maximum, value=len(plain))
    return zstandard.ZstdCompressor().compress(plain)


def _dump_process(workflow: Running) -> dict[str, Any]:
    document: dict[str, Any] = {"tokens": _dump_tokens(workflow)}
    if workflow.data:
        document["data"] = workflow.data
    return document


def _dump_tokens(workflow: Running) -> list[list[Any]]:
    rows: list[list[Any]] = []
    stack = [workflow.task_tree] if workflow.tasks else []
    while stack:
        token = stack.pop()
        row = [token.id, token._parent, token.task_spec.name, token._state, token.last_state_change, token.internal_data, token.own]
        while row[-1] is None or row[-1] == {}:
            row.pop()
        rows.append(row)
        stack.extend(reversed(token.children))
    return rows


def _dump_inner(number: int, inner: Inner) -> list[Any]:
    spec = inner.spec
    return [number, spec.key, spec.version, spec.name, inner.variables, _dump_process(inner)]


def load(state: bytes, turn: Turn) -> Case:
    """The case that goes on from a state; raises UnknownDefinition when a definition it runs on is gone."""
    document = values.loads(zstandard.ZstdDecompressor().decompress(state))
    if document["format"] != FORMAT:
        raise EngineError("state_format", found=document["format"], known=FORMAT)
    turn.counter, turn.clock = document["counter"], document["clock"]
    key, version = document["definition"]
    case = Case(turn.library.get(key, version).main, turn)
    case.set_variables(document["variables"], document["starter"])
    case.business_key = document["business_key"]
    case.keys, case.partners = document.get("keys", {}), document.get("partners", {})
    case.status, case.suspended = document["status"], document["suspended"]
    case.stuck = None if document["stuck"] is None else tuple(document["stuck"])
    _load_process(case, document["main"])
    for number, inner_key, inner_version, name, variables, process in document["inner"]:
        activity = case.find(number)
        assert activity is not None
        inner = Inner(turn.library.get(inner_key, inner_version).specs[name], activity, variables)
        case.subprocesses[number] = inner
        _load_process(inner, process)
    turn.clock = document["clock"]
    return case


def _load_process(workflow: Running, document: dict[str, Any]) -> None:
    workflow.data = document.get("data", {})
    for number, parent, name, state, changed, *rest in document["tokens"]:
        above = None if parent is None else workflow.tasks[parent]
        token = Token(workflow, workflow.spec.task_specs[name], above, state, number)
        token.last_state_change = changed
        token.internal_data = rest[0] if rest else {}
        token.own = rest[1] if len(rest) > 1 else None
        if parent is None:
            workflow.task_tree = token
    workflow.completed = not document["tokens"]
