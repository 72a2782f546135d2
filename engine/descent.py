"""What has followed from an element: where tokens that have left it may be by now, by the flows and by what was left since.

Nothing in a state says where a token has come from, so that a case of ten thousand rounds costs what one of ten costs. The step log
knows which elements were left since a target was completed; a token can only have come along those.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.elements.complex_gateway import ComplexGateway
from engine.elements.gateways import ParallelGateway
from engine.errors import MoveRefused
from engine.instances import Running
from engine.tokens import Token

#: a token that was put back before a join: definition, instance, flow
Kept = list[Any]


@dataclass(frozen=True, slots=True)
class Descent:
    """The elements that something which left `start` may have reached, and the flows that it may have taken."""

    start: str
    reached: frozenset[str]
    flows: frozenset[str]


def descent(spec: Any, start: str, passed: Collection[str], without: str | None = None) -> Descent:
    """Follow the flows from `start` through what was left; made-up nodes let everything pass, an activity leads to its boundary events.

    Among what was left are the flows whose tokens were put back before joins meanwhile: they stand for what comes from `start` anew.
    """
    again = _put_back(spec, start, passed, without)
    reached, flows = set(again.values()), set(again)
    ahead, seen = [start, *sorted(reached)], {without}
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        one = spec.task_specs[name]
        ways = list(one.node.boundary)
        if name == start or one.hidden or one.drawn in passed:
            flows.update(flow.id for flow in one.flows)
            ways += [flow.target for flow in one.flows]
        reached.update(ways)
        ahead += ways
    return Descent(start, frozenset(reached), frozenset(flows))


def _put_back(spec: Any, start: str, passed: Collection[str], without: str | None) -> dict[str, str]:
    """Flows on which a token was put back before a join, and that will bring one anew, each with its join.

    Nothing from `start` has got past a join or a split that was not left since.
    """
    found: dict[str, str] = {}
    closed = _closed(spec, passed) | ({without} if without else set())
    for name, join in spec.task_specs.items():
        for flow, source in join.incoming.items() if join.joins else ():
            if flow in passed and source in _ahead(spec, start, {name, *closed}):
                found[flow] = name
    return found


def _closed(spec: Any, passed: Collection[str]) -> set[str]:
    """Joins and splits that were not left since, so that nothing has got past them."""
    gates = (name for name, one in spec.task_specs.items() if one.joins and one.drawn not in passed and not one.hidden)
    return {name for name in gates if len(spec.task_specs[name].incoming) > 1 or len(spec.task_specs[name].flows) > 1}


def reached_by(around: Iterable[tuple[Any, str]], passed: Mapping[str, Collection[str]]) -> set[tuple[str, str]]:
    """The elements that something which has left a target may have come to, as (definition, element), with all that is inside of them.

    `around`: the processes around the target, innermost first (engine.places.climb); one counts when what is inside of it has ended.
    """
    found: set[tuple[str, str]] = set()
    for depth, (spec, name) in enumerate(around):
        left = passed.get(spec.definition, ())
        if depth and spec.task_specs[name].drawn not in left:
            break
        names = descent(spec, name, left).reached
        found |= {(spec.definition, spec.task_specs[one].drawn) for one in names}
        found |= {(spec.definition, one) for one in _inside(spec, names)}
    return found


def _inside(spec: Any, names: Collection[str]) -> set[str]:
    """The elements inside of the sub-processes among these."""
    found: set[str] = set()
    for name in names:
        inner = spec.family.get(spec.task_specs[name].drawn)
        if inner is not None and inner is not spec:
            below = list(inner.task_specs)
            found |= {inner.task_specs[one].drawn for one in below} | _inside(inner, below)
    return found


def met(workflow: Running, found: Descent) -> list[Token]:
    """The tokens that have come from there: a join loses only those that came by the flows that were taken."""
    return [token for token in workflow.task_tree.children if _is_met(token, found)]


def _is_met(token: Token, found: Descent) -> bool:
    spec = token.task_spec
    if spec.name not in found.reached:
        return False
    return not waits_at_join(token) or token.internal_data.get("flow") in found.flows


def waits_at_join(token: Token) -> bool:
    """Whether the token stands before a join that has not consumed it."""
    return token.task_spec.joins and (token.state in (TaskState.WAITING, TaskState.FUTURE) or "looking" in token.internal_data)


def arrivals(workflow: Running, found: Descent, passed: Collection[str], taken: Collection[Token]) -> Iterator[tuple[str, str]]:
    """What joins had consumed of other branches, as (join, flow): it is there again when what came with it is taken back.

    Only joins that wait for all of their flows need it, and only for flows that bring no token anew. Raises MoveRefused for a complex
    gateway whose round is over.
    """
    closed = _closed(workflow.spec, passed)
    consumed = {token.task_spec.name for token in taken if token.task_spec.joins and not waits_at_join(token)}
    for name in sorted(found.reached):
        join = workflow.spec.task_specs[name]
        if len(join.incoming) < 2 or not (name in consumed or join.drawn in passed):
            continue
        if not isinstance(join, ParallelGateway | ComplexGateway):
            continue
        before = descent(workflow.spec, found.start, passed, without=name).flows
        again = _ahead(workflow.spec, found.start, {name, *closed})
        missing = [flow for flow, source in join.incoming.items() if flow not in before and source not in again]
        if isinstance(join, ComplexGateway):
            missing = _of_round(workflow, join, missing)
        here = {token.internal_data.get("flow") for token in workflow.tasks.values() if token.task_spec is join}
        yield from ((name, flow) for flow in missing if flow not in here)


def arrive(workflow: Any, join: str, flow: str) -> Kept:
    """Let a token wait before a join as if it had come along a flow."""
    token = workflow.task_tree._add_child(workflow.spec.task_specs[join])
    token.internal_data["flow"] = flow
    token._set_state(TaskState.WAITING)
    return [workflow.spec.definition, list(workflow.path), flow]


def _of_round(workflow: Running, gateway: ComplexGateway, missing: list[str]) -> list[str]:
    """Take back the activation of a complex gateway; those of the missing flows that had brought it a token."""
    rounds = workflow.data.get("complex", {})
    used = rounds.pop(gateway.name, None)
    if not rounds:
        workflow.data.pop("complex", None)
    if used is None and missing:
        raise MoveRefused("move_past_complex_gateway", element=gateway.bpmn_name or gateway.drawn)
    return [flow for flow in missing if flow in (used or ())]


def starving(workflow: Running) -> set[tuple[str, str]]:
    """Flows into joins ahead that no token can come along any more, as (join, flow)."""
    spec = workflow.spec
    places = {token.task_spec.name for token in workflow.tasks.values() if token is not workflow.task_tree}
    found: set[tuple[str, str]] = set()
    for name, join in spec.task_specs.items():
        if not isinstance(join, ParallelGateway) or len(join.incoming) < 2:
            continue
        ahead = frozenset().union(*(_ahead(spec, place, {name}) for place in places - {name}))
        here = {t.internal_data.get("flow") for t in workflow.tasks.values() if t.task_spec is join and waits_at_join(t)}
        coming = {flow for flow, source in join.incoming.items() if source in ahead}
        if here or coming:
            found |= {(name, flow) for flow in join.incoming if flow not in here and flow not in coming}
    return found


def _ahead(spec: Any, start: str, without: Collection[str]) -> frozenset[str]:
    """Where a token may come to without passing these elements, by boundary events, too."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in seen and name not in without:
            seen.add(name)
            one = spec.task_specs[name]
            ahead += [*one.node.boundary, *(flow.target for flow in one.flows)]
    return frozenset(seen)
