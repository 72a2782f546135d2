"""Where a case would go, read from the diagram: the steps ahead, in order, as far as they can be told without running it."""

from collections.abc import Iterator, Mapping
from typing import Any

from processes.people import groups
from processes.queries import definitions
from web.language import gettext as _

MOST_STEPS = 12
EXPRESSION = ("${", "#{", "=")
SPLITS = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})


def after_start(definition_id: str) -> list[dict[str, Any]]:
    """The user tasks and ends behind the start event, with who does them; `maybe` behind a choice."""
    outline = definitions.outline(definition_id)
    start = outline["start"]
    if start is None:
        return []
    return [step for step in map(_step, _walk(outline["elements"], start["element_id"])) if step is not None][:MOST_STEPS]


def _walk(elements: Mapping[str, Any], start: str) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Elements reachable from `start`, in the order of work, and whether a choice lies before them; sub-processes are walked inside."""
    stack, seen = [(start, False)], set[str]()
    while stack:
        element_id, maybe = stack.pop()
        if element_id in seen:
            continue
        seen.add(element_id)
        element = elements[element_id]
        yield element, maybe
        maybe = maybe or element["type"] in SPLITS
        inside = [one for one, other in elements.items() if other.get("parent") == element_id and other["type"] == "startEvent"]
        ahead = [elements[flow]["target"] for flow in element.get("outgoing") or [] if flow in elements]
        # what is inside a sub-process comes before what follows it
        stack += [(following, maybe) for following in (*reversed(ahead), *inside) if following in elements]


def _step(found: tuple[Mapping[str, Any], bool]) -> dict[str, Any] | None:
    element, maybe = found
    if element["type"] == "userTask":
        return {"name": element.get("name"), "who": who_of(element), "maybe": maybe}
    if element["type"] == "endEvent" and not element.get("event"):
        return {"name": element.get("name") or _("办件结束"), "who": None, "maybe": True}
    return None


def who_of(element: Mapping[str, Any]) -> str:
    """Who does a user task by its drawn rule, in words."""
    names = [name for name in element.get("candidate_groups") or [] if not name.startswith(EXPRESSION)]
    if names:
        held = groups.holders(names)
        return "、".join(f"{name}" if held[name] else _("%(name)s（无人在任）", name=name) for name in names)
    texts = [element.get("assignee"), *(element.get("candidate_users") or []), *(element.get("candidate_groups") or [])]
    if any(texts):
        return _("申请人") if any("starter" in (text or "") for text in texts) else _("按表单填写的人")
    return element.get("lane") or _("运行管理员")
