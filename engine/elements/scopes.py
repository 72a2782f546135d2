"""Sub-processes, event sub-processes, transactions and called processes: activities that run a process of their own."""

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.context import TAGGED
from engine.elements.base import Element
from engine.elements.compensation import UNDO
from engine.errors import ElementFailed, UnknownDefinition
from engine.evaluation import evaluate, fill, is_template
from engine.incidents import FAILURES
from engine.instances import Inner
from engine.mementos import Entry, done_in
from engine.scopes import Scope
from engine.tokens import Token

#: of the number of a version
MAX_DIGITS = 9


class SubProcess(Element):
    """Runs a process inside, in the scope of the activity."""

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state != TaskState.FUTURE:
            return False
        self.enter(my_task)
        inner = self.open(my_task)
        self.run_inside(my_task, inner, begin=lambda: self.begin(my_task, inner))
        return False

    def run_inside(self, my_task: Token, inner: Inner, begin: Callable[[], None]) -> None:
        """Let the process inside run, with what it begins with."""
        my_task.workflow.top_workflow.subprocesses[my_task.id] = inner
        my_task._set_state(TaskState.STARTED)
        self.lay(my_task, inner)
        begin()

    def lay(self, my_task: Token, inner: Inner) -> None:
        """The data objects inside are variables of the activity; every time it is entered they begin anew."""
        if inner.spec.initial:
            my_task.own = dict(my_task.own or {})
            inner.lay(my_task.own)

    def begin(self, my_task: Token, inner: Inner) -> None:
        """Put the first tokens inside."""
        inner.begin()

    def goes_on(self, my_task: Token, token: Token) -> bool:
        """Whether a token inside that leaves its element may follow its flows."""
        return True

    def settled(self, my_task: Token, inner: Inner) -> bool:
        """Something inside has ended: whether the process inside may end when it is empty."""
        return True

    def left_by_event(self, my_task: Token, inner: Inner) -> None:
        """Something is thrown out of the process inside, which works in the scope of the activity."""

    def open(self, my_task: Token) -> Inner:
        """The process to run."""
        return Inner(self._wf_spec.family[self.node.id], my_task)

    def open_with(self, my_task: Token, spec: Any) -> Inner:
        """The same process as before, opened again."""
        return Inner(spec, my_task)

    def inner_ended(self, my_task: Token, inner: Inner) -> None:
        """The process inside has ended: the activity may be left."""
        if inner.data.get("compensable") or inner.spec.undo_with:
            my_task.internal_data["undo"] = done_in(inner)
        my_task._ready()

    def undo(self, my_task: Token, done: list[Entry]) -> None:
        """Open the finished process again and take back what was done in it."""
        inner = self.open(my_task)
        inner.data = {"compensable": done}
        my_task.workflow.top_workflow.subprocesses[my_task.id] = inner
        my_task._set_state(TaskState.STARTED)
        inner.begin((inner.spec.undo_with or UNDO,), listening=False)

    def part_ended(self, my_task: Token, handler: Token) -> None:
        """A handler that a throw inside this event sub-process has begun has ended."""
        throw = my_task.workflow.top_workflow.find(handler.internal_data["throw"])
        if throw is not None:
            throw.task_spec.part_ended(throw, handler)


class CallActivity(SubProcess):
    """Runs another deployed process with variables of its own: the version as drawn, else the newest when it is entered."""

    def open(self, my_task: Token) -> Inner:
        """The called process, with the variables that go in."""
        turn = my_task.turn
        maximum = turn.context.limits.call_depth
        if calls_around(my_task) >= maximum:
            raise ElementFailed("limit", limit="call_depth", maximum=maximum)
        key = str(fill(my_task, self.element.get("called_element")))
        version = self.version_of(my_task, key)
        return self.open_with(my_task, self.called(my_task, key, version))

    def open_with(self, my_task: Token, spec: Any) -> Inner:
        """The called process, with the variables that go in."""
        variables = self.mapped(my_task.data, my_task, "in")
        my_task.record("called_process_entered", key=spec.key, version=spec.version)
        return Inner(spec, my_task, variables)

    def lay(self, my_task: Token, inner: Inner) -> None:
        """The data objects of a called process are its variables, unless the caller has given them values."""
        inner.lay(inner.variables or {})

    def called(self, my_task: Token, key: str, version: int) -> Any:
        """The specification of the called version; raises ElementFailed("called_process_missing")."""
        try:
            return my_task.turn.library.get(key, version).main
        except UnknownDefinition as problem:
            raise ElementFailed("called_process_missing", key=key, version=version) from problem

    def version_of(self, my_task: Token, key: str) -> int:
        """The version to call; raises ElementFailed("called_process_missing")."""
        binding, turn = self.element.get("binding"), my_task.turn
        if binding == "version":
            text = str(fill(my_task, str(self.element.get("called_version"))))
            if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
                raise ElementFailed("called_process_missing", key=key, version=text[:40])
            return int(text)
        name = key if binding != "versionTag" else f"{key}{TAGGED}{fill(my_task, self.element.get('called_tag'))}"
        versions = self._wf_spec.siblings if binding == "deployment" else turn.context.latest
        if name not in versions:
            if binding != "deployment":
                turn.wanted.add(("process", name))
            raise ElementFailed("called_process_missing", key=name)
        return int(versions[name])

    def mapped(self, source: Scope, my_task: Token, direction: str) -> dict[str, Any]:
        """Variables that go in or come out; a diagram without any mapping passes all of them both ways, what is not there as null."""
        drawn = self.element
        found: dict[str, Any] = {}
        if drawn.get(f"{direction}_all") or not any(drawn.get(name) for name in ("in", "out", "in_all", "in_local", "out_all")):
            found.update((name, source[name]) for name in source if direction == "in" or not _is_local(my_task.data, name))
        if direction == "in" and drawn.get("in_local"):
            found.update(my_task.own or {})
        for text, target in drawn.get(direction) or []:
            if text in source or text.isidentifier():
                found[target] = source.get(text)
            else:
                found[target] = fill(my_task, text, source) if is_template(text) else evaluate(my_task, text, source)
        return found

    def left_by_event(self, my_task: Token, inner: Inner) -> None:
        """Take over what comes out although the called process has not ended."""
        source = Scope(inner.variables or {}, label=self.drawn, implicit=my_task.workflow.top_workflow.implicit)
        my_task.write(self.mapped(source, my_task, "out"))

    def inner_ended(self, my_task: Token, inner: Inner) -> None:
        """Take over what comes out, and go on."""
        self.take_over(my_task, inner.variables or {})

    def take_over(self, my_task: Token, result: dict[str, Any]) -> None:
        """Map what the called process has left; where that fails, it is kept for the retry."""
        source = Scope(result, label=self.drawn, implicit=my_task.workflow.top_workflow.implicit)
        changes = my_task.turn.changes
        try:
            my_task.write(self.mapped(source, my_task, "out"))
        except FAILURES as problem:
            my_task.internal_data["result"] = result
            my_task.fail(problem)
            return
        if my_task.looked(changes):
            my_task._ready()

    def correct(self, my_task: Token, variables: dict[str, Any]) -> None:
        """Variables of the called process are what may be missing once it has ended."""
        if "result" in my_task.internal_data:
            my_task.internal_data["result"].update(variables)
        else:
            super().correct(my_task, variables)

    def retry(self, my_task: Token) -> None:
        """Map again, or call again."""
        if "result" in my_task.internal_data:
            self.take_over(my_task, my_task.internal_data.pop("result"))
        else:
            super().retry(my_task)


def calls_around(token: Token) -> int:
    """How many called processes are around the token."""
    depth, at = 0, getattr(token.workflow, "activity", None)
    while at is not None:
        depth += isinstance(at.task_spec, CallActivity)
        at = getattr(at.workflow, "activity", None)
    return depth


def _is_local(target: Scope, name: str) -> bool:
    """Whether the variable belongs to one instance of a multi-instance, so that nothing from a called process overwrites it."""
    holder = target.holder(name)
    return holder is not None and holder.up is not None
