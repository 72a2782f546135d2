"""What a service or send task does: a job for somebody outside, an expression, or a record."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.elements.base import Element
from engine.elements.catching import catcher, throw_error
from engine.elements.tasks import as_error
from engine.errors import ElementFailed
from engine.evaluation import evaluate, fill
from engine.expressions import ExpressionFailed
from engine.incidents import FAILURES
from engine.records import values_for
from engine.scopes import Scope
from engine.tokens import Token

#: code of the BPMN error that a job raises when its retries are used up
JOB_ERROR = "JobError"


class Work(Element):
    """Has input parameters, local to it, and output parameters; a throwing message event may hold work, too."""

    maps = False

    def inputs(self, my_task: Token) -> dict[str, Any]:
        """The input parameters, computed."""
        return {name: fill(my_task, text) for name, text in self.element.get("inputs") or []}

    def give(self, my_task: Token, result: dict[str, Any], seen: Scope) -> None:
        """Set what the work gave: by the output parameters, which see `result` over `seen`, or just as it is."""
        outputs = self.element.get("outputs") or []
        if outputs:
            around = Scope(dict(result), seen)
            result = {name: fill(my_task, text, around) for name, text in outputs}
        my_task.write(result)

    def leave(self, my_task: Token) -> None:
        """An end event with work has been reached when the work is done."""
        if self.element.get("type") == "endEvent":
            my_task.record("end_event_reached", top=my_task.workflow is my_task.workflow.top_workflow)
        super().leave(my_task)


class Job(Work):
    """Waits for somebody outside to do the work and to answer."""

    def _run_hook(self, my_task: Token) -> bool | None:
        inputs = self.element.get("inputs")
        variables = self.inputs(my_task) if inputs else dict(my_task.data)
        variables |= {name: fill(my_task, text) for name, text in self.element.get("fields") or []}
        topic = str(fill(my_task, self.element.get("topic")) or self.drawn)
        my_task.record("job_created", job_number(my_task), topic=topic, variables=variables, retries=self.element.get("retries"))
        return None

    def waits_for_something(self, token: Token) -> bool:
        return super().waits_for_something(token) or token.state == TaskState.STARTED

    def answer(self, my_task: Token, result: dict[str, Any]) -> None:
        """Take the answer over and go on; where the output parameters fail, it is kept for the retry."""
        my_task.record("job_completed", job_number(my_task))
        self.take_over(my_task, result)

    def take_over(self, my_task: Token, result: dict[str, Any]) -> None:
        """Set what the answer gives, and go on."""
        changes = my_task.turn.changes
        try:
            self.give(my_task, result, my_task.data)
        except FAILURES as problem:
            my_task.internal_data["answer"] = result
            my_task.fail(problem)
            return
        if my_task.looked(changes):
            my_task.complete()

    def failed(self, my_task: Token, code: str | None, message: str, variables: dict[str, Any]) -> None:
        """A BPMN error goes to whoever catches it; without one there are no retries left: the error `JobError`, or else an incident."""
        if code is None and catcher(my_task, "error", JOB_ERROR) is not None:
            code = JOB_ERROR
        my_task.record("job_failed", job_number(my_task), message=message, error=code)
        my_task.internal_data["failed"] = True
        if code is None:
            my_task.fail(ElementFailed("job", reason=message))
            return
        my_task.write(variables)
        if not throw_error(my_task, code, message=message):
            my_task.fail(ElementFailed("uncaught_error", error=code))

    def cancelled(self, my_task: Token) -> None:
        """Nobody needs the answer any more."""
        if my_task.state == TaskState.STARTED and not my_task.internal_data.get("failed"):
            my_task.record("job_cancelled", job_number(my_task))
        super().cancelled(my_task)

    def retry(self, my_task: Token) -> None:
        """The answer again, or the same work as a new job."""
        if "answer" in my_task.internal_data:
            my_task._set_state(TaskState.STARTED)
            self.take_over(my_task, my_task.internal_data.pop("answer"))
            return
        if my_task.internal_data.pop("failed", False):
            my_task.internal_data["job"] = my_task.turn.number()
        super().retry(my_task)


def job_number(token: Token) -> int:
    """The number of the token's present job: the token's own, until the job is made anew."""
    return int(token.internal_data.get("job", token.id))


class Computed(Work):
    """Computes an expression in place."""

    def _run_hook(self, my_task: Token) -> bool | None:
        seen = Scope(self.inputs(my_task), my_task.data)
        try:
            value = evaluate(my_task, self.element["expression"], seen)
        except ExpressionFailed as problem:
            as_error(my_task, problem)
            return None
        name = self.element.get("result_variable")
        self.give(my_task, {name: value} if name else {}, seen)
        return True


class Record(Work):
    """Writes a row of a register: all variables of the case, or those that the property `record_fields` names."""

    def _run_hook(self, my_task: Token) -> bool | None:
        properties = self.element["properties"]
        values = {**values_for(my_task, properties.get("record_fields")), **self.inputs(my_task)}
        register = str(fill(my_task, properties["record"]))
        self.give(my_task, {}, my_task.data)
        my_task.record("record_written", register=register, values=values)
        return True
