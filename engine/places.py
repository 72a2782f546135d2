"""Where in a running case an element is to be opened: in a process that runs, or inside activities that are opened again for it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from engine import descent
from engine.descent import Kept
from engine.elements.ad_hoc import AdHoc
from engine.elements.repeats import Repeating
from engine.elements.revision import Revision
from engine.elements.scopes import CallActivity, SubProcess
from engine.errors import MoveRefused, UnknownDefinition
from engine.incidents import FAILURES
from engine.instances import Case, Inner, Running
from engine.library import Library
from engine.tokens import Token

#: of a mapping that passes everything both ways, so that what is inside can be made again from what is around
_MAPPINGS = ("in", "out", "in_all", "in_local", "out_all")


@dataclass(frozen=True, slots=True)
class Place:
    """A target: the running process, and the element in it; inside of it the elements in the processes that are opened again."""

    workflow: Running
    #: (specification of the process, name of the element in it), outermost first; the first is in `workflow`
    steps: tuple[tuple[Any, str], ...]

    @property
    def start(self) -> str:
        """The name of what is opened in the running process."""
        return self.steps[0][1]

    @property
    def definition(self) -> str:
        """`key:version` of the running process."""
        return str(self.workflow.spec.definition)

    @property
    def first(self) -> Any:
        """What is opened in the running process."""
        spec, name = self.steps[0]
        return spec.task_specs[name]

    @property
    def target(self) -> Any:
        """What is meant."""
        spec, name = self.steps[-1]
        return spec.task_specs[name]


def climb(library: Library, definition: str, element_id: str, calls: Iterable[list[str]]) -> Iterator[tuple[Any, str]]:
    """The processes around an element with what is around it in each, innermost first; `calls` lead out of called ones, innermost first."""
    outwards = iter(calls)
    while True:
        family = _family(library, definition)
        spec = next((one for one in family.values() if element_id in one.task_specs), None)
        while spec is not None:
            yield spec, element_id
            element_id = spec.name
            spec = next((one for one in family.values() if element_id in one.task_specs), None)
        out = next(outwards, None)
        if out is None:
            return
        definition, element_id = out


def _family(library: Library, definition: str) -> dict[str, Any]:
    key, _, version = definition.rpartition(":")
    try:
        return library.get(key, int(version)).specs
    except (UnknownDefinition, ValueError) as problem:
        raise MoveRefused("move_target_unknown") from problem


def place_among(case: Case, candidates: list[Running], around: Iterable[tuple[Any, str]], passed: Mapping[str, Collection[str]]) -> Place:
    """The nearest of the running processes that the element is in, or was in; raises MoveRefused, also where it cannot be told which."""
    outwards = list(around)
    steps: list[tuple[Any, str]] = []
    for place, (spec, name) in enumerate(outwards):
        steps.insert(0, (spec, name))
        inside = [one for one in candidates if _runs(one, spec) and name in one.spec.task_specs]
        if inside:
            _check_alone(case, inside[0], outwards[place + 1 : place + 2], passed)
            found = Place(inside[0], tuple(steps))
            _check(found)
            return found
    raise MoveRefused("move_target_unknown")


def _runs(workflow: Running, spec: Any) -> bool:
    return (workflow.spec.definition, workflow.spec.name) == (spec.definition, spec.name)


def _check_alone(case: Case, workflow: Any, around: list[tuple[Any, str]], passed: Mapping[str, Collection[str]]) -> None:
    """What was left since is known by its place alone: the process must not run twice there, nor have ended there since."""
    running: list[Any] = case.running
    twins = [one for one in running if _runs(one, workflow.spec) and one.path == workflow.path]
    ended = any(spec.task_specs[name].drawn in passed.get(spec.definition, ()) for spec, name in around)
    if len(twins) > 1 or ended:
        raise MoveRefused("move_ambiguous")


def outwards(token: Token) -> Iterator[Running]:
    """The processes around a token, the nearest first."""
    workflow: Any = token.workflow
    while workflow is not None:
        yield workflow
        activity = getattr(workflow, "activity", None)
        workflow = None if activity is None else activity.workflow


def standing_for(token: Token, workflow: Running) -> Token:
    """The token of a process that is, or runs, or repeats another one that is somewhere inside; raises MoveRefused for handlers."""
    at = token
    while at.workflow is not workflow:
        at = at.workflow.activity
    while at.task_spec.instance:
        at = at.parent
    if at.parent is not workflow.task_tree:
        raise MoveRefused("move_from_handler")
    return at


def _check(place: Place) -> None:
    """Refuse what cannot be opened as it was."""
    _check_order(getattr(place.workflow, "activity", None))
    if any(spec.task_specs[name].reports for spec, name in place.steps):
        raise MoveRefused("move_from_handler")
    for spec, name in place.steps[:-1]:
        one = spec.task_specs[name]
        words = {"element": one.bpmn_name or one.drawn}
        if isinstance(one, Repeating):
            raise MoveRefused("move_into_instances", **words)
        if isinstance(one, AdHoc):
            raise MoveRefused("move_into_ad_hoc", **words)
        if isinstance(one, CallActivity) and not _passes_all(one.element):
            raise MoveRefused("move_into_mapped_call", **words)
    for spec, _ in place.steps[1:]:
        if spec.initial:
            raise MoveRefused("move_into_data", element=spec.name)


def check_order(token: Token) -> None:
    """Refuse what stands in an order that people choose by completing: its place in it is its number."""
    _check_order(getattr(token.workflow, "activity", None))


def _check_order(activity: Token | None) -> None:
    if activity is not None and isinstance(activity.task_spec, AdHoc) and activity.task_spec.sequential:
        raise MoveRefused("move_into_ad_hoc", element=activity.task_spec.bpmn_name or activity.task_spec.drawn)


def _passes_all(drawn: dict[str, Any]) -> bool:
    return not any(drawn.get(name) for name in _MAPPINGS) or bool(
        drawn.get("in_all") and drawn.get("out_all") and not drawn.get("in") and not drawn.get("out")
    )


def open_at(
    case: Case, place: Place, given: dict[str, Any], passed: Mapping[str, Collection[str]], kept: list[Kept]
) -> tuple[Token, Token]:
    """Open the target, and what is around it; gives the outermost token and the target's.

    `given` is said of the task instead of what is drawn. Joins inside of what is opened again have what came to them on other branches;
    that is noted in `kept`.
    """
    workflow = place.workflow
    top: Token | None = None
    for (spec, name), (inside, within) in pairwise(place.steps):
        activity = workflow.task_tree._add_child(spec.task_specs[name])
        top = top or activity
        workflow = _enter(case, activity, inside)
        left = passed.get(inside.definition, ())
        for join, flow in list(descent.arrivals(workflow, descent.descent(inside, within, left), left, ())):
            kept.append(descent.arrive(workflow, join, flow))
    token = workflow.task_tree._add_child(place.target)
    if given:
        token.internal_data["given"] = given
    token.task_spec._update(token)
    return top or token, token


def _enter(case: Case, activity: Token, inside: Any) -> Inner:
    """Enter an activity again whose process begins somewhere in the middle."""
    spec: SubProcess = activity.task_spec
    try:
        spec.enter(activity)
        inner = spec.open_with(activity, inside)
    except FAILURES as problem:
        raise MoveRefused("move_not_openable", element=spec.bpmn_name or spec.drawn) from problem
    spec.run_inside(activity, inner, begin=lambda: inner.begin(()))
    return inner


def target_name(library: Library, definition: str, element_id: str) -> str:
    """The name of what is opened for an element: a start event is filled in once more by whoever started."""
    for spec in _family(library, definition).values():
        if element_id in spec.task_specs:
            revision = Revision.name_for(element_id)
            return revision if revision in spec.task_specs else element_id
    raise MoveRefused("move_target_unknown")
