"""Multi-instance activities and loops with the variables of the standard, counted instead of searched.

nrOfInstances, nrOfActiveInstances, nrOfCompletedInstances, loopCounter and the item live in scopes of their own. An open
instance of a parallel user task is a number until somebody touches it, so that a thousand of them cost what they say.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import sleeping
from engine.elements.base import Element
from engine.elements.parameters import beside
from engine.elements.tasks import UserTask
from engine.errors import ElementFailed, NotExecutable
from engine.evaluation import evaluate, holds
from engine.graph import Node
from engine.incidents import FAILURES
from engine.mementos import done_in, entries_of
from engine.scopes import Scope
from engine.tokens import Token

#: the open instances that are only numbers: the number of the first one, and a letter for each
OPEN, TAKEN = "o", "-"
#: what makes an instance of a user task more than a number from the beginning
_AT_ENTRY = ("inputs", "script_before", "skip")


class Repeating(Element, ABC):
    """Stands around the activity that is repeated."""

    maps = False

    def __init__(self, wf_spec: Any, node: Node) -> None:
        super().__init__(wf_spec, node)
        #: scripts before and behind belong to each instance
        self.element = {name: one for name, one in node.element.items() if name not in ("script_before", "script_after")}
        self.inner_name = f"{node.id} [child]"

    @property
    def inner(self) -> Any:
        """The specification of one instance."""
        return self._wf_spec.task_specs[self.inner_name]

    def add(self, my_task: Token, index: int, own: dict[str, Any]) -> None:
        """Begin one instance."""
        child = my_task._add_child(self.inner)
        child.own = own
        child.internal_data["index"] = index
        self.inner._update(child)

    def part_ended(self, my_task: Token, child: Token) -> None:
        """Count an instance that has ended, and look whether that was the last one."""
        self.count(my_task, child)
        self.keep(my_task, child)
        self.look_safely(my_task, {**(child.own or {}), **beside(child)})

    def take_decision_back(self, my_task: Token, index: int, place: int, given: dict[str, Any]) -> Token:
        """Open an instance again that has been completed while others go on; `place`: which of those that count it was."""
        if my_task.state == TaskState.ERROR:
            my_task.recovered()
            my_task.internal_data.pop("last", None)
            my_task._set_state(TaskState.STARTED)
        later = [one for one in my_task.children if one.task_spec is self.inner and one.internal_data["index"] > index]
        for one in later if self.one_by_one else ():
            one.cancel()
        kept = my_task.internal_data.get("done", [])
        kept[:] = [entry for entry in kept if (entry[2] if len(entry) > 2 else {}).get("index") != index]
        self.uncount(my_task, index, place)
        child = my_task._add_child(self.inner)
        child.own, child.internal_data["index"] = self.own_again(my_task, index), index
        if given:
            child.internal_data["given"] = given
        self.inner._update(child)
        return child

    @property
    def one_by_one(self) -> bool:
        """Whether an instance begins only when the one before has ended."""
        return True

    def uncount(self, my_task: Token, index: int, place: int) -> None:
        """An instance that was counted is open again."""
        assert my_task.own is not None
        my_task.own["loopCounter"] -= 1

    def own_again(self, my_task: Token, index: int) -> dict[str, Any]:
        """The variables that an instance begins with."""
        return {}

    def takes_vote(self, child: Token, said: dict[str, Any], outcome: str | None, by: str | None) -> bool:
        """Whether what a person has said in one instance is a vote, and no variable of the case."""
        return False

    def look_safely(self, my_task: Token, own: dict[str, Any]) -> None:
        """Look; a condition that fails is an incident, and the instances stay."""
        try:
            self.look(my_task, own)
        except FAILURES as problem:
            my_task.internal_data["last"] = own
            my_task.fail(problem)

    def retry(self, my_task: Token) -> None:
        """What failed is either the beginning, or the look at a condition after an instance."""
        if my_task.own is None:
            super().retry(my_task)
        else:
            my_task._set_state(TaskState.STARTED)
            self.look_safely(my_task, my_task.internal_data.pop("last", {}))

    def finish(self, my_task: Token) -> None:
        """No further instance: the activity may be left."""
        my_task.recovered()
        my_task._ready()

    def keep(self, my_task: Token, child: Token) -> None:
        """Note an instance that can be taken back once the whole activity has been completed."""
        if self.node.compensation or "undo" in child.internal_data:
            my_task.internal_data.setdefault("done", []).extend(entries_of(child, self.node.compensation))

    def remember(self, my_task: Token) -> None:
        """Every instance can be taken back for itself."""
        if "done" in my_task.internal_data:
            done_in(my_task.workflow).extend(my_task.internal_data["done"])

    @abstractmethod
    def count(self, my_task: Token, child: Token) -> None:
        """Take over the result of an instance."""

    @abstractmethod
    def look(self, my_task: Token, own: dict[str, Any]) -> None:
        """Decide whether to go on, with the variables of the last instance."""


@dataclass(slots=True)
class Seat:
    """An open instance that is only a number: enough of a token to compute with."""

    workflow: Any
    data: Scope

    @property
    def turn(self) -> Any:
        """The step that is being taken."""
        return self.workflow.top_workflow.turn


class MultiInstance(Repeating):
    """One instance for each item of a collection or up to a number, at once or one after the other."""

    gathers_instances = True

    def __init__(self, wf_spec: Any, node: Node) -> None:
        super().__init__(wf_spec, node)
        self.drawn_as: dict[str, Any] = node.element["multi_instance"]
        self.sequential: bool = bool(self.drawn_as.get("sequential"))

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state != TaskState.FUTURE:
            return False
        self.enter(my_task)
        items = self.items(my_task)
        my_task.own = {"nrOfInstances": len(items), "nrOfActiveInstances": 0, "nrOfCompletedInstances": 0}
        try:
            return self.begin(my_task, items)
        except FAILURES:
            my_task.own = None
            raise

    def items(self, my_task: Token) -> list[Any]:
        """What to run over; raises ElementFailed for what is no collection or no number, and beyond the limit."""
        collection = self.drawn_as.get("collection")
        items = (self.collected(my_task, collection) or self.stand_in(my_task)) if collection else list(range(self.cardinality(my_task)))
        maximum = my_task.turn.context.limits.instances
        if len(items) > maximum:
            raise ElementFailed("limit", limit="instances", maximum=maximum, value=len(items))
        return items

    def stand_in(self, my_task: Token) -> list[Any]:
        """What stands for an empty list of people: one instance without anybody, where the diagram says what happens then."""
        properties = self.element.get("properties") or {}
        asks_people = "when_nobody" in properties or "people(" in (self.drawn_as.get("collection") or "")
        return [None] if asks_people and isinstance(self.inner, UserTask) and my_task.turn.context.remembers else []

    def collected(self, my_task: Token, text: str) -> list[Any]:
        """The items of the collection, copied: later changes of the variable change nothing."""
        value = evaluate(my_task, text)
        if isinstance(value, dict):
            return list(value.values())
        if not isinstance(value, list):
            raise ElementFailed("collection", collection=text)
        return list(value)

    def cardinality(self, my_task: Token) -> int:
        """The number of instances."""
        value = evaluate(my_task, self.drawn_as.get("cardinality") or "0")
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0 or value != int(value):
            raise ElementFailed("cardinality", value=str(value)[:100])
        maximum = my_task.turn.context.limits.instances
        if value > maximum:
            raise ElementFailed("limit", limit="instances", maximum=maximum, value=str(value)[:40])
        return int(value)

    def begin(self, my_task: Token, items: list[Any]) -> bool:
        """Open the first instances; True when there is nothing to do."""
        my_task.turn.allow(len(items))
        opened = self.opened(my_task, items) if items and self.lazy else []
        if any("skip" in details for details in opened):
            # an instance that is passed by needs a token
            opened = []
        if self.output:
            my_task.write({self.output: []})
        if not items:
            return True
        assert my_task.own is not None
        my_task.internal_data["items"] = items
        my_task._set_state(TaskState.STARTED)
        my_task.own["nrOfActiveInstances"] = 1 if self.sequential else len(items)
        if opened:
            self.announce(my_task, opened)
            return False
        for index in range(1 if self.sequential else len(items)):
            self.add(my_task, index, self.own_of(index, items))
        return False

    @property
    def one_by_one(self) -> bool:
        return self.sequential

    def own_again(self, my_task: Token, index: int) -> dict[str, Any]:
        return self.own_of(index, my_task.internal_data["items"])

    def uncount(self, my_task: Token, index: int, place: int) -> None:
        assert my_task.own is not None
        my_task.own["nrOfCompletedInstances"] -= 1
        my_task.own["nrOfActiveInstances"] = 1 if self.sequential else my_task.own["nrOfActiveInstances"] + 1
        results = my_task.internal_data.get("results")
        if self.output and results:
            del results[place]
            my_task.data[self.output] = list(results)

    @property
    def lazy(self) -> bool:
        """Whether an open instance can be a number."""
        return not self.sequential and isinstance(self.inner, UserTask) and not any(self.inner.element.get(name) for name in _AT_ENTRY)

    @property
    def output(self) -> str | None:
        """The variable that collects the results."""
        return self.drawn_as.get("output_collection")

    def own_of(self, index: int, items: list[Any]) -> dict[str, Any]:
        """The variables of one instance."""
        own: dict[str, Any] = {"loopCounter": index}
        if self.drawn_as.get("output_element"):
            own[self.drawn_as["output_element"]] = None
        if self.drawn_as.get("index_variable"):
            own[self.drawn_as["index_variable"]] = index
        if self.drawn_as.get("element_variable"):
            own[self.drawn_as["element_variable"]] = items[index]
        return own

    def opened(self, my_task: Token, items: list[Any]) -> list[dict[str, Any]]:
        """What is to be said of each open user task; raises what its expressions raise, before anything has been said."""
        around = my_task.data
        seats = [Seat(my_task.workflow, Scope(own, around)) for own in (self.own_of(k, items) for k in range(len(items)))]
        return [self.inner.details(seat) for seat in seats]

    def announce(self, my_task: Token, opened: list[dict[str, Any]]) -> None:
        """Give each open instance its number, and say that it is there."""
        numbers = [my_task.turn.number() for _ in opened]
        for index, (number, details) in enumerate(zip(numbers, opened, strict=True)):
            my_task.turn.record("user_task_created", my_task, number, (*my_task.path, index), **details)
        my_task.internal_data["open"] = [numbers[0], OPEN * len(numbers)]

    def wake(self, my_task: Token, number: int) -> Token | None:
        """The token of an open instance, made now because somebody touches it."""
        first, places = my_task.internal_data["open"]
        index = number - first
        if not 0 <= index < len(places) or places[index] != OPEN:
            return None
        left = f"{places[:index]}{TAKEN}{places[index + 1 :]}"
        my_task.internal_data["open"] = [first, left]
        if OPEN not in left:
            del my_task.internal_data["open"]
        child = Token(my_task.workflow, self.inner, my_task, TaskState.READY, number)
        child.own = self.own_of(index, my_task.internal_data["items"])
        child.internal_data["index"] = index
        return child

    def count(self, my_task: Token, child: Token) -> None:
        assert my_task.own is not None
        my_task.own["nrOfCompletedInstances"] += 1
        my_task.own["nrOfActiveInstances"] -= 1
        name = self.drawn_as.get("output_element")
        if self.output and name:
            results = my_task.internal_data.setdefault("results", [])
            results.append((child.own or {}).get(name))
            my_task.data[self.output] = list(results)

    def look(self, my_task: Token, own: dict[str, Any]) -> None:
        assert my_task.own is not None
        counts = my_task.own
        condition = self.drawn_as.get("completion_condition")
        if condition and bool(evaluate(my_task, condition, Scope(own, my_task.data))):
            self.take_back(my_task)
            self.finish(my_task)
        elif counts["nrOfCompletedInstances"] >= counts["nrOfInstances"]:
            self.finish(my_task)
        elif self.sequential:
            counts["nrOfActiveInstances"] = 1
            index = counts["nrOfCompletedInstances"]
            self.add(my_task, index, self.own_of(index, my_task.internal_data["items"]))

    def waits_for_something(self, token: Token) -> bool:
        return super().waits_for_something(token) or any(token.internal_data.get(name) for name in ("open", sleeping.ASLEEP))

    def rouse(self, my_task: Token) -> None:
        sleeping.rouse_all(my_task)

    def take_back(self, my_task: Token, reason: str = "not_needed") -> None:
        """The other instances are not needed any more."""
        self.rouse(my_task)
        with my_task.turn.because(reason):
            for child in my_task.children:
                if child.task_spec is self.inner:
                    child.cancel()
            self.close(my_task)
        assert my_task.own is not None
        my_task.own["nrOfActiveInstances"] = 0

    def close(self, my_task: Token) -> None:
        """Take back the open instances that are only numbers."""
        first, places = my_task.internal_data.pop("open", (0, ""))
        for index, number in ((index, first + index) for index, place in enumerate(places) if place == OPEN):
            my_task.turn.record("user_task_cancelled", my_task, number, (*my_task.path, index), reason=my_task.turn.reason)

    def finish(self, my_task: Token) -> None:
        results = my_task.internal_data.get("results")
        if self.output and results:
            scope = my_task.data.holder(self.output) or my_task.data.root()
            my_task.record("variables_changed", changes={self.output: {"old": [], "new": list(results)}}, scope=scope.label)
        super().finish(my_task)

    def cancelled(self, my_task: Token) -> None:
        self.close(my_task)
        super().cancelled(my_task)


class Loop(Repeating):
    """Repeats while a condition holds, at most so often."""

    def __init__(self, wf_spec: Any, node: Node) -> None:
        super().__init__(wf_spec, node)
        self.drawn_as: dict[str, Any] = node.element["loop"]
        maximum = str(self.drawn_as.get("maximum") or "")
        if maximum and not (maximum.isascii() and maximum.isdigit()):
            raise NotExecutable("loop_maximum", node.id, maximum=maximum)
        self.maximum = int(maximum) if maximum else None

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state != TaskState.FUTURE:
            return False
        self.enter(my_task)
        my_task.own = {"loopCounter": 0}
        try:
            if self.drawn_as.get("test_before") and self.over(my_task, 0):
                return True
        except FAILURES:
            my_task.own = None
            raise
        my_task._set_state(TaskState.STARTED)
        self.add(my_task, 0, {})
        return False

    def over(self, my_task: Token, rounds: int) -> bool:
        """Whether that was the last round."""
        if self.maximum is not None and rounds >= self.maximum:
            return True
        condition = self.drawn_as.get("condition")
        return condition is not None and not holds(my_task, condition)

    def count(self, my_task: Token, child: Token) -> None:
        assert my_task.own is not None
        my_task.own["loopCounter"] += 1

    def look(self, my_task: Token, own: dict[str, Any]) -> None:
        assert my_task.own is not None
        rounds = my_task.own["loopCounter"]
        if self.over(my_task, rounds):
            self.finish(my_task)
        else:
            self.add(my_task, rounds, {})
