"""Where a case would go, read from the diagram: the steps ahead, in order, as far as they can be told without running it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from processes.actors import Actor
from processes.errors import NotFound
from processes.people import directory, groups
from processes.queries import definitions, forms_for
from web.language import gettext as _

MOST_STEPS = 12
DEEPEST = 4
EXPRESSION = ("${", "#{", "=")
SPLITS = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway"})
STARTS_BY_ITSELF = "startEvent"
#: an expression that is nothing but the name of a variable
_VARIABLE = re.compile(r"[$#]\{\s*(\w+)\s*\}")

Elements = Mapping[str, Any]
Step = dict[str, Any]


def after_start(definition_id: str, actor: Actor) -> list[Step]:
    """The user tasks behind the start event, with who does them, and how it may end; `maybe` behind a choice, in `inner` what a
    sub-process or a called process asks."""
    outline = definitions.outline(definition_id)
    start = outline["start"]
    if start is None:
        return []
    teller = _Teller(forms_for.start_labels(definition_id), actor)
    found = teller.steps(outline["elements"], start["element_id"])[:MOST_STEPS]
    ends = list(dict.fromkeys(teller.ends(outline["elements"], start["element_id"])))
    return [*found, {"name": _("办结"), "who": " / ".join(ends[:4]), "maybe": True}]


class _Teller:
    """Tells the steps of one process, and of those that it calls."""

    def __init__(self, labels: Mapping[str, str], actor: Actor) -> None:
        self.labels, self.actor = labels, actor

    def steps(self, elements: Elements, start: str, depth: int = 0) -> list[Step]:
        found = [self._step(element, maybe, elements, depth) for element, maybe in _walk(elements, start)]
        return [one for one in found if one is not None]

    def ends(self, elements: Elements, start: str) -> Iterator[str]:
        for element, _maybe in _walk(elements, start):
            if element["type"] == "endEvent" and (element.get("event") or {}).get("kind") in (None, "none"):
                yield element.get("name") or _("办结")

    def _step(self, element: Mapping[str, Any], maybe: bool, elements: Elements, depth: int) -> Step | None:
        if element["type"] == "userTask":
            return {"name": element.get("name"), "who": who_of(element, elements, self.labels), "maybe": maybe}
        if depth >= DEEPEST:
            return None
        inner: list[Step] = []
        if element["type"] in ("subProcess", "transaction"):
            inner = self._inside(element, elements, depth)
        elif element["type"] == "callActivity":
            inner = self._called(element, depth)
        if len(inner) == 1 and not inner[0].get("inner"):
            return {**inner[0], "maybe": maybe or inner[0]["maybe"]}
        return {"name": element.get("name"), "who": None, "maybe": maybe, "inner": inner} if inner else None

    def _inside(self, scope: Mapping[str, Any], elements: Elements, depth: int) -> list[Step]:
        scope_id = next(one for one, other in elements.items() if other is scope)
        starts = (one for one, other in elements.items() if other.get("parent") == scope_id and other["type"] == STARTS_BY_ITSELF)
        return [step for start in starts for step in self.steps(elements, start, depth + 1)]

    def _called(self, element: Mapping[str, Any], depth: int) -> list[Step]:
        key = element.get("called_element") or ""
        try:
            called = definitions.outline(definitions.newest(key, self.actor)["id"])
        except NotFound:
            return []
        return self.steps(called["elements"], called["start"]["element_id"], depth + 1) if called["start"] else []


def _walk(elements: Elements, start: str) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Elements of one scope reachable from `start`, in the order of work, and whether a choice lies before them."""
    stack, seen = [(start, False)], set[str]()
    while stack:
        element_id, maybe = stack.pop()
        if element_id in seen:
            continue
        seen.add(element_id)
        element = elements[element_id]
        yield element, maybe
        maybe = maybe or (element["type"] in SPLITS and len(element.get("outgoing") or []) > 1)
        ahead = [elements[flow]["target"] for flow in element.get("outgoing") or [] if flow in elements]
        stack += [(following, maybe) for following in reversed(ahead) if following in elements]


def who_of(element: Mapping[str, Any], elements: Elements, labels: Mapping[str, str] | None = None) -> str:
    """Who does a user task by its drawn rule, in words; `labels` are those of the fields that are filled in before."""
    names = [name for name in element.get("candidate_groups") or [] if not name.startswith(EXPRESSION)]
    if names:
        held = groups.holders(names)
        return "、".join(name if held[name] else _("%(name)s（无人在任）", name=name) for name in names)
    drawn = (element.get("assignee"), *(element.get("candidate_users") or []), *(element.get("candidate_groups") or []))
    texts = [text for text in drawn if text]
    if not texts:
        return str(element.get("lane") or _("运行管理员"))
    if not any(_is_computed(text) for text in texts):
        return "、".join(directory.names(texts)[text] for text in texts)
    asked = [found[1] for text in texts if (found := _VARIABLE.fullmatch(text))]
    if any("starter" in text for text in texts) or _names_of_starter(elements).intersection(asked):
        return _("申请人")
    named = [(labels or {})[name] for name in asked if name in (labels or {})]
    return _("申请时选的“%(label)s”", label="、".join(named)) if named else _("按填写的内容确定")


def _is_computed(text: str) -> bool:
    return text.startswith(EXPRESSION[-1]) or any(begin in text for begin in EXPRESSION[:-1])


def _names_of_starter(elements: Elements) -> set[str]:
    """Variables that hold the starter's login, as start events of other dialects name them."""
    return {str(one["initiator"]) for one in elements.values() if one.get("initiator")}
