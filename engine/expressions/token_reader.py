"""Goes along the tokens of an expression: what every grammar needs, with the bound on nesting and the refusal of a wrong token."""

from typing import Final

from engine.expressions.budget import MAX_DEPTH
from engine.expressions.errors import ExpressionRefused
from engine.expressions.lexer import Token

#: words that begin something which is no expression; each is an ordinary name where a name can stand
_STATEMENTS: Final = (
    "lambda",
    "import",
    "def",
    "class",
    "while",
    "with",
    "return",
    "yield",
    "await",
    "async",
    "try",
    "del",
    "raise",
    "assert",
)


class TokenReader:
    """The place among the tokens, how deep it is nested, and what has been called so far."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = [token for token in tokens if token.kind != "newline"]
        self.place = 0
        self.depth = 0
        self.calls: list[tuple[str, int]] = []
        self.methods: list[tuple[str, int]] = []

    @property
    def token(self) -> Token:
        """The token to read next."""
        return self.tokens[self.place]

    def peek(self, distance: int = 1) -> Token:
        """A token further on; the end token when there is none."""
        return self.tokens[min(self.place + distance, len(self.tokens) - 1)]

    def take(self) -> Token:
        """The next token, read."""
        token = self.token
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def accept(self, *operators: str) -> Token | None:
        """The next token, read, when it is one of these operators."""
        return self.take() if self.token.is_operator(*operators) else None

    def accept_word(self, *words: str) -> Token | None:
        """The next token, read, when it is one of these words."""
        return self.take() if self.token.is_word(*words) else None

    def expect(self, text: str) -> Token:
        """Read this operator or word, or refuse."""
        if self.token.text == text and self.token.kind in ("operator", "name"):
            return self.take()
        raise self.unexpected(text)

    def unexpected(self, expected: str = "") -> ExpressionRefused:
        """The refusal of the next token."""
        token = self.token
        before = self.tokens[self.place - 1] if self.place else token
        if before.is_word(*_STATEMENTS):
            return ExpressionRefused("not_supported", before.offset, what=before.text)
        chinese = "名称" if expected == "name" else f"“{expected}”"
        wanted = {"expected_zh": f"，这里应是{chinese}", "expected_en": f", expected “{expected}” here"}
        if not expected:
            wanted = dict.fromkeys(wanted, "")
        if token.kind == "end":
            return ExpressionRefused("unexpected_end", token.offset, **wanted)
        return ExpressionRefused("unexpected", token.offset, found=token.text, **wanted)

    def enter(self) -> None:
        """Go one level deeper; refuses beyond the bound."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionRefused("too_deep", self.token.offset, maximum=MAX_DEPTH)
