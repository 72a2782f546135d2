"""The same triggers in the same contexts give the same events and the same bytes: in another process, with another hash seed, on replay."""

import hashlib
import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from engine.execution import advance
from engine.values import dumps
from tests.engine.drawing import (
    Driven,
    boundary,
    draw,
    end,
    event,
    event_subprocess,
    flow,
    many,
    node,
    script,
    start,
    user,
)

ROOT = Path(__file__).resolve().parents[2]
SUB = node("subProcess", "sp", many() + start("ss") + user("a", "b") + end("se") + flow("ss", "a", "b", "se"))
BUSY = draw(
    start()
    + node("exclusiveGateway", "m")
    + node("inclusiveGateway", "g", default="fd")
    + node("inclusiveGateway", "j")
    + user("u", "w", "late")
    + node("userTask", "v", many())
    + SUB
    + boundary("t", "u", event("timer", "PT3H"), interrupting=False)
    + end("le")
    + flow("t", "late", "le")
    + node("exclusiveGateway", "x", default="fe")
    + end()
    + flow("s", "m", "g")
    + flow("g", "u", when="${n % 2 == 0}")
    + flow("g", "v", when="${n % 3 == 0}")
    + flow("g", "w", id="fd")
    + flow("g", "sp", when="${n % 5 == 0}")
    + "".join(flow(name, "j") for name in ("u", "v", "w", "sp"))
    + flow("j", "x")
    + flow("x", "m", when="${n < 12}")
    + flow("x", "e", id="fe")
    + event_subprocess(event("message", "M1"), interrupting=False, body=script("h", "told = told + 1") + end("ee") + flow("es", "h", "ee"))
)


def random_case(seed: int) -> tuple[Driven, str]:
    """A case driven at random, and the digest of all its events and states."""
    chance = random.Random(seed)
    case, chain = Driven(BUSY, {"n": 0, "told": 0, "items": [1, 2, 3], "更多": "1.50"}), hashlib.sha256()
    while case.status == "running" and len(case.log) < 80:
        draw_of_luck = chance.random()
        if draw_of_luck < 0.1:
            case.later(hours=1)
        elif draw_of_luck < 0.2:
            case.message("m1")
        else:
            task = chance.choice(case.tasks)
            case.complete(str(task.element_id), task.path, n=case.variables["n"] + chance.randint(0, 1))
        chain.update(case.outcome.state + dumps([e.to_document() for e in case.outcome.events]))
    return case, chain.hexdigest()


def test_two_processes_with_different_hash_seeds_agree() -> None:
    code = "from tests.engine.test_determinism import random_case; print(*[random_case(seed)[1] for seed in range(8)])"
    outputs = []
    for seed in ("1", "2"):
        around = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=around, cwd=ROOT, capture_output=True, text=True, check=True)
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert outputs[0].split() == [random_case(seed)[1] for seed in range(8)]


def test_a_replay_of_the_triggers_gives_the_same_bytes() -> None:
    for seed in range(12):
        case, _ = random_case(seed)
        state, events = None, []
        for trigger, context in case.log:
            outcome = advance(case.shelf.library, state, trigger, context)
            state = outcome.state
            events.extend(outcome.events)
        assert state == case.state
        assert events == case.events


def test_a_long_loop_stays_small_and_numbers_stay_unique() -> None:
    body = (
        start()
        + node("exclusiveGateway", "m")
        + user("u")
        + boundary("t", "u", event("timer", "PT9H"))
        + node("exclusiveGateway", "x", default="fe")
    )
    body += end() + flow("s", "m", "u", "x") + flow("x", "m", when="${again}") + flow("x", "e", id="fe") + flow("t", "e")
    case = Driven(draw(body), {"again": True})
    sizes, numbers = [], set()
    for _ in range(1_100):
        number = next(e.number for e in case.outcome.events if e.type == "user_task_created")
        assert number not in numbers
        numbers.add(number)
        case.events.clear()
        case.events.extend(case.outcome.events)
        case.complete("u")
        sizes.append(len(case.outcome.state))
    assert sizes[-1] <= sizes[9] + 16
    case.complete("u", again=False)
    assert case.status == "completed"


def test_no_number_with_a_point_becomes_binary() -> None:
    case = Driven(BUSY, {"n": 0, "told": 0, "items": [], "rate": Decimal("0.10")})
    assert b"0.1" in dumps(case.variables)
    assert str(case.complete("u", n=1).variables["rate"]) == "0.10"
