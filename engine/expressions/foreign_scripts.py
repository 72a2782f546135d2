"""Scripts in JavaScript and Groovy, as far as they are assignments one after the other: translated to lines of our own language.

What only prints has no effect on a case and is left out, and told. Everything else of those languages is refused with its place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Final

from engine.expressions.budget import MAX_SOURCE
from engine.expressions.errors import ExpressionRefused
from engine.expressions.grammar import RESERVED
from engine.expressions.juel import Juel
from engine.expressions.lexer import Token, tokens
from engine.expressions.nodes import Arithmetic, Call, ListDisplay, Literal, Name, Node
from engine.expressions.printer import text_of
from engine.expressions.reading import free_names

LANGUAGES: Final = frozenset({"javascript", "js", "ecmascript", "groovy", "nashorn", "graal.js", "rhino", "text/javascript"})
_DECLARING: Final = frozenset(
    (
        "var",
        "let",
        "const",
        "def",
        "final",
        "String",
        "Integer",
        "int",
        "Long",
        "long",
        "Double",
        "double",
        "Boolean",
        "boolean",
        "Object",
        "List",
        "Map",
    )
)
_PRINTS: Final = frozenset({"print", "println", "printf"})
_PRINTERS: Final = re.compile(
    r"(?:(?:java\s*\.\s*lang\s*\.\s*)?System\s*\.\s*(?:out|err)|out|console|log|logger|LOG|LOGGER)"
    r"\s*[.:]\s*(?:print|println|printf|log|info|debug|warn|error|trace)(?:\s*\(|\s+[\w\"'])"
)
_CHANGES: Final = {"+=": "+", "-=": "-", "*=": "*", "/=": "/"}
#: in the order that finds texts before what looks like a comment in them
_PIECES: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|//[^\n]*|/\*.*?\*/|===|!==", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Translated:
    """A script in our own language: lines of `name = expression`, empty when nothing is set; and what was left out."""

    lines: str
    #: statements that only print
    printed: tuple[str, ...] = ()
    #: names that are assigned and not kept
    local: tuple[str, ...] = ()


def is_foreign(language: str | None) -> bool:
    """Whether a script format is one of these languages."""
    return language is not None and language.strip().lower() in LANGUAGES


def translate_script(text: str, language: str, *, result: str | None = None, keeps: bool = True) -> Translated:
    """The script as lines that set variables; `result` is the variable that takes the last expression.

    `keeps` False: a plain assignment is the script's own and ends with it. Raises ExpressionRefused with the place in the text.
    """
    if len(text) > MAX_SOURCE:
        raise ExpressionRefused("too_long", MAX_SOURCE, length=len(text), maximum=MAX_SOURCE)
    if language.strip().lower() == "groovy":
        _check_texts(text)
    plain = _PIECES.sub(_unified, text)
    script = _Script(text, result, keeps)
    statements = list(_statements(tokens(plain)))
    for number, statement in enumerate(statements):
        script.take(statement, last=number == len(statements) - 1)
    if result and result not in script.set:
        raise ExpressionRefused("script_without_result", 0, name=result)
    return script.translated()


def _check_texts(text: str) -> None:
    """Groovy fills in `$name` inside double quotation marks, which ours are not."""
    for piece in _PIECES.finditer(text):
        if piece.group().startswith('"') and re.search(r"(?<!\\)\$[{\w]", piece.group()):
            raise ExpressionRefused("filled_text", piece.start(), found=piece.group()[:40])


def _unified(piece: re.Match[str]) -> str:
    """Comments as blanks, strict comparisons as ours; every place stays where it is."""
    found = piece.group()
    if found in ("===", "!=="):
        return f"{found[:2]} "
    return re.sub(r"[^\n]", " ", found) if found.startswith(("//", "/*")) else found


def _statements(found: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each statement, an end token behind; a line goes on after an operator and before one."""
    current: list[Token] = []
    depth = 0
    for place, token in enumerate(found):
        depth += token.is_operator("(", "[", "{") - token.is_operator(")", "]", "}")
        ends = token.kind == "end" or (depth == 0 and token.is_operator(";"))
        if token.kind == "newline":
            ends = depth == 0 and not (current and _goes_on(current[-1], found[place + 1]))
        elif not ends:
            current.append(token)
        if ends and current:
            yield [*current, Token("end", "", token.offset)]
            current = []


def _goes_on(before: Token, after: Token) -> bool:
    open_end = before.kind == "operator" and not before.is_operator(")", "]", "}")
    return open_end or (after.kind == "operator" and not after.is_operator("(", "[", "{", "!", "-", "+", "}"))


class _Expression(Juel):
    """An expression of JavaScript or Groovy within the common subset; `+` with a text joins texts."""

    stop_words: ClassVar[frozenset[str]] = frozenset()

    def sum(self) -> Node:
        """`a + b - c`; from the first text on, `+` puts texts together."""
        node = self.product()
        while operator := self.accept("+", "-"):
            right = self.product()
            if operator.text == "+" and (_is_text(node) or _is_text(right)):
                node = Call("join", (ListDisplay((*_joined(node), right)),))
            else:
                node = Arithmetic(node, ((operator.text, right),))
        return node


def _is_text(node: Node) -> bool:
    return (isinstance(node, Literal) and isinstance(node.value, str)) or (isinstance(node, Call) and node.name == "join")


def _joined(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Call) and node.name == "join" and isinstance(node.arguments[0], ListDisplay):
        return node.arguments[0].items
    return (node,)


class _Script:
    """Takes statements one after the other; variables of the script alone are put in where they are used."""

    def __init__(self, text: str, result: str | None, keeps: bool) -> None:
        self.text = text
        self.result = result
        self.keeps = keeps
        self.own: dict[str, Node] = {}
        self.declared: set[str] = set()
        self.set: dict[str, None] = {}
        self.lines: list[str] = []
        self.printed: list[str] = []

    def translated(self) -> Translated:
        """What has become of the statements."""
        local = tuple(name for name in self.own if name not in self.declared)
        return Translated("\n".join(self.lines), tuple(self.printed), local)

    def take(self, statement: list[Token], *, last: bool) -> None:
        """One statement; raises ExpressionRefused for what is no assignment."""
        first = statement[0]
        words = self.text[first.offset : statement[-1].offset].strip()
        if (first.text in _PRINTS and not statement[1].is_operator("=", ".", *_CHANGES)) or _PRINTERS.match(words):
            self.printed.append(words)
        elif first.text in _DECLARING and statement[1].kind == "name":
            self._declare(statement[1:])
        elif first.kind == "name" and statement[1].is_operator("=", *_CHANGES):
            self._assign(statement)
        elif first.text == "execution" and statement[1].is_operator(".") and statement[2].text == "setVariable":
            self._set_variable(statement)
        elif last and self.result:
            self._keep(self.result, self._expression(statement[1:] if first.text == "return" else statement))
        else:
            raise ExpressionRefused("not_an_assignment", first.offset, found=words[:80])

    def _declare(self, statement: list[Token]) -> None:
        while statement[0].text in _DECLARING and statement[1].kind == "name":
            statement = statement[1:]
        self.declared.add(statement[0].text)
        if statement[1].kind != "end":
            self._assign(statement)

    def _assign(self, statement: list[Token]) -> None:
        target, sign = statement[0], statement[1]
        if target.text in RESERVED:
            raise ExpressionRefused("reserved_name", target.offset, name=target.text)
        if not sign.is_operator("=", *_CHANGES):
            raise ExpressionRefused("not_an_assignment", target.offset, found=target.text)
        node = self._expression(statement[2:])
        if sign.text != "=":
            node = Arithmetic(self.own.get(target.text, Name(target.text)), ((_CHANGES[sign.text], node),))
        if target.text in self.declared or not self.keeps:
            self.own[target.text] = node
        else:
            self._keep(target.text, node)

    def _set_variable(self, statement: list[Token]) -> None:
        """`execution.setVariable("name", value)`."""
        grammar = _Expression(statement[3:])
        arguments = grammar.arguments()
        if grammar.token.kind != "end" or len(arguments) != 2 or not isinstance(arguments[0], Literal):
            raise ExpressionRefused("not_an_assignment", statement[0].offset, found="execution.setVariable")
        name = arguments[0].value
        if not isinstance(name, str) or not re.fullmatch(r"[^\W\d_]\w*", name) or name in RESERVED:
            raise ExpressionRefused("bad_name", statement[0].offset, name=str(name))
        self._keep(name, self._with_own(arguments[1]))

    def _keep(self, name: str, node: Node) -> None:
        self.own.pop(name, None)
        for held in self.own.values():
            if name in free_names(held):
                # It was computed with the value that the name had before.
                raise ExpressionRefused("script_order", 0, name=name)
        self.set[name] = None
        self.lines.append(f"{name} = {text_of(node)}")

    def _expression(self, found: list[Token]) -> Node:
        return self._with_own(_Expression(found).whole())

    def _with_own(self, node: Node) -> Node:
        return _replaced(node, self.own) if self.own else node


def _replaced(node: Any, values: dict[str, Node]) -> Any:
    """The expression with values in the place of names."""
    if isinstance(node, Name):
        return values.get(node.name, node)
    if isinstance(node, tuple):
        return tuple(_replaced(item, values) for item in node)
    if not isinstance(node, Node):
        return node
    return replace(node, **{one.name: _replaced(getattr(node, one.name), values) for one in fields(node)})
