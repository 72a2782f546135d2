"""Random diagrams in which people send back and take back at random: the case still ends, no join starves, and a replay gives the same.

BANJIE_TEST_SEEDS=150 plays more of them.
"""

import os
import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine import sleeping
from engine.elements import WORDS
from engine.errors import MoveRefused
from engine.execution import advance
from engine.triggers import BroadcastSignal, CompleteUserTask, DeliverMessage, FireTimer
from tests.engine.drawing import T0, Driven
from tests.engine.reference.diagrams import GROUPS, Diagram
from tests.engine.reference.playing import CountedTask, OracleScript, Player
from tests.engine.taking_back import send_back, withdraw

SEEDS = int(os.environ.get("BANJIE_TEST_SEEDS", "8"))
MOVES, STEPS = 6, 600


@pytest.fixture(autouse=True)
def _oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "scriptTask", OracleScript)
    monkeypatch.setitem(WORDS, "userTask", CountedTask)


def play(diagram: Diagram) -> tuple[str | None, Counter[str]]:
    """Why the case did not end well, None where it did; and how many moves there were of each kind."""
    player, chance, told = Player(diagram), random.Random(diagram.seed), Counter[str]()
    case = player.case
    for step in range(STEPS):
        if case.status != "running":
            break
        if sum(told.values()) < 2 * MOVES and chance.random() < 0.4:
            told[_move(case, chance)] += 1
        else:
            _go_on(case, chance, to_the_end=step > STEPS // 4)
        if case.outcome.incidents:
            return f"incident {case.incidents} at {case.open}", told
    if case.status != "completed":
        return f"{case.status}: {case.open} {case.incidents}", told
    return _replayed(diagram, case), told


def _move(case: Driven, chance: random.Random) -> str:
    """Send back from an open task to one that was done, or take the last decision back."""
    before, last = case.state, case.log[-1][0]
    try:
        if isinstance(last, CompleteUserTask) and chance.random() < 0.4:
            withdraw(case, last.element_id, last.path)
            return "withdrawn"
        if not case.tasks:
            return "nothing"
        source = chance.choice(case.tasks)
        done = sorted({str(one.element_id) for one in case.events if one.type == "user_task_completed"})
        target, how = chance.choice([*done, _start(case)]), chance.choice(("rerun", "straight_back"))
        send_back(case, str(source.element_id), target, how, path=source.path)
    except MoveRefused as refusal:
        assert case.state == before
        return f"refused {refusal.code}"
    return how


def _start(case: Driven) -> str:
    return next(str(one.element_id) for one in case.events if one.type == "element_entered")


def _go_on(case: Driven, chance: random.Random, *, to_the_end: bool) -> None:
    """Something that the case waits for happens; later on what begins things again and again only where nothing else can."""
    others = [] if to_the_end and case.tasks else [*case.timers[:1], *case.subscriptions]
    one = chance.choice([*case.tasks, *others])
    if one.type == "user_task_created":
        case.take(CompleteUserTask(one.number or 0, str(one.element_id), one.path))
    elif one.type == "timer_scheduled":
        case.now = max(case.now, datetime.fromisoformat(one.details["due_at"]) + timedelta(seconds=1), T0)
        case.take(FireTimer(one.number or 0, str(one.element_id), one.path))
    elif one.details["kind"] == "signal":
        case.take(BroadcastSignal(one.details["name"]))
    else:
        case.take(DeliverMessage(one.details["name"], {}, one.number))


def _replayed(diagram: Diagram, case: Driven) -> str | None:
    library: Any = Player(diagram).library
    library.visits.clear()
    state = None
    for trigger, context in case.log:
        state = advance(library, state, trigger, context).state
    return None if state == case.state else "the replay gives another state"


@pytest.mark.parametrize("group", GROUPS)
def test_whatever_is_sent_back_the_case_ends(group: str) -> None:
    played = {seed: play(Diagram(seed, 9, GROUPS[group])) for seed in range(SEEDS)}
    assert {seed: found for seed, (found, _) in played.items() if found} == {}


def test_also_where_instances_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sleeping, "MANY", 1)
    assert {seed: found for seed in range(SEEDS) if (found := play(Diagram(seed, 9, GROUPS["many+sub"]))[0])} == {}


def test_large_diagrams_and_all_kinds_of_moves() -> None:
    told: Counter[str] = Counter()
    for seed in range(20_000, 20_000 + 2 * SEEDS):
        found, moves = play(Diagram(seed, 18, GROUPS["and+or"] if seed % 2 else GROUPS["sub+loop"]))
        assert found is None, (seed, found)
        told += moves
    assert {"rerun", "straight_back", "withdrawn", "refused move_not_before"} <= told.keys()
