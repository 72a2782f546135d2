"""Values that another system, or a person at a form, might send: read off the conditions and other expressions of a diagram."""

import random
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from engine import expressions
from engine.expressions.nodes import (
    Arithmetic,
    Attribute,
    Call,
    Comparison,
    Comprehension,
    Conditional,
    Index,
    ListDisplay,
    Literal,
    Logical,
    Method,
    Name,
    Node,
    Unary,
    children,
)
from engine.expressions.reading import Expression, read_script, template
from engine.gate.expressions import Site, sites

#: a variable, or an entry of one: ("order", "amount")
Path = tuple[str, ...]
Wishes = dict[Path, list[Any]]
#: what the engine sets by itself
GIVEN = frozenset({"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter", "starter", "execution", "task"})
SOME_PEOPLE = ["zhang", "li"]
_TEXT_METHODS = frozenset({"startsWith", "endsWith", "toLowerCase", "toUpperCase", "trim", "length", "substring", "concat", "split"})
_EQUAL_METHODS = frozenset({"equals", "equalsIgnoreCase", "compareTo"})


def wishes_of(outline: dict[str, Any]) -> Wishes:
    """What each variable that a process reads is compared with, and so might be."""
    wishes: Wishes = {}
    for identity, entry in outline["elements"].items():
        for site in sites((identity, entry)):
            for node in _read(site):
                _learn(node, wishes)
                _learn_site(site, node, wishes)
    return {path: values for path, values in wishes.items() if path[0] not in GIVEN}


def _read(site: Site) -> list[Node]:
    try:
        if site.kind == "script":
            return [expression.node for _, expression in read_script(site.text).assignments]
        if site.kind in ("template", "duration", "date", "cycle", "due"):
            return [piece.node for piece in template(site.text) if isinstance(piece, Expression)]
        return [expressions.read(site.text).node]
    except expressions.ExpressionRefused:
        return []


def _learn_site(site: Site, node: Node, wishes: Wishes) -> None:
    """What a variable is by itself, from the place where it stands."""
    path = path_of(node)
    if path is None:
        return
    by_place = {
        "condition": [True, False],
        "completion": [True, False],
        "loop": [False, True],
        "collection": [SOME_PEOPLE],
        "cardinality": [2],
        "priority": [50],
        "due": ["2030-05-06"],
    }
    by_kind = {"duration": ["PT1H"], "date": ["2030-05-06T09:00:00"], "cycle": ["R2/PT1H"]}
    _wish(path, by_kind.get(site.kind) or by_place.get(site.site, []), wishes)


def path_of(node: Node) -> Path | None:
    """The variable, or its entry, that a part of an expression is; None for everything else."""
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Call) and node.name == "variable" and len(node.arguments) == 1 and isinstance(node.arguments[0], Literal):
        return (str(node.arguments[0].value),)
    if isinstance(node, Attribute):
        owner = path_of(node.owner)
        return None if owner is None else (*owner, node.name)
    if isinstance(node, Index) and isinstance(node.index, Literal) and isinstance(node.index.value, str):
        owner = path_of(node.owner)
        return None if owner is None else (*owner, node.index.value)
    return None


def _wish(path: Path, values: Iterable[Any], wishes: Wishes) -> None:
    known = wishes.setdefault(path, [])
    known.extend(value for value in values if not any(value == one and type(value) is type(one) for one in known))


def _learn(node: Node, wishes: Wishes) -> None:
    """Learn from a part and everything inside it."""
    path = path_of(node)
    if path is not None:
        _wish(path, [], wishes)
        return
    lesson = _LESSONS.get(type(node))
    if lesson is not None:
        lesson(node, wishes)
    for child in children(node):
        _learn(child, wishes)


def _learn_arithmetic(node: Arithmetic, wishes: Wishes) -> None:
    _wish_all([node.first, *(operand for _, operand in node.rest)], [5], wishes)


def _learn_comprehension(node: Comprehension, wishes: Wishes) -> None:
    _wish_all([loop.source for loop in node.loops], [SOME_PEOPLE], wishes)


def _learn_call(node: Call, wishes: Wishes) -> None:
    if node.name == "is_empty":
        _wish_all(node.arguments, ["x", ""], wishes)
    elif node.name in ("len", "size", "sum", "count"):
        _wish_all(node.arguments, [[1, 2]], wishes)


def _wish_all(nodes: Iterable[Node], values: list[Any], wishes: Wishes) -> None:
    for node in nodes:
        path = path_of(node)
        if path is not None:
            _wish(path, values, wishes)


def _learn_truth(node: Logical | Unary | Conditional, wishes: Wishes) -> None:
    if isinstance(node, Logical):
        _wish_all(node.operands, [True, False], wishes)
    elif isinstance(node, Conditional):
        _wish_all([node.test], [True, False], wishes)
    else:
        _wish_all([node.operand], [True, False] if node.operator == "not" else [5], wishes)


def _learn_comparison(node: Comparison, wishes: Wishes) -> None:
    left = node.first
    for operator, right in node.rest:
        for one, other in ((left, right), (right, left)):
            path = path_of(one)
            if path is not None:
                _wish(path, list(_near(operator, other)), wishes)
            elif isinstance(one, Method):
                _learn_compared_method(one, other, wishes)
        left = right


def _near(operator: str, other: Node) -> Iterator[Any]:
    """Values for which a comparison with a literal comes out both ways."""
    if isinstance(other, ListDisplay):
        yield from (item.value for item in other.items if isinstance(item, Literal))
    elif isinstance(other, Literal):
        yield from _around(other.value)
    elif operator not in ("in", "not in"):
        yield from (1, 2)


def _around(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield from (value, not value)
    elif isinstance(value, int | Decimal):
        yield from (value, value + 1, value - 1)
    elif value is not None:
        yield value
        yield from ("other",) if not value.replace(".", "", 1).isdigit() else ("7",)
    else:
        yield "x"


def _learn_method(node: Method, wishes: Wishes) -> None:
    path = path_of(node.owner)
    if path is None:
        return
    literals = [argument.value for argument in node.arguments if isinstance(argument, Literal)]
    if node.name in _EQUAL_METHODS:
        _wish(path, [near for value in literals for near in _around(value)], wishes)
    elif node.name == "contains":
        _wish(path, [[value] for value in literals] or [SOME_PEOPLE], wishes)
    elif node.name in ("size", "isEmpty", "get"):
        _wish(path, [SOME_PEOPLE], wishes)
    elif node.name in _TEXT_METHODS:
        _wish(path, [*(str(value) for value in literals), "x"], wishes)


def _learn_compared_method(method: Method, other: Node, wishes: Wishes) -> None:
    """`list.size() > 2`: lists so long."""
    path = path_of(method.owner)
    if path is not None and method.name in ("size", "length") and isinstance(other, Literal) and isinstance(other.value, int):
        _wish(path, [[str(number) for number in range(count)] for count in _around(other.value) if 0 <= count < 50], wishes)


_LESSONS: dict[type, Callable[[Any, Wishes], None]] = {
    Comparison: _learn_comparison,
    Method: _learn_method,
    Logical: _learn_truth,
    Unary: _learn_truth,
    Conditional: _learn_truth,
    Arithmetic: _learn_arithmetic,
    Comprehension: _learn_comprehension,
    Call: _learn_call,
}


def leads_on(outline: dict[str, Any], element_id: str, variables: dict[str, Any]) -> bool:
    """Whether the gateways that come next would find a path with these variables."""
    return all(_finds_path(outline["elements"], gateway, variables) for gateway in _gateways_behind(outline["elements"], element_id))


def _gateways_behind(elements: dict[str, Any], element_id: str) -> Iterator[str]:
    seen: set[str] = set()
    ahead = [element_id]
    while ahead:
        at = ahead.pop()
        if at in seen or at not in elements:
            continue
        seen.add(at)
        entry = elements[at]
        if len(entry["outgoing"]) > 1 and any(elements[flow]["condition"] for flow in entry["outgoing"]):
            yield at
        elif at == element_id or entry["type"] in _PASSED:
            ahead += [elements[flow]["target"] for flow in entry["outgoing"]]


_PASSED = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "task", "manualTask", "scriptTask"})


def _finds_path(elements: dict[str, Any], gateway: str, variables: dict[str, Any]) -> bool:
    entry = elements[gateway]
    flows = [elements[flow] for flow in entry["outgoing"]]
    if entry["default"] or any(not flow["condition"] for flow in flows):
        return True
    return any(_holds(flow["condition"], variables) for flow in flows)


def _holds(condition: str, variables: dict[str, Any]) -> bool:
    try:
        return expressions.evaluate_condition(condition, variables)
    except expressions.ExpressionFailed:
        return False


def chosen(wishes: Wishes, rng: random.Random) -> dict[str, Any]:
    """One value for every variable."""
    found: dict[str, Any] = {}
    for path in sorted(wishes, key=len):
        value = rng.choice(wishes[path]) if wishes[path] else "demo"
        holder: Any = found
        for name in path[:-1]:
            if not isinstance(holder.get(name), dict):
                holder[name] = {}
            holder = holder[name]
        if not (isinstance(holder.get(path[-1]), dict)):
            holder[path[-1]] = value
    return found


def form_values(form: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """A value for every field of a form; what the diagram asks for where the field takes it."""
    found: dict[str, Any] = {}
    for component in form.get("components", ()):
        if component.get("components") and component["type"] == "group":
            found |= form_values(component, wanted)
        elif component.get("key"):
            found[component["key"]] = _field_value(component, wanted.get(component["key"]))
    return found


def _field_value(component: dict[str, Any], wanted: Any) -> Any:
    kind = component["type"]
    if kind in ("select", "radio"):
        values = [one["value"] for one in component.get("values", ())]
        return wanted if wanted in values else (values[0] if values else None)
    if kind == "checkbox":
        return wanted if isinstance(wanted, bool) else True
    if kind == "number":
        return wanted if isinstance(wanted, int | Decimal) and not isinstance(wanted, bool) else 5
    if kind == "datetime":
        return "2030-05-06" if component.get("subtype", "date") == "date" else "2030-05-06T09:00:00"
    return str(wanted) if wanted is not None and not isinstance(wanted, bool | list | dict) else "demo"
