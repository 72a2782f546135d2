"""Random graphs without structure: excess tokens, inclusive joins in every place, ways back."""

import os
import random
from collections.abc import Callable

import pytest

from engine.elements.gateways import InclusiveGateway
from engine.limits import Limits
from engine.tokens import Token
from tests.engine.drawing import Driven
from tests.engine.reference.nets import Endless, Marking, Net

SEEDS = int(os.environ.get("BANJIE_TEST_SEEDS", "12")) * 25


def play(net: Net, steps: int = 25) -> str | None:
    """What differs; "" where everything compared was equal, None where the result is open or a loop has no end."""
    chance = random.Random(net.seed)
    marking = Marking(net)
    case: Driven | None = None
    name: str | None = None
    for step in range(steps):
        bits = {gateway: chance.randrange(8) for gateway in net.kinds}
        try:
            first, second = (marking.after(name, bits, depth_first) for depth_first in (True, False))
        except Endless:
            return None
        if (first.users, first.held) != (second.users, second.held):
            return None
        variables = {f"b_{gateway}": value for gateway, value in bits.items()}
        case = Driven(net.bpmn(), variables, limits=Limits(steps=2_000)) if case is None else case.complete(str(name), **variables)
        marking = first
        waiting = sorted(marking.users.elements())
        if case.open != waiting:
            return f"step {step}: {case.open} reference {waiting}"
        if not waiting:
            over = case.status == "completed"
            return "" if over is not bool(marking.held) else f"step {step}: {case.status}, held {marking.held}"
        name = chance.choice(waiting)
    return ""


@pytest.mark.parametrize("drawn", [Net.random, Net.crossed])
def test_the_engine_moves_tokens_as_the_simulator_does(drawn: Callable[[int], Net]) -> None:
    found = {seed: play(drawn(seed)) for seed in range(SEEDS)}
    assert not {seed: told for seed, told in found.items() if told}
    assert sum(told == "" for told in found.values()) > SEEDS // 3


def _waits_for_all(gateway: InclusiveGateway, token: Token, empty: set[str], filled: set[str]) -> bool:
    """The rule without its second half."""
    spec = token.task_spec
    ahead = gateway._wf_spec.reach(gateway.name, spec.name)
    reached = {flow for flow, source in gateway.incoming.items() if source in ahead}
    return spec is not gateway and token is not token.workflow.task_tree and bool(reached & empty)


@pytest.mark.parametrize("mutant", [_waits_for_all, lambda *_: False], ids=["waits for all", "never waits"])
def test_wrong_rules_of_the_inclusive_gateway_are_found(monkeypatch: pytest.MonkeyPatch, mutant: Callable[..., bool]) -> None:
    monkeypatch.setattr(InclusiveGateway, "may_bring", mutant)
    assert sum(bool(play(Net.crossed(seed))) for seed in range(100)) > 5
