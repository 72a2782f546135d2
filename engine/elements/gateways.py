"""Exclusive, parallel and inclusive gateways, with real tokens as the standard has them."""

from abc import ABC, abstractmethod
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.elements.base import Element
from engine.elements.events import EventGateway
from engine.errors import ElementFailed
from engine.evaluation import holds, values_read
from engine.graph import Flow
from engine.scopes import Scope
from engine.tokens import Token


def decide(my_task: Token, flow: Flow, beside: dict[str, Any] | None = None) -> bool:
    """Whether a conditional flow is taken, with other names beside the variables; noted with the values that the condition read."""
    condition = flow.condition or ""
    variables = Scope(beside, my_task.data) if beside else my_task.data
    result = holds(my_task, condition, variables)
    values = values_read(my_task, condition, variables)
    my_task.record("condition_evaluated", flow_id=flow.id, flow_name=flow.name, expression=condition, values=values, result=result)
    return result


def take_default(my_task: Token, flow: Flow) -> None:
    """Note that no condition held, so that the default flow is taken."""
    my_task.record("condition_evaluated", flow_id=flow.id, flow_name=flow.name, expression=None, values={}, result=True, default=True)


class Deciding(Element, ABC):
    """Looks at the conditions of its flows when it acts; no path is an incident, and the token stays."""

    def _run_hook(self, my_task: Token) -> bool | None:
        before = len(my_task.turn.events)
        flows = self.decided(my_task)
        if not flows and self.flows and not self.may_end_here(my_task):
            raise ElementFailed("no_path", conditions=[event.details for event in my_task.turn.events[before:]])
        my_task.internal_data["chosen"] = [flow.id for flow in flows]
        return True

    @abstractmethod
    def decided(self, my_task: Token) -> list[Flow]:
        """The flows to take; empty when none may be taken."""

    def may_end_here(self, my_task: Token) -> bool:
        """Whether the token may end where no flow is to be taken."""
        return False

    def chosen(self, my_task: Token) -> list[Flow]:
        """The flows that were decided on."""
        chosen = my_task.internal_data["chosen"]
        return [flow for flow in self.flows if flow.id in chosen]

    @property
    def default_flow(self) -> Flow | None:
        """The flow to take when no condition holds."""
        return next((flow for flow in self.flows if flow.id == self.node.default), None)


class ExclusiveGateway(Deciding):
    """The first flow whose condition holds, in the order drawn, else the default; every token on its own."""

    def decided(self, my_task: Token) -> list[Flow]:
        """One flow; a lone flow without a condition needs no reason."""
        default = self.default_flow
        if len(self.flows) <= 1 and not any(flow.condition for flow in self.flows):
            return self.flows
        for flow in self.flows:
            if flow is not default and (not flow.condition or decide(my_task, flow)):
                return [flow]
        if default is None:
            return []
        take_default(my_task, default)
        return [default]


class Join(Element, ABC):
    """Holds a token for each incoming flow until its rule lets it act; no join looks at what is past."""

    joins = True

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state == TaskState.FUTURE:
            my_task._set_state(TaskState.WAITING)
        used = self.used(my_task, self.held(my_task))
        if my_task not in used:
            return False
        for token in used:
            if token is not my_task:
                token.lift()
        self.consumed(my_task, used)
        if not self.hidden and not my_task.entered:
            my_task.record("element_entered")
        my_task.entered = True
        return True

    def held(self, my_task: Token) -> dict[str, list[Token]]:
        """The tokens by incoming flow, oldest first: those that wait here, and those that are just being put on a flow that leads here."""
        here = TaskState.WAITING | TaskState.FUTURE
        waiting = [t for t in my_task.workflow.tasks.values() if t.task_spec is self and t.has_state(here)]
        found: dict[str, list[Token]] = {}
        for token in sorted(waiting, key=lambda t: (t.last_state_change, t.id)):
            found.setdefault(token.internal_data.get("flow", ""), []).append(token)
        return found

    @abstractmethod
    def used(self, my_task: Token, held: dict[str, list[Token]]) -> list[Token]:
        """The tokens to consume now; empty while the join waits."""

    def consumed(self, my_task: Token, used: list[Token]) -> None:
        """These tokens have just become one."""

    def outside(self, my_task: Token) -> bool:
        """A token that waits here has not entered."""
        return my_task.state == TaskState.WAITING or super().outside(my_task)

    def retry(self, my_task: Token) -> None:
        """The join has consumed its tokens; only the choice behind it is tried again."""
        my_task._set_state(TaskState.FUTURE)
        my_task._ready()


class ParallelGateway(Join):
    """One token from each incoming flow, the oldest; others stay."""

    def used(self, my_task: Token, held: dict[str, list[Token]]) -> list[Token]:
        """One of each, when there is one of each."""
        if len(self.incoming) <= 1:
            return [my_task]
        return [tokens[0] for tokens in held.values()] if set(held) >= set(self.incoming) else []


class InclusiveGateway(Deciding, Join):
    """BPMN 2.0, 13.4.3: waits while a token elsewhere can reach an empty incoming flow, unless it can reach a filled one."""

    watchful = True

    def used(self, my_task: Token, held: dict[str, list[Token]]) -> list[Token]:
        """The oldest of each filled flow, when no token that is still on its way could fill an empty one."""
        empty = set(self.incoming) - set(held)
        if empty and any(self.may_bring(token, empty, set(held)) for token in my_task.workflow.tasks.values()):
            return []
        return [tokens[0] for tokens in held.values()]

    def may_bring(self, token: Token, empty: set[str], filled: set[str]) -> bool:
        """Whether the join has to wait for this token."""
        spec = token.task_spec
        if spec is self or token is token.workflow.task_tree or isinstance(token.parent.task_spec, EventGateway):
            return False
        ahead = self._wf_spec.reach(self.name, spec.name)
        into = {flow for flow, source in self.incoming.items() if source in ahead}
        return bool(into & empty) and not into & filled

    def decided(self, my_task: Token) -> list[Flow]:
        """Every flow whose condition holds or that has none, else the default."""
        default = self.default_flow
        flows = [flow for flow in self.flows if flow is not default and (not flow.condition or decide(my_task, flow))]
        if flows or default is None:
            return flows
        take_default(my_task, default)
        return [default]
