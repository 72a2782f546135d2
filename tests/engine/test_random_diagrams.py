"""Random diagrams: the engine does what the reference token game does, after every step. BANJIE_TEST_SEEDS=150 plays more of them."""

import os

import pytest

from engine import sleeping, state
from engine.context import Context
from engine.elements import WORDS
from engine.limits import Limits
from engine.turn import Turn
from engine.workdays import WorkCalendar
from tests.engine.drawing import T0
from tests.engine.reference.diagrams import GROUPS, KINDS, Diagram
from tests.engine.reference.playing import CountedTask, OracleScript, play

SEEDS = int(os.environ.get("BANJIE_TEST_SEEDS", "12"))


@pytest.fixture(autouse=True)
def _oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, "scriptTask", OracleScript)
    monkeypatch.setitem(WORDS, "userTask", CountedTask)


@pytest.mark.parametrize("group", GROUPS)
def test_the_engine_does_what_the_reference_does(group: str) -> None:
    differing = {seed: found for seed in range(SEEDS) if (found := play(Diagram(seed, 9, GROUPS[group]))[0])}
    assert not differing


@pytest.mark.parametrize("group", [name for name, kinds in GROUPS.items() if "many" in kinds])
def test_instances_that_sleep_do_what_the_reference_does(monkeypatch: pytest.MonkeyPatch, group: str) -> None:
    monkeypatch.setattr(sleeping, "MANY", 1)
    differing = {seed: found for seed in range(SEEDS) if (found := play(Diagram(seed, 9, GROUPS[group]))[0])}
    assert not differing


@pytest.mark.parametrize("group", ["and+loop", "or+loop", "many+sub", "guard+sub", "all"])
def test_large_diagrams_do_so_too(group: str) -> None:
    differing = {seed: found for seed in range(20_000, 20_000 + SEEDS // 3) if (found := play(Diagram(seed, 18, GROUPS[group]))[0])}
    assert not differing


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_what_a_limit_holds_up_goes_on_by_retries_as_if_nothing_had_been(steps: int) -> None:
    limits = Limits(steps=steps)
    # what runs at the same time would set the variable of a decision before the other has read it
    kinds = tuple(kind for kind in KINDS if kind not in ("and", "many"))
    differing = {seed: found for seed in range(SEEDS) if (found := play(Diagram(seed, 9, kinds), limits=limits)[0])}
    assert not differing


@pytest.mark.parametrize("many", [1, sleeping.MANY])
def test_a_loaded_state_is_dumped_as_it_was(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(sleeping, "MANY", many)
    checked = 0

    def check(library: object, dumped: bytes) -> None:
        nonlocal checked
        turn = Turn(library, Context(T0, WorkCalendar()))  # type: ignore[arg-type]
        assert state.dump(state.load(dumped, turn)) == dumped
        checked += 1

    for seed in range(SEEDS):
        assert play(Diagram(seed, 12), after_step=check)[0] is None
    assert checked > SEEDS
