"""Multi-instance and loop characteristics of an activity, and what orders an ad-hoc sub-process."""

from engine.dialects.names import Entry, Node, attribute, bpmn, bpmn_text, content, is_true, local, vendor_extensions
from engine.dialects.scripts import condition_of


def repeats_of(node: Node) -> Entry:
    """`{"multi_instance": ...}` or `{"loop": ...}` as drawn; empty for an activity that runs once."""
    many = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if many is not None:
        return {"multi_instance": _multi_instance(many)}
    loop = node.find(bpmn("standardLoopCharacteristics"))
    if loop is not None:
        return {"loop": _loop(loop)}
    return {}


def _multi_instance(many: Node) -> Entry:
    return {
        "sequential": is_true(many.get("isSequential")),
        "collection": attribute(many, "collection") or bpmn_text(many, "loopDataInputRef") or _collection_text(many),
        "element_variable": attribute(many, "elementVariable") or _item_name(many, "inputDataItem"),
        "cardinality": bpmn_text(many, "loopCardinality"),
        "completion_condition": condition_of(many, "completionCondition"),
        "output_collection": bpmn_text(many, "loopDataOutputRef"),
        "output_element": _item_name(many, "outputDataItem"),
        "index_variable": attribute(many, "elementIndexVariable"),
    }


def _collection_text(many: Node) -> str | None:
    """Flowable's `<flowable:collection>` with the text or an expression inside."""
    for child in vendor_extensions(many, "collection"):
        for inner in child:
            if local(inner) in ("expression", "string") and content(inner):
                return content(inner)
    return None


def _item_name(many: Node, child: str) -> str | None:
    found = many.find(bpmn(child))
    return None if found is None else (found.get("name") or found.get("id"))


def _loop(loop: Node) -> Entry:
    return {
        "condition": bpmn_text(loop, "loopCondition"),
        "maximum": loop.get("loopMaximum"),
        "test_before": is_true(loop.get("testBefore")),
    }


def ad_hoc_of(node: Node) -> Entry:
    """How an ad-hoc sub-process is worked through, and when it is over."""
    return {
        "sequential": node.get("ordering") == "Sequential",
        "completion_condition": bpmn_text(node, "completionCondition"),
        "cancel_remaining": node.get("cancelRemainingInstances") is None or is_true(node.get("cancelRemainingInstances")),
    }
