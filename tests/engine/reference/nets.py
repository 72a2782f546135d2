"""Random graphs without structure, and a token simulator for them: gateways of three kinds and user tasks, tokens on flows.

Where the simulator itself gives different results for two orders of work, BPMN leaves the result open, and nothing is compared.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.engine.drawing import draw, end, flow, node, start, user

WORDS = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}
#: more than this many moves in one go is a loop without a user task
MOVES = 120


class Endless(Exception):
    """The graph has a loop that no user task interrupts."""


@dataclass
class Net:
    """A graph: kinds of nodes, and flows as (source, target) by id; the flow k of a gateway is taken when its bit k is set."""

    seed: int
    kinds: dict[str, str] = field(default_factory=dict)
    flows: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def random(cls, seed: int, size: int = 9) -> "Net":
        """A graph of so many nodes, mostly forward, with a few ways back to exclusive gateways."""
        chance, net = random.Random(seed), cls(seed)
        names = [f"n{k}" for k in range(size)]
        for name in names:
            net.kinds[name] = chance.choice(["user", "user", "xor", "and", "or", "or"])
        net.kinds |= {"e": "end"}
        for k, name in enumerate(names):
            ahead = [*names[k + 1 : k + 5], "e"]
            for _ in range(1 if net.kinds[name] == "user" else chance.randint(1, 3)):
                net.connect(name, chance.choice(ahead))
            back = [one for one in names[:k] if net.kinds[one] == "xor"]
            if back and net.kinds[name] in ("xor", "or") and chance.random() < 0.3:
                net.connect(name, chance.choice(back))
        net.flows["first"] = ("s", names[0])
        return net

    @classmethod
    def crossed(cls, seed: int) -> "Net":
        """User tasks side by side whose tokens may come to an inclusive gateway by one flow or by another.

        Here it matters that a gateway does not wait for a token that could also come by a flow that is filled already.
        """
        chance, net = random.Random(seed), cls(seed, {"g": "and", "j": "or", "z": "user", "e": "end"})
        merges = [f"m{k}" for k in range(chance.randint(2, 3))]
        for name in merges:
            net.kinds[name] = "xor"
            net.connect(name, "j")
        for k in range(chance.randint(2, 4)):
            net.kinds |= {f"u{k}": "user", f"x{k}": chance.choice(["xor", "xor", "or"])}
            net.connect("g", f"u{k}")
            net.connect(f"u{k}", f"x{k}")
            for target in chance.sample([*merges, "e"], chance.randint(1, 2)):
                net.connect(f"x{k}", target)
        net.connect("j", "z")
        net.connect("z", "e")
        net.flows["first"] = ("s", "g")
        return net

    def connect(self, source: str, target: str) -> None:
        """Add a flow."""
        self.flows[f"f{len(self.flows)}"] = (source, target)

    def out(self, name: str) -> list[str]:
        """Flows out of a node, in the order drawn."""
        return [key for key, (source, _) in self.flows.items() if source == name]

    def into(self, name: str) -> list[str]:
        """Flows into a node."""
        return [key for key, (_, target) in self.flows.items() if target == name]

    def reach(self, name: str, without: str) -> set[str]:
        """Nodes that a token at `name` can come to without passing `without`."""
        seen: set[str] = set()
        stack = [name]
        while stack:
            at = stack.pop()
            if at not in seen and at != without:
                seen.add(at)
                stack.extend(self.flows[key][1] for key in self.out(at))
        return seen

    def taken(self, name: str, bits: dict[str, int]) -> list[str]:
        """Flows that a token leaves a node along; the last flow of a choice is its default."""
        out, kind = self.out(name), self.kinds[name]
        if kind not in ("xor", "or") or len(out) == 1:
            return out
        true = [key for k, key in enumerate(out[:-1]) if bits[name] >> k & 1]
        if kind == "xor":
            return (true or out[-1:])[:1]
        return true or out[-1:]

    def bpmn(self) -> bytes:
        """The diagram."""
        parts = start() + end("e")
        for name, kind in self.kinds.items():
            out = self.out(name)
            if kind == "user":
                parts += user(name)
            elif kind != "end":
                chosen = {"default": out[-1]} if kind != "and" and len(out) > 1 else {}
                parts += node(WORDS[kind], name, **chosen)
        for key, (source, target) in self.flows.items():
            out = self.out(source)
            conditional = self.kinds.get(source) in ("xor", "or") and len(out) > 1 and key != out[-1]
            when = f"${{b_{source} // {2 ** out.index(key)} % 2 == 1}}" if conditional else None
            parts += flow(source, target, when=when, id=key)
        return draw(parts)


@dataclass
class Marking:
    """Where the tokens are: user tasks, and flows before joins."""

    net: Net
    users: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)

    def after(self, name: str | None, bits: dict[str, int], depth_first: bool) -> "Marking":
        """The marking when a user task has been completed (None: when the process begins)."""
        new = Marking(self.net, Counter(self.users), Counter(self.held))
        moving = ["first"]
        if name is not None:
            new.users[name] -= 1
            moving = self.net.out(name)
        for _ in range(MOVES):
            if not moving:
                new.users, new.held = +new.users, +new.held
                return new
            key = moving.pop(0)
            sent = new._arrive(key, moving, bits)
            sent += new._inclusive([*sent, *moving], bits)
            moving = [*sent, *moving] if depth_first else [*moving, *sent]
        raise Endless

    def _arrive(self, key: str, moving: list[str], bits: dict[str, int]) -> list[str]:
        target = self.net.flows[key][1]
        kind = self.net.kinds[target]
        if kind == "end":
            return []
        if kind == "user":
            self.users[target] += 1
            return []
        if kind == "xor":
            return self.net.taken(target, bits)
        self.held[key] += 1
        into = self.net.into(target)
        if kind == "and" and all(self.held[one] for one in into):
            self.held.subtract(into)
            return self.net.taken(target, bits)
        return []

    def _inclusive(self, moving: list[str], bits: dict[str, int]) -> list[str]:
        """Let the inclusive gateways act that may."""
        sent: list[str] = []
        for name in [one for one, kind in self.net.kinds.items() if kind == "or"]:
            while (filled := [key for key in self.net.into(name) if self.held[key]]) and self._may_act(name, filled, [*moving, *sent]):
                self.held.subtract(filled)
                sent = [*self.net.taken(name, bits), *sent]
        return sent

    def _may_act(self, name: str, filled: list[str], moving: list[str]) -> bool:
        into = self.net.into(name)
        there = {key for key in into if key in moving} | set(filled)
        if there - set(filled):
            return False
        empty = set(into) - there
        places = [self.net.flows[key][1] for key in moving] + list((+self.users).keys())
        places += [self.net.flows[key][1] for key in (+self.held) if self.net.flows[key][1] != name]
        for place in places:
            ahead = self.net.reach(place, name)
            can = {key for key in into if self.net.flows[key][0] in ahead}
            if can & empty and not can & there:
                return False
        return True
