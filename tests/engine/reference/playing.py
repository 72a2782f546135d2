"""The engine played beside the reference: what waits is compared after every step, path and data at the end."""

import collections
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from engine.elements.tasks import ScriptTask, UserTask
from engine.library import Library
from engine.limits import Limits
from engine.outcome import Event
from engine.tokens import Token
from engine.triggers import BroadcastSignal, CompleteUserTask, DeliverMessage, FireTimer
from tests.engine.drawing import T0, Driven, Shelf
from tests.engine.reference.blocks import Many
from tests.engine.reference.diagrams import Diagram
from tests.engine.reference.event_blocks import Undoable
from tests.engine.reference.game import Game, Items, oracle

#: kinds of blocks in which things run at the same time
BESIDE = {"and", "or", "many", "guard", "esp"}


class OracleLibrary(Library):
    """Definitions, and the oracle that the scripts of a random diagram ask."""

    def __init__(self, shelf: Shelf, seed: int) -> None:
        super().__init__(lambda key, version: shelf.stored.get((key, version)))
        self.choose = oracle(seed)
        self.visits: collections.Counter[tuple[str, Items]] = collections.Counter()
        self.path: list[tuple[str, Items]] = []


class OracleScript(ScriptTask):
    """Besides scripts as they are: `hit NAME` counts, `decide NAME KIND COUNT` asks the oracle."""

    def _run_hook(self, my_task: Token) -> bool | None:
        word, *rest = str(self.element["script"]).split()
        library = my_task.turn.library
        if word == "hit":
            library.path.append((rest[0], items_of(my_task)))
            count(my_task, rest[0])
        elif word == "decide":
            key = (rest[0], items_of(my_task))
            library.visits[key] += 1
            my_task.data[f"d_{rest[0]}"] = library.choose(*key, library.visits[key], rest[1], int(rest[2]))
        else:
            return super()._run_hook(my_task)
        return True


class CountedTask(UserTask):
    """A user task that counts itself where it is."""

    def decide(self, my_task: Token, *decision: Any) -> None:
        count(my_task, self.drawn)
        super().decide(my_task, *decision)


def count(token: Token, name: str) -> None:
    """Note in the variables that something was done."""
    token.write({f"c_{name}": token.data.get(f"c_{name}", 0) + 1})


def items_of(token: Token) -> Items:
    """The multi-instances around a token with their indices, outermost first."""
    found: list[tuple[str, int]] = []
    at: Token | None = token
    while at is not None:
        if at.task_spec.instance:
            found.append((at.task_spec.drawn, at.internal_data["index"]))
        above = at.parent if at.task_spec.instance else None
        at = above or getattr(at.workflow, "activity", None)
    return tuple(found[::-1])


class Player:
    """A random diagram on the engine."""

    def __init__(self, diagram: Diagram, limits: Limits | None = None) -> None:
        shelf = Shelf()
        shelf.library = OracleLibrary(shelf, diagram.seed)
        shelf.deploy(diagram.bpmn)
        self.library: Any = shelf.library
        self.around = _instances_around(diagram)
        self.case = Driven(shelf, limits=limits, element_id=diagram.begins_at)
        self.retry()

    def retry(self) -> None:
        """Retry what a small limit has held up, until everything has run."""
        while self.case.outcome.incidents:
            self.case.retry()

    def open(self) -> list[tuple[str, str, Items]]:
        """What waits, as the reference names it."""
        case = self.case
        found = [("user", event) for event in case.tasks] + [("timer", event) for event in case.timers]
        found += [(event.details["kind"], event) for event in case.subscriptions]
        return sorted((kind, str(event.element_id), self.items(event)) for kind, event in found)

    def items(self, event: Event) -> Items:
        """Names for the indices of an event's path."""
        return tuple(zip(self.around[str(event.element_id)], event.path, strict=True))

    def do(self, kind: str, name: str, items: Items, now: int) -> None:
        """What the reference does, done to the engine."""
        case = self.case
        case.now = T0 + timedelta(seconds=now)
        if kind == "user":
            found = next(e for e in case.tasks if e.element_id == name and self.items(e) == items)
            self.library.path.append((name, items))
            case.take(CompleteUserTask(found.number, name, found.path))
            self.retry()
        elif kind == "signal":
            case.take(BroadcastSignal("N" + name))
            self.retry()
        elif kind == "message":
            for waiting in [e for e in case.subscriptions if e.element_id == name]:
                if waiting in case.subscriptions:
                    case.take(DeliverMessage("N" + name, {}, waiting.number))
                    self.retry()
        else:
            for due in case.timers:
                if datetime.fromisoformat(due.details["due_at"]) < case.now and due in case.timers:
                    case.take(FireTimer(due.number, str(due.element_id), due.path))
                    self.retry()


def _beside(block: Any) -> list[tuple[str, Any]]:
    """What is drawn beside an activity: its handler, and boundary events and event sub-processes with what follows."""
    if isinstance(block, Undoable):
        return [(block.handler.id, block.handler)]
    return [(event[1], event[-1]) for event in [*getattr(block, "events", ()), *getattr(block, "handlers", ())]]


def _instances_around(diagram: Diagram) -> dict[str, tuple[str, ...]]:
    """For every element the multi-instances around it, outermost first."""
    found: dict[str, tuple[str, ...]] = {}

    def walk(block: Any, around: tuple[str, ...]) -> None:
        inside = (*around, block.id) if isinstance(block, Many) else around
        found[block.id] = inside
        for kid in block.kids:
            walk(kid, inside)
        for name, branch in _beside(block):
            found[name] = around
            walk(branch, around)

    for body in diagram.bodies:
        walk(body, ())
    return found


def play(
    diagram: Diagram, steps: int = 200, after_step: Callable[[Library, bytes], None] | None = None, limits: Limits | None = None
) -> tuple[str | None, Driven]:
    """Where the engine differs from the reference, None where it does not; and the case. `after_step` is shown every state."""
    game, chance, player = diagram.game(), random.Random(diagram.seed), Player(diagram, limits)
    case = player.case
    for step in range(steps):
        if after_step:
            after_step(player.library, case.outcome.state)
        found = _compared(game, player)
        if found or game.finished:
            return (f"step {step}: {found}" if found else _data(game, diagram, case)), case
        waits = sorted((token.kind, token.name, token.items) for token in game.alive())
        key = chance.choice(waits)
        if key[0] == "timer":
            game.tick()
        elif key[0] in ("message", "signal"):
            game.message(key[1])
        else:
            game.fire(next(token for token in game.alive() if (token.kind, token.name, token.items) == key))
        player.do(*key, game.now)
    return None, case


def _compared(game: Game, player: Player) -> str | None:
    """What waits, what was done, and whether it is over."""
    waits = sorted((token.kind, token.name, token.items) for token in game.alive())
    if waits != player.open():
        return f"engine {player.open()} reference {waits} {player.case.incidents}"
    if sorted(player.library.path) != sorted(game.path):
        return f"path {sorted(player.library.path)} reference {sorted(game.path)}"
    if game.finished != (player.case.status == "completed"):
        return f"{player.case.status}, reference finished {game.finished}"
    return None


def _data(game: Game, diagram: Diagram, case: Driven) -> str | None:
    """The counts at the end. A call copies them in and out, so that they are open where something else runs at the same time."""
    if "call" in diagram.used and diagram.used & BESIDE:
        return None
    data = {name: value for name, value in case.variables.items() if name.startswith("c_")}
    counts = {name: value for name, value in game.counts.items() if name.startswith("c_")}
    return None if data == counts else f"data {set(data.items()) ^ set(counts.items())}"
