"""What other engines hang on BPMN elements: read, harmless, or not executed here and therefore named."""

from collections.abc import Mapping
from typing import Any

from engine.dialects.names import (
    ACTIVITIES,
    BPMN,
    SPIFF,
    VENDORS,
    WORK,
    ZEEBE,
    Node,
    attribute,
    bpmn_elements,
    content,
    extensions,
    local,
    namespace,
    word,
    words_in,
)
from engine.dialects.parameters import has_script
from engine.gate.findings import Findings

_LISTENERS = frozenset({"executionListener", "taskListener", "eventListener"})
#: extension elements of camunda, flowable and activiti that the outline holds, or that a finding of their task speaks of
_READ = frozenset(
    {
        "properties",
        "in",
        "out",
        "inputOutput",
        "formData",
        "formProperty",
        "collection",
        "failedJobRetryTimeCycle",
        "field",
        "connector",
        "value",
        "potentialStarter",
    }
)
#: their meaning is another event or another result than the drawing shows
_CHANGES_MEANING = frozenset({"eventType", "variableListenerEventDefinition", "variableAggregation", "channelKey", "triggerEventType"})
#: on a task that sends an event of Flowable's registry, which is foreign work by its type
_EVENTS_OF_WORK = frozenset({"eventType", "triggerEventType", "channelKey"})
_SPIFF_READ = frozenset({"calledDecisionId", "properties", "serviceTaskOperator", "preScript", "postScript"})
_SPIFF_CODE = frozenset({"payloadExpression", "messagePayload", "processVariableCorrelation"})
_SPIFF_HARMLESS = frozenset({"unitTests", "category", "dataObjectRef"})
_ZEEBE_HARMLESS = frozenset({"userTask", "taskHeaders", "versionTag", "properties", "modelerTemplate"})

_ATTRIBUTES_READ = words_in(
    "assignee candidateUsers candidateGroups dueDate followUpDate priority formKey formRef initiator collection elementVariable "
    "elementIndexVariable class delegateExpression expression type topic resultVariable resultVariableName decisionRef mapDecisionResult "
    "calledElementBinding calledElementVersion calledElementVersionTag inheritVariables sameDeployment businessKey versionTag "
    "errorCodeVariable errorMessageVariable escalationCodeVariable variableName variableEvents resource "
    "variableMappingClass variableMappingDelegateExpression "
    "caseRef caseBinding decisionRefBinding decisionRefVersion skipExpression "
    "candidateStarterUsers candidateStarterGroups"
)
_ATTRIBUTES_HARMLESS = words_in(
    "async asyncBefore asyncAfter asyncLeave asyncComplete exclusive jobPriority taskPriority historyTimeToLive isStartableInTasklist "
    "formFieldValidation formRefBinding formRefVersion modelerTemplate modelerTemplateVersion modelerTemplateIcon diagramRelationId "
    "category autoStoreVariables scope useLocalScopeForResultVariable storeResultVariableAsTransient noWaitStatesAsyncLeave completeAsync "
    "fallbackToDefaultTenant calledElementType errorMessage retainVariables processInstanceName processInstanceIdVariableName"
)


def check(process: Node, services: Mapping[str, Mapping[str, Any]], findings: Findings) -> set[str]:
    """Vendor attributes and extension elements of a process and of everything in it; the names of listeners that process.toml silences."""
    silenced: set[str] = set()
    for node in bpmn_elements(process):
        _check_attributes(node, findings)
        for extension in extensions(node):
            name = _silenced_by(extension, services)
            if name is None:
                _check_extension(node, extension, findings)
            else:
                silenced.add(name)
        if has_script(node):
            findings.error("parameter_script", node)
    return silenced


def _silenced_by(extension: Node, services: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The name under which process.toml says that a listener does nothing here; None for every other extension."""
    if local(extension) not in _LISTENERS or namespace(extension) not in VENDORS:
        return None
    code = _code_of(extension)
    names = (code, code[2:-1].strip()) if code[:2] in ("${", "#{") and code.endswith("}") else (code,)
    return next((name for name in names if services.get(name, {}).get("nothing")), None)


def _code_of(listener: Node) -> str:
    """The class, bean or expression that a listener names."""
    return next((str(listener.get(kind)) for kind in ("class", "delegateExpression", "expression") if listener.get(kind)), "")


def _check_attributes(node: Node, findings: Findings) -> None:
    foreign = [(name, value) for name, value in node.attrib.items() if name.startswith("{")]
    for name, value in foreign:
        uri, _, attribute_name = name[1:].partition("}")
        if uri not in VENDORS or attribute_name in _ATTRIBUTES_HARMLESS:
            continue
        if attribute_name not in _ATTRIBUTES_READ:
            findings.warning("attribute_ignored", node, attribute=attribute_name, value=value)
    if foreign:
        _check_meaning(node, findings)


def _check_meaning(node: Node, findings: Findings) -> None:
    """Attributes that would make something else happen than what the outline says."""
    for name in ("variableMappingClass", "variableMappingDelegateExpression"):
        if attribute(node, name):
            findings.error("attribute_not_executed", node, attribute=name, value=attribute(node, name))
    if attribute(node, "caseRef") and node.get("calledElement"):
        findings.error("attribute_not_executed", node, attribute="caseRef", value=attribute(node, "caseRef"))
    resource = attribute(node, "resource")
    if resource:
        findings.error("script_resource", node, value=resource)
    if attribute(node, "skipExpression"):
        _check_skip(node, findings)
    binding = attribute(node, "decisionRefBinding")
    if binding not in (None, "latest", "deployment"):
        findings.warning("decision_binding", node, binding=binding)


def _check_skip(node: Node, findings: Findings) -> None:
    """Activities may be skipped; the instances of one not each by itself, and flows have conditions."""
    value = attribute(node, "skipExpression")
    if word(node) not in ACTIVITIES:
        findings.warning("attribute_ignored", node, attribute="skipExpression", value=value)
    elif any(word(child) in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics") for child in node):
        findings.error("skip_of_instances", node, value=value)
    else:
        findings.warning("skip_always_on", node, value=value)


def _check_extension(node: Node, extension: Node, findings: Findings) -> None:
    uri, name = namespace(extension), local(extension)
    if uri in VENDORS:
        _check_vendor(node, extension, findings)
    elif uri == SPIFF:
        _check_spiff(node, name, findings)
    elif uri == ZEEBE:
        if name not in _ZEEBE_HARMLESS:
            findings.error("camunda8", node, extension=name)
    elif uri == BPMN:
        findings.warning("extension_ignored", node, extension=name)


def _check_vendor(node: Node, extension: Node, findings: Findings) -> None:
    name = local(extension)
    if name in _LISTENERS:
        findings.warning(
            "listener_ignored",
            node,
            kind=name,
            event=extension.get("event") or extension.get("events") or "",
            implementation=_code_of(extension) or content(extension) or "",
        )
    elif name in _EVENTS_OF_WORK and word(node) in WORK:
        return
    elif name == "in" and extension.get("businessKey") and word(node) == "signalEventDefinition":
        findings.warning("business_key_ignored", node.getparent(), text=extension.get("businessKey"))
    elif name in _CHANGES_MEANING:
        findings.error("extension_not_executed", node, extension=name)
    elif name not in _READ and not _is_text_of_form(name, extension):
        findings.warning("extension_ignored", node, extension=name)


def _is_text_of_form(name: str, extension: Node) -> bool:
    """Modelers of flowable keep presentation settings as text elements."""
    return name.startswith("work-form") or (name == "formFieldValidation" and not len(extension))


def _check_spiff(node: Node, name: str, findings: Findings) -> None:
    if name in _SPIFF_CODE:
        findings.error("extension_not_executed", node, extension=name)
    elif name not in _SPIFF_READ and name not in _SPIFF_HARMLESS:
        findings.warning("extension_ignored", node, extension=name)
