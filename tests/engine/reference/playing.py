"""The engine played beside the reference: what waits is compared after every step, path and data at the end."""

import collections
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from engine.elements.tasks import ScriptTask
from engine.library import Library
from engine.limits import Limits
from engine.outcome import Event
from engine.tokens import Token
from engine.triggers import CompleteUserTask, DeliverMessage, FireTimer
from tests.engine.drawing import T0, Driven, Shelf
from tests.engine.reference.blocks import Many
from tests.engine.reference.diagrams import Diagram
from tests.engine.reference.game import Game, Items, oracle


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
            my_task.write({f"c_{rest[0]}": my_task.data.get(f"c_{rest[0]}", 0) + 1})
        elif word == "decide":
            key = (rest[0], items_of(my_task))
            library.visits[key] += 1
            my_task.data[f"d_{rest[0]}"] = library.choose(*key, library.visits[key], rest[1], int(rest[2]))
        else:
            return super()._run_hook(my_task)
        return True


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
        self.case = Driven(shelf, limits=limits)
        self.retry()

    def retry(self) -> None:
        """Retry what a small limit has held up, until everything has run."""
        while self.case.outcome.incidents:
            self.case.retry()

    def open(self) -> list[tuple[str, str, Items]]:
        """What waits, as the reference names it."""
        case = self.case
        found = [("user", event) for event in case.tasks] + [("timer", event) for event in case.timers]
        found += [("message", event) for event in case.subscriptions]
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
            count = case.variables.get(f"c_{name}", 0) + 1
            case.take(CompleteUserTask(found.number, name, found.path, {f"c_{name}": count}))
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


def _instances_around(diagram: Diagram) -> dict[str, tuple[str, ...]]:
    """For every element the multi-instances around it, outermost first."""
    found: dict[str, tuple[str, ...]] = {}

    def walk(block: Any, around: tuple[str, ...]) -> None:
        repeated = isinstance(block, Many)
        inside = (*around, block.id) if repeated else around
        found[block.id] = inside
        for kid in block.kids:
            walk_inside(kid, inside) if repeated else walk(kid, inside)
        if not repeated:
            walk_inside(block, around, with_kids=False)
        for event in getattr(block, "events", ()):
            found[event[1]] = around
            walk(event[-1], around)

    def walk_inside(block: Any, inside: tuple[str, ...], with_kids: bool = True) -> None:
        for kid in block.kids if with_kids else ():
            walk(kid, inside)
        for handler in getattr(block, "handlers", ()):
            found[handler[1]] = inside
            walk(handler[-1], inside)

    walk(diagram.body, ())
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
        elif key[0] == "message":
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
    """The counts at the end; a call copies them, so that they say nothing there."""
    data = {name: value for name, value in case.variables.items() if name.startswith("c_")}
    return None if data == game.counts or "call" in diagram.used else f"data {set(data.items()) ^ set(game.counts.items())}"
