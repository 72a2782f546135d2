"""The complex gateway, BPMN 2.0, 13.4.5: a join with a condition of its own, in two phases.

Waiting for start, it looks at its activation condition whenever a token comes: `activationCount` is the number of tokens that wait
here, and every incoming flow's id is the number of those on it. When it holds, one token of each filled flow is consumed and the
gateway goes on. Waiting for reset, it consumes the tokens that are still to come on the other flows, as an inclusive gateway would
wait for them. They go on only along flows whose condition speaks of `waitingForStart`.
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import expressions
from engine.elements.gateways import InclusiveGateway, decide, take_default
from engine.evaluation import holds
from engine.graph import Flow, Node
from engine.incidents import FAILURES
from engine.scopes import Scope
from engine.tokens import Token

PHASE = "waitingForStart"


class ComplexGateway(InclusiveGateway):
    """Joins by its activation condition; flows out are chosen as by an inclusive gateway."""

    looks_at_variables = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, node, name, **more)
        #: the flows that may be taken when the gateway is reset
        self.again = {flow.id for flow in self.flows if flow.condition and PHASE in expressions.names_in(flow.condition)}

    def used(self, my_task: Token, held: dict[str, list[Token]]) -> list[Token]:
        """The oldest of each filled flow, when the activation condition holds; nothing while waiting for reset."""
        if len(self.incoming) <= 1:
            return [my_task]
        if self.name in my_task.workflow.data.get("complex", {}):
            return []
        counts: dict[str, Any] = {flow: len(held.get(flow, ())) for flow in self.incoming}
        counts["activationCount"] = sum(counts.values())
        if not self.activated(my_task, Scope(counts, my_task.data)):
            return []
        for token in (found := [tokens[0] for tokens in held.values()]):
            if token.internal_data.pop("looking", False):
                token.recovered()
                token._set_state(TaskState.WAITING)
        return found

    def activated(self, my_task: Token, seen: Scope) -> bool:
        """Whether the activation condition holds; one that fails is an incident of one of the tokens here."""
        try:
            return holds(my_task, self.element["activation_condition"], seen)
        except FAILURES:
            others = [token for token in my_task.workflow.tasks.values() if token.task_spec is self and token is not my_task]
            if any("looking" in token.internal_data for token in others):
                return False
            my_task.internal_data["looking"] = True
            raise

    def held(self, my_task: Token) -> dict[str, list[Token]]:
        """A token at which the condition has failed is still here."""
        found = super().held(my_task)
        for token in my_task.workflow.tasks.values():
            if token.task_spec is self and "looking" in token.internal_data:
                found.setdefault(token.internal_data["flow"], []).insert(0, token)
        return found

    def retry(self, my_task: Token) -> None:
        """Look at the activation condition again, or at the flows out."""
        if my_task.internal_data.pop("looking", False):
            my_task._set_state(TaskState.WAITING)
            self._update(my_task)
        else:
            super().retry(my_task)

    def consumed(self, my_task: Token, used: list[Token]) -> None:
        """From now on the gateway waits for its reset."""
        if len(self.incoming) > 1:
            flows = sorted(token.internal_data["flow"] for token in used)
            my_task.workflow.data.setdefault("complex", {})[self.name] = flows

    def look(self, workflow: Any) -> None:
        """Reset the gateway when no token is to be expected any more on the flows that have not brought one."""
        here = [token for token in workflow.tasks.values() if token.task_spec is self]
        if any(token.state != TaskState.WAITING and "looking" not in token.internal_data for token in here):
            return
        missing = set(self.incoming) - set(workflow.data["complex"][self.name])
        held = {flow: tokens for flow, tokens in self.held(here[0]).items() if flow in missing} if here else {}
        empty = missing - set(held)
        if empty and any(self.may_bring(token, empty, set(held)) for token in workflow.tasks.values()):
            return
        del workflow.data["complex"][self.name]
        if not workflow.data["complex"]:
            del workflow.data["complex"]
        self.reset(workflow, [tokens[0] for tokens in held.values()])

    def reset(self, workflow: Any, late: list[Token]) -> None:
        """Consume the late tokens; one goes on if a flow out asks for it."""
        carrier = None
        if self.again:
            carrier = late.pop(0) if late else workflow.task_tree._add_child(self)
        for token in late:
            token.lift()
        if carrier is not None:
            carrier.internal_data["reset"] = True
            carrier.record("element_entered")
            carrier.entered = True
            carrier._set_state(TaskState.FUTURE)
            carrier._ready()

    def decided(self, my_task: Token) -> list[Flow]:
        """Every flow whose condition holds or that has none, else the default; at a reset only those that speak of it."""
        reset = bool(my_task.internal_data.get("reset"))
        default, phase = self.default_flow, {PHASE: not reset}
        open_now = [flow for flow in self.flows if flow is not default and (not reset or flow.id in self.again)]
        flows = [flow for flow in open_now if not flow.condition or decide(my_task, flow, phase)]
        if flows or reset or default is None:
            return flows
        take_default(my_task, default)
        return [default]

    def may_end_here(self, my_task: Token) -> bool:
        """A reset need not go on."""
        return "reset" in my_task.internal_data
