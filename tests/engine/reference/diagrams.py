"""Random block-structured diagrams, each with its own reference token game.

Script, user task, exclusive, parallel, inclusive, loop, event gateway, sub-process, call activity, multi-instance (parallel,
sequential; of a user task or a sub-process), boundary timer and message (interrupting or not, messages repeatedly), boundary error.
"""

import random

from tests.engine.drawing import NAMESPACES
from tests.engine.reference.blocks import SECOND, Loop, Many, Script, Second, Seq, Split, Sub, User, process_body
from tests.engine.reference.event_blocks import Await, Escalate, Guard, Handled, Stop, TakeBack, Throw, Undoable, names
from tests.engine.reference.game import Block, Game, oracle

KINDS = ("xor", "and", "or", "loop", "sub", "call", "many", "guard", "await", "esp", "undo", "escalate", "stop", "starts")
GROUPS: dict[str, tuple[str, ...]] = {
    "xor": ("xor",),
    "and": ("xor", "and"),
    "loop": ("xor", "loop"),
    "and+loop": ("and", "loop"),
    "or": ("xor", "or"),
    "or+loop": ("or", "loop"),
    "and+or": ("and", "or", "xor"),
    "sub+loop": ("sub", "loop", "and"),
    "call": ("xor", "call", "loop"),
    "guard": ("guard", "xor"),
    "guard+loop": ("guard", "loop"),
    "guard+sub": ("guard", "sub", "loop"),
    "many": ("many", "xor"),
    "many+sub": ("many", "sub", "loop"),
    "many+guard": ("many", "guard", "sub"),
    "await": ("await", "xor", "loop"),
    "esp": ("esp", "xor"),
    "esp+and+loop": ("esp", "and", "loop"),
    "esp+many+guard": ("esp", "many", "guard", "sub"),
    "undo": ("undo", "xor", "sub"),
    "undo+loop+and": ("undo", "loop", "and", "sub"),
    "undo+many": ("undo", "many", "sub", "loop"),
    "undo+esp": ("undo", "esp", "sub", "and"),
    "escalate": ("escalate", "guard", "sub", "and"),
    "escalate+many": ("escalate", "guard", "many", "sub", "loop"),
    "stop": ("stop", "and", "sub", "xor"),
    "stop+many+esp": ("stop", "many", "esp", "sub", "and"),
    "call+and": ("call", "and", "many", "loop"),
    "call+loop+undo": ("call", "loop", "xor", "sub", "undo"),
    "starts": ("starts", "xor", "and", "or"),
    "all": KINDS,
}


def _joins(block: Block) -> bool:
    """Whether tokens of two rounds of a branch could meet in a join: there BPMN and this game differ, which keeps rounds apart."""
    events = getattr(block, "events", ())
    parts = [*block.kids, *(event[-1] for event in events)] if not isinstance(block, Sub | Handled) else [event[-1] for event in events]
    return getattr(block, "kind", None) in ("and", "or") or any(_joins(part) for part in parts)


class Diagram:
    """A random diagram of about `size` activities: `bpmn` for the engine, `game()` for the reference."""

    def __init__(self, seed: int, size: int = 8, kinds: tuple[str, ...] = KINDS) -> None:
        self.chance, self.left, self.count, self.seed = random.Random(seed), size, 0, seed
        self.kinds = kinds
        self.used: set[str] = set()
        self.body = self.seq(3, ())
        #: a second start event, by which the case begins
        self.second = Second("second", self.seq(2, ()), self.body) if "starts" in kinds and self.chance.random() < 0.7 else None
        document: dict[str, list[str] | int] = {"flows": 0, "processes": [], "names": []}
        main = process_body(self.second or self.body, document, "p")
        called = "".join(document["processes"])  # type: ignore[arg-type]
        whole = f'<process id="p" isExecutable="true">{main}</process>{called}'
        self.bpmn = f"<definitions {NAMESPACES}>{names(document)}{whole}</definitions>".encode()

    def game(self) -> Game:
        """The reference for this diagram."""
        return Game(self.body if self.begins_at is None else Seq("", *self.bodies), oracle(self.seed))

    @property
    def bodies(self) -> tuple[Block, ...]:
        """What comes behind the second start event, or the body alone where there is none."""
        return self.second.kids if self.second else (self.body,)

    @property
    def begins_at(self) -> str | None:
        """The start event by which the case begins; None: the plain one."""
        return SECOND if self.second and self.seed % 2 else None

    def id(self, kind: str) -> str:
        """A new id."""
        self.count += 1
        return f"{kind}{self.count}"

    def seq(self, depth: int, errors: tuple[str, ...]) -> Seq:
        """A few blocks one after the other."""
        return Seq("", *[self.block(depth, errors) for _ in range(self.chance.randint(1, 3))])

    def activity(self, depth: int, errors: tuple[str, ...]) -> Block:
        """A user task or a sub-process."""
        self.left -= 1
        if depth and self.chance.random() < 0.5 and {"sub", "call"} & set(self.kinds):
            kind = self.chance.choice([k for k in ("sub", "call") if k in self.kinds])
            self.used.add(kind)
            if "esp" in self.kinds and self.chance.random() < 0.4:
                return self.handled(depth, errors)
            return Sub(self.id(kind), self.seq(depth - 1, errors), call=kind == "call")
        return User(self.id("u"))

    def block(self, depth: int, errors: tuple[str, ...]) -> Block:
        """One block."""
        if not depth or self.left <= 0 or self.chance.random() < 0.4:
            self.left -= 1
            return User(self.id("u")) if self.chance.random() < 0.7 else Script(self.id("s"))
        kind = self.chance.choice(self.kinds)
        self.used.add(kind)
        match kind:
            case "xor" | "and" | "or":
                return self.split(kind, depth, errors)
            case "loop":
                return Loop(self.id("loop"), self.seq(depth - 1, errors))
            case "sub" | "call":
                return Sub(self.id(kind), self.seq(depth - 1, errors), call=kind == "call")
            case "many" | "guard" | "escalate":
                return self.guarded(kind == "many", depth, errors)
        makers = {"esp": self.handled, "undo": self.undoable, "stop": self.stopping, "starts": self.stopping, "await": self.awaiting}
        return makers[kind](depth, errors)

    def awaiting(self, depth: int, errors: tuple[str, ...]) -> Block:
        """An event-based gateway with two events."""
        kinds = self.chance.sample(["message", "signal", "timer"], 2)
        return Await(self.id("aw"), events=[(k, self.id("e"), self.count, self.seq(depth - 1, errors)) for k in kinds])

    def handled(self, depth: int, errors: tuple[str, ...]) -> Block:
        """A sub-process with one or two event sub-processes."""
        self.used.add("esp")
        handlers = []
        for _ in range(self.chance.randint(1, 2)):
            event = self.id("e")
            kind = self.chance.choice(["timer", "message", "signal"])
            handlers.append((kind, event, self.chance.random() < 0.5, self.count, self.seq(depth - 1, errors)))
        return Handled(self.id("h"), self.seq(depth - 1, errors), handlers=handlers)

    def split(self, kind: str, depth: int, errors: tuple[str, ...]) -> Block:
        """A gateway with its join; a branch of an exclusive one may end in an error."""
        kids: list[Block] = [self.seq(depth - 1, errors) for _ in range(self.chance.randint(2, 3) + (kind == "or"))]
        if kind == "xor" and errors and self.chance.random() < 0.6:
            self.used.add("error")
            kids.append(Throw(self.id("t"), ref=self.chance.choice(errors)))
        return Split(self.id(kind), *kids, kind=kind)

    def undoable(self, depth: int, errors: tuple[str, ...]) -> Block:
        """An activity with a compensation handler, or a throw that takes back what was done."""
        if self.chance.random() < 0.4:
            return TakeBack(self.id("tb"))
        handler = User(self.id("uh")) if self.chance.random() < 0.4 else Script(self.id("sh"))
        kid: Block = User(self.id("u")) if self.chance.random() < 0.5 else Script(self.id("s"))
        self.left -= 1
        if depth and "sub" in self.kinds and self.chance.random() < 0.3:
            kid = Sub(self.id("sub"), self.seq(depth - 1, errors), call=False, undo=handler)
        elif "many" in self.kinds and self.chance.random() < 0.4:
            kid = Many(self.id("mi"), User("x"), n=self.chance.randint(1, 3), sequential=self.chance.random() < 0.4, undo=handler)
            kid.kids[0].id = kid.id
        return Undoable(self.id("ub"), kid, handler=handler)

    def stopping(self, depth: int, errors: tuple[str, ...]) -> Block:
        """A choice between going on and ending the scope."""
        going = self.seq(depth - 1, errors)
        return Split(self.id("xor"), going, Stop(self.id("x")), kind="xor") if "stop" in self.kinds else going

    def guarded(self, many: bool, depth: int, errors: tuple[str, ...]) -> Block:
        """An activity or a multi-instance, with boundary events."""
        own = self.id("e")
        catch = not many and self.chance.random() < 0.4 and "sub" in self.kinds
        escalates = not catch and "escalate" in self.kinds and "sub" in self.kinds and self.chance.random() < 0.5
        inner: Block = self.failing(own, depth, errors) if catch else self.activity(depth - 1, ())
        if escalates:
            inner = self.escalating(own, depth, may_be_many="many" in self.kinds and not many)
        if many:
            inner = Many(self.id("mi"), inner, n=self.chance.randint(1, 3), sequential=self.chance.random() < 0.4)
            inner.kids[0].id = inner.id
        events: list[tuple[str, str, bool, int, Block]] = [("error", own, True, 0, self.seq(depth - 1, errors))] if catch else []
        if escalates:
            branch = self.seq(depth - 1, errors)
            events.append(("escalation", own, self.chance.random() < 0.4 or _joins(branch), 0, branch))
        while "guard" in self.kinds and ((not many and not events) or self.chance.random() < 0.4):
            event = self.id("e")
            kind, stop, count = self.chance.choice(["timer", "message", "signal"]), self.chance.random() < 0.5, self.count
            branch = self.seq(depth - 1, errors)
            events.append(("timer" if not stop and _joins(branch) else kind, event, stop, count, branch))
        return Guard(self.id("g"), inner, events=events)

    def escalating(self, own: str, depth: int, *, may_be_many: bool) -> Block:
        """An activity whose inside throws the escalation that its boundary catches; many of them where that is possible."""
        before, after = self.seq(depth - 1, ()), self.seq(depth - 1, ())
        body = Sub(self.id("sub"), Seq("", *before.kids, Escalate(self.id("es"), ref="N" + own), *after.kids), call=False)
        if not may_be_many or self.chance.random() < 0.5:
            return body
        many = Many(self.id("mi"), body, n=self.chance.randint(1, 3), sequential=self.chance.random() < 0.4)
        many.kids[0].id = many.id
        return many

    def failing(self, own: str, depth: int, errors: tuple[str, ...]) -> Block:
        """A sub-process that may end with the error that its boundary catches."""
        body, self.left = self.seq(depth - 1, (*errors, "N" + own)), self.left + 1
        self.used.add("error")
        thrown = Split(self.id("xor"), self.seq(0, ()), Throw(self.id("t"), ref="N" + own), kind="xor")
        return Sub(self.id("sub"), Seq("", *body.kids, thrown), call=False)
