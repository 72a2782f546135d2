"""Which BPMN elements may stand in a process, and what is only drawn."""

from engine.dialects.names import (
    BPMN,
    EVENT_KINDS,
    EVENTS,
    FLOW_NODES,
    SCOPES,
    XINCLUDE,
    Node,
    is_element,
    local,
    namespace,
    word,
    words_in,
)
from engine.gate.findings import Findings

_DEFINITIONS = frozenset(f"{kind}EventDefinition" for kind in EVENT_KINDS) | {"eventDefinitionRef"}
_DATA = words_in(
    "dataObject dataObjectReference dataStoreReference dataStore dataState dataInput dataOutput inputSet outputSet ioSpecification "
    "ioBinding dataInputAssociation dataOutputAssociation property assignment transformation from to sourceRef targetRef "
    "dataInputRefs dataOutputRefs optionalInputRefs optionalOutputRefs whileExecutingInputRefs whileExecutingOutputRefs inputSetRefs "
    "outputSetRefs"
)
_PEOPLE = words_in(
    "resourceRole performer humanPerformer potentialOwner resourceAssignmentExpression resourceRef resourceParameterBinding "
    "formalExpression expression rendering"
)
_REPEATS = words_in(
    "multiInstanceLoopCharacteristics standardLoopCharacteristics loopCardinality loopDataInputRef loopDataOutputRef inputDataItem "
    "outputDataItem completionCondition loopCondition"
)
_DRAWN = words_in(
    "laneSet lane childLaneSet flowNodeRef partitionElement association textAnnotation text group artifact documentation auditing "
    "monitoring categoryValueRef incoming outgoing extensionElements supportedInterfaceRef supports operationRef messageFlow"
)
_CORRELATION = words_in("correlationSubscription correlationPropertyBinding correlationPropertyRef dataPath")
_TEXTS = words_in("script conditionExpression timeDuration timeDate timeCycle condition activationCondition messagePath")
_KNOWN = FLOW_NODES | _DEFINITIONS | _DATA | _PEOPLE | _REPEATS | _DRAWN | _CORRELATION | _TEXTS | {"process", "sequenceFlow"}
_ROOTS = words_in(
    "import extension itemDefinition message signal error escalation interface process collaboration choreography globalChoreographyTask "
    "globalConversation globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask resource dataStore category "
    "partnerEntity partnerRole endPoint correlationProperty relationship documentation extensionElements eventDefinition"
)
#: BPMN that this gate knows by name and that has no meaning in execution here
_REFUSED = frozenset({"complexBehaviorDefinition", "standardLoopDataInput"})
_TEXT_HOLDERS = frozenset({"documentation", "text", "script", "extensionElements", "rendering"})


def check_definitions(root: Node, findings: Findings) -> None:
    """What stands beside the processes of a file."""
    for node in root:
        if namespace(node) == XINCLUDE:
            findings.warning("import_not_followed", node, location=node.get("href") or "")
        elif word(node) == "import":
            findings.warning("import_not_followed", node, location=node.get("location") or "")
        elif word(node) in FLOW_NODES or word(node) == "sequenceFlow":
            findings.error("element_misplaced", node, type=word(node))
        elif namespace(node) == BPMN and word(node) not in _ROOTS | _DEFINITIONS:
            findings.error("element_unknown", node, type=local(node))


def check_process(process: Node, findings: Findings) -> None:
    """Every element inside a process: known, in its place, and not only drawn where the drawing says that something happens."""
    stack = list(reversed(process))
    while stack:
        node = stack.pop()
        if not is_element(node):
            continue
        _check_one(node, findings)
        if word(node) not in _TEXT_HOLDERS and namespace(node) == BPMN:
            stack.extend(reversed(node))


def _check_one(node: Node, findings: Findings) -> None:
    kind = word(node)
    if namespace(node) == XINCLUDE:
        findings.warning("import_not_followed", node, location=node.get("href") or "")
    elif namespace(node) != BPMN:
        findings.error("element_unknown", node, type=local(node))
    elif kind in _REFUSED:
        findings.error("element_refused", node, type=kind)
    elif kind not in _KNOWN:
        findings.error("element_unknown", node, type=kind)
    elif _is_misplaced(kind, word(node.getparent())):
        findings.error("element_misplaced", node, type=kind)


def _is_misplaced(kind: str, parent: str) -> bool:
    if kind in FLOW_NODES or kind == "sequenceFlow":
        return parent != "process" and parent not in SCOPES
    if kind in _DEFINITIONS:
        return parent not in EVENTS
    return kind == "process"
