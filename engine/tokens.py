"""A token: a SpiffWorkflow task whose id is a number, whose order is the turn's and whose data are a view on its scope.

A finished token is needed by nobody (variables are in scopes, joins hold their tokens, multi-instances count), so it goes at
once and what it started takes its place: the tree holds what is alive, whatever the case has been through.
"""

from importlib.metadata import version
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.incidents import explain, words
from engine.scopes import Scope

#: the engine stands on the inner workings of this version; another one needs the whole suite to be passed again
SPIFFWORKFLOW = "3.2.0"
if version("SpiffWorkflow") != SPIFFWORKFLOW:
    raise ImportError(f"the engine needs SpiffWorkflow {SPIFFWORKFLOW}, found {version('SpiffWorkflow')}")


class Token(Task):
    """What is somewhere in the diagram, or waits on behalf of what is there."""

    def __init__(
        self, workflow: Any, task_spec: Any, parent: "Token | None" = None, state: int = TaskState.FUTURE, number: int | None = None
    ) -> None:
        # the library's own constructor draws a random id and reads the clock
        turn = workflow.top_workflow.turn
        self.id = turn.number() if number is None else number
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = state
        self.triggered = False
        self.thread_id = 0
        self.internal_data: dict[str, Any] = {}
        self.own: dict[str, Any] | None = None
        #: the element has been entered by an earlier try
        self.entered = False
        self.last_state_change = turn.tick()
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    @property
    def data(self) -> Scope:
        """The variables that the token sees."""
        around = self.around
        return around if self.own is None else Scope(self.own, around, self.task_spec.drawn)

    @property
    def around(self) -> Scope:
        """The variables that are seen without those of the token itself."""
        inside = self.task_spec.instance or self.task_spec.sees_parent
        around: Scope = self.parent.data if inside else self.workflow.scope
        if "memento" in self.internal_data:
            # a handler sees the variables that the activity had which it takes back
            around = Scope(self.internal_data["memento"], around, self.task_spec.drawn)
        return around

    @property
    def path(self) -> tuple[int, ...]:
        """Which instance: one index for every multi-instance or loop around the token, outermost first."""
        inside = self.task_spec.instance or self.task_spec.signs
        around: tuple[int, ...] = self.parent.path if inside else self.workflow.path
        return (*around, self.internal_data["index"]) if self.task_spec.instance else around

    @property
    def alive(self) -> bool:
        """Whether the token is still in the case."""
        return self.workflow.tasks.get(self.id) is self

    @property
    def turn(self) -> Any:
        """The step that is being taken."""
        return self.workflow.top_workflow.turn

    def record(self, kind: str, number: int | None = None, /, **details: Any) -> None:
        """Note what happened here."""
        self.turn.record(kind, self, number, **details)

    def write(self, news: dict[str, Any], scope: Scope | None = None) -> None:
        """Set variables as the token sees them, or in another scope, and note what changed."""
        for label, changes in (self.data if scope is None else scope).write(news):
            self.record("variables_changed", changes=changes, scope=label)

    def _inherit_data(self) -> None:
        """Variables are in scopes: nobody inherits."""

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> "Token":
        return Token(self.workflow, task_spec, self, state)

    def _set_state(self, value: int) -> None:
        if value != self._state:
            self._state = value
            self.last_state_change = self.turn.tick()

    def _ready(self) -> None:
        super()._ready()
        if self._state == TaskState.READY and not self.task_spec.manual:
            self.turn.ready.append(self)

    def run(self) -> Any:
        """Let the element act; it may have ended its own scope meanwhile, or made a condition true that ends it before it is left."""
        changes = self.turn.changes
        result = self.task_spec._run(self)
        if result is not None:
            self.looked(changes)
        if self.alive:
            if result is None:
                self._set_state(TaskState.STARTED)
            else:
                self.complete()
        return result

    def looked(self, changes: int) -> bool:
        """Let the conditional events look if variables have changed since; returns whether the token is still there."""
        if self.alive and self.turn.changes != changes and self.workflow.spec.conditional:
            self.turn.look()
        return self.alive

    def lift(self) -> None:
        """Leave the tree; what the token started takes its place."""
        parent = self.parent
        place = parent._children.index(self.id)
        for child in self.children:
            child._parent = parent.id
        parent._children[place : place + 1] = self._children
        del self.workflow.tasks[self.id]

    def step_out(self) -> None:
        """Move from below the activity that the token waits at to behind it, so that it survives the activity."""
        activity = self.parent
        outer = activity.parent
        activity._children.remove(self.id)
        outer._children.insert(outer._children.index(activity.id) + 1, self.id)
        self._parent = outer.id

    def cancel(self) -> None:
        """Take the token back with everything that it runs and waits for, the innermost first."""
        self.task_spec.rouse(self)
        for child in self.children:
            child.cancel()
        inner = self.workflow.top_workflow.subprocesses.pop(self.id, None)
        if inner is not None:
            inner.abandon()
        self.task_spec.cancelled(self)
        self.recovered()
        self._set_state(TaskState.CANCELLED)
        self.parent._children.remove(self.id)
        del self.workflow.tasks[self.id]

    def cancel_others(self, reason: str) -> None:
        """Take back everything else in the same process."""
        with self.turn.because(reason):
            for other in self.workflow.task_tree.children:
                if other is not self:
                    other.cancel()

    def hold(self, problem: Exception) -> None:
        """Do not act now; the retry lets the element act as it was about to."""
        self.internal_data["held"] = True
        self.fail(problem)

    def try_again(self) -> None:
        """Let what failed run once more."""
        self.recovered()
        if self.internal_data.pop("held", False):
            self._set_state(TaskState.READY)
            self.turn.ready.append(self)
        elif self.internal_data.pop("leaving", False):
            self.complete()
        else:
            self.task_spec.retry(self)

    def fail(self, problem: Exception) -> None:
        """Stay before the element that could not go on; an incident says why, other branches go on."""
        if self._state == TaskState.FUTURE:
            for waiting in self.children:
                waiting.cancel()
        self.recovered()
        code, values = explain(problem)
        number = self.turn.number()
        self._set_state(TaskState.ERROR)
        self.internal_data["incident"] = number
        self.record("incident_raised", code=code, message=words(code, values), values=values, number=number)

    def recovered(self) -> None:
        """What failed is being tried again, or has gone on without being asked."""
        number = self.internal_data.pop("incident", None)
        if number is not None:
            self.record("incident_resolved", number=number)
