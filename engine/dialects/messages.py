"""Message flows between pools, and by what a message finds its case (correlation)."""

from typing import Any

from engine.dialects.names import BPMN, Entry, Node, bpmn_children, bpmn_text, content

_COLLABORATIONS = ("collaboration", "choreography", "globalConversation")


def message_flows(root: Node) -> list[Node]:
    """The message flows of a file."""
    return list(root.iter(f"{{{BPMN}}}messageFlow"))


def names_by_flow(root: Node) -> dict[str, str]:
    """What a message is called at an end of a message flow that names none: as at the other end, as the flow says, or as the flow."""
    messages = {node.get("id"): node.get("name") or node.get("id") for node in bpmn_children(root, "message")}
    flows = [flow for flow in message_flows(root) if flow.get("sourceRef") and flow.get("targetRef")]
    nodes = {node.get("id"): node for node in root.iter() if node.get("id")} if flows else {}
    names: dict[str, str] = {}
    for flow in flows:
        ends = [local_id(flow.get("targetRef")), local_id(flow.get("sourceRef"))]
        drawn = [
            messages.get(reference) for reference in (*(own_message(nodes.get(end)) for end in ends), local_id(flow.get("messageRef")))
        ]
        name = next((one for one in drawn if one), None) or flow.get("name") or flow.get("id") or ends[0]
        for end in ends:
            names.setdefault(end, name)
    return names


def local_id(reference: str | None) -> str:
    """An id without the namespace prefix that a reference may have."""
    return (reference or "").rpartition(":")[2]


def own_message(node: Node | None) -> str | None:
    """The id of the message that an event or a task names itself."""
    if node is None:
        return None
    definitions = bpmn_children(node, "messageEventDefinition")
    return local_id(node.get("messageRef") or (definitions[0].get("messageRef") if definitions else None)) or None


def correlation_of(process: Node, root: Node) -> list[Entry]:
    """`{key, messages: {message name: {property: path}}, bindings: {property: path} or None}` of every correlation key."""
    properties = _properties(root)
    subscriptions = {local_id(one.get("correlationKeyRef")): _bindings(one) for one in bpmn_children(process, "correlationSubscription")}
    found: list[Entry] = []
    for key in correlation_keys(root):
        names = [local_id(content(reference)) for reference in bpmn_children(key, "correlationPropertyRef")]
        messages: dict[str, dict[str, str]] = {}
        for name in names:
            for message, path in properties.get(name, {}).items():
                messages.setdefault(message, {})[name] = path
        complete = {message: paths for message, paths in messages.items() if len(paths) == len(names)}
        found.append({"key": key.get("id") or "", "messages": complete, "bindings": subscriptions.get(key.get("id") or "")})
    return [one for one in found if one["messages"]]


def correlation_keys(root: Node) -> list[Node]:
    """The keys that the collaborations of a file declare."""
    return [key for holder in bpmn_children(root, *_COLLABORATIONS) for key in holder.iter(f"{{{BPMN}}}correlationKey")]


def _properties(root: Node) -> dict[str, dict[str, str]]:
    """For every correlation property the path into each message."""
    messages = {node.get("id"): node.get("name") or node.get("id") for node in bpmn_children(root, "message")}
    found: dict[str, dict[str, str]] = {}
    for declared in bpmn_children(root, "correlationProperty"):
        paths: dict[str, str] = found.setdefault(declared.get("id") or "", {})
        for retrieval in bpmn_children(declared, "correlationPropertyRetrievalExpression"):
            name, path = messages.get(local_id(retrieval.get("messageRef"))), bpmn_text(retrieval, "messagePath")
            if name and path:
                paths[name] = path
    return found


def _bindings(subscription: Node) -> dict[str, Any]:
    """For every property the path into the variables of the case."""
    bindings = bpmn_children(subscription, "correlationPropertyBinding")
    return {local_id(one.get("correlationPropertyRef")): bpmn_text(one, "dataPath") for one in bindings}
