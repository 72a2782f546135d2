"""Blocks of random diagrams that have to do with events: boundary timer, message and error, error end, event gateway."""

from typing import Any, ClassVar

from tests.engine.reference.blocks import Many, process_body
from tests.engine.reference.game import Block, Done, Game, Items, Out, Scope, take_back


def definition(kind: str, reference: str, hours: int) -> str:
    """An event definition."""
    if kind == "timer":
        return f"<timerEventDefinition><timeDuration>PT{hours}H</timeDuration></timerEventDefinition>"
    return f'<{kind}EventDefinition {kind}Ref="{reference}"/>'


class Guard(Block):
    """An activity with boundary events; `events` = (kind, id, interrupting, hours, branch)."""

    events: list[tuple[str, str, bool, int, Block]]

    def xml(self, out: Out) -> tuple[str, str | None]:
        name = self.id
        first = last = self.kids[0].xml(out)[0]
        if isinstance(self.kids[0], Many):
            first = out.script(f"{name}s", f"col_{self.kids[0].id} = {list(range(self.kids[0].n))}")
            out.flow(first, last)
        out.flow(last, out.node("exclusiveGateway", f"{name}j"))
        for kind, event, stop, hours, branch in self.events:
            out.document["names"].append((kind, event))
            inner = definition(kind, "N" + event, hours)
            out.node("boundaryEvent", event, inner, f'attachedToRef="{last}" cancelActivity="{str(stop).lower()}"')
            begin, finish = branch.xml(out)
            out.flow(event, begin)
            out.flow(finish, f"{name}j" if stop else out.node("endEvent", f"{event}end"))
        return first, f"{name}j"

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if scope.dead:
            return
        act = Scope(scope)
        for event in self.events:
            self._arm(game, scope, act, items, done, event)

        def finished() -> None:
            if not act.dead:
                act.cancel()
                done()

        self.kids[0].play(game, act, items, finished)

    def _arm(self, game: Game, scope: Scope, act: Scope, items: Items, done: Done, event: tuple[str, str, bool, int, Block]) -> None:
        kind, name, stop, hours, branch = event

        def fire() -> None:
            if stop:
                act.cancel()
                branch.play(game, scope, items, done)
            else:
                scope.threads += 1
                if kind in ("message", "signal") and not act.dead:
                    self._arm(game, scope, act, items, done, event)
                branch.play(game, scope, items, scope.end)

        if kind in ("error", "escalation"):
            act.errors["N" + name] = fire
        else:
            game.wait(kind, name, items, act, fire, game.now + hours * 3600)


class Throw(Block):
    """Error end event; only inside a sub-process whose boundary catches it."""

    ref: str

    def xml(self, out: Out) -> tuple[str, str | None]:
        return out.node("endEvent", self.id, definition("error", self.ref, 0)), None

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if not scope.dead:
            scope.catcher(self.ref)()


class Escalate(Block):
    """Throws an escalation to a boundary event around, and goes on unless that ends it."""

    ref: str

    def xml(self, out: Out) -> tuple[str, str | None]:
        return (out.node("intermediateThrowEvent", self.id, definition("escalation", self.ref, 0)),) * 2

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if not scope.dead:
            scope.catcher(self.ref)()
            if not scope.dead:
                done()


class Stop(Block):
    """A terminate end event."""

    def xml(self, out: Out) -> tuple[str, str | None]:
        return out.node("endEvent", self.id, "<terminateEventDefinition/>"), None

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if not scope.dead:
            scope.around().stop()


class Undoable(Block):
    """An activity with a compensation handler, itself a script or a user task."""

    handler: Block

    def xml(self, out: Out) -> tuple[str, str | None]:
        kid = self.kids[0]
        first, last = kid.xml(out)
        if isinstance(kid, Many):
            first = out.script(f"{kid.id}s", f"col_{kid.id} = {list(range(kid.n))}")
            out.flow(first, kid.id)
        attached = kid.id
        out.node("boundaryEvent", f"{attached}comp", "<compensateEventDefinition/>", f'attachedToRef="{attached}"')
        handler = Out(out.document)
        self.handler.xml(handler)
        out.parts.append("".join(handler.parts).replace(f'id="{self.handler.id}"', f'id="{self.handler.id}" isForCompensation="true"', 1))
        out.node("association", f"{attached}as", attributes=f'sourceRef="{attached}comp" targetRef="{self.handler.id}"')
        return first, last

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        def finished() -> None:
            if not isinstance(self.kids[0], Many):
                scope.register(self.handler.play)
            done()

        self.kids[0].play(game, scope, items, finished)


class TakeBack(Block):
    """A throwing compensation event: everything that was completed in the scope, the last first."""

    def xml(self, out: Out) -> tuple[str, str | None]:
        return (out.node("intermediateThrowEvent", self.id, "<compensateEventDefinition/>"),) * 2

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if not scope.dead:
            around: Scope | None = scope.around()
            lists = []
            while around is not None:
                lists.append(around.completed)
                around = around.handles and around.handles.around()
            take_back(game, lists, scope, items, done)


class Await(Block):
    """Event-based gateway; `events` = (kind, id, hours, branch)."""

    events: list[tuple[str, str, int, Block]]
    shape: ClassVar[str] = "eventBasedGateway"

    def xml(self, out: Out) -> tuple[str, str | None]:
        name = self.id
        out.node(self.shape, name)
        out.node("exclusiveGateway", f"{name}j")
        for kind, event, hours, branch in self.events:
            out.document["names"].append((kind, event))
            out.flow(name, out.node("intermediateCatchEvent", event, definition(kind, "N" + event, hours)))
            begin, finish = branch.xml(out)
            out.flow(event, begin)
            out.flow(finish, f"{name}j")
        return name, f"{name}j"

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if scope.dead:
            return
        act = Scope(scope)

        def arm(kind: str, event: str, hours: int, branch: Block) -> None:
            def fire() -> None:
                act.cancel()
                branch.play(game, scope, items, done)

            game.wait(kind, event, items, act, fire, game.now + hours * 3600)

        for one in self.events:
            arm(*one)


class Handled(Block):
    """A sub-process with event sub-processes; `handlers` = (kind, id, interrupting, hours, branch)."""

    handlers: list[tuple[str, str, bool, int, Block]]
    undo: Block | None = None

    def xml(self, out: Out, inner: str = "") -> tuple[str, str | None]:
        body = process_body(self.kids[0], out.document, self.id)
        for kind, event, stop, hours, branch in self.handlers:
            out.document["names"].append((kind, event))
            handler = Out(out.document)
            begin, finish = branch.xml(handler)
            first = handler.node("startEvent", event, definition(kind, "N" + event, hours), f'isInterrupting="{str(stop).lower()}"')
            handler.flow(first, begin)
            handler.flow(finish, handler.node("endEvent", f"{event}end"))
            body += f'<subProcess id="{event}esp" triggeredByEvent="true">{"".join(handler.parts)}</subProcess>'
        return (out.node("subProcess", self.id, inner + body),) * 2

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if scope.dead:
            return
        inside = Scope(scope, lambda: (inside.cancel(), done())[-1], flow=True)
        inside.items, inside.threads, inside.closed = items, 1, self.undo is not None
        running: list[Scope] = []
        waiting = Scope(inside)
        for handler in self.handlers:
            self._arm(game, inside, running, waiting, items, handler)
        self._run(game, self.kids[0], inside, running, items)

    @staticmethod
    def _run(game: Game, block: Block, inside: Scope, running: list[Scope], items: Items, *, handler: bool = False) -> None:
        """Play the content or a handler, which ends when all threads of control in it have ended."""
        part = Scope(inside, inside.end, flow=handler)
        part.handles = inside if handler else None
        part.items, part.threads = items, 1
        running.append(part)
        block.play(game, part, items, part.end)

    def _arm(self, game: Game, inside: Scope, running: list[Scope], waiting: Scope, items: Items, handler: Any) -> None:
        kind, name, stop, hours, branch = handler

        def fire() -> None:
            if stop:
                waiting.cancel()
                for one in running:
                    one.cancel()
                inside.threads = 1
            else:
                inside.threads += 1
                if kind in ("message", "signal"):
                    self._arm(game, inside, running, waiting, items, handler)
            self._run(game, branch, inside, running, items, handler=True)

        game.wait(kind, name, items, waiting, fire, game.now + hours * 3600)


def names(document: dict[str, Any]) -> str:
    """The messages and errors that a document declares."""
    parts = []
    for kind, event in document["names"]:
        if kind in ("message", "signal", "error", "escalation"):
            code = f' {kind}Code="N{event}"' if kind in ("error", "escalation") else ""
            parts.append(f'<{kind} id="N{event}" name="N{event}"{code}/>')
    return "".join(parts)
