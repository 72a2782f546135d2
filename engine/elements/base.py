"""What every element does: a token enters, the element acts, the token leaves along its flows.

The classes here and beside extend SpiffWorkflow's task specifications. Two habits of the library are given up: it predicts
what may follow, and it remembers what is past. Children are made when a token leaves, and finished tokens go.
"""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine import returning
from engine.elements import parameters
from engine.graph import Flow, Node
from engine.incidents import FAILURES
from engine.mementos import done_in, entries_of
from engine.records import write_drawn
from engine.tokens import Token


class Element(BpmnSpecMixin):
    """A drawn element; subclasses say what it does when a token has entered (`_update_hook`, `_run_hook`)."""

    #: a join holds one token for each flow
    joins: ClassVar[bool] = False
    #: looks at where other tokens are
    watchful: ClassVar[bool] = False
    #: looks at variables while it waits
    looks_at_variables: ClassVar[bool] = False
    #: stands for instances that may sleep
    gathers_instances: ClassVar[bool] = False
    #: sees what the token sees on whose behalf it waits
    sees_parent: ClassVar[bool] = False
    #: stands for somebody who signs for the token above
    signs: ClassVar[bool] = False
    #: input parameters are variables of its own while a token is here, output parameters are set around when it leaves
    maps: ClassVar[bool] = True

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, name or node.id, bpmn_name=node.element.get("name") or None, lane=node.element.get("lane"), **more)
        self.node = node
        self.element = node.element
        #: the id that people know; a made-up node speaks for the drawn one behind it
        self.drawn: str = node.drawn or node.id
        self.hidden = node.drawn is not None and not node.element.get("shown")
        self.bpmn_id = self.drawn
        #: one of the instances of a multi-instance or loop
        self.instance = False
        #: tells the token above when it has ended, instead of going on along flows
        self.reports = False
        self.flows: list[Flow] = node.flows
        self._outputs = [flow.target for flow in node.flows]
        #: ids of the incoming flows, and the nodes they come from
        self.incoming: dict[str, str] = {}

    def _predict(self, my_task: Token, *_: Any, **__: Any) -> None:
        """Nothing is predicted."""

    def test(self) -> None:
        """The gate has checked the diagram."""

    def waits_for_something(self, token: Token) -> bool:
        """Whether somebody or something named will let the token go on."""
        return bool(token.state == TaskState.ERROR or (token.state == TaskState.READY and self.manual))

    def rouse(self, my_task: Token) -> None:
        """Make tokens of what sleeps in the token."""

    @property
    def instantiates(self) -> bool:
        """Whether a case may begin here."""
        return False

    def begin_here(self, my_task: Token) -> None:
        """The process begins with this token."""
        self._update(my_task)

    def bears_life(self, token: Token) -> bool:
        """Whether the token keeps its process from ending."""
        return True

    def _update(self, my_task: Token) -> None:
        """A token arrives, or looks whether it may go on."""
        try:
            if self._update_hook(my_task):
                my_task._ready()
        except FAILURES as problem:
            if not my_task.alive:
                raise
            my_task.fail(problem)

    def _update_hook(self, my_task: Token) -> bool:
        """Enter; returns whether the element may act now."""
        self.enter(my_task)
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        """The element is about to act or to wait for a person."""

    def _run_hook(self, my_task: Token) -> bool | None:
        """Act; None: the token stays until something outside ends it."""
        return True

    def enter(self, my_task: Token) -> None:
        """A token is here for the first time: note it and let the boundary events wait."""
        if my_task.state != TaskState.FUTURE:
            return
        if not self.hidden and not self.instance and not my_task.entered:
            my_task.record("element_entered")
        my_task.entered = True
        parameters.enter(my_task, self.element, maps=self.maps)
        if not my_task._children:
            for name in self.node.boundary:
                guard = my_task._add_child(self._wf_spec.task_specs[name])
                guard.task_spec.wait(guard)

    def leave(self, my_task: Token) -> None:
        """What waited on the element's behalf is over."""
        for waiting in my_task.children:
            waiting.cancel()
        if "undoing" in my_task.internal_data:
            return
        if not self.reports:
            self.remember(my_task)
        if not self.hidden and not self.instance:
            write_drawn(my_task, self.element.get("writes") or [])
            my_task.record("element_left")

    def remember(self, my_task: Token) -> None:
        """Keep what is needed to take the activity back later."""
        if self.node.compensation or "undo" in my_task.internal_data:
            done_in(my_task.workflow).extend(entries_of(my_task, self.node.compensation))

    def cancelled(self, my_task: Token) -> None:
        """The token is being taken back: note what no longer waits."""
        if not (self.hidden or self.instance or self.outside(my_task)):
            my_task.record("element_left", cancelled=True)

    def interrupted_by(self, my_task: Token, kind: str) -> None:
        """An event of this kind is about to take the token back."""

    def outside(self, my_task: Token) -> bool:
        """Whether the token has not entered the element: it is on a flow, or waits on behalf of something else."""
        return my_task.state == TaskState.FUTURE or "undoing" in my_task.internal_data

    def chosen(self, my_task: Token) -> list[Flow]:
        """The flows that the token leaves along."""
        return self.flows

    def _on_complete(self, my_task: Token) -> None:
        """Leave: new tokens on the flows, in the order they were drawn; then whoever depends on it looks again."""
        try:
            parameters.leave(my_task, self.element, maps=self.maps)
        except FAILURES as problem:
            my_task.internal_data["leaving"] = True
            my_task.fail(problem)
            return
        self.leave(my_task)
        workflow = my_task.workflow
        if self.reports or "undoing" in my_task.internal_data:
            above = my_task.parent
            my_task.lift()
            above.task_spec.part_ended(above, my_task)
            return
        returns = returning.due(my_task)
        followers = [self.send(my_task, flow) for flow in self.chosen(my_task)] if not returns and workflow.goes_on(my_task) else []
        my_task.lift()
        if returns:
            returning.come_back(workflow.top_workflow, returns, my_task)
        for follower in followers:
            if follower.alive:
                follower.task_spec._update(follower)
        workflow._task_completed_notify(my_task)

    def send(self, my_task: Token, flow: Flow) -> Token:
        """A token on a flow."""
        follower = my_task._add_child(self._wf_spec.task_specs[flow.target])
        if follower.task_spec.joins:
            follower.internal_data["flow"] = flow.id
        return follower

    def correct(self, my_task: Token, variables: dict[str, Any]) -> None:
        """Set variables with which the retry may succeed."""
        my_task.write(variables)

    def retry(self, my_task: Token) -> None:
        """Try again what failed."""
        my_task.entered = True
        my_task._set_state(TaskState.FUTURE)
        self._update(my_task)


class Root(Element):
    """Where the tokens of a process hang; it is never anywhere in the diagram."""

    def __init__(self, wf_spec: Any) -> None:
        # no id of a diagram has brackets
        super().__init__(wf_spec, Node("(root)", "root", {}, drawn="(root)"))

    def bears_life(self, token: Token) -> bool:
        """The root is no token."""
        return False


class Passing(Element):
    """A task without work, a manual task, a link: the token passes."""
