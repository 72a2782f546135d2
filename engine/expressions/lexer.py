"""Characters to tokens: the same for JUEL, FEEL and our own form."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from engine.expressions.budget import MAX_EXPONENT, MAX_INTEGER_BITS
from engine.expressions.errors import ExpressionRefused

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\f\u00a0\u3000]+)
    |(?P<newline>\n)
    |(?P<comment>\#[^\n]*)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>[^\W\d]\w*)
    |(?P<operator>\|\||&&|==|!=|<=|>=|<>|//|\*\*|\.\.|:=|\+=|-=|\*=|/=|->|[-+*/%<>=!?:,.;()\[\]{}@])""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\\": "\\", "'": "'", '"': '"'}
_REFUSED_ESCAPES: Final = frozenset("xUN0")
FULL_WIDTH: Final = dict(zip("（）【】｛｝，。．：；？！＝＞＜＋－＊／％“”‘’＆｜≥≤≠×÷", "()[]{},..:;?!=><+-*/%\"\"''&|><!*/", strict=True))
FULL_WIDTH.update({"≥": ">=", "≤": "<=", "≠": "!="})


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; `kind` is name, number, string, operator, newline or end; `text` is as written."""

    kind: str
    text: str
    offset: int
    value: str | int | Decimal | None = None

    def is_operator(self, *texts: str) -> bool:
        """Whether this is one of these operators or brackets."""
        return self.kind == "operator" and self.text in texts

    def is_word(self, *texts: str) -> bool:
        """Whether this is one of these words, not quoted."""
        return self.kind == "name" and self.text in texts


def tokens(text: str, start: int = 0, names: tuple[str, ...] = ()) -> list[Token]:
    """The tokens of `text` with an end token; offsets count from `start`. Raises ExpressionRefused.

    `names` are names with blanks or signs in them, as FEEL allows: where one stands, the longest is one token.
    """
    found: list[Token] = []
    place = 0
    named = _pattern_of(names) if names else None
    while place < len(text):
        if named and (known := named.match(text, place)):
            found.append(Token("name", " ".join(known.group().split()), start + place))
            place = known.end()
            continue
        match = _TOKEN.match(text, place)
        if match is None:
            raise _bad_character(text, place, start)
        kind = match.lastgroup or ""
        if kind not in ("space", "comment"):
            found.append(_token(kind, match.group(), text, place, start))
        place = match.end()
    found.append(Token("end", "", start + len(text)))
    return found


@lru_cache(maxsize=256)
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(_blanks_free(name) for name in longest_first)})(?!\w)")


def _blanks_free(name: str) -> str:
    return r"\s+".join(re.escape(word) for word in name.split())


def _token(kind: str, word: str, text: str, place: int, start: int) -> Token:
    if kind == "number":
        following = text[place + len(word) : place + len(word) + 1]
        if following.isalnum() or following == "_":
            raise ExpressionRefused("bad_number", start + place, found=word + following)
        return Token(kind, word, start + place, number(word, start + place))
    if kind == "string":
        return Token(kind, word, start + place, _unescaped(word[1:-1], start + place))
    if kind == "name":
        if not word.isidentifier():
            raise ExpressionRefused("bad_name", start + place, name=word)
        if word.startswith("_"):
            raise ExpressionRefused("underscore_name", start + place, name=word)
    return Token(kind, word, start + place)


def number(word: str, offset: int = 0) -> int | Decimal:
    """The number written as `word`: an int, or a Decimal when it has a point or an exponent."""
    if len(word) > MAX_EXPONENT:
        raise ExpressionRefused("number_too_large", offset, found=word[:20] + "…")
    if word.isdigit():
        whole = int(word)
        if whole.bit_length() <= MAX_INTEGER_BITS:
            return whole
        raise ExpressionRefused("number_too_large", offset, found=word[:20] + "…")
    _, _, exponent = word.lower().partition("e")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise ExpressionRefused("number_too_large", offset, found=word)
    return Decimal(word)


def _unescaped(raw: str, offset: int) -> str:
    def one(match: re.Match[str]) -> str:
        letter = match.group(1)
        if len(letter) > 1:
            return chr(int(letter[1:], 16))
        if letter in _REFUSED_ESCAPES:
            raise ExpressionRefused("bad_escape", offset, found=match.group())
        return _ESCAPED.get(letter, match.group())

    if "\\" not in raw:
        return raw
    text = _ESCAPE.sub(one, raw)
    try:
        # two halves of a surrogate pair are one character
        text = text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as problem:
        raise ExpressionRefused("bad_escape", offset, found=raw[:20]) from problem
    if "\x00" in text:
        raise ExpressionRefused("bad_escape", offset, found="\\u0000")
    return text


def _bad_character(text: str, place: int, start: int) -> ExpressionRefused:
    character = text[place]
    if character in "\"'":
        return ExpressionRefused("open_string", start + place)
    if character in FULL_WIDTH:
        return ExpressionRefused("full_width", start + place, character=character, instead=FULL_WIDTH[character])
    return ExpressionRefused("bad_character", start + place, character=character)
