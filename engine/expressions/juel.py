"""JUEL, what stands in `${...}` and `#{...}` of Camunda, Flowable and Activiti diagrams."""

from collections.abc import Callable
from typing import ClassVar, Final

from engine.expressions.errors import ExpressionRefused, naming
from engine.expressions.grammar import Grammar
from engine.expressions.lexer import Token
from engine.expressions.nodes import Arithmetic, Call, Comparison, Literal, Name, Node, Unary

_VARIABLE_PREFIXES: Final = frozenset({"var", "vars", "variables"})
_VARIABLE_COMPARISONS: Final = {
    "eq": "==",
    "equals": "==",
    "ne": "!=",
    "notEquals": "!=",
    "lt": "<",
    "lessThan": "<",
    "lte": "<=",
    "lessThanOrEquals": "<=",
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

_VARIABLE_FUNCTIONS: Final = tuple(f"var:{name}" for name in (*_VARIABLE_COMPARISONS, *_VARIABLE_TESTS))


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
        """`owner.name`; nothing of the engine's own `execution` object can be read this way."""
        if owner == Name("execution"):
            raise ExpressionRefused("execution_member", name.offset, name=name.text)
        return super().attribute(owner, name, dot)

    def method(self, owner: Node, name: Token, arguments: tuple[Node, ...]) -> Node:
        """`owner.name(arguments)`; `execution.getVariable('x')` reads a variable."""
        if owner != Name("execution"):
            return super().method(owner, name, arguments)
        if name.text not in ("getVariable", "hasVariable") or not _is_one_name(arguments):
            raise ExpressionRefused("execution_member", name.offset, name=name.text)
        return Call("variable" if name.text == "getVariable" else "defined", arguments)

    def word(self, token: Token) -> Node:
        """A constant, a call, a variable, or Flowable's `var:gt(amount, 10)`."""
        after = (self.peek(1), self.peek(2), self.peek(3))
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
        raise ExpressionRefused("unknown_function", function.offset, **naming(f"var:{function.text}", _VARIABLE_FUNCTIONS))


def _is_one_name(arguments: tuple[Node, ...]) -> bool:
    return len(arguments) == 1 and isinstance(arguments[0], Literal) and isinstance(arguments[0].value, str)
