"""Throwing events, send tasks and end events: messages, signals, errors, escalations, termination."""

import copy
from typing import Any

from engine import correlation, sleeping
from engine.elements.base import Element
from engine.elements.catching import catch, catcher, hand_out, throw_error
from engine.elements.waiting import Waiting
from engine.evaluation import fill
from engine.graph import Node
from engine.instances import Case
from engine.tokens import Token

#: what leaves no token behind
ENDING = ("error", "terminate")


def deliver_inside(case: Case, kind: str, name: str, variables: dict[str, Any]) -> bool:
    """Give a message to the one that has waited longest for it in the case, a signal to all; returns whether somebody did."""
    waiting = waiting_for(case, kind, name, variables)
    for one in waiting[:1] if kind == "message" else waiting:
        if one.alive and one.task_spec.waits_for(one, kind, name):
            if kind == "message":
                correlation.note(one, name, variables)
            one.task_spec.fire(one, variables)
    return bool(waiting)


def waiting_for(case: Case, kind: str, name: str, variables: dict[str, Any]) -> list[Token]:
    """The tokens of the case that wait for a message or signal and that it is meant for, in the order in which they began to."""
    sleeping.rouse_listeners(case)
    found = [t for t in case.tokens() if isinstance(t.task_spec, Waiting) and t.task_spec.waits_for(t, kind, name)]
    if kind == "message":
        found = [token for token in found if correlation.fits(token, name, variables)]
    return sorted(found, key=lambda t: (t.last_state_change, t.id))


class Throwing(Element):
    """Throws its event and goes on; its parameters are what it throws."""

    maps = False

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, node, name, **more)
        self.event: dict[str, Any] = node.element.get("event") or {"kind": "none"}
        several = self.event["events"] if self.event["kind"] == "multiple" else [self.event]
        #: what is thrown, in the order drawn, what ends the scope last
        self.events = sorted(several, key=lambda event: event["kind"] in ENDING)

    def _run_hook(self, my_task: Token) -> bool | None:
        for event in self.events:
            if my_task.alive:
                self.throw(my_task, event)
        return True

    def throw(self, my_task: Token, event: dict[str, Any]) -> None:
        """Throw one event."""
        if event["kind"] in ("message", "signal"):
            self.send_out(my_task, event)
        elif event["kind"] == "escalation":
            self.escalate(my_task, event["code"])

    def send_out(self, my_task: Token, event: dict[str, Any]) -> None:
        """Tell the world; a message that somebody in the case waits for stays inside."""
        kind, name = event["kind"], str(fill(my_task, event["name"] or ""))
        variables = dict(my_task.data) if self.element.get("throws_all") else {}
        variables |= {target: fill(my_task, text) for target, text in self.element.get("inputs") or []}
        case = my_task.workflow.top_workflow
        told: dict[str, Any] = {}
        if kind == "message":
            correlation.note(my_task, name, variables)
            told = {"partners": case.partners} if case.partners else {}
        caught = bool(waiting_for(case, kind, name, variables))
        my_task.record(f"{kind}_thrown", name=name, variables=variables, caught=caught, **copy.deepcopy(told))
        deliver_inside(case, kind, name, variables)

    def escalate(self, my_task: Token, code: str | None) -> None:
        """Tell the nearest scope around that catches it; where none does, nothing happens."""
        found = catcher(my_task, "escalation", code)
        hand_out(my_task, found)
        my_task.record("escalation_thrown", code=code, caught=found is not None)
        if found is not None:
            catch(found, code)


class EndEvent(Throwing):
    """A token ends here."""

    def _run_hook(self, my_task: Token) -> bool | None:
        workflow = my_task.workflow
        my_task.record("end_event_reached", top=workflow is workflow.top_workflow)
        return super()._run_hook(my_task)

    def throw(self, my_task: Token, event: dict[str, Any]) -> None:
        """Throw one event; an error leaves the scope, a termination ends it."""
        if event["kind"] == "error":
            message = fill(my_task, event.get("message"))
            throw_error(my_task, event["code"], **({} if message is None else {"message": str(message)}))
        elif event["kind"] == "terminate":
            self.terminate(my_task)
        else:
            super().throw(my_task, event)

    def terminate(self, my_task: Token) -> None:
        """End everything else in this process."""
        my_task.cancel_others("terminated")
