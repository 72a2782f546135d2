"""Who works on a user task, and until when."""

import re

from engine.dialects.names import Entry, Node, attribute, bpmn, bpmn_children, bpmn_text, content, vendor_extensions
from engine.people_rules import parts

_RESOURCE = re.compile(r"\s*(user|group)\s*\((.*)\)\s*", re.DOTALL)


def people_of(node: Node) -> Entry:
    """Assignee, candidates and dates of a user task, texts as drawn."""
    people: Entry = {
        "assignee": _assignee(node),
        "candidate_users": split_list(attribute(node, "candidateUsers")),
        "candidate_groups": split_list(attribute(node, "candidateGroups")),
        "due": attribute(node, "dueDate"),
        "follow_up": attribute(node, "followUpDate"),
        "priority": attribute(node, "priority"),
    }
    _read_resources(node, people)
    return people


def _assignee(node: Node) -> str | None:
    """The assignee as drawn; Flowable's modeler writes `$INITIATOR` for whoever started the case."""
    drawn = attribute(node, "assignee")
    return "${starter}" if drawn == "$INITIATOR" else drawn


def starters_of(process: Node) -> list[str]:
    """The users and groups that a process names as those who may start it; empty: everyone."""
    found = [*split_list(attribute(process, "candidateStarterUsers")), *split_list(attribute(process, "candidateStarterGroups"))]
    for starter in vendor_extensions(process, "potentialStarter"):
        for part in split_list(_resource_text(starter)):
            named = _RESOURCE.fullmatch(part)
            found.append(part if named is None else named[2].strip())
    return list(dict.fromkeys(name for name in found if name))


def _read_resources(node: Node, people: Entry) -> None:
    for owner in bpmn_children(node, "humanPerformer", "performer"):
        people["assignee"] = people["assignee"] or _resource_text(owner)
    for owner in bpmn_children(node, "potentialOwner"):
        for part in split_list(_resource_text(owner)):
            named = _RESOURCE.fullmatch(part)
            if named is None:
                people["candidate_groups"].append(part)
            elif named[2].strip():
                people["candidate_users" if named[1] == "user" else "candidate_groups"].append(named[2].strip())


def _resource_text(owner: Node) -> str | None:
    found = owner.find(bpmn("resourceAssignmentExpression"))
    if found is None:
        return None
    return bpmn_text(found, "formalExpression") or content(found)


def split_list(text: str | None) -> list[str]:
    """The parts of a comma list, blanks stripped; commas inside `${...}`, brackets and quotes do not separate."""
    return [part.strip() for part in parts(text or "", ",，;") if part.strip()]
