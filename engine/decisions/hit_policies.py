"""Which of the rules that match count, and what they give together: the hit policies of DMN."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.decisions.errors import DecisionFailed
from engine.decisions.model import Rule, Table
from engine.expressions import arithmetic
from engine.expressions.budget import Budget
from engine.expressions.functions import extreme, total

HIT_POLICIES: Final = ("UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
AGGREGATIONS: Final = ("SUM", "MIN", "MAX", "COUNT")
SEVERAL: Final = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches, with what it gives."""

    rule: Rule
    outputs: dict[str, Any]


def choose(table: Table, hits: Sequence[Hit], ranks: Sequence[Sequence[Any]], budget: Budget) -> list[Hit]:
    """The hits that count, in the order of the policy; `ranks` are the allowed values of each output, highest first."""
    if table.hit_policy == "UNIQUE" and len(hits) > 1:
        raise DecisionFailed("no_unique", rules=[hit.rule.number for hit in hits])
    if table.hit_policy == "ANY":
        for hit in hits[1:]:
            if not arithmetic.equal(hit.outputs, hits[0].outputs, budget):
                raise DecisionFailed("any_differs", rules=[hits[0].rule.number, hit.rule.number])
        return list(hits[:1])
    if table.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
        ordered = sorted(hits, key=lambda hit: _rank(hit, table, ranks, budget))
        return ordered[:1] if table.hit_policy == "PRIORITY" else ordered
    return list(hits[:1]) if table.hit_policy == "FIRST" else list(hits)


def _rank(hit: Hit, table: Table, ranks: Sequence[Sequence[Any]], budget: Budget) -> list[int]:
    """The place of each output's value among the allowed ones; a value that is not among them comes last."""
    places = []
    for output, allowed in zip(table.outputs, ranks, strict=True):
        value = hit.outputs[output.name]
        places.append(next((place for place, other in enumerate(allowed) if arithmetic.equal(value, other, budget)), len(allowed)))
    return places


def aggregate(table: Table, hits: Sequence[Hit], budget: Budget) -> list[dict[str, Any]] | None:
    """The one row of COLLECT with SUM, MIN, MAX or COUNT; None without an aggregation, or when there is nothing to take it of."""
    if not table.aggregation:
        return None
    name = table.outputs[0].name
    values = [hit.outputs[name] for hit in hits]
    if table.aggregation == "COUNT":
        return [{name: len(values)}]
    return [{name: _AGGREGATES[table.aggregation](values, budget)}] if values else None


_AGGREGATES: Final[dict[str, Callable[[list[Any], Budget], Any]]] = {
    "SUM": lambda values, budget: total(values),
    "MIN": lambda values, budget: extreme((values,), -1, "MIN", budget),
    "MAX": lambda values, budget: extreme((values,), 1, "MAX", budget),
}
