"""Texts of a diagram to expressions: which dialect a text is in, templates, scripts, and the cache of what has been read."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from engine.expressions.budget import MAX_DEPTH, MAX_NODES, MAX_SOURCE
from engine.expressions.errors import ExpressionRefused
from engine.expressions.feel import Feel
from engine.expressions.grammar import Grammar
from engine.expressions.juel import Juel
from engine.expressions.lexer import tokens
from engine.expressions.nodes import Call, Comprehension, Literal, Loop, Name, Node, children, walk
from engine.expressions.own import Own, Script

_CACHED: Final = 4_096
_TREE_DEPTH: Final = MAX_DEPTH + 20


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as read: its tree, the variables it reads, and the functions and methods it calls, with their places."""

    node: Node
    names: frozenset[str]
    calls: tuple[tuple[str, int], ...]
    methods: tuple[tuple[str, int], ...]
    #: computed with FEEL's null, as decisions are (`feel_evaluator`)
    ternary: bool = False
    #: computed with JUEL's coercions (`juel_evaluator`)
    juel: bool = False


@dataclass(frozen=True, slots=True)
class ScriptText:
    """A script as read: the assignments in order, and what they call."""

    assignments: tuple[tuple[str, Expression], ...]
    calls: tuple[tuple[str, int], ...]
    methods: tuple[tuple[str, int], ...]


@lru_cache(maxsize=_CACHED)
def read(text: str) -> Expression:
    """The expression in `text`: `${...}` and `#{...}` are JUEL, `=...` is FEEL, anything else our own form. Raises ExpressionRefused."""
    _check_length(text)
    stripped = text.strip()
    start = len(text) - len(text.lstrip())
    if not stripped:
        raise ExpressionRefused("empty")
    if stripped.startswith(("${", "#{")):
        return _read_juel(text, start)
    if stripped.startswith("="):
        return _finished(Feel(tokens(stripped[1:], start + 1)))
    return _finished(Own(tokens(stripped, start)))


@lru_cache(maxsize=_CACHED)
def read_feel(text: str, names: tuple[str, ...] = ()) -> Expression:
    """The FEEL expression in a text without a leading `=`, as decisions hold it. Raises ExpressionRefused.

    `names` are those with blanks or signs in them; what it gives is computed with FEEL's null.
    """
    _check_length(text)
    if not text.strip():
        raise ExpressionRefused("empty")
    return replace(_finished(Feel(tokens(text, names=names))), ternary=True)


def _read_juel(text: str, start: int) -> Expression:
    only = single(template(text))
    if only is None:
        raise ExpressionRefused("mixed_template", start)
    return only


def single(pieces: tuple[str | Expression, ...]) -> Expression | None:
    """The only expression of a template that holds nothing else but blanks."""
    filled = [piece for piece in pieces if isinstance(piece, Expression) or piece.strip()]
    return filled[0] if len(filled) == 1 and isinstance(filled[0], Expression) else None


def _juel(source: str, start: int) -> Expression:
    if not source.strip():
        raise ExpressionRefused("empty", start)
    return replace(_finished(Juel(tokens(source, start))), juel=True)


@lru_cache(maxsize=_CACHED)
def template(text: str) -> tuple[str | Expression, ...]:
    """The literal and computed pieces of a text; a text that begins with `=` is one FEEL expression. Raises ExpressionRefused."""
    _check_length(text)
    if text.lstrip().startswith("="):
        return (read(text),)
    pieces: list[str | Expression] = []
    literal = ""
    place = 0
    while place < len(text):
        if text.startswith(("\\${", "\\#{"), place):
            literal += text[place + 1 : place + 3]
            place += 3
        elif text.startswith(("${", "#{"), place):
            if literal:
                pieces.append(literal)
                literal = ""
            end = _closing(text, place + 2)
            pieces.append(_juel(text[place + 2 : end], place + 2))
            place = end + 1
        else:
            literal += text[place]
            place += 1
    if literal or not pieces:
        pieces.append(literal)
    return tuple(pieces)


def _closing(text: str, start: int) -> int:
    """The place of the brace that closes an expression; braces inside it and inside its texts do not count."""
    depth = 0
    quote = ""
    place = start
    while place < len(text):
        character = text[place]
        if quote:
            if character == "\\":
                place += 1
            elif character == quote:
                quote = ""
        elif character in "\"'":
            quote = character
        elif character == "}" and depth == 0:
            return place
        else:
            depth += (character == "{") - (character == "}")
        place += 1
    raise ExpressionRefused("open_expression", start - 2)


@lru_cache(maxsize=_CACHED)
def read_script(text: str) -> ScriptText:
    """The assignments of a script. Raises ExpressionRefused."""
    _check_length(text)
    script = Script(tokens(text))
    assignments = script.whole()
    if not assignments:
        raise ExpressionRefused("empty")
    _check_size(*(node for _, node in assignments))
    expressions = tuple((name, Expression(node, free_names(node), (), ())) for name, node in assignments)
    return ScriptText(expressions, tuple(script.calls), tuple(script.methods))


def _check_length(text: str) -> None:
    if len(text) > MAX_SOURCE:
        raise ExpressionRefused("too_long", MAX_SOURCE, length=len(text), maximum=MAX_SOURCE)


def _finished(grammar: Grammar) -> Expression:
    node = grammar.whole()
    _check_size(node)
    return Expression(node, free_names(node), tuple(grammar.calls), tuple(grammar.methods))


def _check_size(*nodes: Node) -> None:
    count = 0
    for node in nodes:
        for _, depth in walk(node):
            count += 1
            if depth > _TREE_DEPTH:
                raise ExpressionRefused("too_deep", maximum=MAX_DEPTH)
    if count > MAX_NODES:
        raise ExpressionRefused("too_many_parts", maximum=MAX_NODES)


def free_names(node: Node) -> frozenset[str]:
    """The variables that an expression reads, without those of its own loops."""
    match node:
        case Name(name=name):
            return frozenset({name})
        case Comprehension(element=element, loops=loops):
            return _names_of_comprehension(element, loops)
        case Call(name="variable" | "defined", arguments=(Literal(value=str(name)),)):
            return frozenset({name})
    return frozenset().union(*(free_names(child) for child in children(node)))


def _names_of_comprehension(element: Node, loops: tuple[Loop, ...]) -> frozenset[str]:
    names: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    for loop in loops:
        names |= free_names(loop.source) - bound
        bound |= frozenset(loop.names)
        names |= frozenset().union(*(free_names(condition) for condition in loop.conditions)) - bound
    return names | (free_names(element) - bound)
