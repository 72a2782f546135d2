"""JUEL, what stands in `${...}` and `#{...}` of Camunda, Flowable and Activiti diagrams."""

from collections.abc import Callable
from typing import ClassVar, Final

from engine.expressions.errors import ExpressionRefused, naming
from engine.expressions.grammar import Grammar
from engine.expressions.lexer import Token
from engine.expressions.nodes import Arithmetic, Call, Comparison, Conditional, Index, Literal, Logical, Method, Name, Node, Unary

_VARIABLE_PREFIXES: Final = frozenset({"var", "vars", "variables"})
_VARIABLE_COMPARISONS: Final = {
    "eq": "==",
    "equals": "==",
    "ne": "!=",
    "notEquals": "!=",
    "lt": "<",
    "lessThan": "<",
    "lowerThan": "<",
    "lte": "<=",
    "lessThanOrEquals": "<=",
    "lowerThanOrEquals": "<=",
    "gt": ">",
    "greaterThan": ">",
    "gte": ">=",
    "greaterThanOrEquals": ">=",
}


_VARIABLE_TESTS: Final[dict[str, Callable[[Call], Node]]] = {
    "get": lambda variable: variable,
    "exists": lambda variable: Call("defined", variable.arguments),
    "exist": lambda variable: Call("defined", variable.arguments),
    "empty": lambda variable: Call("is_empty", (variable,)),
    "isEmpty": lambda variable: Call("is_empty", (variable,)),
    "notEmpty": lambda variable: Unary("not", Call("is_empty", (variable,))),
    "isNotEmpty": lambda variable: Unary("not", Call("is_empty", (variable,))),
}

#: how the engine's own object names what a case has
_CASE_FACTS: Final = {
    "processBusinessKey": "business_key",
    "businessKey": "business_key",
    "processInstanceId": "id",
    "rootProcessInstanceId": "id",
}
#: Spin's words for the value itself
_SPIN_VALUES: Final = frozenset({"numberValue", "stringValue", "boolValue", "elements"})

#: Flowable's functions in decision tables, also by their older names (`CollectionUtil`, `DateUtil`)
_PREFIXED: Final[dict[tuple[str, str], Callable[[tuple[Node, ...]], Node]]] = {
    **{("collection", name): lambda given: Call("holds_all", given) for name in ("allOf", "contains")},
    **{("collection", name): lambda given: Call("holds_any", given) for name in ("anyOf", "containsAny")},
    **{("collection", name): lambda given: Unary("not", Call("holds_any", given)) for name in ("noneOf", "notContains")},
    **{("collection", name): lambda given: Unary("not", Call("holds_all", given)) for name in ("notAllOf", "notContainsAny")},
    ("date", "toDate"): lambda given: Call("date", given),
    ("date", "addDate"): lambda given: Call("add_date", given),
    ("date", "subtractDate"): lambda given: Call("subtract_date", given),
    ("date", "now"): lambda given: Call("now", given),
}

#: whether a variable that is a list or a text holds all, or any, of the values that follow
_VARIABLE_CONTENTS: Final = {"contains": "and", "containsAny": "or"}

_VARIABLE_FUNCTIONS: Final = tuple(
    f"var:{name}" for name in (*_VARIABLE_COMPARISONS, *_VARIABLE_TESTS, *_VARIABLE_CONTENTS, "getOrDefault")
)


class Juel(Grammar):
    """The subset of JUEL that real approval diagrams use; beans and services are refused by name."""

    word_comparisons: ClassVar[dict[str, str]] = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    word_products: ClassVar[dict[str, str]] = {"div": "/", "mod": "%"}

    def product(self) -> Node:
        """`a * b % c`; Java's remainder has the sign of the dividend."""
        node = self.unary()
        while operator := self.product_operator():
            right = self.unary()
            node = Call("remainder", (node, right)) if operator == "%" else Arithmetic(node, ((operator, right),))
        return node

    def attribute(self, owner: Node, name: Token, dot: Token) -> Node:
        """`owner.name`; of the engine's own `execution` object only what a case has."""
        if owner == Name("execution"):
            return _of_case(name.text, name)
        return super().attribute(owner, name, dot)

    def method(self, owner: Node, name: Token, arguments: tuple[Node, ...]) -> Node:
        """`owner.name(...)`; `execution.getVariable('x')` reads a variable, and what Camunda's Spin asks of JSON reads an entry."""
        if owner == Name("execution"):
            return _of_execution(name, arguments)
        if name.text in _SPIN_VALUES and not arguments:
            return owner
        if name.text == "prop" and _is_one_name(arguments):
            return Index(owner, arguments[0])
        if name.text == "hasProp" and _is_one_name(arguments):
            return Method(owner, "containsKey", arguments)
        return super().method(owner, name, arguments)

    def word(self, token: Token) -> Node:
        """A constant, a call, a variable, or Flowable's `var:gt(amount, 10)`."""
        after = (self.peek(1), self.peek(2), self.peek(3))
        prefixed = _PREFIXED.get((token.text, after[1].text))
        if prefixed and after[0].is_operator(":") and after[2].is_operator("("):
            self.place += 3
            return prefixed(self.arguments())
        if token.text in _VARIABLE_PREFIXES and after[0].is_operator(":") and after[1].kind == "name" and after[2].is_operator("("):
            self.take()
            self.take()
            return self._variable_function(self.take())
        return super().word(token)

    def _variable_function(self, function: Token) -> Node:
        arguments = self.arguments()
        first = arguments[:1]
        name: tuple[Node, ...] = (Literal(first[0].name),) if first and isinstance(first[0], Name) else first
        variable = Call("variable", name)
        if _is_one_name(name) and len(arguments) == 2 and function.text in _VARIABLE_COMPARISONS:
            return Comparison(variable, ((_VARIABLE_COMPARISONS[function.text], arguments[1]),))
        if _is_one_name(name) and len(arguments) == 1 and function.text in _VARIABLE_TESTS:
            return _VARIABLE_TESTS[function.text](variable)
        if _is_one_name(name) and len(arguments) == 2 and function.text == "getOrDefault":
            return Conditional(Comparison(variable, (("==", Literal(None)),)), arguments[1], variable)
        if _is_one_name(name) and len(arguments) > 1 and function.text in _VARIABLE_CONTENTS:
            return _holding(variable, _VARIABLE_CONTENTS[function.text], arguments[1:])
        raise ExpressionRefused("unknown_function", function.offset, **naming(f"var:{function.text}", _VARIABLE_FUNCTIONS))


def _holding(variable: Node, word: str, wanted: tuple[Node, ...]) -> Node:
    """Whether a variable holds all or any of some values; one that is not there holds none."""
    there = Comparison(variable, (("!=", Literal(None)),))
    held = tuple(Method(variable, "contains", (value,)) for value in wanted)
    return Logical("and", (there, held[0] if len(held) == 1 else Logical(word, held)))


def _of_execution(name: Token, arguments: tuple[Node, ...]) -> Node:
    if name.text in ("getVariable", "hasVariable") and _is_one_name(arguments):
        return Call("variable" if name.text == "getVariable" else "defined", arguments)
    if name.text.startswith("get") and not arguments:
        return _of_case(name.text[3:4].lower() + name.text[4:], name)
    raise ExpressionRefused("execution_member", name.offset, name=name.text)


def _of_case(fact: str, name: Token) -> Node:
    if fact in _CASE_FACTS:
        return Call("case_value", (Literal(_CASE_FACTS[fact]),))
    if fact == "caseInstanceId":
        # There are no cases in the sense of CMMN, so no process ever runs inside one.
        return Literal(None)
    raise ExpressionRefused("execution_member", name.offset, name=name.text)


def _is_one_name(arguments: tuple[Node, ...]) -> bool:
    return len(arguments) == 1 and isinstance(arguments[0], Literal) and isinstance(arguments[0].value, str)
