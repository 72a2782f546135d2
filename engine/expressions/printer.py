"""Expressions back to text in our own form, which reads as the same tree."""

import json
from decimal import Decimal

from engine.expressions.nodes import (
    Arithmetic,
    Attribute,
    Call,
    Comparison,
    Comprehension,
    Conditional,
    DictDisplay,
    Index,
    ListDisplay,
    Literal,
    Logical,
    Loop,
    Method,
    Name,
    Node,
    Range,
    Slice,
    Unary,
)

_CONSTANTS = {None: "None", True: "True", False: "False"}


def text_of(node: Node) -> str:
    """The expression in our own form."""
    match node:
        case Literal(value=value):
            return _literal(value)
        case Name(name=name):
            return name
        case Unary(operator=operator, operand=operand):
            return f"{operator} {_part(operand)}" if operator == "not" else operator + _part(operand)
        case Arithmetic(first=first, rest=rest) | Comparison(first=first, rest=rest):
            return _part(first) + "".join(f" {operator} {_part(operand)}" for operator, operand in rest)
        case Logical(operator=operator, operands=operands):
            return f" {operator} ".join(_part(operand) for operand in operands)
        case Conditional(test=test, yes=yes, no=no):
            return f"{_part(yes)} if {_part(test)} else {_part(no)}"
    return _bracketed(node)


def _bracketed(node: Node) -> str:
    match node:
        case Call(name=name, arguments=arguments):
            return f"{name}({_items(arguments)})"
        case Method(owner=owner, name=name, arguments=arguments):
            return f"{_part(owner)}.{name}({_items(arguments)})"
        case Attribute(owner=owner, name=name):
            return f"{_part(owner)}.{name}"
        case Index(owner=owner, index=index):
            return f"{_part(owner)}[{text_of(index)}]"
        case Slice(owner=owner, low=low, high=high):
            return f"{_part(owner)}[{_bound(low)}:{_bound(high)}]"
        case ListDisplay(items=items):
            return f"[{_items(items)}]"
        case DictDisplay(entries=entries):
            return "{" + ", ".join(f"{text_of(key)}: {text_of(value)}" for key, value in entries) + "}"
    return _compound(node)


def _compound(node: Node) -> str:
    match node:
        case Range(low=low, high=high, low_open=low_open, high_open=high_open):
            return f"{'(' if low_open else '['}{_part(low)}..{_part(high)}{')' if high_open else ']'}"
        case Comprehension(element=element, loops=loops):
            return f"[{text_of(element)}{''.join(_loop(loop) for loop in loops)}]"
    raise AssertionError(f"no text for {node!r}")


def _loop(loop: Loop) -> str:
    conditions = "".join(f" if {_part(condition)}" for condition in loop.conditions)
    return f" for {', '.join(loop.names)} in {_part(loop.source)}{conditions}"


def _items(nodes: tuple[Node, ...]) -> str:
    return ", ".join(text_of(node) for node in nodes)


def _bound(node: Node) -> str:
    return "" if node == Literal(None) else text_of(node)


def _part(node: Node) -> str:
    text = text_of(node)
    compound = isinstance(node, Unary | Arithmetic | Logical | Comparison | Conditional)
    negative = isinstance(node, Literal) and text.startswith("-")
    return f"({text})" if compound or negative else text


def _literal(value: str | int | Decimal | bool | None) -> str:
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
