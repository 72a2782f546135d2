"""What is drawn in a way that we would not execute exactly: it is refused when the process is compiled."""

from collections.abc import Iterator
from typing import Any

from engine.errors import NotExecutable
from engine.graph import Graph, Node

_THROWS = ("compensate", "compensateEnd", "cancelEnd")
_OPTIONS = ("intermediateCatchEvent", "receiveTask")


def check_exact(scopes: dict[str, Graph]) -> None:
    """Raise NotExecutable for the first thing whose meaning would not be kept."""
    for scope in scopes.values():
        for node in scope.nodes.values():
            if node.compensation and ("multi_instance" in node.element or "loop" in node.element):
                raise NotExecutable("compensation_of_instances", node.id)
            if node.word in _THROWS:
                _check_thrown(node, scope, scopes)
            if node.word == "eventBasedGateway":
                _check_options(node, scope)
    _check_cancels(scopes)


def _check_thrown(throw: Node, scope: Graph, scopes: dict[str, Graph]) -> None:
    """The handlers inside a finished sub-process would need its variables of then."""
    reference = (throw.element.get("event") or {}).get("ref")
    for name in [reference] if reference else list(scope.nodes):
        if any(inner.compensation for inner in _inside(name, scopes)):
            raise NotExecutable("compensation_of_subprocess", throw.id, activity=name)


def _inside(name: str, scopes: dict[str, Graph]) -> Iterator[Node]:
    """Every node inside a sub-process; none for other elements."""
    if name in scopes:
        for node in scopes[name].nodes.values():
            yield node
            yield from _inside(node.id, scopes)


def _check_options(gateway: Node, scope: Graph) -> None:
    for flow in gateway.flows:
        option = scope.nodes[flow.target]
        if option.word not in _OPTIONS or option.boundary or "multi_instance" in option.element or "loop" in option.element:
            raise NotExecutable("event_gateway_target", gateway.id, target=flow.target)


def _check_cancels(scopes: dict[str, Graph]) -> None:
    activities: dict[str, tuple[Node, Graph]] = {node.id: (node, scope) for scope in scopes.values() for node in scope.nodes.values()}
    for name, scope in scopes.items():
        for node in scope.nodes.values():
            if node.word == "cancelEnd":
                _check_cancel(node, activities.get(name))


def _check_cancel(node: Node, around: tuple[Node, Graph] | None) -> None:
    if around is None or around[0].word != "transaction":
        raise NotExecutable("cancel_outside_transaction", node.id)
    transaction, scope = around
    if not any(_kind(scope.nodes[name]) == "cancel" for name in transaction.boundary):
        raise NotExecutable("cancel_without_boundary", node.id, transaction=transaction.id)


def _kind(node: Node) -> Any:
    return (node.element.get("event") or {}).get("kind")
