"""Ad-hoc sub-processes: everything that no flow leads to is enabled at entry, and people choose the order by completing.

In parallel order all of it is open at once. In sequential order one activity is performed at a time: what needs no person comes
first, as drawn; then the user tasks are offered together, and while what follows from one of them is at work the others are taken
back. When all has been done and the completion condition does not hold, everything is enabled again; without a condition the
sub-process ends.
"""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.dialects.names import ACTIVITIES
from engine.elements.scopes import SubProcess
from engine.elements.tasks import UserTask
from engine.evaluation import holds
from engine.graph import Node
from engine.incidents import FAILURES
from engine.instances import Inner
from engine.tokens import Token


class AdHoc(SubProcess):
    """Runs its activities without a drawn order, until its completion condition holds after one of them."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, node, name, **more)
        drawn: dict[str, Any] = node.element["ad_hoc"]
        self.sequential: bool = drawn["sequential"]
        self.condition: str | None = drawn["completion_condition"]
        self.cancels: bool = drawn["cancel_remaining"]

    def begin(self, my_task: Token, inner: Inner) -> None:
        """Enable what no flow leads to."""
        inner.data["pool"] = list(inner.spec.starts)
        if self.sequential:
            inner.data["offered"] = []
            inner.begin(())
            self.proceed(inner)
        else:
            inner.data["pool"] = []
            inner.begin()

    def goes_on(self, my_task: Token, token: Token) -> bool:
        """After an activity: whether more may follow, or the sub-process is over."""
        inner = my_task.workflow.top_workflow.subprocesses[my_task.id]
        if "over" in inner.data:
            return False
        if not _is_activity(token):
            return True
        if self.fulfilled(my_task):
            self.close(inner, token)
            return False
        if token.id in inner.data.get("offered", ()):
            self.chosen_by_completing(inner, token)
        return True

    def fulfilled(self, my_task: Token) -> bool:
        """Whether the completion condition holds; one that fails is an incident at the sub-process, and the work inside goes on."""
        if self.condition is None:
            return False
        try:
            result = holds(my_task, self.condition)
        except FAILURES as problem:
            my_task.fail(problem)
            return False
        if my_task.state == TaskState.ERROR:
            my_task.recovered()
            my_task._set_state(TaskState.STARTED)
        return result

    def close(self, inner: Inner, last: Token | None) -> None:
        """No further activity begins; those that run are taken back, unless the diagram lets them end."""
        inner.data["over"] = True
        with inner.turn.because("not_needed"):
            for other in inner.task_tree.children:
                if other is not last and (self.cancels or other.id in inner.data.get("offered", ())):
                    other.cancel()

    def chosen_by_completing(self, inner: Inner, token: Token) -> None:
        """A person has chosen this one; what follows from it comes before the next choice."""
        inner.data["offered"].remove(token.id)
        inner.data["pool"].remove(token.task_spec.name)
        if token.task_spec.flows:
            with inner.turn.because("not_now"):
                for number in inner.data["offered"]:
                    inner.tasks[number].cancel()
            inner.data["offered"] = []

    def settled(self, my_task: Token, inner: Inner) -> bool:
        """Let the next activities begin when nothing else is at work; returns whether the sub-process may end when it is empty."""
        if "over" in inner.data or "pool" not in inner.data:
            return True
        offered = inner.data.get("offered", [])
        if any(token.task_spec.bears_life(token) and token.id not in offered for token in inner.tasks.values()):
            return True
        if inner.data["pool"]:
            self.proceed(inner)
        elif my_task.state != TaskState.ERROR and self.condition is not None:
            self.enable_again(inner)
        return my_task.state != TaskState.ERROR

    def proceed(self, inner: Inner) -> None:
        """Sequential: begin what needs nobody, alone, else offer every user task that is left."""
        pool, offered = inner.data["pool"], inner.data["offered"]
        alone = next((name for name in pool if not _is_offered(inner.spec.task_specs[name])), None)
        if alone is not None:
            pool.remove(alone)
            _put(inner, alone)
        elif not offered:
            inner.data["offered"] = [_put(inner, name).id for name in pool]

    def enable_again(self, inner: Inner) -> None:
        """A new round."""
        if self.sequential:
            inner.data["pool"] = list(inner.spec.starts)
            self.proceed(inner)
        else:
            for name in inner.spec.starts:
                _put(inner, name)

    def retry(self, my_task: Token) -> None:
        """Look at the condition again; what failed before there was anything inside begins again."""
        inner = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if inner is None:
            super().retry(my_task)
            return
        my_task._set_state(TaskState.STARTED)
        if self.fulfilled(my_task):
            self.close(inner, None)
        if self.settled(my_task, inner):
            inner.end_if_empty()


def _is_activity(token: Token) -> bool:
    spec = token.task_spec
    return spec.element.get("type") in ACTIVITIES and not spec.hidden and not spec.element.get("event_subprocess")


def _is_offered(spec: Any) -> bool:
    """Whether the activity waits for nothing but a person, so that it does not run before it is completed."""
    return isinstance(spec, UserTask) and not spec.node.boundary


def _put(inner: Inner, name: str) -> Token:
    token: Token = inner.task_tree._add_child(inner.spec.task_specs[name])
    token.task_spec._update(token)
    return token
