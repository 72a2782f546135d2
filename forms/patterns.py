"""Patterns of text fields, matched in time that grows with the text alone.

An analyst's pattern must not be able to stall the server, so it is not given to a backtracking matcher: a subset of the usual
regular expressions is read into a state machine whose live states advance together, one character at a time. The subset:
literals, `.`, classes, `\\d \\w \\s` and their negatives, groups, `|`, `? * + {m,n}`, `^` first and `$` last. As in a browser,
a pattern without anchors matches anywhere in the text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

MAX_PATTERN: Final = 200
MAX_STATES: Final = 400
MAX_PIECES: Final = 4000
MAX_TEXT: Final = 4000
MAX_DEPTH: Final = 20

Test = Callable[[str], bool]

_NAMED: Final[dict[str, Test]] = {
    "d": lambda c: "0" <= c <= "9",
    "w": lambda c: c == "_" or (c.isascii() and c.isalnum()),
    "s": str.isspace,
}
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r"}


class PatternRefused(ValueError):
    """The pattern is malformed, too large, or uses what cannot be matched in linear time."""


@dataclass(frozen=True)
class _Node:
    """A piece of a pattern: `kind` is test, sequence, choice or repeat."""

    kind: str
    parts: tuple["_Node", ...] = ()
    test: Test | None = None
    low: int = 0
    #: None: without limit
    high: int | None = None


@dataclass
class _Machine:
    """States by number: either a test and the next state, or several next states without one."""

    tests: list[Test | None] = field(default_factory=list)
    nexts: list[tuple[int, ...]] = field(default_factory=list)
    #: pieces built so far: a repeated empty group adds no state, but takes time
    built: int = 0

    def add(self, test: Test | None, *nexts: int) -> int:
        if len(self.tests) >= MAX_STATES:
            raise PatternRefused("too many states")
        self.tests.append(test)
        self.nexts.append(nexts)
        return len(self.tests) - 1

    def build(self, node: _Node, after: int) -> int:
        """Add the states of a piece that go on to `after`; the number of the first."""
        self.built += 1
        if self.built > MAX_PIECES:
            raise PatternRefused("too many repetitions")
        if node.kind == "test":
            return self.add(node.test, after)
        if node.kind == "sequence":
            for part in reversed(node.parts):
                after = self.build(part, after)
            return after
        if node.kind == "choice":
            return self.add(None, *(self.build(part, after) for part in node.parts))
        return self._build_repeat(node, after)

    def _build_repeat(self, node: _Node, after: int) -> int:
        (part,) = node.parts
        start = after
        if node.high is None:
            start = self.add(None)
            self.nexts[start] = (self.build(part, start), after)
        for _ in range((node.high or node.low) - node.low):
            start = self.add(None, self.build(part, start), after)
        for _ in range(node.low):
            start = self.build(part, start)
        return start

    def closure(self, states: set[int]) -> set[int]:
        """The states that can be reached without a character."""
        open_states = list(states)
        reached = set(states)
        while open_states:
            state = open_states.pop()
            if self.tests[state] is None:
                fresh = [following for following in self.nexts[state] if following not in reached]
                reached.update(fresh)
                open_states.extend(fresh)
        return reached


class Pattern:
    """A pattern that is ready to match."""

    def __init__(self, source: str) -> None:
        """Read the pattern; raises PatternRefused."""
        if not isinstance(source, str) or not source or len(source) > MAX_PATTERN:
            raise PatternRefused("empty or too long")
        self._from_start = source.startswith("^")
        self._to_end = _ends_anchored(source)
        body = source[1 if self._from_start else 0 : len(source) - (1 if self._to_end else 0)]
        node = _Reader(body).read()
        # An alternative at the top would share the anchors: ^a|b$ is read differently by people and browsers.
        if (self._from_start or self._to_end) and node.kind == "choice":
            raise PatternRefused("anchors beside |: put the alternatives in a group")
        self._machine = _Machine()
        self._end = self._machine.add(None)
        self._start = self._machine.build(node, self._end)

    def matches(self, text: str) -> bool:
        """Whether the text is as the pattern says; a text over MAX_TEXT characters is not."""
        if len(text) > MAX_TEXT:
            return False
        machine = self._machine
        first = machine.closure({self._start})
        states = first
        for character in text:
            if self._end in states and not self._to_end:
                return True
            moved = {machine.nexts[state][0] for state in states if (test := machine.tests[state]) and test(character)}
            states = machine.closure(moved)
            if not self._from_start:
                states |= first
        return self._end in states


@lru_cache(maxsize=500)
def compiled(source: str) -> Pattern:
    """The pattern, read once; raises PatternRefused."""
    return Pattern(source)


def _ends_anchored(source: str) -> bool:
    body = source[:-1]
    backslashes = len(body) - len(body.rstrip("\\"))
    return source.endswith("$") and backslashes % 2 == 0


class _Reader:
    """A recursive reader of the subset."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def read(self) -> _Node:
        node = self._choice(0)
        if self._at < len(self._source):
            raise PatternRefused("unmatched )")
        return node

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise PatternRefused("ends too early")
        self._at += 1
        return character

    def _choice(self, depth: int) -> _Node:
        if depth > MAX_DEPTH:
            raise PatternRefused("nested too deeply")
        branches = [self._sequence(depth)]
        while self._peek() == "|":
            self._take()
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else _Node("choice", tuple(branches))

    def _sequence(self, depth: int) -> _Node:
        parts = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeat(self._atom(depth)))
        return _Node("sequence", tuple(parts))

    def _atom(self, depth: int) -> _Node:
        character = self._take()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return _Node("test", test=self._class())
        if character == ".":
            return _Node("test", test=lambda c: c not in "\r\n")
        if character == "\\":
            return _Node("test", test=self._escape())
        if character in "^$*+?{":
            raise PatternRefused(f"{character} cannot stand here")
        return _Node("test", test=character.__eq__)

    def _group(self, depth: int) -> _Node:
        if self._peek() == "?":
            self._take()
            if self._take() != ":":
                raise PatternRefused("only plain groups and (?:...) are read")
        node = self._choice(depth + 1)
        if self._take() != ")":
            raise PatternRefused("missing )")
        return node

    def _repeat(self, node: _Node) -> _Node:
        character = self._peek()
        if character not in ("*", "+", "?", "{"):
            return node
        self._take()
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(character) or self._bounds()
        if self._peek() in ("*", "+", "?", "{") and self._peek():
            raise PatternRefused("two quantifiers beside each other")
        return _Node("repeat", (node,), low=low, high=high)

    def _bounds(self) -> tuple[int, int | None]:
        end = self._source.find("}", self._at)
        low, comma, high = self._source[self._at : max(end, self._at)].partition(",")
        if end < 0 or not _is_count(low) or (high and not _is_count(high)):
            raise PatternRefused("a quantifier is {m}, {m,} or {m,n}")
        self._at = end + 1
        lower = int(low)
        upper = int(high) if high else (None if comma else lower)
        if upper is not None and upper < lower:
            raise PatternRefused("a quantifier ends below its start")
        return lower, upper

    def _escape(self) -> Test:
        character = self._take()
        if character.lower() in _NAMED:
            test = _NAMED[character.lower()]
            return test if character.islower() else lambda c: not test(c)
        return self._escaped(character).__eq__

    def _escaped(self, character: str) -> str:
        if character == "u":
            digits = "".join(self._take() for _ in range(4))
            try:
                return chr(int(digits, 16))
            except ValueError:
                raise PatternRefused("\\u wants four hexadecimal digits") from None
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character.isalnum():
            raise PatternRefused(f"\\{character} is not read")
        return character

    def _class(self) -> Test:
        negative = self._peek() == "^"
        if negative:
            self._take()
        tests: list[Test] = []
        while self._peek() != "]":
            tests.append(self._class_part())
        self._take()
        if not tests:
            raise PatternRefused("an empty class")
        return lambda c: any(test(c) for test in tests) is not negative

    def _class_part(self) -> Test:
        first = self._take()
        if first == "\\":
            if self._peek().lower() in _NAMED:
                return self._escape()
            first = self._escaped(self._take())
        if self._peek() != "-" or self._source[self._at + 1 : self._at + 2] in ("]", ""):
            return first.__eq__
        self._take()
        last = self._take()
        if last == "\\":
            last = self._escaped(self._take())
        if last < first:
            raise PatternRefused("a range ends below its start")
        return lambda c: first <= c <= last


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3
