"""Elements that wait for a timer, a message, a signal or a condition, alone or on behalf of an activity."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.deadlines import Deadline, next_deadline, schedule
from engine.elements.base import Element
from engine.evaluation import fill, holds
from engine.expressions import ExpressionFailed
from engine.graph import Node
from engine.incidents import FAILURES
from engine.scopes import same
from engine.tokens import Token

#: what will come by itself, or from outside
_NAMED = ("timer", "message", "signal", "conditional")


class Waiting(Element):
    """Waits for its event. What it waits for stands in the token: `due` and the rest of a cycle, or `name`."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, node, name, **more)
        self.event: dict[str, Any] = node.element.get("event") or {"kind": "none"}
        self.kind: str = self.event["kind"]

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state == TaskState.FUTURE:
            if self.kind == "none":
                self.enter(my_task)
                return True
            self.arrive(my_task)
        return False

    def arrive(self, my_task: Token) -> None:
        """A token comes to wait here."""
        self.enter(my_task)
        self.wait(my_task)

    def wait(self, my_task: Token) -> None:
        """Begin to wait, and say for what; raises what an expression in a time or a name raises."""
        if self.kind == "timer":
            self.wait_until(my_task, schedule(my_task, self.event["time"]["kind"], self.event["time"]["text"]))
        elif self.kind in ("message", "signal"):
            name = self.event_name(my_task)
            my_task._set_state(TaskState.WAITING)
            my_task.record("subscription_created", kind=self.kind, name=name)
        else:
            my_task._set_state(TaskState.WAITING)
            # a condition that holds already counts before anything else runs
            my_task.turn.changes += self.kind == "conditional"
        for name in self.element.get("parts") or ():
            part = my_task._add_child(self._wf_spec.task_specs[name])
            part.task_spec.wait(part)

    def wait_until(self, my_task: Token, deadline: Deadline) -> None:
        """Wait for a moment."""
        my_task.internal_data["due"] = deadline.at
        details: dict[str, Any] = {"due_at": deadline.at}
        if deadline.cycle is not None:
            my_task.internal_data["cycle"] = deadline.cycle
            details["cycle"] = self.event["time"]["text"]
        my_task._set_state(TaskState.WAITING)
        my_task.record("timer_scheduled", **details)

    def event_name(self, my_task: Token) -> str:
        """The name of the message or signal; a computed one is kept in the token."""
        drawn = self.event["name"] or ""
        name = fill(my_task, drawn)
        if name != drawn:
            my_task.internal_data["name"] = name
        return str(name)

    def waits_for(self, my_task: Token, kind: str, name: str) -> bool:
        """Whether the token waits for this message or signal."""
        return self.kind == kind and my_task.state == TaskState.WAITING and my_task.internal_data.get("name", self.event["name"]) == name

    def waits_for_something(self, token: Token) -> bool:
        return super().waits_for_something(token) or (token.state == TaskState.WAITING and self.kind in _NAMED)

    def cancelled(self, my_task: Token) -> None:
        """Note that nobody waits any more."""
        if my_task.state == TaskState.WAITING:
            if self.kind == "timer":
                my_task.record("timer_cancelled")
            elif self.kind in ("message", "signal"):
                my_task.record("subscription_cancelled", kind=self.kind, name=my_task.internal_data.get("name", self.event["name"]))
        super().cancelled(my_task)

    def fire(self, my_task: Token, variables: dict[str, Any] | None = None) -> None:
        """What the token waited for has come."""
        if self.kind == "timer":
            my_task.record("timer_fired")
        elif self.kind in ("message", "signal"):
            my_task.record(f"{self.kind}_received", name=my_task.internal_data.get("name", self.event["name"]))
        self.released(my_task)
        if variables:
            my_task.write(variables)

    def released(self, my_task: Token) -> None:
        """Go on."""
        my_task._ready()

    def part_came(self, my_task: Token, part: Token) -> None:
        """One of several events has come: the first one is enough, or all are needed."""
        part.lift()
        others = [child for child in my_task.children if isinstance(child.task_spec, Part)]
        if not self.event["all"]:
            for other in others:
                other.cancel()
        if not (self.event["all"] and others):
            self.fire(my_task)

    def condition_came_true(self, my_task: Token) -> bool:
        """Whether the condition of a conditional event has turned from false to true; a variable that is not there yet makes it false.

        Where the diagram names a variable, the condition counts when the wait begins and whenever that variable has changed.
        """
        before = my_task.internal_data.get("was", False)
        if self.event.get("variable"):
            if not self.has_changed(my_task):
                return False
            before = False
        try:
            now = holds(my_task, self.event["condition"])
        except ExpressionFailed as problem:
            if problem.code != "unknown_variable":
                raise
            now = False
        if now != my_task.internal_data.get("was", False):
            my_task.internal_data["was"] = now
        return now and not before

    def has_changed(self, my_task: Token) -> bool:
        """Whether the named variable has changed since the last look, in a way that is asked for."""
        name, seen = self.event["variable"], my_task.internal_data.get("seen")
        now = [my_task.data[name]] if name in my_task.data else []
        my_task.internal_data["seen"] = now
        if seen is None:
            return "was" not in my_task.internal_data
        if len(seen) == len(now) and all(same(*pair) for pair in zip(seen, now, strict=True)):
            return False
        change = "update" if seen and now else "create" if now else "delete"
        return not self.event.get("changes") or change in self.event["changes"]


class Part(Waiting):
    """One of the events of an element that has several; it waits below the token that stands for all of them."""

    sees_parent = True

    def bears_life(self, token: Token) -> bool:
        """The token above does."""
        return False

    def fire(self, my_task: Token, variables: dict[str, Any] | None = None) -> None:
        """Take over what came with the event before the element looks whether that was all."""
        if variables:
            my_task.write(variables)
        super().fire(my_task)

    def released(self, my_task: Token) -> None:
        """Tell the element."""
        above = my_task.parent
        above.task_spec.part_came(above, my_task)


class Attached(Waiting):
    """Waits on behalf of an activity or of a whole scope, and may wait again after it has fired."""

    interrupting: bool

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state == TaskState.FUTURE:
            self.wait(my_task)
        return False

    def bears_life(self, token: Token) -> bool:
        """Only what has happened keeps a process alive."""
        return _has_fired(token)

    def outside(self, my_task: Token) -> bool:
        """Nothing is at the event before it has happened."""
        return not _has_fired(my_task)

    def fire(self, my_task: Token, variables: dict[str, Any] | None = None) -> None:
        """The event has happened: from now on the token stands for itself."""
        my_task.internal_data["fired"] = True
        super().fire(my_task, variables)

    def again(self, my_task: Token) -> None:
        """Let a sibling wait for the next time; a timer without a next time is over."""
        rest = my_task.internal_data.get("cycle")
        deadline = next_deadline(my_task, rest) if rest is not None else None
        if self.kind == "timer" and deadline is None:
            return
        sibling = my_task.parent._add_child(self)
        try:
            if deadline is None:
                self.wait(sibling)
            else:
                self.wait_until(sibling, deadline)
        except FAILURES as problem:
            sibling.fail(problem)
        for one in (sibling, *sibling.children):
            # a condition has to become false before it can come true again
            if one.task_spec.kind == "conditional":
                one.internal_data["was"] = True

    def catches(self, my_task: Token, kind: str, code: str | None) -> bool:
        """Whether an error, escalation or cancellation is caught here; an event without a code catches every code."""
        any_code = self.event["code"] is None or self.event.get("any", False)
        return self.kind == kind and my_task.state == TaskState.WAITING and (any_code or self.event["code"] == code)

    def enter(self, my_task: Token) -> None:
        """A token is here when the event has come, not while it is waited for."""
        if not self.hidden:
            my_task.record("element_entered")


def _has_fired(token: Token) -> bool:
    return "fired" in token.internal_data
