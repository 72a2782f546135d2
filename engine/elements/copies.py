"""Sends copies of the case (抄送) and passes at once: the step names whom, and by which rules."""

from typing import Any

from engine.copy_rules import INPUT_MESSAGE, INPUT_TO, MESSAGE, names_drawn
from engine.elements.people import Asking, Entry, names
from engine.elements.work import Work
from engine.evaluation import fill
from engine.tokens import Token


class Copy(Work):
    """Asks the organisation who is meant; where that is nobody, the step says so and the case goes on."""

    def _run_hook(self, my_task: Token) -> bool | None:
        properties, inputs = self.element.get("properties") or {}, self.inputs(my_task)
        found = self._found(my_task, properties, inputs)
        message = fill(my_task, properties.get(MESSAGE)) if properties.get(MESSAGE) else inputs.get(INPUT_MESSAGE)
        self.give(my_task, {}, my_task.data)
        my_task.record(
            "copies_sent",
            to=list(dict.fromkeys(login for entry in found for login in entry.people)),
            message=None if message in (None, "") else str(message),
            found_by=[entry.to_document(dict(my_task.turn.context.organisation)) for entry in found],
        )
        return True

    def _found(self, my_task: Token, properties: dict[str, str], inputs: dict[str, Any]) -> list[Entry]:
        asking = Asking(my_task, self.drawn)
        drawn = names_drawn(properties)
        if drawn:
            return [entry for text in drawn for entry in asking.name(text)]
        return [asking.told(name) for name in names(inputs.get(INPUT_TO))]
