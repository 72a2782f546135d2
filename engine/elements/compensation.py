"""Compensation: what was completed and can be taken back is kept in a list, and a throw runs the handlers, the last one first."""

from SpiffWorkflow.util.task import TaskState

from engine.elements.throwing import EndEvent, Throwing
from engine.elements.waiting import catcher
from engine.tokens import Token


class Compensating(Throwing):
    """Runs the handlers of what was completed in this scope, one by one, and then goes on."""

    def _run_hook(self, my_task: Token) -> bool | None:
        return self.next_handler(my_task)

    def next_handler(self, my_task: Token) -> bool | None:
        """Begin the next handler; True when there is none left."""
        done: list[list[str]] = my_task.workflow.data.get("compensable", [])
        for place in range(len(done) - 1, -1, -1):
            if self.event.get("ref") in (None, "", done[place][0]):
                spec = self._wf_spec.task_specs[done.pop(place)[1]]
                my_task._set_state(TaskState.STARTED)
                handler = my_task._add_child(spec)
                spec._update(handler)
                return None
        return True

    def part_ended(self, my_task: Token, handler: Token) -> None:
        """A handler has ended."""
        if self.next_handler(my_task):
            my_task.complete()


class CompensatingEnd(Compensating, EndEvent):
    """Compensates, and then the token ends."""

    def _run_hook(self, my_task: Token) -> bool | None:
        my_task.record("end_event_reached", top=my_task.workflow is my_task.workflow.top_workflow)
        return self.next_handler(my_task)


class CancelEnd(Compensating, EndEvent):
    """Ends a transaction: what else runs in it is taken back, what was completed is compensated, then it is left by its cancel event."""

    def _run_hook(self, my_task: Token) -> bool | None:
        my_task.record("end_event_reached", top=False)
        self.terminate(my_task)
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
