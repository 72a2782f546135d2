"""User tasks, scripts, and tasks that only pass."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import decided, signers
from engine.deadlines import moment_of
from engine.decided import AGREED
from engine.elements.base import Element
from engine.elements.catching import catcher, throw_error
from engine.elements.people import asked_of
from engine.evaluation import evaluate, fill, functions, holds, values_read
from engine.expressions import ExpressionFailed, run_script
from engine.graph import Flow, Node
from engine.returning import HELD
from engine.scopes import Scope
from engine.tokens import Token

#: code of the BPMN error that a failed script raises
SCRIPT_ERROR = "ScriptError"
#: properties that are computed when people are asked for, not when the task is made
ABOUT_PEOPLE = frozenset({"choose", "when_nobody"})
#: variables of a multi-instance that change while its instances are open
COUNTS = frozenset({"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})


class UserTask(Element):
    """Waits for a person."""

    def __init__(self, wf_spec: Any, node: Node, name: str | None = None, **more: Any) -> None:
        super().__init__(wf_spec, node, name, manual=True, **more)

    def _on_ready_hook(self, my_task: Token) -> None:
        given = my_task.internal_data.pop("given", None)
        details = {**self.details(my_task), **(given or {})}
        skip = details.pop("skip", None)
        if given is not None:
            # somebody has this task already, whatever the rules find now
            skip = None
            details.pop("nobody", None)
        my_task.record("user_task_created", **details)
        if skip is not None:
            # it is passed by as soon as it is its turn, as if it worked by itself
            my_task.internal_data["skip"] = skip
            my_task.turn.ready.append(my_task)

    def _run_hook(self, my_task: Token) -> bool | None:
        skip = my_task.internal_data.pop("skip", None)
        if skip is not None:
            self.pass_by(my_task, skip)
        return True

    def pass_by(self, my_task: Token, skip: dict[str, Any]) -> None:
        """Nobody is asked: the task counts as agreed to."""
        who = next(iter(skip["people"]), None)
        my_task.record("user_task_skipped", outcome=AGREED, **skip)
        if skip["why"] == "approved" and my_task.turn.context.remembers:
            decided.note(my_task.workflow.top_workflow, who, self.drawn, AGREED)
        said = {self.outcome_variable: AGREED}
        if not (self.instance and my_task.parent.task_spec.takes_vote(my_task, said, AGREED, who)):
            my_task.write(said)

    @property
    def outcome_variable(self) -> str:
        """Where the outcome is kept."""
        return (self.element.get("properties") or {}).get("outcome_variable") or f"outcome_{self.drawn}"

    def details(self, my_task: Token) -> dict[str, Any]:
        """Who, until when, with which form: computed now; raises what the expressions raise. `skip`: nobody is asked, and why."""
        plain = self.plain_details(my_task)
        asked = asked_of(my_task, self.drawn, self.element, plain)
        if asked is None:
            return plain
        return {**plain, **asked.to_details(), **({"skip": {**asked.skip, "people": asked.people}} if asked.skip else {})}

    def plain_details(self, my_task: Token) -> dict[str, Any]:
        """The same as far as it is drawn by names."""
        drawn = self.element
        later = ABOUT_PEOPLE if my_task.turn.context.remembers else ()
        return {
            "name": str(fill(my_task, drawn.get("name")) or self.drawn),
            "assignee": person_of(fill(my_task, drawn.get("assignee"))),
            "candidate_users": names_of(my_task, drawn.get("candidate_users") or []),
            "candidate_groups": names_of(my_task, drawn.get("candidate_groups") or []),
            "form_key": fill(my_task, drawn.get("form_key")),
            "due_at": moment_of(my_task, drawn.get("due")),
            "follow_up_at": moment_of(my_task, drawn.get("follow_up")),
            "priority": _priority(fill(my_task, drawn.get("priority"))),
            "properties": {key: text if key in later else fill(my_task, text) for key, text in (drawn.get("properties") or {}).items()},
            "local": seen_here_alone(my_task),
            "documentation": drawn.get("documentation"),
        }

    def decide(self, my_task: Token, variables: dict[str, Any], outcome: str | None, opinion: str | None, by: str | None) -> None:
        """Take a person's decision, and go on when all who sign with them have decided too."""
        signers.check_not_waiting(my_task)
        if by is not None:
            my_task.internal_data["task"] = {"assignee": by, "name": my_task.task_spec.bpmn_name, "taskDefinitionKey": self.drawn}
        my_task.record("user_task_completed", outcome=outcome, opinion=opinion, variables=variables)
        my_task.write(variables)
        if not signers.decided(my_task, outcome, opinion, by):
            self.conclude(my_task, outcome, opinion, by)

    def conclude(self, my_task: Token, outcome: str | None, opinion: str | None, by: str | None) -> None:
        """Everybody who is asked here has decided: keep the outcome, and go on."""
        outcome, opinion = signers.result(my_task, outcome, opinion)
        if my_task.turn.context.remembers:
            decided.note(my_task.workflow.top_workflow, by, self.drawn, outcome)
        said: dict[str, Any] = {}
        if outcome is not None:
            said[self.outcome_variable] = outcome
        if opinion:
            said[f"opinion_{self.drawn}"] = opinion
        if not (self.instance and my_task.parent.task_spec.takes_vote(my_task, said, outcome, by)):
            my_task.write(said)
        my_task.run()

    @property
    def signer_name(self) -> str:
        """The specification of the tasks of those who sign here."""
        return f"{self.node.id} [signer]"

    def waits_for_something(self, token: Token) -> bool:
        """A task that is held waits for another one."""
        return super().waits_for_something(token) or HELD in token.internal_data

    def outside(self, my_task: Token) -> bool:
        """A task that is held was left, and will be entered again."""
        return super().outside(my_task) or HELD in my_task.internal_data

    def cancelled(self, my_task: Token) -> None:
        """The task is taken back from whoever has it."""
        if my_task.state == TaskState.READY:
            my_task.record("user_task_cancelled", reason=my_task.turn.reason)
        super().cancelled(my_task)


def seen_here_alone(my_task: Token) -> dict[str, Any]:
    """The variables between the token and the case: those of instances around it and of the called process it is in, without counts."""
    case = my_task.workflow.top_workflow.scope.own
    found: dict[str, Any] = {}
    scope: Scope | None = my_task.data
    while scope is not None and scope.own is not case:
        found = {**scope.own, **found}
        scope = scope.up
    return {name: value for name, value in found.items() if name not in COUNTS}


def person_of(value: Any) -> str | None:
    """The name that a text gives; an empty one is nobody."""
    return None if value is None or value == "" else str(value)


def names_of(my_task: Token, texts: list[str]) -> list[str]:
    """Names from texts; an expression may give a list or names with commas between."""
    found: list[str] = []
    for text in texts:
        value = fill(my_task, text)
        several = value if isinstance(value, list) else [value]
        for one in several:
            if one is not None:
                found.extend(name.strip() for name in str(one).replace("，", ",").split(",") if name.strip())
    return list(dict.fromkeys(found))


def _priority(value: Any) -> int:
    return 50 if value is None or value == "" else int(value)


class Skip(Element):
    """Stands before an activity with a skip expression: where that is true, the token passes by, and the record says so."""

    def _run_hook(self, my_task: Token) -> bool | None:
        expression = self.element["skip"]
        if holds(my_task, expression):
            my_task.internal_data["past"] = True
            my_task.record("element_entered")
            my_task.record("element_left", skipped=True, expression=expression, values=values_read(my_task, expression))
        return True

    def chosen(self, my_task: Token) -> list[Flow]:
        """To the activity, or past it."""
        return self.flows[1:] if my_task.internal_data.get("past") else self.flows[:1]


class ScriptTask(Element):
    """Runs lines of `name = expression`; a failure is a BPMN error where the diagram catches one, else an incident."""

    def _run_hook(self, my_task: Token) -> bool | None:
        script, result = self.element.get("script") or "", self.element.get("result_variable")
        try:
            if result:
                my_task.write({result: evaluate(my_task, script)})
            elif script:
                my_task.write(run_script(script, my_task.data, functions(my_task)))
        except ExpressionFailed as problem:
            as_error(my_task, problem)
            return None
        return True


def as_error(my_task: Token, problem: ExpressionFailed) -> None:
    """Raise a failed computation as the BPMN error `ScriptError`, or again where nobody catches it."""
    if catcher(my_task, "error", SCRIPT_ERROR) is None:
        raise problem
    throw_error(my_task, SCRIPT_ERROR, message=str(problem.code))
