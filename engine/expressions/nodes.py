"""The parts that an expression is made of once it is read; one vocabulary for JUEL, FEEL and our own Python-like form."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the text: text, number, true, false or null."""

    value: str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class ListDisplay:
    """`[a, b]`."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class DictDisplay:
    """`{"a": 1}`."""

    entries: "tuple[tuple[Node, Node], ...]"


@dataclass(frozen=True, slots=True)
class Unary:
    """`-a`, `+a` or `not a`."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`a + b - c`: operators of one rank, computed from the left."""

    first: "Node"
    rest: "tuple[tuple[str, Node], ...]"


@dataclass(frozen=True, slots=True)
class Logical:
    """`a and b and c` or `a or b or c`."""

    operator: str
    operands: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a < b <= c`: every neighbouring pair must hold."""

    first: "Node"
    rest: "tuple[tuple[str, Node], ...]"


@dataclass(frozen=True, slots=True)
class Range:
    """`[a..b]`, on the right of `in`; an open end leaves its bound out."""

    low: "Node"
    high: "Node"
    low_open: bool
    high_open: bool


@dataclass(frozen=True, slots=True)
class Conditional:
    """`yes if test else no`."""

    test: "Node"
    yes: "Node"
    no: "Node"


@dataclass(frozen=True, slots=True)
class Attribute:
    """`a.b`: the entry `b` of the object `a`, never an attribute of a Python object."""

    owner: "Node"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`a[b]`, counted from 0; below 0 from the end."""

    owner: "Node"
    index: "Node"


@dataclass(frozen=True, slots=True)
class Slice:
    """`a[low:high]`."""

    owner: "Node"
    low: "Node"
    high: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`: one of the listed functions."""

    name: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Method:
    """`a.name(arguments)`: one of the listed methods."""

    owner: "Node"
    name: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Loop:
    """`for names in source if conditions`, a part of a comprehension."""

    names: tuple[str, ...]
    source: "Node"
    conditions: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`[element for x in xs if test]`."""

    element: "Node"
    loops: tuple[Loop, ...]


Node = (
    Literal
    | Name
    | ListDisplay
    | DictDisplay
    | Unary
    | Arithmetic
    | Logical
    | Comparison
    | Range
    | Conditional
    | Attribute
    | Index
    | Slice
    | Call
    | Method
    | Loop
    | Comprehension
)


def children(node: Node) -> Iterator[Node]:
    """The parts directly inside a part."""
    for field in fields(node):
        yield from _nodes_in(getattr(node, field.name))


def _nodes_in(content: object) -> Iterator[Node]:
    if isinstance(content, tuple):
        for item in content:
            yield from _nodes_in(item)
    elif isinstance(content, Node):
        yield content


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Every part with its depth, without recursion."""
    stack = [(node, 1)]
    while stack:
        part, depth = stack.pop()
        yield part, depth
        stack.extend((child, depth + 1) for child in children(part))
