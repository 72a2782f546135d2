"""A running process and the processes inside it, as SpiffWorkflow workflows whose tasks are tokens."""

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.evaluation import Expressions
from engine.outcome import Status
from engine.scopes import NOTHING, Scope
from engine.tokens import Token
from engine.turn import Turn


class Running(ABC):
    """What the case itself and the processes inside it have in common."""

    tasks: dict[int, Token]
    task_tree: Token
    spec: Any
    turn: Turn
    completed: bool
    #: what the elements of the process keep between steps: the list of what can be compensated
    data: dict[str, Any]

    def lay(self, own: dict[str, Any]) -> None:
        """Give the data objects of the process their first values, where a variable has none yet."""
        missing = {name: copy.deepcopy(value) for name, value in self.spec.initial.items() if name not in own}
        if missing:
            own.update(missing)
            changes = {name: {"old": None, "new": value} for name, value in missing.items()}
            self.told("variables_changed", changes=changes)

    @abstractmethod
    def told(self, kind: str, **details: Any) -> None:
        """Note something about the variables of the process."""

    def begin(self, starts: tuple[str, ...] | None = None, *, listening: bool = True) -> None:
        """Put the first tokens and arm the event sub-processes."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.COMPLETED)
        for name in self.spec.listeners if listening else ():
            listener = self.task_tree._add_child(self.spec.task_specs[name])
            listener.task_spec._update(listener)
        first = [self.task_tree._add_child(self.spec.task_specs[name]) for name in (self.spec.starts if starts is None else starts)]
        for token in first:
            if token.alive:
                token.task_spec.begin_here(token)

    def end_if_empty(self) -> None:
        """A process ends when nothing in it is alive; what only waits for its events ends with it."""
        if self.completed or any(token.task_spec.bears_life(token) for token in self.tasks.values()):
            return
        self.completed = True
        for listener in self.task_tree.children:
            listener.cancel()
        self.ended()

    @abstractmethod
    def ended(self) -> None:
        """Tell whoever waits for the end of this process."""

    def abandon(self) -> None:
        """Take back every token, because the activity that runs this process is taken back."""
        self.completed = True
        for token in self.task_tree.children:
            token.cancel()
        self.tasks.clear()

    def goes_on(self, token: Token) -> bool:
        """Whether a token that leaves its element may follow its flows."""
        return True

    def _task_completed_notify(self, token: Token) -> None:
        self.look_around()

    def look_around(self) -> None:
        """Something has moved: let the joins look again, and end the process when nothing is left in it."""
        self.wake_joins()
        self.end_if_empty()

    def wake_joins(self) -> None:
        """Let the joins look again that depend on where other tokens are."""
        if self.spec.watchful:
            for token in [one for one in self.tasks.values() if one.task_spec.watchful and one.state == TaskState.WAITING]:
                if token.state == TaskState.WAITING and token.alive:
                    token.task_spec._update(token)
            for name in list(self.data.get("complex", ())):
                self.spec.task_specs[name].look(self)


class Case(Running, BpmnWorkflow):
    """The case: the process that was started, and every process inside it."""

    parent_task_id = None

    def __init__(self, spec: Any, turn: Turn) -> None:
        self.turn = turn
        self.path: tuple[int, ...] = ()
        self.implicit: dict[str, Any] = {}
        self.scope = Scope({})
        self.business_key: str | None = None
        #: values of the correlation keys of the conversation, and ids by process of the cases that it is held with
        self.keys: dict[str, Any] = {}
        self.partners: dict[str, list[str]] = {}
        self.status: Status = "running"
        #: who has agreed since the last send-back, and at which element, in order (`engine.decided`)
        self.agreed: list[list[str]] = []
        self.suspended = False
        #: tasks that open again when another one is done, see engine.returning
        self.returns: list[list[int]] = []
        #: where nothing can move any more: numbers of the open incident and of the token that it was noted at
        self.stuck: tuple[int, int] | None = None
        super().__init__(spec, script_engine=Expressions(), deserializing=True)

    def told(self, kind: str, **details: Any) -> None:
        self.turn.record_case(kind, self.spec.definition, **details, scope=None)

    def set_variables(self, variables: dict[str, Any], starter: str | None) -> None:
        """Lay the case's own scope; `starter` can be read by that name unless a variable has it."""
        self.implicit = {"starter": starter}
        self.scope = Scope(variables, implicit=self.implicit)

    @property
    def running(self) -> "list[Running]":
        """The case and every process inside it that runs."""
        return [self, *self.subprocesses.values()]

    def tokens(self) -> Iterator[Token]:
        """Every token of the case, with those that wait on behalf of others."""
        for workflow in self.running:
            for token in workflow.tasks.values():
                if token is not workflow.task_tree:
                    yield token

    def find(self, number: int) -> Token | None:
        """The token with this number."""
        for workflow in self.running:
            if number in workflow.tasks:
                return workflow.tasks[number]
        return None

    def open_inner(self, activity: Token, spec: Any) -> "Inner":
        """A process inside the case, run by `activity`."""
        inner = Inner(spec, activity)
        self.subprocesses[activity.id] = inner
        return inner

    def moves_again(self) -> None:
        """The case is not stuck any more."""
        if self.stuck is not None:
            incident, number = self.stuck
            self.turn.record("incident_resolved", self.find(number) or self.task_tree, number, number=incident)
            self.stuck = None

    def ended(self) -> None:
        """Note the end of the case."""
        self.moves_again()
        self.status = "completed"
        self.turn.record_case("instance_completed", self.spec.definition)


class Inner(Running, BpmnSubWorkflow):
    """A sub-process, or a called process with variables of its own."""

    def __init__(self, spec: Any, activity: Token, variables: dict[str, Any] | None = None) -> None:
        self.activity = activity
        self.turn = activity.turn
        self.path: tuple[int, ...] = activity.path
        #: None: a sub-process works in the scope of its activity
        self.variables = variables
        self._scope: Scope | None = None
        super().__init__(spec, activity.id, activity.workflow.top_workflow, deserializing=True)

    @property
    def scope(self) -> Scope:
        """The variables of the process."""
        if self._scope is None:
            if self.variables is None:
                self._scope = self.activity.data
            else:
                self._scope = Scope(self.variables, label=self.activity.task_spec.drawn, implicit=self.implicit)
        return self._scope

    @property
    def implicit(self) -> Mapping[str, Any]:
        """What can be read where no variable has that name."""
        return self.top_workflow.implicit or NOTHING

    def told(self, kind: str, **details: Any) -> None:
        self.activity.record(kind, **details, scope=self.activity.task_spec.drawn)

    def goes_on(self, token: Token) -> bool:
        """An ad-hoc sub-process may be over."""
        return bool(self.activity.task_spec.goes_on(self.activity, token))

    def look_around(self) -> None:
        self.wake_joins()
        if self.activity.task_spec.settled(self.activity, self):
            self.end_if_empty()

    def _calculate_depth(self) -> int:
        return int(self.activity.workflow.depth) + 1

    def ended(self) -> None:
        """Hand the activity on, and go."""
        self.top_workflow.subprocesses.pop(self.activity.id, None)
        self.tasks.clear()
        self.activity.task_spec.inner_ended(self.activity, self)
