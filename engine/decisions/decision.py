"""A decision of a diagram: first those that it requires are made, then its own, with what led there for the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine import expressions
from engine.decisions.errors import DecisionFailed
from engine.decisions.functions import Function
from engine.decisions.making import Functions, gives_several, made, whole_of
from engine.decisions.model import SCHEMA, DecisionResult, Logic
from engine.decisions.parts import names_read
from engine.expressions import ExpressionFailed
from engine.expressions.budget import MAX_STEPS, Budget
from engine.expressions.evaluator import finished

_NONE: Final[Functions] = {}
_STEPS_PER_CELL: Final = 10


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision with all that it requires; `steps` are in the order of making, the decision itself last."""

    steps: tuple[Logic, ...]

    @property
    def id(self) -> str:
        """The id by which a business rule task refers to it."""
        return self.steps[-1].id

    @property
    def name(self) -> str:
        """The name for people."""
        return self.steps[-1].name

    def to_document(self) -> dict[str, Any]:
        """The decision as a JSON object, complete in itself."""
        return {"schema": SCHEMA, "id": self.id, "name": self.name, "steps": [logic.to_document() for logic in self.steps]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Decision":
        """The decision that `to_document` wrote."""
        return cls(tuple(Logic.from_document(logic) for logic in document["steps"]))

    def reads(self) -> frozenset[str]:
        """The variables that the decision needs from the case."""
        needed: set[str] = set()
        given: set[str] = set()
        for logic in self.steps:
            needed |= names_read(logic) - given
            given |= _given_names(logic)
        return frozenset(needed)

    def evaluate(self, variables: Mapping[str, Any], functions: Functions = _NONE) -> DecisionResult:
        """What the decision gives for these variables. Raises DecisionFailed, never a guess."""
        seen, callable_, budget = dict(variables), dict(functions), Budget(_steps_for(self.steps))
        required = []
        with expressions.in_office(functions):
            for logic in self.steps[:-1]:
                if logic.parameters is not None:
                    callable_[logic.name] = Function(logic, callable_, budget)
                    continue
                result = made(logic, seen, callable_, budget)
                seen.update(_as_variables(logic, result))
                required.append(_document(logic, result))
            result = made(self.steps[-1], seen, callable_, budget)
        return DecisionResult(_finished(self.steps[-1], result), result.rules, result.inputs, required)

    def value(self, result: DecisionResult) -> Any:
        """The one value that DMN means by the result: a value or an object, or a list of them where several rules may count."""
        return whole_of(self.steps[-1], result)


def _steps_for(steps: tuple[Logic, ...]) -> int:
    """What a decision may use up with all that it requires and calls: more for larger tables."""
    cells = sum(len(one.table.rules) * (len(one.table.inputs) + 1) for one in steps if one.table)
    return 5 * MAX_STEPS + _STEPS_PER_CELL * cells


def _given_names(logic: Logic) -> set[str]:
    if logic.parameters is not None:
        return set()
    names = {logic.id, logic.variable, logic.name}
    if logic.table is not None:
        names |= {column.name for column in logic.table.outputs}
    return names


def _as_variables(logic: Logic, result: DecisionResult) -> dict[str, Any]:
    """What a required decision is to those that require it: its outputs by name, and the whole by its id, name and variable."""
    several = gives_several(logic)
    given = {name: whole_of(logic, result) for name in (logic.id, logic.variable, logic.name) if name}
    for column in logic.table.outputs if logic.table else ():
        values = [row[column.name] for row in result.outputs]
        given[column.name] = values if several else (values[0] if values else None)
    return given


def _document(logic: Logic, result: DecisionResult) -> dict[str, Any]:
    return {"decision_id": logic.id, "inputs": result.inputs, "rules": result.rules, "outputs": _finished(logic, result)}


def _finished(logic: Logic, result: DecisionResult) -> list[dict[str, Any]]:
    """The rows of a result as variables hold them. Raises DecisionFailed when they are too large."""
    try:
        return [finished(row) for row in result.outputs]
    except ExpressionFailed as failure:
        raise DecisionFailed(failure.code, decision=logic.name or logic.id, decision_id=logic.id, place="", **failure.values) from failure
