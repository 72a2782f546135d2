"""The task 修改后重新提交: a start form that is filled in once more because the application was sent back to whoever made it."""

from typing import Any

from engine.elements.tasks import UserTask
from engine.graph import Flow, Node

NAME = "修改后重新提交"


class Revision(UserTask):
    """Stands before a start event, with its form and the rights of its form, and is nowhere in the diagram."""

    def __init__(self, wf_spec: Any, start: Node) -> None:
        name = self.name_for(start.id)
        rights = (start.element.get("properties") or {}).get("fields")
        element = {
            "name": NAME,
            "form_key": start.element.get("form_key"),
            "properties": {} if rights is None else {"fields": rights},
            "documentation": start.element.get("documentation"),
        }
        super().__init__(wf_spec, Node(name, "userTask", element, [Flow(f"{name} [flow]", start.id, None, None)], drawn=start.id))

    @staticmethod
    def name_for(start: str) -> str:
        """The name of the node; no id of a diagram has brackets."""
        return f"{start} [revision]"
