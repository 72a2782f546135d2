"""The grammar that JUEL, FEEL and our own form share, by recursive descent with a bound on nesting.

Reading is ours rather than Python's: names keep their exact spelling (Python folds full-width letters), Python's reserved words are
ordinary variables, places in messages are those of the text as drawn, and no input can exhaust a parser's stack.
"""

from typing import ClassVar, Final

from engine.expressions.errors import ExpressionRefused
from engine.expressions.lexer import Token
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
from engine.expressions.token_reader import TokenReader

CONSTANTS: Final = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
RESERVED: Final = frozenset({"and", "or", "not", "in", "if", "else", *CONSTANTS})
_COMPARISONS: Final = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_EQUALITIES: Final = ("==", "!=")


class Grammar(TokenReader):
    """Reads tokens into nodes; the dialects override what they do differently."""

    word_comparisons: ClassVar[dict[str, str]] = {}
    word_products: ClassVar[dict[str, str]] = {}
    not_is_loose: ClassVar[bool] = False

    def whole(self) -> Node:
        """The only expression of the text."""
        node = self.expression()
        if self.token.kind != "end":
            raise self.unexpected()
        return node

    def expression(self) -> Node:
        """Any expression."""
        self.enter()
        node = self.conditional()
        self.depth -= 1
        return node

    def conditional(self) -> Node:
        """`test ? yes : no`, `yes if test else no`, or what stands without them."""
        node = self.disjunction()
        if self.accept("?"):
            yes = self.expression()
            self.expect(":")
            return Conditional(node, yes, self.expression())
        if self.accept_word("if"):
            test = self.disjunction()
            self.expect("else")
            return Conditional(test, node, self.expression())
        return node

    def disjunction(self) -> Node:
        """`a or b`."""
        operands = [self.conjunction()]
        while self.accept("||") or self.accept_word("or"):
            operands.append(self.conjunction())
        return operands[0] if len(operands) == 1 else Logical("or", tuple(operands))

    def conjunction(self) -> Node:
        """`a and b`."""
        operands = [self.negation()]
        while self.accept("&&") or self.accept_word("and"):
            operands.append(self.negation())
        return operands[0] if len(operands) == 1 else Logical("and", tuple(operands))

    def negation(self) -> Node:
        """`not a == b`, in our own form the negation of the comparison."""
        if self.not_is_loose and self.accept_word("not"):
            self.enter()
            node: Node = Unary("not", self.negation())
            self.depth -= 1
            return node
        return self.comparison()

    def comparison(self) -> Node:
        """`a < b == c`: equality ranks below order, each from the left."""
        node = self.relation()
        while operator := self.comparison_operator(*_EQUALITIES):
            node = Comparison(node, ((operator, self.relation()),))
        return node

    def relation(self) -> Node:
        """`a < b`, `a in b`."""
        node = self.sum()
        while operator := self.comparison_operator("<", "<=", ">", ">=", "in", "not in"):
            node = Comparison(node, ((operator, self.comparand(operator)),))
        return node

    def comparison_operator(self, *wanted: str) -> str | None:
        """The operator, read, when the next token is one of those wanted."""
        operator = self._operator_ahead()
        if operator not in wanted:
            return None
        if operator == "not in":
            self.take()
        self.take()
        return operator

    def _operator_ahead(self) -> str | None:
        token = self.token
        if token.kind == "operator":
            if token.text == "=":
                return self.single_equals()
            return _COMPARISONS.get(token.text)
        if token.kind != "name":
            return None
        if token.text == "not" and self.peek().is_word("in"):
            return "not in"
        return "in" if token.text == "in" else self.word_comparisons.get(token.text)

    def single_equals(self) -> str:
        """What `=` means: nothing outside FEEL, where it compares."""
        raise ExpressionRefused("single_equals", self.token.offset)

    def comparand(self, operator: str) -> Node:
        """The right side of a comparison; behind `in` also a range."""
        return self.range() if operator in ("in", "not in") and self._range_ahead() else self.sum()

    def _range_ahead(self) -> bool:
        if not self.token.is_operator("[", "(", "]"):
            return False
        depth = 0
        for token in self.tokens[self.place :]:
            if token.is_operator(".."):
                if depth == 1:
                    return True
            elif token.is_operator("[", "(", "{") or depth == 0:
                depth += 1
            elif token.is_operator("]", ")", "}"):
                depth -= 1
            if depth == 0:
                return False
        return False

    def range(self) -> Range:
        """`[a..b]`, `(a..b]`, `]a..b[` and the rest of them."""
        opening = self.take()
        low = self.sum()
        self.expect("..")
        high = self.sum()
        closing = self.accept("]", ")", "[")
        if closing is None:
            raise self.unexpected("]")
        return Range(low, high, opening.text != "[", closing.text != "]")

    def sum(self) -> Node:
        """`a + b - c`."""
        first = self.product()
        rest = []
        while operator := self.accept("+", "-"):
            rest.append((operator.text, self.product()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def product(self) -> Node:
        """`a * b / c`."""
        first = self.unary()
        rest = []
        while operator := self.product_operator():
            rest.append((operator, self.unary()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def product_operator(self) -> str | None:
        """The operator, read, when the next token multiplies or divides."""
        if self.token.is_operator("**"):
            raise ExpressionRefused("not_supported", self.token.offset, what="**")
        operator = self.accept("*", "/", "//", "%")
        if operator:
            return operator.text
        if self.token.kind == "name" and self.token.text in self.word_products:
            return self.word_products[self.take().text]
        return None

    def unary(self) -> Node:
        """`-a`, `!a`."""
        operator = self.prefix_operator()
        if operator is None:
            return self.postfix(self.primary())
        self.enter()
        operand = self.unary()
        self.depth -= 1
        return self.applied(operator, operand)

    def applied(self, operator: str, operand: Node) -> Node:
        """A prefix operator with its operand; a signed number is one number."""
        if operator == "empty":
            return Call("is_empty", (operand,))
        if operator in "+-" and isinstance(operand, Literal) and not isinstance(operand.value, str | bool | None):
            return Literal(-operand.value if operator == "-" else operand.value)
        return Unary(operator, operand)

    def prefix_operator(self) -> str | None:
        """The operator, read, when one stands before an operand."""
        operator = self.accept("-", "+", "!")
        if operator:
            return "not" if operator.text == "!" else operator.text
        if not self.not_is_loose and self.accept_word("not"):
            return "not"
        if self.token.is_word("empty") and self._operand_follows():
            self.take()
            return "empty"
        return None

    def _operand_follows(self) -> bool:
        after = self.peek()
        if after.kind in ("number", "string") or after.is_operator("("):
            return True
        return after.kind == "name" and (after.text not in RESERVED or after.text in CONSTANTS) and after.text not in self.stop_words

    stop_words: ClassVar[frozenset[str]] = frozenset({"for"})

    def postfix(self, node: Node) -> Node:
        """What follows an operand: `.name`, `.name()`, `[index]`."""
        while True:
            if dot := self.accept("."):
                node = self._member(node, dot)
            elif self.token.is_operator("[") and not self._closes_range():
                self.take()
                node = self.subscript(node)
            elif self.token.is_operator("("):
                raise ExpressionRefused("not_callable", self.token.offset)
            else:
                return node

    def _closes_range(self) -> bool:
        """Whether the next `[` ends a range, as in `]1..5[`: nothing stands in it that could be an index."""
        after = self.peek()
        return after.kind == "end" or after.is_operator(",", ")", "]", "}") or after.is_word("and", "or", "then", "else")

    def _member(self, owner: Node, dot: Token) -> Node:
        token = self.take()
        if token.kind != "name":
            self.place -= token.kind != "end"
            raise self.unexpected("name")
        if self.token.is_operator("("):
            return self.method(owner, token, self.arguments())
        return self.attribute(owner, token, dot)

    def attribute(self, owner: Node, name: Token, dot: Token) -> Node:
        """`owner.name`."""
        return Attribute(owner, name.text)

    def method(self, owner: Node, name: Token, arguments: tuple[Node, ...]) -> Node:
        """`owner.name(arguments)`."""
        self.methods.append((name.text, name.offset))
        return Method(owner, name.text, arguments)

    def subscript(self, owner: Node) -> Node:
        """What stands in `[...]` behind an operand, up to the closing bracket."""
        low: Node = Literal(None) if self.token.is_operator(":") else self.expression()
        if self.accept(":"):
            high: Node = Literal(None) if self.token.is_operator("]") else self.expression()
            self.expect("]")
            return Slice(owner, low, high)
        self.expect("]")
        return Index(owner, low)

    # Operands

    def primary(self) -> Node:
        """A literal, a name, a call, or something in brackets."""
        token = self.token
        if token.kind in ("number", "string"):
            self.take()
            return Literal(token.value)
        if token.kind == "name":
            return self.word(token)
        if self.accept("("):
            return self._parenthesised()
        if self.accept("["):
            return self._list()
        if self.accept("{"):
            return self._object()
        raise self.unexpected()

    def word(self, token: Token) -> Node:
        """A constant, a call or a variable."""
        if token.text in CONSTANTS:
            self.take()
            return Literal(CONSTANTS[token.text])
        if token.text in RESERVED:
            raise self.unexpected()
        self.take()
        if self.token.is_operator("("):
            return self.call(token.text, token.offset)
        return Name(token.text)

    def call(self, name: str, offset: int) -> Node:
        """A call whose name has been read."""
        self.calls.append((name, offset))
        return Call(name, self.arguments())

    def arguments(self) -> tuple[Node, ...]:
        """`(a, b)` or `(a for x in xs)`."""
        self.expect("(")
        return self._items(")")[0]

    def _items(self, closing: str) -> tuple[tuple[Node, ...], str]:
        """The items up to the closing bracket, and whether they are "one", "several" or a "loop"."""
        if self.accept(closing):
            return (), "several"
        items = [self.expression()]
        form = "one"
        if self.token.is_word("for"):
            items, form = [self._comprehension(items[0])], "loop"
        while form != "loop" and self.accept(","):
            form = "several"
            if self.token.is_operator(closing):
                break
            items.append(self.expression())
        self.expect(closing)
        return tuple(items), form

    def _parenthesised(self) -> Node:
        items, form = self._items(")")
        return ListDisplay(items) if form == "several" else items[0]

    def _list(self) -> Node:
        items, form = self._items("]")
        return items[0] if form == "loop" else ListDisplay(items)

    def _object(self) -> Node:
        entries: list[tuple[Node, Node]] = []
        while not self.token.is_operator("}"):
            key = self.key()
            self.expect(":")
            entries.append((key, self.expression()))
            if not self.accept(","):
                break
        self.expect("}")
        return DictDisplay(tuple(entries))

    def key(self) -> Node:
        """The key of an object's entry."""
        return self.expression()

    def _comprehension(self, element: Node) -> Comprehension:
        loops = []
        while self.accept_word("for"):
            names = [self.loop_name()]
            while self.accept(","):
                names.append(self.loop_name())
            self.expect("in")
            source = self.disjunction()
            conditions = []
            while self.accept_word("if"):
                conditions.append(self.disjunction())
            loops.append(Loop(tuple(names), source, tuple(conditions)))
        return Comprehension(element, tuple(loops))

    def loop_name(self) -> str:
        """The name of a loop's variable."""
        token = self.take()
        if token.kind != "name" or token.text in RESERVED:
            self.place -= token.kind != "end"
            raise self.unexpected("name")
        return token.text
