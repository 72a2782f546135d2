"""Compensation: a throw runs the handlers of what was completed, the last one first."""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.elements.catching import catcher
from engine.elements.throwing import EndEvent, Throwing
from engine.graph import Node
from engine.mementos import done_in, entries_of_unfinished
from engine.tokens import Token

#: what runs in a finished sub-process that is taken back; no id of a diagram has brackets
UNDO = "(undo)"


class Compensating(Throwing):
    """Runs the handlers of what was completed in this scope, one by one, and then goes on."""

    def _run_hook(self, my_task: Token) -> bool | None:
        return self.next_handler(my_task)

    def next_handler(self, my_task: Token) -> bool | None:
        """Begin the next handler; True when there is none left."""
        reference = self.event.get("ref")
        for workflow, hanger in _scopes_of(my_task):
            done = done_in(workflow)
            for place in range(len(done) - 1, -1, -1):
                if reference in (None, "", done[place][0]):
                    my_task._set_state(TaskState.STARTED)
                    _take_back(my_task, hanger, *done.pop(place)[1:])
                    return None
        return True

    def part_ended(self, my_task: Token, handler: Token) -> None:
        """A handler has ended."""
        if self.next_handler(my_task):
            my_task.complete()


def _scopes_of(throw: Token) -> Iterator[tuple[Any, Token]]:
    """The processes whose activities a throw may take back, each with the token that their handlers hang on.

    An event sub-process handles what happened around it: its throw reaches the activities of the scope that it belongs to.
    """
    workflow, hanger = throw.workflow, throw
    yield workflow, hanger
    while (activity := getattr(workflow, "activity", None)) is not None and activity.task_spec.element.get("event_subprocess"):
        workflow, hanger = activity.workflow, activity
        yield workflow, hanger


def _take_back(throw: Token, hanger: Token, handler: str | None, memento: dict[str, Any] | None = None) -> None:
    """Begin the handler of an activity, or open the finished sub-process again for the handlers inside."""
    found = memento or {}
    spec = hanger.task_spec._wf_spec.task_specs[handler or found["spec"]]
    token = hanger._add_child(spec)
    if "own" in found:
        token.internal_data["memento"] = found["own"]
    if hanger is not throw:
        token.internal_data["throw"] = throw.id
    if handler is not None:
        spec._update(token)
        return
    if spec.instance:
        token.internal_data["index"] = found["index"]
    token.internal_data["undoing"] = True
    spec.undo(token, found["undo"])


class CompensatingEnd(Compensating, EndEvent):
    """Compensates, and then the token ends."""

    def _run_hook(self, my_task: Token) -> bool | None:
        my_task.record("end_event_reached", top=my_task.workflow is my_task.workflow.top_workflow)
        return self.next_handler(my_task)


class CancelEnd(Compensating, EndEvent):
    """Ends a transaction: what else runs in it is taken back, what was completed is compensated, then it is left by its cancel event."""

    def _run_hook(self, my_task: Token) -> bool | None:
        my_task.record("end_event_reached", top=False)
        others = [token for token in my_task.workflow.task_tree.children if token is not my_task]
        unfinished = [entry for token in others for entry in entries_of_unfinished(token)]
        self.terminate(my_task)
        done_in(my_task.workflow).extend(unfinished)
        return self.next_handler(my_task)

    def next_handler(self, my_task: Token) -> bool | None:
        """Begin the next handler, or leave."""
        done = super().next_handler(my_task)
        if done:
            found = catcher(my_task, "cancel", None)
            if found is not None:
                found.task_spec.fire(found)
        return done

    def part_ended(self, my_task: Token, handler: Token) -> None:
        """A handler has ended; with the last one the transaction has, too."""
        self.next_handler(my_task)


class Undo(Compensating):
    """Runs every handler inside a finished sub-process, and is nowhere in the diagram."""

    def __init__(self, wf_spec: Any) -> None:
        super().__init__(wf_spec, Node(UNDO, "undo", {"event": {"kind": "compensate", "ref": None}}, drawn=UNDO))
