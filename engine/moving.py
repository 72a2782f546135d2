"""Sending back (退回) and taking back (撤回): what has followed is taken up, then an earlier element is opened again.

Both are one primitive. The past is not undone: variables stay (a withdrawn decision takes its own back), the step log keeps what
happened. What cannot be done exactly is refused, and then nothing has happened.
"""

from collections.abc import Collection, Mapping
from typing import Any

from engine import decided, descent, opened, places, returning
from engine.descent import Kept
from engine.errors import MoveRefused
from engine.instances import Case, Running
from engine.library import Library
from engine.outcome import Event
from engine.places import Place
from engine.tokens import Token
from engine.triggers import SendBack, Withdraw


def what_followed(
    library: Library, definition: str, element_id: str, calls: list[list[str]], passed: Mapping[str, Collection[str]]
) -> set[tuple[str, str]]:
    """The elements that may have followed from a completed one, as (definition, element); no state of a case is needed."""
    name = places.target_name(library, definition, element_id)
    return descent.reached_by(places.climb(library, definition, name, calls), passed)


def send_back(case: Case, trigger: SendBack) -> None:
    """Open an earlier task again, and take up what followed from it, or hold only the task that is sent back from."""
    token = opened.open_task(case, trigger.number, trigger.element_id)
    place = place_of(case, list(places.outwards(token)), trigger)
    passed = trigger.passed.get(place.definition, ())
    at, path = places.standing_for(token, place.workflow), token.path
    if at.task_spec is place.first and len(place.steps) == 1:
        raise MoveRefused("move_to_itself")
    found = followed(case, place, passed)
    if at not in found:
        raise MoveRefused("move_not_before")
    decided.forget(case)
    straight = trigger.resubmit == "straight_back"
    names = [token.task_spec.drawn] if straight else [one.task_spec.drawn for one in found]
    redone = {place.target.drawn, *names} | (set() if straight else _behind(place, trigger.passed))
    kept: list[Kept] = []
    told = {"to": place.target.drawn, "to_name": place.target.bpmn_name, "taken": names, "redone": sorted(redone), "kept": kept}
    _tell(case, token, "sent_back", path, trigger, **told)
    if straight:
        _go_straight_back(case, token, place, trigger)
    else:
        start_again(case, place, found, trigger.passed, "sent_back", given(trigger.assignee), kept)


def _behind(place: Place, passed: Mapping[str, Collection[str]]) -> set[str]:
    """The elements that were left behind the target and will be come to again, if the case goes the same way."""
    found: set[str] = set()
    for spec, name in place.steps:
        left = passed.get(spec.definition, ())
        drawn = {spec.task_specs[one].drawn for one in descent.descent(spec, name, left).reached}
        found |= drawn & set(left)
    return found


def place_of(case: Case, candidates: list[Any], trigger: SendBack | Withdraw) -> Place:
    """Where the target is, in the nearest of the running processes."""
    library, target = case.turn.library, trigger.to if isinstance(trigger, SendBack) else trigger.element_id
    name = places.target_name(library, trigger.definition, target)
    return places.place_among(case, candidates, places.climb(library, trigger.definition, name, trigger.calls), trigger.passed)


def given(assignee: str | None) -> dict[str, Any]:
    """What is said of the opened task instead of what is drawn."""
    return {} if assignee is None else {"assignee": assignee}


def _tell(case: Case, token: Token, kind: str, path: tuple[int, ...], trigger: SendBack, **details: Any) -> None:
    spec = token.task_spec
    said = {"reason": trigger.reason, "resubmit": trigger.resubmit, "by": trigger.by, **details}
    definition = token.workflow.spec.definition
    case.turn.events.append(Event(kind, spec.drawn, spec.bpmn_name, token.id, path, definition, said))


def followed(case: Case, place: Place, passed: Collection[str]) -> list[Token]:
    """The tokens in the running process that have come from the target; raises MoveRefused where it is open beside them."""
    workflow = place.workflow
    found = descent.descent(workflow.spec, place.start, passed)
    bound = {number for one in case.returns for number in (one[0], one[2])}
    here = [t for t in workflow.task_tree.children if t.task_spec.drawn == place.first.drawn]
    reopened = [t for t in here if t.id in bound or returning.HELD in t.internal_data]
    met = descent.met(workflow, found)
    over = [t for t in workflow.task_tree.children if _has_interrupted(t)]
    taken = list(dict.fromkeys([*reopened, *met, *over]))
    if any(token.task_spec is place.first and token not in taken for token in here):
        raise MoveRefused("move_already_open", element=place.first.bpmn_name or place.first.drawn)
    return taken


def _has_interrupted(token: Token) -> bool:
    """Whether it is an event sub-process that has ended everything before it."""
    spec = token.task_spec
    if not spec.element.get("event_subprocess"):
        return False
    starts = (spec._wf_spec.task_specs[name] for name in spec._wf_spec.listeners)
    return any(spec.name in one._outputs and one.interrupting for one in starts)


def start_again(
    case: Case,
    place: Place,
    found: list[Token],
    passed: Mapping[str, Collection[str]],
    reason: str,
    given: dict[str, Any],
    kept: list[Kept],
) -> Token:
    """Take up what has followed, put back what joins had of other branches, and open the target; gives its token."""
    workflow, left = place.workflow, passed.get(place.definition, ())
    starved = descent.starving(workflow)
    for token in found:
        token.task_spec.rouse(token)
    arrived = list(descent.arrivals(workflow, descent.descent(workflow.spec, place.start, left), left, found))
    with case.turn.because(reason):
        for token in found:
            token.cancel()
    case.moves_again()
    for name, flow in arrived:
        kept.append(descent.arrive(workflow, name, flow))
    _listen_again(workflow)
    token = places.open_at(case, place, given, passed, kept)[1]
    _refuse_starving(token, workflow, starved)
    return token


def _refuse_starving(token: Token, workflow: Running, starved: set[tuple[str, str]]) -> None:
    """No join may wait for a branch that never comes, unless it did so before: also not in what was opened again around the task."""
    inside: Any = token.workflow
    while True:
        missing = descent.starving(inside) - (starved if inside is workflow else set())
        if missing:
            join = inside.spec.task_specs[min(missing)[0]]
            raise MoveRefused("move_starves_join", element=join.bpmn_name or join.drawn)
        if inside is workflow:
            return
        inside = inside.activity.workflow


def _listen_again(workflow: Any) -> None:
    """Event sub-processes whose event has come and ended everything wait for it again."""
    waiting = {token.task_spec.name for token in workflow.task_tree.children}
    for name in workflow.spec.listeners:
        spec = workflow.spec.task_specs[name]
        if name not in waiting and spec.interrupting:
            listener = workflow.task_tree._add_child(spec)
            spec._update(listener)


def _go_straight_back(case: Case, token: Token, place: Place, trigger: SendBack) -> None:
    """Hold the task, and open the target, or wait for it where it is open for another one already."""
    for spec, name in place.steps:
        for guard in spec.task_specs[name].node.boundary:
            if spec.task_specs[guard].interrupting:
                one = spec.task_specs[name]
                raise MoveRefused("move_may_be_interrupted", element=one.bpmn_name or one.drawn)
    places.check_order(token)
    first, top_number = _already(case, place)
    if returning.waits_on(case, token.id, first):
        raise MoveRefused("move_waits_for_this", element=place.target.bpmn_name or place.target.drawn)
    with case.turn.because("sent_back"):
        returning.hold(token, trigger.by)
    if first is not None and top_number is not None:
        case.returns.append([first, token.id, top_number])
        return
    top, target = places.open_at(case, place, given(trigger.assignee), {}, [])
    case.returns.append([target.id, token.id, top.id])


def _already(case: Case, place: Place) -> tuple[int | None, int | None]:
    """The numbers of the target and of what was opened around it, where it is open for another one, or held itself."""
    known = next((one for one in case.returns if _is_open_at(case, one, place)), None)
    if known is not None:
        return known[0], known[2]
    here = (token for token in place.workflow.task_tree.children if token.task_spec is place.target)
    held = next((token.id for token in here if returning.HELD in token.internal_data), None)
    return held, held


def _is_open_at(case: Case, one: returning.Return, place: Place) -> bool:
    first, top = case.find(one[0]), case.find(one[2])
    if first is None or top is None:
        return False
    return first.task_spec is place.target and top.task_spec is place.first and top.workflow is place.workflow
