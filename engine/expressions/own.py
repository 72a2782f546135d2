"""Our own form, as Python reads it: loose `not`, chained comparisons, `is None`; and scripts, lines of `name = expression`."""

from typing import ClassVar

from engine.expressions.errors import ExpressionRefused
from engine.expressions.grammar import RESERVED, Grammar
from engine.expressions.lexer import Token
from engine.expressions.nodes import Arithmetic, Comparison, Name, Node

_ANY_COMPARISON = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "is")
_CHANGES = {"+=": "+", "-=": "-", "*=": "*", "/=": "/"}


class Own(Grammar):
    """The bare form; also what every other dialect is translated to."""

    not_is_loose: ClassVar[bool] = True
    word_comparisons: ClassVar[dict[str, str]] = {"is": "is"}

    def comparison(self) -> Node:
        """`a < b <= c`, every neighbouring pair."""
        first = self.sum()
        rest = []
        while operator := self.comparison_operator(*_ANY_COMPARISON):
            if operator == "is":
                operator = "!=" if self.accept_word("not") else "=="
            rest.append((operator, self.comparand(operator)))
        return Comparison(first, tuple(rest)) if rest else first


class Script:
    """Reads the statements of a script one after the other."""

    def __init__(self, tokens: list[Token]) -> None:
        self.statements = _split(tokens)
        self.calls: list[tuple[str, int]] = []
        self.methods: list[tuple[str, int]] = []

    def whole(self) -> list[tuple[str, Node]]:
        """The assigned names with their expressions, in order; raises ExpressionRefused."""
        return [self._statement(statement) for statement in self.statements]

    def _statement(self, tokens: list[Token]) -> tuple[str, Node]:
        target, sign = tokens[0], tokens[1]
        if target.kind != "name" or not sign.is_operator("=", *_CHANGES):
            raise ExpressionRefused("not_an_assignment", target.offset, found=target.text)
        if target.text in RESERVED:
            raise ExpressionRefused("reserved_name", target.offset, name=target.text)
        grammar = Own(tokens[2:])
        node = grammar.whole()
        self.calls += grammar.calls
        self.methods += grammar.methods
        if sign.text != "=":
            node = Arithmetic(Name(target.text), ((_CHANGES[sign.text], node),))
        return target.text, node


def _split(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each statement with an end token behind; line ends inside brackets do not count."""
    statements: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.is_operator("(", "[", "{") - token.is_operator(")", "]", "}")
        ends = token.kind == "end" or token.is_operator(";") or (token.kind == "newline" and depth <= 0)
        if not ends:
            statements[-1].append(token)
        elif statements[-1]:
            statements[-1].append(Token("end", "", token.offset))
            statements.append([])
    return statements[:-1]
