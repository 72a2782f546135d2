"""Random expressions: the same value as CPython where the languages agree, never anything but a value or a named failure elsewhere."""

import ast
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import expressions, values
from engine.expressions import ExpressionFailed, ExpressionRefused
from engine.expressions.codes import WORDS, sentence

NUMBERS = st.integers(0, 99).map(str)
NAMES = st.sampled_from(["a", "b", "金额"])
VARIABLES: dict[str, Any] = {"a": 7, "b": -3, "金额": 12, "s": "ab", "xs": [1, 2, 3]}


def _numeric(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%", "/"]), inner).map(" ".join)
    conditional = st.tuples(inner, CONDITIONS_OF(inner), inner).map(lambda parts: f"{parts[0]} if {parts[1]} else {parts[2]}")
    call = st.tuples(st.sampled_from(["abs({})", "max({}, 3)", "min({}, 3)", "sum([{}, 1])", "len([{}])", "-{}", "+{}"]), inner)
    return pair | inner.map("({})".format) | conditional.map("({})".format) | call.map(lambda parts: parts[0].format(parts[1]))


def CONDITIONS_OF(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:  # noqa: N802
    comparison = st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner).map(" ".join)
    chain = st.tuples(inner, st.sampled_from(["<", "<=", "=="]), inner, st.sampled_from(["<", ">="]), inner).map(" ".join)
    membership = st.tuples(inner, st.sampled_from(["in", "not in"]), st.lists(inner, max_size=3)).map(
        lambda parts: f"{parts[0]} {parts[1]} [{', '.join(parts[2])}]"
    )
    return comparison | chain | membership


NUMERIC = st.recursive(NUMBERS | NAMES, _numeric, max_leaves=10)
CONDITIONS = st.recursive(
    CONDITIONS_OF(NUMERIC),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join) | inner.map("not {}".format) | inner.map("({})".format)
    ),
    max_leaves=6,
)


class _Python(ast.NodeVisitor):
    """CPython's own grammar, computed with exact fractions: the yardstick."""

    def visit_Expression(self, node: ast.Expression) -> Any:
        return self.visit(node.body)

    def visit_Constant(self, node: ast.Constant) -> Any:
        return Fraction(node.value)

    def visit_Name(self, node: ast.Name) -> Any:
        return Fraction(VARIABLES[node.id])

    def visit_List(self, node: ast.List) -> Any:
        return [self.visit(item) for item in node.elts]

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        operand = self.visit(node.operand)
        return {ast.Not: lambda: not operand, ast.USub: lambda: -operand, ast.UAdd: lambda: operand}[type(node.op)]()

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        left, right = self.visit(node.left), self.visit(node.right)
        operations = {
            ast.Add: lambda: left + right,
            ast.Sub: lambda: left - right,
            ast.Mult: lambda: left * right,
            ast.Div: lambda: left / right,
            ast.FloorDiv: lambda: Fraction(left // right),
            ast.Mod: lambda: left % right,
        }
        return operations[type(node.op)]()

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        found: Any = None
        for operand in node.values:
            found = self.visit(operand)
            if bool(found) is isinstance(node.op, ast.Or):
                break
        return found

    def visit_Compare(self, node: ast.Compare) -> Any:
        left = self.visit(node.left)
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.visit(comparator)
            holds = {
                ast.Lt: lambda a, b: a < b,
                ast.LtE: lambda a, b: a <= b,
                ast.Gt: lambda a, b: a > b,
                ast.GtE: lambda a, b: a >= b,
                ast.Eq: lambda a, b: a == b,
                ast.NotEq: lambda a, b: a != b,
                ast.In: lambda a, b: a in b,
                ast.NotIn: lambda a, b: a not in b,
            }[type(operator)](left, right)
            if not holds:
                return False
            left = right
        return True

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        return self.visit(node.body if self.visit(node.test) else node.orelse)

    def visit_Call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        arguments = [self.visit(argument) for argument in node.args]
        return Fraction({"abs": abs, "max": max, "min": min, "sum": sum, "len": len}[node.func.id](*arguments))


def _by_python(text: str) -> Any:
    return _Python().visit(ast.parse(text, mode="eval"))


def _agree(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, bool) or isinstance(ours, bool):
        return ours is theirs
    if Fraction(ours) == theirs:
        return True
    # a quotient that does not end is rounded at the 34th digit
    return abs(Fraction(ours) - theirs) <= abs(theirs) * Fraction(1, 10**28)


def _is_exact(text: str) -> bool:
    return "/" not in text.replace("//", "")


@given(NUMERIC | CONDITIONS)
@settings(max_examples=150, deadline=None)
def test_arithmetic_and_logic_agree_with_cpython(text: str) -> None:
    try:
        theirs = _by_python(text)
    except ZeroDivisionError:
        with pytest.raises(ExpressionFailed):
            expressions.evaluate(text, VARIABLES)
        return
    ours = expressions.evaluate(text, VARIABLES)
    # with a rounded quotient inside, a comparison or a floor may fall on the other side of an equality
    assert _agree(ours, theirs) or not _is_exact(text)


@given(NUMERIC | CONDITIONS)
@settings(max_examples=150, deadline=None)
def test_the_translation_is_the_same_expression(text: str) -> None:
    for form in (text, "${" + text + "}"):
        try:
            translated = expressions.translate(form)
        except ExpressionRefused:
            continue
        assert expressions.translate(translated) == translated
        assert expressions.names_in(translated) == expressions.names_in(form)
        # JUEL alone refuses a number as yes/no
        assert _outcome(form) in (_outcome(translated), "not_yes_no")


def _outcome(text: str) -> Any:
    try:
        return expressions.evaluate(text, VARIABLES)
    except ExpressionFailed as failure:
        return failure.code


WORDS_OF_THE_LANGUAGE = st.sampled_from(
    [
        *"()[]{},.:?!=+-*/%<>|&@'\"",
        *[
            "0",
            "1",
            "2.5",
            "007",
            "1e3",
            "'x'",
            '"y"',
            "a",
            "b",
            "s",
            "xs",
            "金额",
            "true",
            "false",
            "null",
            "and",
            "or",
            "not",
            "in",
            "is",
        ],
        *["if", "else", "for", "between", "then", "return", "some", "satisfies", "empty"],
        *[
            "==",
            "!=",
            "<=",
            ">=",
            "&&",
            "||",
            "..",
            "//",
            "**",
            "${",
            "}",
            "#{",
            "\\",
            "\n",
            "len(",
            "sum(",
            "date(",
            "round(",
            "_x",
            "（",
            "\x00",
            "\ud800",
        ],
        *["duration('P1D')", "date('2026-05-04')", ".size()", ".get(", "variable('q')", "range(9)", "not in", "is not", "'2026-05-04'"],
    ]
)
SOUP = (
    st.lists(WORDS_OF_THE_LANGUAGE, max_size=12).map(" ".join)
    | st.lists(WORDS_OF_THE_LANGUAGE, max_size=12).map("".join)
    | st.text(max_size=30)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text("ab1.0-", max_size=5) | st.decimals(-1000, 1000, places=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=6,
)


def _problem(call: Callable[[], Any]) -> ExpressionRefused | ExpressionFailed | None:
    try:
        call()
    except (ExpressionRefused, ExpressionFailed) as problem:
        return problem
    return None


@given(SOUP, st.sampled_from(["{}", "={}", "${{{}}}"]), st.dictionaries(st.sampled_from(["a", "b", "s", "xs", "金额"]), JSON))
@settings(max_examples=300, deadline=None)
def test_any_text_over_any_variables_gives_a_value_or_a_named_failure(text: str, form: str, variables: dict[str, Any]) -> None:
    found: list[Any] = []
    problem = _problem(lambda: found.append(expressions.evaluate(form.format(text), variables)))
    if problem is None:
        values.check(found[0])
        values.dumps(found[0])
        return
    assert problem.code in WORDS
    for language in ("zh", "en"):
        assert "…" not in sentence(problem.code, problem.values, language)[0].replace("“${…}”", "")


@given(SOUP, st.sampled_from(["script", "template", "cell", "condition"]))
@settings(max_examples=300, deadline=None)
def test_checking_any_text_accepts_or_refuses(text: str, kind: str) -> None:
    problem = _problem(lambda: (expressions.check(text, kind=kind), expressions.names_in(text, kind=kind)))
    assert problem is None or problem.code in WORDS


@given(st.decimals(-(10**9), 10**9, places=2), st.decimals(-(10**9), 10**9, places=2))
def test_money_as_text_compares_and_computes_as_the_numbers_it_spells(left: Decimal, right: Decimal) -> None:
    variables = {"x": f"{left:.2f}", "y": f"{right:.2f}", "n": right}
    for operator, holds in (("<", left < right), ("<=", left <= right), ("==", left == right), (">", left > right), ("!=", left != right)):
        assert expressions.evaluate(f"x {operator} y", variables) is holds
        assert expressions.evaluate(f"x {operator} n", variables) is holds
    with localcontext() as context:
        context.prec = 60
        assert expressions.evaluate("x + y", variables) == left + right
        assert expressions.evaluate("x - n", variables) == left - right
        assert expressions.evaluate("x * n", variables) == left * right
        assert expressions.evaluate("sum([x, y, n])", variables) == left + right + right


@given(st.lists(st.integers(-50, 50), max_size=8), st.integers(-9, 9), st.integers(-9, 9))
def test_lists_index_and_slice_as_in_python(xs: list[int], low: int, high: int) -> None:
    assert expressions.evaluate("xs[low:high]", {"xs": xs, "low": low, "high": high}) == xs[low:high]
    assert expressions.evaluate("sorted(xs)", {"xs": xs}) == sorted(xs)
    assert expressions.evaluate("[x * 2 for x in xs if x > low]", {"xs": xs, "low": low}) == [x * 2 for x in xs if x > low]
    if -len(xs) <= low < len(xs):
        assert expressions.evaluate("xs[low]", {"xs": xs, "low": low}) == xs[low]
