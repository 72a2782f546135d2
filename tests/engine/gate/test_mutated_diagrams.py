"""Damaged but well-formed diagrams: the gate gives findings or a process, and what it lets through starts and goes on without a crash."""

import os
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.context import Context
from engine.errors import LimitReached, NotWaiting
from engine.execution import advance
from engine.library import Library, StoredDefinition
from engine.outcome import Event
from engine.reading import Reading, ReadOptions, ReadProcess, read
from engine.triggers import CompleteUserTask, Start
from engine.workdays import WorkCalendar
from tests.architecture.sources import ROOT
from tests.engine.gate.mutation import mutated
from tests.engine.gate.test_never_raises import SAMPLE
from tests.engine.reference.diagrams import Diagram

SEEDS = int(os.environ.get("BANJIE_TEST_SEEDS", "12")) * 5
OWN = [path.read_bytes() for path in sorted((ROOT / "bpmn_models").glob("*/process.bpmn"))]
CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "diagrams"
NAMED = re.compile(rb'(?:formKey|decisionRef|calledElement)="([^"]+)"')
KNOWN = frozenset(name.decode() for content in OWN for name in NAMED.findall(content))
OPTIONS = ReadOptions(
    unmapped_service="external",
    known_forms=KNOWN,
    known_decisions=KNOWN,
    known_processes=KNOWN,
    known_topics=frozenset({"notify", "call"}),
)
#: what the scripts of random diagrams ask the oracle of the reference for
ORACLE = re.compile(rb"<script>(?:hit (\w+)|decide (\w+) \w+ \d+)</script>")
NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
TASKS = ("user_task_created", "user_task_cancelled", "user_task_completed")


def sources() -> dict[str, list[bytes]]:
    """Right diagrams to damage, by where they come from; those of others only where they lie beside the checkout."""
    found = {
        "sample": [SAMPLE],
        "own": OWN,
        "random": [ORACLE.sub(rb"<script>d_\1\2 = 1</script>", Diagram(seed, 10).bpmn) for seed in range(20)],
    }
    if CORPUS.is_dir():
        found["corpus"] = [path.read_bytes() for path in sorted(CORPUS.iterdir())]
    return found


def check(content: bytes, chance: random.Random) -> bool:
    """Whether a diagram was let through; whatever happens then must not raise."""
    found = read({"a.bpmn": content}, options=OPTIONS)
    assert "gate_failed" not in {one.code for one in found.findings}
    assert found.refused or found.processes or found.forms
    for one in found.findings:
        assert all(one.message(lang) and one.hint(lang) for lang in ("zh", "en"))
    if found.refused:
        return False
    for process in found.processes:
        _play(process, found, chance)
    return True


def _play(process: ReadProcess, found: Reading, chance: random.Random) -> None:
    """Start at every start, and do a few tasks with odd variables."""
    stored = {one.key: StoredDefinition(one.key, 1, one.compiled, one.outline, {}) for one in found.processes}
    library = Library(lambda key, version: stored.get(key))
    context = Context(NOW, WorkCalendar(), latest=dict.fromkeys(stored, 1))
    odd = [0, "", None, [], ["a"], {"b": 1}, True, "x", 5000]
    for start in process.outline["starts"]:
        try:
            plain = start["kind"] == "none"
            variables = {name: chance.choice(odd) for name in ("x", "ok", "leaders", "amount", "n")}
            outcome = advance(
                library, None, Start(process.key, 1, variables, "wang", element_id=None if plain else start["element_id"]), context
            )
            events = list(outcome.events)
            for _ in range(4):
                tasks = _open(events)
                if outcome.status != "running" or not tasks:
                    break
                task = chance.choice(tasks)
                done = CompleteUserTask(task.number or 0, task.element_id or "", task.path, {"ok": chance.choice(odd)}, by="wang")
                outcome = advance(library, outcome.state, done, context)
                events += outcome.events
        except (LimitReached, NotWaiting):
            continue


def _open(events: list[Event]) -> list[Event]:
    over = {event.number for event in events if event.type in TASKS[1:]}
    return [event for event in events if event.type == TASKS[0] and event.number not in over]


@pytest.mark.parametrize("source", sources())
def test_damaged_diagrams_are_refused_or_run(source: str) -> None:
    documents, passed = sources()[source], 0
    for seed in range(SEEDS):
        chance = random.Random(f"{source}{seed}")
        try:
            content = mutated(chance.choice(documents), chance)
        except (ValueError, TypeError):
            # lxml itself does not take some texts and names
            continue
        try:
            passed += check(content, chance)
        except Exception as problem:
            raise AssertionError(f"{source} {seed}") from problem
    assert passed or source == "corpus"
