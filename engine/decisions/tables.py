"""Decision tables as drawn: hit policy, columns and rules, and what is doubtful about them together."""

from dataclasses import replace
from typing import Any, TypeVar

from engine.decisions import columns
from engine.decisions.coverage import check_coverage
from engine.decisions.hit_policies import AGGREGATIONS, HIT_POLICIES
from engine.decisions.model import Input, Output, Table
from engine.decisions.notes import Notes

Column = TypeVar("Column", Input, Output)


def _to_the_minute(column: Column, texts: list[str]) -> Column:
    """Camunda 7 calls moments `date`: where the cells of such a column name a time, the time counts."""
    if column.type.rpartition(":")[2].lower() != "date" or not any("date and time(" in text for text in texts):
        return column
    return replace(column, type="dateTime")


def table_of(element: Any, decision: Any, own: tuple[str, str], notes: Notes) -> Table:
    """The table of a decision; `own` are the name and type that its only output has without any of its own."""
    before = len(notes.errors)
    policy = " ".join((element.get("hitPolicy") or "UNIQUE").upper().split())
    aggregation = (element.get("aggregation") or "").upper()
    if policy not in HIT_POLICIES:
        notes.error("hit_policy", decision, policy=policy, allowed=list(HIT_POLICIES))
    if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
        notes.error("aggregation", decision, aggregation=aggregation)
    inputs = columns.inputs(element, decision, notes)
    outputs = columns.outputs(element, decision, own, notes)
    rules = columns.rules(element, decision, inputs, outputs, notes)
    inputs = tuple(_to_the_minute(column, [rule.tests[place] for rule in rules if rule.tests]) for place, column in enumerate(inputs))
    outputs = tuple(_to_the_minute(column, [rule.results[place] for rule in rules if rule.results]) for place, column in enumerate(outputs))
    table = Table(policy, aggregation if policy == "COLLECT" else "", inputs, outputs, rules)
    if aggregation and len(outputs) != 1:
        notes.error("aggregation_outputs", decision, aggregation=aggregation)
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.values for column in outputs):
        notes.error("no_output_values", decision, policy=policy)
    if len(notes.errors) == before:
        check_coverage(table, decision, notes)
    return table
