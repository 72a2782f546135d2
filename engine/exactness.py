"""What is drawn in a way that we would not execute exactly: it is refused when the process is compiled."""

from typing import Any

from engine.errors import NotExecutable
from engine.graph import Graph, Node

_OPTIONS = ("intermediateCatchEvent", "receiveTask")


def check_exact(scopes: dict[str, Graph]) -> None:
    """Raise NotExecutable for the first thing whose meaning would not be kept."""
    for scope in scopes.values():
        for node in scope.nodes.values():
            if node.word == "eventBasedGateway":
                _check_options(node, scope)
    _check_cancels(scopes)


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
