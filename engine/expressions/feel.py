"""FEEL, what stands behind `=` in a diagram and in the cells of decision tables: the part that approval flows use."""

from typing import ClassVar, Final

from engine.expressions.errors import ExpressionRefused
from engine.expressions.grammar import RESERVED, Grammar
from engine.expressions.lexer import Token
from engine.expressions.nodes import (
    Call,
    Comparison,
    Comprehension,
    Conditional,
    Literal,
    Logical,
    Loop,
    Name,
    Node,
    Range,
    walk,
)

SPACED_FUNCTIONS: Final = {
    ("string", "length"): "len",
    ("upper", "case"): "upper",
    ("lower", "case"): "lower",
    ("starts", "with"): "starts_with",
    ("ends", "with"): "ends_with",
    ("substring", "before"): "substring_before",
    ("substring", "after"): "substring_after",
    ("string", "join"): "join",
    ("list", "contains"): "list_contains",
    ("distinct", "values"): "distinct_values",
    ("index", "of"): "places_of",
    ("is", "defined"): "defined",
    ("get", "value"): "get_value",
    ("date", "and", "time"): "datetime",
    ("round", "half", "up"): "round",
    ("round", "up"): "round_up",
    ("round", "down"): "round_down",
}
FUNCTIONS: Final = {
    "string": "str",
    "number": "number",
    "count": "len",
    "decimal": "round_even",
    "not": "opposite",
    "fn_date": "date",
    "fn_now": "now",
    "fn_addDate": "add_date",
    "fn_subtractDate": "subtract_date",
}
#: FEEL reads their second argument as a pattern, we as it stands: only what means the same either way is taken
_PATTERNS: Final = ("replace", "split")
_PATTERN_SIGNS: Final = frozenset(".^$*+?()[]{}|\\")
_CONDITIONS: Final = (Comparison, Logical)
_SIGNS: Final = ("<", "<=", ">", ">=", "=", "!=")


class Feel(Grammar):
    """FEEL without contexts of functions and external functions; names with blanks are tokens already."""

    stop_words: ClassVar[frozenset[str]] = frozenset({"for", "then", "return", "satisfies"})

    def single_equals(self) -> str:
        """`=` compares."""
        return "=="

    def relation(self) -> Node:
        """`a < b`, `a in b`, `a between b and c`."""
        node = self.sum()
        while True:
            if self.accept_word("between"):
                low = self.sum()
                self.expect("and")
                node = Comparison(node, (("in", Range(low, self.sum(), False, False)),))
                continue
            operator = self.comparison_operator("<", "<=", ">", ">=", "in", "not in")
            if operator is None:
                return node
            node = self._among(node) if operator == "in" else Comparison(node, ((operator, self.comparand(operator)),))

    def _among(self, left: Node) -> Node:
        """`a in b`, `a in < 5`, `a in (< 5, [7..9])`: one of the tests must hold."""
        if not (self.token.is_operator("(") and self._tests_ahead()):
            return self._one_test(left)
        self.take()
        tests = [self._one_test(left)]
        while self.accept(","):
            tests.append(self._one_test(left))
        self.expect(")")
        return tests[0] if len(tests) == 1 else Logical("or", tuple(tests))

    def _tests_ahead(self) -> bool:
        """Whether one of the items in the brackets that begin here is a comparison or a range."""
        here, depth, begins, found = self.place, 0, False, False
        for place in range(here, len(self.tokens)):
            token = self.tokens[place]
            if begins:
                self.place = place
                found = token.is_operator(*_SIGNS) or self._range_ahead()
            depth += token.is_operator("(", "[", "{") - token.is_operator(")", "]", "}")
            begins = depth == 1 and token.is_operator("(", ",")
            if found or depth == 0:
                break
        self.place = here
        return found

    def _one_test(self, left: Node) -> Node:
        sign = self.accept(*_SIGNS)
        if sign:
            return Comparison(left, (("==" if sign.text == "=" else sign.text, self.sum()),))
        return Comparison(left, (("in", self.comparand("in")),))

    def unary(self) -> Node:
        """`a ** b`, from the left; a sign belongs to the number behind it."""
        node = self._signed()
        while self.accept("**"):
            node = Call("power", (node, self._signed()))
        return node

    def _signed(self) -> Node:
        operator = self.prefix_operator()
        if operator is None:
            return self.postfix(self.primary())
        self.enter()
        operand = self._signed()
        self.depth -= 1
        return self.applied(operator, operand)

    def primary(self) -> Node:
        """An operand; `@"2026-05-04"` is a date."""
        if self.token.is_operator("@") and self.peek().kind == "string":
            self.take()
            return Call("temporal", (Literal(self.take().value),))
        return super().primary()

    def word(self, token: Token) -> Node:
        """`if ... then ... else`, `for`, `some`, `every`, a function with blanks in its name, or what any dialect has."""
        if token.text == "if":
            return self._if()
        if token.text in ("for", "some", "every") and self.peek().kind == "name" and self.peek(2).is_word("in"):
            return self._loop(self.take().text)
        if token.text == "function" and self.peek().is_operator("("):
            raise ExpressionRefused("not_supported", token.offset, what="function")
        for words, name in SPACED_FUNCTIONS.items():
            if self._stands(words):
                self.place += len(words)
                return self.call(name, token.offset)
        return super().word(token)

    def _stands(self, words: tuple[str, ...]) -> bool:
        ahead = [self.peek(distance) for distance in range(len(words) + 1)]
        return ahead[-1].is_operator("(") and all(token.is_word(word) for token, word in zip(ahead, words, strict=False))

    def call(self, name: str, offset: int) -> Node:
        """A call by FEEL's names of the functions."""
        found = super().call(FUNCTIONS.get(name, name), offset)
        if name in _PATTERNS and isinstance(found, Call) and len(found.arguments) > 1 and not _stands_for_itself(found.arguments[1]):
            raise ExpressionRefused("feel_pattern", offset, name=name)
        return found

    def applied(self, operator: str, operand: Node) -> Node:
        """`not` of null stays null."""
        return Call("opposite", (operand,)) if operator == "not" else super().applied(operator, operand)

    def unexpected(self, expected: str = "") -> ExpressionRefused:
        """The refusal of the next token; what FEEL has and we have not is named."""
        before = self.tokens[self.place - 1] if self.place else self.token
        if self.token.is_word("instance") or (before.is_word("instance") and self.token.is_word("of")):
            return ExpressionRefused("not_supported", self.token.offset, what="instance of")
        if self.token.is_operator(":") and expected == ")":
            return ExpressionRefused("not_supported", before.offset, what=f"{before.text}:")
        return super().unexpected(expected)

    def _if(self) -> Node:
        self.expect("if")
        test = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return Conditional(test, yes, self.expression())

    def _loop(self, kind: str) -> Node:
        loops = [self._one_loop()]
        while self.accept(","):
            loops.append(self._one_loop())
        self.expect("return" if kind == "for" else "satisfies")
        found = Comprehension(self.expression(), tuple(loops))
        return found if kind == "for" else Call("any" if kind == "some" else "all", (found,))

    def _one_loop(self) -> Loop:
        name = self.loop_name()
        self.expect("in")
        source = self.disjunction()
        if self.accept(".."):
            source = Call("series", (source, self.sum()))
        return Loop((name,), source, ())

    def conditional(self) -> Node:
        """FEEL has no `a ? b : c` and no `a if c else b`."""
        return self.disjunction()

    def key(self) -> Node:
        """An entry's name, with or without quotes."""
        token = self.token
        if token.kind == "string" and self.peek().is_operator(":"):
            return Literal(self.take().value)
        words = []
        while self.token.kind == "name" and self.token.text not in RESERVED:
            words.append(self.take().text)
        if words and self.token.is_operator(":"):
            return Literal(" ".join(words))
        raise self.unexpected("name")

    def subscript(self, owner: Node) -> Node:
        """`list[1]` counts from 1; `list[item.amount > 5]` keeps what the condition holds for."""
        offset = self.token.offset
        index = self.expression()
        self.expect("]")
        if any(part == Name("item") for part, _ in walk(index)):
            return Comprehension(Name("item"), (Loop(("item",), owner, (index,)),))
        if isinstance(index, _CONDITIONS):
            raise ExpressionRefused("feel_filter", offset)
        return Call("list_item", (owner, index))


def _stands_for_itself(pattern: Node) -> bool:
    return isinstance(pattern, Literal) and isinstance(pattern.value, str) and not set(pattern.value) & _PATTERN_SIGNS
