"""Start, catching, boundary and event sub-process start events, receive tasks, and the event-based gateway."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.elements.base import Element
from engine.elements.waiting import Attached, Waiting
from engine.graph import Node
from engine.tokens import Token


class StartEvent(Element):
    """A token begins here; `camunda:initiator` names the variable that keeps who started."""

    @property
    def instantiates(self) -> bool:
        return True

    def _run_hook(self, my_task: Token) -> bool | None:
        initiator = self.element.get("initiator")
        if initiator:
            my_task.write({initiator: my_task.workflow.top_workflow.implicit.get("starter")})
        return True


class CatchEvent(Waiting):
    """An intermediate catching event or a receive task."""

    def enter(self, my_task: Token) -> None:
        """Behind an event-based gateway the token is at the gateway until the event comes."""
        if not self.raced(my_task):
            super().enter(my_task)

    @property
    def gateway(self) -> "EventGateway | None":
        """The event-based gateway before the event that begins the process."""
        sources = (self._wf_spec.task_specs[source] for source in self.incoming.values())
        return next((one for one in sources if isinstance(one, EventGateway) and one.instantiates), None)

    @property
    def instantiates(self) -> bool:
        return bool(self.element.get("instantiate")) or self.gateway is not None

    def begin_here(self, my_task: Token) -> None:
        """Where the event begins the process it has just come; a parallel gateway waits for the others in the same case."""
        if not self.instantiates:
            super().begin_here(my_task)
            return
        gateway = self.gateway
        if gateway is not None:
            gateway.begin_by(my_task)
        self.enter(my_task)
        self.fire(my_task)

    def raced(self, my_task: Token) -> bool:
        """Whether the token stands for one of the events of an event-based gateway."""
        return isinstance(my_task.parent.task_spec, EventGateway)

    def outside(self, my_task: Token) -> bool:
        """An event that another one has beaten was never entered."""
        return self.raced(my_task) or super().outside(my_task)

    def released(self, my_task: Token) -> None:
        """Go on; the first event behind a gateway ends the wait for the others."""
        if self.raced(my_task):
            gateway = my_task.parent
            my_task.step_out()
            gateway.task_spec.decided(gateway)
            my_task.record("element_entered")
        my_task._ready()


class EventGateway(Element):
    """The token stays here, an event waits on each flow; the first one that comes takes the token."""

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state != TaskState.FUTURE:
            return False
        self.enter(my_task)
        my_task._set_state(TaskState.STARTED)
        for flow in self.flows:
            option = my_task._add_child(self._wf_spec.task_specs[flow.target])
            option.task_spec._update(option)
        return False

    @property
    def instantiates(self) -> bool:
        return bool(self.element.get("instantiate"))

    def begin_by(self, option: Token) -> None:
        """The process has begun by one of the events: say so, and let a parallel gateway wait for the others."""
        root = option.parent
        gateway = root._add_child(self)
        self.enter(gateway)
        gateway.record("element_left")
        gateway.lift()
        others = self.flows if self.element.get("kind") == "Parallel" else []
        for flow in others:
            if flow.target != option.task_spec.name:
                other = root._add_child(self._wf_spec.task_specs[flow.target])
                other.task_spec._update(other)

    def decided(self, my_task: Token) -> None:
        """One event has come and has stepped out: the others are over."""
        for option in my_task.children:
            option.cancel()
        my_task.record("element_left")
        my_task.lift()


class BoundaryEvent(Attached):
    """Waits while its activity is active, with the activity's variables in sight; interrupting ones end the activity."""

    sees_parent = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, node, name, **more)
        self.interrupting = bool(node.element.get("cancel_activity", True))

    def released(self, my_task: Token) -> None:
        """Step out of the activity, end it or wait again, and go on."""
        activity = my_task.parent
        if not self.interrupting:
            self.again(my_task)
        my_task.step_out()
        self.enter(my_task)
        if self.interrupting:
            activity.task_spec.interrupted_by(activity, self.kind)
            with my_task.turn.because("interrupted"):
                activity.cancel()
        my_task._ready()


class EventSubprocessStart(Attached):
    """Waits while its scope is active, and starts the event sub-process that is its only flow."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, node, name, **more)
        self.interrupting = bool(node.element.get("interrupting", True))

    def released(self, my_task: Token) -> None:
        """End everything else in the scope or wait again, and go on."""
        if not self.interrupting:
            self.again(my_task)
        self.enter(my_task)
        if self.interrupting:
            my_task.cancel_others("interrupted")
        my_task._ready()
