"""The task of a signer: the drawn task once more, to read, for one person, with agreement or refusal."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import signers
from engine.deadlines import moment_of
from engine.elements.tasks import UserTask, seen_here_alone
from engine.evaluation import fill
from engine.graph import Node
from engine.tokens import Token

#: behind the name of the task that is signed
MARK = "（加签）"
OUTCOMES = "agree:同意; disagree:不同意:required"


class Signer(UserTask):
    """Waits for one person who was asked to sign; it never leaves along a flow."""

    sees_parent = True
    signs = True

    def __init__(self, wf_spec: Any, node: Node) -> None:
        super().__init__(wf_spec, Node(node.id, node.word, node.element), f"{node.id} [signer]")

    def open(self, my_task: Token) -> None:
        """Say that the person is asked."""
        drawn, signs = self.element, my_task.internal_data["signs"]
        properties = {key: fill(my_task, text) for key, text in (drawn.get("properties") or {}).items() if key in ("list", "sealed")}
        fields = (drawn.get("properties") or {}).get("signer_fields") or "*: read"
        details = {
            "name": f"{fill(my_task, drawn.get('name')) or self.drawn}{MARK}",
            "assignee": signs["user"],
            "candidate_users": [],
            "candidate_groups": [],
            "form_key": fill(my_task, drawn.get("form_key")),
            "due_at": moment_of(my_task, drawn.get("due")),
            "follow_up_at": None,
            "priority": 50,
            "properties": {**properties, "outcomes": OUTCOMES, "fields": fields, "send_back": "none"},
            "local": seen_here_alone(my_task),
            "documentation": drawn.get("documentation"),
            "signing": signers.document(my_task),
        }
        my_task.record("user_task_created", **details)

    def decide(self, my_task: Token, variables: dict[str, Any], outcome: str | None, opinion: str | None, by: str | None) -> None:
        """Take the signer's decision; it counts when all who sign for them have decided too."""
        signers.check_not_waiting(my_task)
        position = my_task.internal_data["signs"]["position"]
        my_task.record("user_task_completed", outcome=outcome, opinion=opinion, variables=variables, signs=position)
        my_task.write(variables)
        if not signers.decided(my_task, outcome, opinion, by):
            self.conclude(my_task, outcome, opinion, by)

    def conclude(self, my_task: Token, outcome: str | None, opinion: str | None, by: str | None) -> None:
        """Tell whoever asked."""
        signers.ended(my_task, *signers.result(my_task, outcome, opinion))

    def cancelled(self, my_task: Token) -> None:
        """Nothing is left at the element: its token is another one."""
        if my_task.state == TaskState.READY:
            my_task.record("user_task_cancelled", reason=my_task.turn.reason)
        signers.cancelled(my_task)
