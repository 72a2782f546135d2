"""The reference: a token game on block-structured diagrams. It knows nothing of the engine.

A scope is what is cancelled together; a flow scope also counts its threads of control; a token is something that waits. The
blocks (blocks.py, event_blocks.py) say with `play` what each does; diagrams.py chooses a random diagram.
"""

import random
from collections.abc import Callable
from typing import Any

#: indices of the multi-instances around: ((name, index), ...)
Items = tuple[tuple[str, int], ...]
Done = Callable[[], None]
#: takes back an activity: (game, scope, items, done)
Undoing = Callable[["Game", "Scope", Items, Done], None]


class Scope:
    """What is cancelled together. Flow scopes (a process, a sub-process) also count the threads of control inside.

    A called process has `data` of its own; everything else works in those around it. `completed` is what can be taken back in a flow
    scope (`flow`), and what waits for the end of all instances in a multi-instance (`gathers`).
    """

    def __init__(
        self, parent: "Scope | None" = None, done: Done | None = None, *, flow: bool = False, data: dict[str, int] | None = None
    ) -> None:
        self.dead = False
        self.flow = flow or parent is None
        self.gathers = False
        #: nothing that was done inside is told around: a called process, or what a handler stands for
        self.closed = data is not None
        self.completed: list[Undoing] = []
        self.data: dict[str, int] = data if data is not None else parent.data if parent else {}
        self.children: list[Scope] = []
        self.threads = 0
        self.done = done
        self.parent = parent
        self.errors: dict[str, Done] = {}
        #: the scope whose event sub-process this is
        self.handles: Scope | None = None
        #: the instances around what is inside
        self.items: Items = ()
        if parent:
            parent.children.append(self)

    def around(self) -> "Scope":
        """The process or sub-process that this is in."""
        scope = self
        while not scope.flow:
            assert scope.parent is not None
            scope = scope.parent
        return scope

    def register(self, *undoing: "Undoing") -> None:
        """Keep how something that has just been completed here is taken back."""
        scope = self
        while not (scope.flow or scope.gathers):
            assert scope.parent is not None
            scope = scope.parent
        scope.completed.extend(undoing)

    def stop(self) -> None:
        """End everything inside, and so the scope."""
        self.cancel()
        self._over()

    def _over(self) -> None:
        if self.flow and self.completed and self.parent and not self.closed:
            entries = self.completed
            self.parent.register(lambda game, scope, items, done: take_back(game, [entries], Scope(scope, flow=True), self.items, done))
        if self.done:
            self.done()

    def catcher(self, reference: str) -> Done:
        """What the nearest scope around does about an error."""
        found = self.errors.get(reference)
        if found:
            return found
        assert self.parent is not None
        return self.parent.catcher(reference)

    def cancel(self) -> None:
        """End everything inside."""
        self.dead = True
        for child in self.children:
            child.cancel()

    def end(self) -> None:
        """A thread of control has ended; the last one ends the scope."""
        self.threads -= 1
        if not self.threads and not self.dead:
            self._over()


class Token:
    """Something that waits: a user task, a message or a timer."""

    def __init__(self, kind: str, name: str, items: Items, scope: Scope, act: Done, due: int | None = None) -> None:
        self.kind, self.name, self.items, self.scope, self.act, self.due = kind, name, items, scope, act, due


class Game:
    """The reference. `open` is what waits, `path` what was done, `counts` the final data."""

    def __init__(self, process: "Block", choose: Callable[..., Any]) -> None:
        self.choose = choose
        self.now = 0
        self.open: list[Token] = []
        self.path: list[tuple[str, Items]] = []
        self.visits: dict[tuple[str, Items], int] = {}
        self.finished = False
        scope = Scope(done=self._finish)
        self.counts = scope.data
        scope.threads = 1
        process.play(self, scope, (), scope.end)

    def _finish(self) -> None:
        self.finished = True

    def hit(self, name: str, items: Items, scope: Scope) -> None:
        """An activity is done."""
        self.path.append((name, items))
        scope.data["c_" + name] = scope.data.get("c_" + name, 0) + 1

    def wait(self, *token: Any) -> None:
        """Something waits."""
        self.open.append(Token(*token))

    def alive(self) -> list[Token]:
        """What waits now."""
        self.open = [token for token in self.open if not token.scope.dead]
        return self.open

    def fire(self, token: Token) -> None:
        """What a token waits for has come."""
        if token in self.alive():
            self.open.remove(token)
            if token.kind == "user":
                self.hit(token.name, token.items, token.scope)
            token.act()

    def message(self, name: str) -> None:
        """A message reaches every token that waits for it."""
        for token in [token for token in self.alive() if token.name == name]:
            self.fire(token)

    def tick(self) -> None:
        """Time passes until just after the earliest due timer."""
        self.now = min(token.due or 0 for token in self.alive() if token.kind == "timer") + 1
        due = [token for token in self.alive() if token.kind == "timer" and (token.due or 0) < self.now]
        for token in sorted(due, key=lambda one: one.due or 0):
            self.fire(token)

    def decide(self, name: str, items: Items, kind: str, count: int) -> Any:
        """What a gateway decides at this visit."""
        key = (name, items)
        self.visits[key] = self.visits.get(key, 0) + 1
        return self.choose(name, items, self.visits[key], kind, count)


def take_back(game: Game, lists: "list[list[Undoing]]", scope: Scope, items: Items, done: Done) -> None:
    """Run what takes back, the last of the first list first, one after the other."""
    if scope.dead:
        return
    entries = next((one for one in lists if one), None)
    if entries:
        entries.pop()(game, scope, items, lambda: take_back(game, lists, scope, items, done))
    else:
        done()


def oracle(seed: int) -> Callable[..., Any]:
    """The same choice for the same gateway, instance and visit, whoever asks."""

    def choose(name: str, items: Items, visit: int, kind: str, count: int) -> Any:
        chance = random.Random(f"{seed}/{name}/{items}/{visit}")
        if kind == "loop":
            return chance.random() < 0.55 and visit % 4 != 0
        if kind == "or":
            return sorted(chance.sample(range(count), chance.randint(0, count)))
        return chance.randrange(count)

    return choose


class Block:
    """A piece of a diagram: `xml` draws it, `play` says what it does."""

    kids: tuple["Block", ...] = ()

    def __init__(self, id: str, *kids: "Block", **extra: Any) -> None:
        self.id, self.kids = id, kids
        self.__dict__.update(extra)

    def xml(self, out: "Out") -> tuple[str, str | None]:
        """Draw; returns the ids of the first and the last element."""
        raise NotImplementedError

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        """Play; `done` is what comes next."""
        raise NotImplementedError


class Out:
    """Collects the XML of one process or sub-process."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.parts: list[str] = []

    def node(self, tag: str, id: str, inner: str = "", attributes: str = "") -> str:
        """Draw an element; returns its id."""
        self.parts.append(f'<{tag} id="{id}" {attributes}>{inner}</{tag}>')
        return id

    def flow(self, source: str | None, target: str, condition: str | None = None, id: str | None = None) -> None:
        """Draw a flow, unless nothing can leave the source."""
        if source is None:
            return
        self.document["flows"] += 1
        text = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        name = id or f"f{self.document['flows']}"
        self.parts.append(f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{text}</sequenceFlow>')

    def script(self, id: str, text: str) -> str:
        """Draw a script task."""
        return self.node("scriptTask", id, f"<script>{text}</script>")
