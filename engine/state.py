"""The state of a case as bytes: what is alive, without the specification, the same bytes for the same case.

Tokens are written parents first, so that the order in the tree, by which things happen, survives; ids are small numbers.
"""

import threading
from typing import Any

import zstandard

from engine import rows, sleeping, values
from engine.errors import LimitReached, NewerState
from engine.instances import Case
from engine.turn import Turn

FORMAT = 1
#: of a case with tasks that are held until another one is done
FORMAT_WITH_RETURNS = 2

#: what releases before that do not understand either: votes of a joint decision, and tasks of signers, also within what sleeps
_NEWER = (b'"ballots":', b'"ballots\\":', b'"signs":{', b'"signs\\":{')
#: of a case that has ended nothing is alive, and its variables are told by its steps: what is left out of its state
_ENDED: dict[str, Any] = {
    "starter": None,
    "business_key": None,
    "variables": {},
    "suspended": False,
    "stuck": None,
    "main": {"tokens": []},
    "inner": [],
}


class _Codec(threading.local):
    """What presses and unfolds states in a thread: made once, because making it costs more than using it."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor()
        self.decompressor = zstandard.ZstdDecompressor()


_codec = _Codec()


def dump(case: Case) -> bytes:
    """The state; raises LimitReached when the case has become too large to keep."""
    turn = case.turn
    sleeping.put_to_sleep(case)
    document = {
        "format": FORMAT,
        "counter": turn.counter,
        "clock": turn.clock,
        "definition": [case.spec.key, case.spec.version],
        "status": case.status,
    }
    alive = _alive(case)
    plain = values.dumps({**document, **alive})
    if alive["format"] == FORMAT and any(mark in plain for mark in _NEWER):
        plain = values.dumps({**document, **alive, "format": FORMAT_WITH_RETURNS})
    maximum = turn.context.limits.state_bytes
    if len(plain) > maximum:
        raise LimitReached("state_bytes", maximum=maximum, value=len(plain))
    return _codec.compressor.compress(plain if case.status == "running" else values.dumps(document))


def _alive(case: Case) -> dict[str, Any]:
    """What is alive in a case, of which nothing is kept when it has ended."""
    document: dict[str, Any] = {
        "format": FORMAT_WITH_RETURNS if case.returns else FORMAT,
        "starter": case.implicit.get("starter"),
        "business_key": case.business_key,
        "variables": case.scope.own,
        "suspended": case.suspended,
        "stuck": case.stuck,
        "main": rows.of_process(case),
        "inner": [rows.of_inner(number, inner) for number, inner in case.subprocesses.items()],
    }
    if case.keys:
        document["keys"] = case.keys
    if case.partners:
        document["partners"] = case.partners
    if case.returns:
        document["returns"] = case.returns
    if case.agreed:
        document["agreed"] = case.agreed
    return document


def same(stored: bytes, played: bytes) -> bool:
    """Whether a stored state is the one that the steps give: the same bytes, or of a case that ended when states of such kept all."""
    if stored == played:
        return True
    try:
        was, now = (values.loads(_codec.decompressor.decompress(state)) for state in (stored, played))
        if now["status"] == "running":
            return False
        return {"format": FORMAT, **{name: was[name] for name in now if name != "format"}} == now
    except (zstandard.ZstdError, values.ValueRefused, KeyError, TypeError):
        return False


def check(state: bytes) -> None:
    """Whether this release can go on from a state; raises NewerState."""
    _check_format(values.loads(_codec.decompressor.decompress(state)))


def _check_format(document: dict[str, Any]) -> None:
    """A newer release may have stepped a case on while hosts are upgraded one after the other."""
    if document["format"] not in (FORMAT, FORMAT_WITH_RETURNS):
        raise NewerState("state_format", found=document["format"], known=FORMAT_WITH_RETURNS)


def load(state: bytes, turn: Turn) -> Case:
    """The case that goes on from a state; raises UnknownDefinition when a definition it runs on is gone, NewerState."""
    document = {**_ENDED, **values.loads(_codec.decompressor.decompress(state))}
    _check_format(document)
    turn.counter, turn.clock = document["counter"], document["clock"]
    key, version = document["definition"]
    case = Case(turn.library.get(key, version).main, turn)
    case.set_variables(document["variables"], document["starter"])
    case.business_key = document["business_key"]
    case.keys, case.partners = document.get("keys", {}), document.get("partners", {})
    case.agreed = document.get("agreed", [])
    case.returns = document.get("returns", [])
    case.status, case.suspended = document["status"], document["suspended"]
    case.stuck = None if document["stuck"] is None else tuple(document["stuck"])
    rows.restore_process(case, document["main"])
    for row in document["inner"]:
        activity = case.find(row[0])
        assert activity is not None
        rows.restore_inner(case, activity, row)
    turn.clock = document["clock"]
    return case
