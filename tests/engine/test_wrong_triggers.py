"""Whatever is asked of a case: it is done or refused as not waiting, and a refusal changes nothing; no text of a model is run by Python."""

import random
import sys
from typing import Any

from engine.errors import NotWaiting
from engine.triggers import (
    BroadcastSignal,
    Cancel,
    CompleteJob,
    CompleteUserTask,
    DeliverMessage,
    FailJob,
    FireTimer,
    Resume,
    Retry,
    SetVariables,
    Suspend,
    Trigger,
)
from tests.engine.drawing import Driven, boundary, draw, end, event, event_subprocess, flow, many, node, script, start, user

CASE = draw(
    start()
    + node("parallelGateway", "g")
    + node("userTask", "v", many(until="${outcome_v == 'stop'}", out="votes"), camunda_assignee="${item}")
    + node("serviceTask", "w", camunda_type="external", camunda_topic="mail")
    + boundary("be", "w", event("error", "E1"))
    + node("eventBasedGateway", "race")
    + node("intermediateCatchEvent", "m", event("message", "M1"))
    + node("intermediateCatchEvent", "t", event("timer", "PT1H"))
    + node("subProcess", "sp", start("ss") + user("x") + script("y", "n = n + 1") + end("se") + flow("ss", "x", "y", "se"))
    + boundary("bt", "sp", event("cycle", "R/PT2H"), interrupting=False)
    + node("exclusiveGateway", "q", default="back")
    + end()
    + end("e2")
    + flow("s", "g", "v", "e")
    + flow("g", "w", "e")
    + flow("be", "e2")
    + flow("g", "race", "m", "e")
    + flow("race", "t", "e")
    + flow("g", "sp", "q")
    + flow("q", "e", when="${n > 2}")
    + flow("q", "sp", id="back")
    + flow("bt", "e2")
    + event_subprocess(event("signal", "S1"), interrupting=False)
)


def some_trigger(chance: random.Random, case: Driven) -> Trigger:
    """A trigger that may or may not fit."""
    number = chance.randint(0, 60)
    element = chance.choice(["v", "w", "x", "t", "bt", "m", "q", "y", "(root)", "nothing", ""])
    path = chance.choice([(), (0,), (1, 2)])
    variables: dict[str, Any] = chance.choice([{}, {"n": chance.randint(0, 4)}, {"n": None}, {"items": "x", "votes": 1}])
    made = [
        e for e in case.events if e.number and e.type in ("user_task_created", "job_created", "timer_scheduled", "subscription_created")
    ]
    if made and chance.random() < 0.6:
        known = chance.choice(made)
        number, element, path = known.number or 0, str(known.element_id), known.path
    return chance.choice(
        [
            CompleteUserTask(number, element, path, variables, chance.choice([None, "go", "stop"])),
            CompleteJob(number, element, path, variables),
            FailJob(number, element, path, chance.choice([None, "e1", "e9"]), "x", variables),
            FireTimer(number, element, path),
            DeliverMessage(chance.choice(["m1", "m2"]), variables, chance.choice([None, number])),
            BroadcastSignal(chance.choice(["s1", "s2"]), variables),
            SetVariables(variables),
            Retry(chance.choice([number, *case.outcome.incidents]), variables),
            Suspend("x"),
            Resume("x"),
            *([Cancel("x")] if chance.random() < 0.05 else []),
        ]
    )


def test_every_trigger_is_done_or_refused() -> None:
    done = refused = 0
    for seed in range(60):
        chance = random.Random(seed)
        case = Driven(CASE, {"items": ["li", "wu", "he"], "n": 0})
        for _ in range(40):
            before = case.state
            try:
                case.take(some_trigger(chance, case))
                done += 1
            except NotWaiting:
                refused += 1
                assert case.state == before
            assert not [i for i in case.incidents if i["code"] == "internal"]
            assert case.status != "running" or case.outcome.incidents or case.open or case.timers or case.subscriptions
    assert done > 500
    assert refused > 500


def test_no_text_of_a_model_is_run_by_python() -> None:
    seen: list[str] = []
    watching = True

    def watch(name: str, _: Any) -> None:
        if watching and name in ("exec", "compile", "import", "open"):
            seen.append(name)

    case = Driven(CASE, {"items": ["li"], "n": 0}).complete("x")
    sys.addaudithook(watch)
    try:
        case.complete("v", outcome="stop").complete("x").later(hours=3).signal("s1")
    finally:
        watching = False
    assert seen == []
