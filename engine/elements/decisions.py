"""Business rule tasks: they ask a decision table, and which rules gave the answer is noted."""

from typing import Any

from engine.decisions import Decision, DecisionFailed, DecisionResult
from engine.decisions.hit_policies import SEVERAL
from engine.elements.decision_found import decision_of
from engine.elements.work import Work
from engine.errors import ElementFailed
from engine.evaluation import fill, functions
from engine.scopes import Scope
from engine.tokens import Token

Row = dict[str, Any]


class DecisionTask(Work):
    """Asks the decision of the same deployment, else the newest one."""

    def _run_hook(self, my_task: Token) -> bool | None:
        seen = Scope(self.inputs(my_task), my_task.data)
        reference = str(fill(my_task, self.element["decision_ref"]))
        decision = decision_of(my_task, reference)
        try:
            result = decision.evaluate(seen, functions(my_task))
            given = self.shaped(decision, result.outputs)
        except DecisionFailed as problem:
            raise ElementFailed("decision", **{**problem.values, "decision": reference, "reason": problem.code}) from problem
        my_task.record("decision_evaluated", decision_id=reference, **_told(result))
        self.give(my_task, given, seen)
        return True

    def shaped(self, decision: Decision, rows: list[Row]) -> Row:
        """The variables that the result gives, by `mapDecisionResult`; without a result variable each output is one."""
        name, shape = self.element.get("result_variable"), self.element.get("map_result") or "resultList"
        if not name:
            return _each(decision, rows)
        if shape == "singleEntry":
            single = _single(rows)
            if single is not None and len(single) != 1:
                raise DecisionFailed("several_outputs")
            return {name: next(iter(single.values())) if single else None}
        if shape == "singleResult":
            return {name: _single(rows)}
        if shape == "collectEntries":
            return {name: [next(iter(row.values()), None) for row in rows]}
        return {name: rows}


def _told(result: DecisionResult) -> Row:
    """What history says of a decision; `required` are those that were made before because this one needs them."""
    told: Row = {"inputs": result.inputs, "rules": result.rules, "outputs": result.outputs}
    return {**told, "required": result.required} if result.required else told


def _each(decision: Decision, rows: list[Row]) -> Row:
    """Every output under its own name: a list of values where several rules may count, nothing where no rule matched."""
    logic = decision.steps[-1]
    names = [output.name for output in logic.table.outputs] if logic.table else list((rows or [{}])[0])
    if logic.table is not None and logic.table.hit_policy in SEVERAL and not logic.table.aggregation:
        return {name: [row[name] for row in rows] for name in names}
    single = _single(rows)
    return {name: single[name] if single else None for name in names}


def _single(rows: list[Row]) -> Row | None:
    if len(rows) > 1:
        raise DecisionFailed("several_rules")
    return rows[0] if rows else None
