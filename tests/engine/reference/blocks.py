"""Blocks of random diagrams: scripts, user tasks, gateways, loops, sub-processes, called processes, instances."""

from typing import Any, ClassVar

from tests.engine.reference.game import Block, Done, Game, Items, Out, Scope


class Script(Block):
    """A script task that counts itself."""

    def xml(self, out: Out) -> tuple[str, str | None]:
        return (out.script(self.id, f"hit {self.id}"),) * 2

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if not scope.dead:
            game.hit(self.id, items, scope)
            done()


class User(Block):
    """A user task."""

    def xml(self, out: Out, inner: str = "") -> tuple[str, str | None]:
        return (out.node("userTask", self.id, inner),) * 2

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if not scope.dead:
            game.wait("user", self.id, items, scope, done)


class Seq(Block):
    """One after the other."""

    def xml(self, out: Out) -> tuple[str, str | None]:
        first: str | None = None
        last: str | None = None
        for kid in self.kids:
            begin, finish = kid.xml(out)
            out.flow(last, begin)
            first, last = first or begin, finish
        assert first is not None
        return first, last

    def play(self, game: Game, scope: Scope, items: Items, done: Done, at: int = 0) -> None:
        if at == len(self.kids):
            done()
        else:
            self.kids[at].play(game, scope, items, lambda: self.play(game, scope, items, done, at + 1))


class Split(Block):
    """Exclusive, parallel or inclusive. `kind` is xor, and, or; the first branch of xor and or is the default flow."""

    kind: str
    tags: ClassVar[dict[str, str]] = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}

    def xml(self, out: Out) -> tuple[str, str | None]:
        name, tag = self.id, self.tags[self.kind]
        first = name
        if self.kind != "and":
            first = out.script(f"{name}s", f"decide {name} {self.kind} {len(self.kids)}")
            out.flow(first, name)
        out.node(tag, name, attributes="" if self.kind == "and" else f'default="{name}d"')
        out.node(tag, f"{name}j")
        for k, kid in enumerate(self.kids):
            begin, finish = kid.xml(out)
            condition = None if self.kind == "and" or k == 0 else f"d_{name} == {k}" if self.kind == "xor" else f"{k} in d_{name}"
            out.flow(name, begin, condition, f"{name}d" if k == 0 and self.kind != "and" else None)
            out.flow(finish, f"{name}j")
        return first, f"{name}j"

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if scope.dead:
            return
        chosen = self._chosen(game, items)
        left = [len(chosen)]

        def joined() -> None:
            left[0] -= 1
            if not left[0]:
                done()

        for k in chosen:
            self.kids[k].play(game, scope, items, joined)

    def _chosen(self, game: Game, items: Items) -> list[int]:
        count = len(self.kids)
        if self.kind == "and":
            return list(range(count))
        if self.kind == "xor":
            return [game.decide(self.id, items, "xor", count)]
        return [k for k in game.decide(self.id, items, "or", count) if k] or [0]


class Loop(Block):
    """Again and again while the oracle says so."""

    def xml(self, out: Out) -> tuple[str, str | None]:
        name = self.id
        out.node("exclusiveGateway", f"{name}m")
        begin, finish = self.kids[0].xml(out)
        out.flow(f"{name}m", begin)
        out.flow(finish, out.script(f"{name}s", f"decide {name} loop 2"))
        out.flow(f"{name}s", out.node("exclusiveGateway", name, attributes=f'default="{name}d"'))
        out.flow(name, f"{name}m", f"d_{name}")
        out.flow(name, out.node("exclusiveGateway", f"{name}e"), id=f"{name}d")
        return f"{name}m", f"{name}e"

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        def again() -> None:
            if scope.dead:
                return
            if game.decide(self.id, items, "loop", 2):
                self.play(game, scope, items, done)
            else:
                done()

        self.kids[0].play(game, scope, items, again)


def process_body(body: Block, document: dict[str, Any], prefix: str) -> str:
    """The elements of a process around a body."""
    out = Out(document)
    begin, finish = body.xml(out)
    out.flow(out.node("startEvent", f"{prefix}start"), begin)
    out.flow(finish, out.node("endEvent", f"{prefix}end"))
    return "".join(out.parts)


#: id of the second start event
SECOND = "second_start"


class Second(Block):
    """A body with a second start event, a message, that leads to it by another way; only drawn, never played as a whole."""

    def xml(self, out: Out) -> tuple[str, str | None]:
        other, body = self.kids
        first, last = other.xml(out)
        out.document["names"].append(("message", SECOND))
        out.flow(out.node("startEvent", SECOND, f'<messageEventDefinition messageRef="N{SECOND}"/>'), first)
        begin, finish = body.xml(out)
        out.flow(last, out.node("exclusiveGateway", "second_merge"))
        out.flow("second_merge", begin)
        return "second_merge", finish


class Sub(Block):
    """Embedded sub-process, or a call activity when `call` is set. With a handler (`undo`) nothing inside is taken back for itself."""

    call: bool
    undo: Block | None = None

    def xml(self, out: Out, inner: str = "") -> tuple[str, str | None]:
        body = process_body(self.kids[0], out.document, self.id)
        if self.call:
            out.document["processes"].append(f'<process id="P{self.id}" isExecutable="true">{body}</process>')
            return (out.node("callActivity", self.id, inner, f'calledElement="P{self.id}"'),) * 2
        return (out.node("subProcess", self.id, inner + body),) * 2

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if scope.dead:
            return
        outer = scope.data

        def finished() -> None:
            if self.call:
                outer.update(inside.data)
            done()

        inside = Scope(scope, finished, flow=True, data=dict(outer) if self.call else None)
        inside.items, inside.threads, inside.closed = items, 1, self.call or self.undo is not None
        self.kids[0].play(game, inside, items, inside.end)


class Many(Block):
    """Multi-instance over a list of `n` numbers."""

    n: int
    sequential: bool
    undo: Block | None = None

    def xml(self, out: Out) -> tuple[str, str | None]:
        name = self.id
        inner = (
            f'<multiInstanceLoopCharacteristics isSequential="{str(self.sequential).lower()}"><loopDataInputRef>'
            f'col_{name}</loopDataInputRef><inputDataItem id="it_{name}" name="it_{name}"/></multiInstanceLoopCharacteristics>'
        )
        return self.kids[0].xml(out, inner)  # type: ignore[call-arg]

    def play(self, game: Game, scope: Scope, items: Items, done: Done) -> None:
        if scope.dead:
            return
        inside, left = Scope(scope), [self.n]
        inside.gathers = True

        def one(k: int) -> None:
            self.kids[0].play(game, inside, (*items, (self.id, k)), finished)

        def finished() -> None:
            left[0] -= 1
            if inside.dead:
                return
            inside.completed += [self.undo.play] if self.undo else []
            if not left[0]:
                scope.register(*inside.completed)
                done()
            elif self.sequential:
                one(self.n - left[0])

        for k in range(1 if self.sequential else self.n):
            one(k)
