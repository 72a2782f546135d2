"""Replay: feeding a case's triggers to a fresh engine must give the same events and the same state."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine import execution, triggers, values
from engine import state as engine_state
from engine.errors import EngineError
from processes import case_variables, contexts, deployed, runtime, step_log
from processes.db import db, reading
from processes.errors import NotFound
from processes.models import ProcessInstance, RetentionSeal, Step


@dataclass(frozen=True, slots=True)
class Replayed:
    """The result: how many steps were played, and the first that went another way."""

    case: str
    steps: int
    #: seq of the first step that differs, None where none does
    differs_at: int | None = None
    difference: str | None = None
    #: retention has removed its content: nothing is left to play
    sealed: bool = False

    @property
    def same(self) -> bool:
        """Whether everything happened as it is written."""
        return self.difference is None


def replay(case: str) -> Replayed:
    """Play a case again from its first trigger, in the recorded contexts; raises NotFound."""
    try:
        return Replayed(case, 0, sealed=True) if _is_sealed(case) else _replay(case)
    except values.ValueRefused:
        return Replayed(case, 0, None, "what is stored cannot be read")


def _is_sealed(case: str) -> bool:
    with reading():
        return db.session.get(RetentionSeal, case) is not None


def _replay(case: str) -> Replayed:
    with reading():
        stored = select(ProcessInstance.engine_state, *case_variables.COLUMNS).where(ProcessInstance.id == case)
        present = db.session.execute(stored).first()
        if present is None:
            raise NotFound("process_instance_not_found")
        query = select(Step.seq, *step_log.CONTENT).where(Step.instance_id == case).order_by(Step.seq)
        state: bytes | None = None
        variables: dict[str, Any] = {}
        played = 0
        for row in db.session.execute(query):
            played, step = played + 1, step_log.read(row)
            if not step["context"]:
                continue
            trigger = triggers.from_document(step["trigger"])
            try:
                outcome = execution.advance(deployed.library(), state, trigger, contexts.restore(step["context"]))
            except EngineError as refusal:
                return Replayed(case, played, row.seq, f"the engine refuses the trigger: {refusal.code}")
            state, variables = outcome.state, outcome.variables
            difference = _difference(step["events"], [event.to_document() for event in outcome.events])
            if difference is not None:
                return Replayed(case, played, row.seq, difference)
    if state is not None and not engine_state.same(bytes(present.engine_state), state):
        return Replayed(case, played, None, "the stored state is not what the steps give")
    if values.dumps(case_variables.of(present)) != values.dumps(variables):
        return Replayed(case, played, None, "the stored variables are not what the steps give")
    return Replayed(case, played)


def replay_all() -> list[Replayed]:
    """Play every case again."""
    return [replay(case) for case in chosen()]


def chosen(sample: int | None = None) -> list[str]:
    """The ids of all cases, or of so many that chance chooses, in order."""
    with reading():
        ids = list(db.session.scalars(select(ProcessInstance.id).order_by(ProcessInstance.id)))
    if sample is None or sample >= len(ids):
        return ids
    return sorted(secrets.SystemRandom().sample(ids, sample))


def _difference(written: list[dict[str, Any]], played: list[dict[str, Any]]) -> str | None:
    """Where the engine's events differ from those written; what commands wrote themselves is left aside."""
    known = [event for event in written if event["type"] not in runtime.OWN_EVENTS]
    for number, (was, now) in enumerate(zip(known, played, strict=False)):
        if values.dumps(was) != values.dumps(now):
            return f"event {number + 1}: {was['type']} at {was['element_id']} was written, {now['type']} at {now['element_id']} is played"
    if len(known) != len(played):
        return f"{len(known)} events were written, {len(played)} are played"
    return None
