"""Decisions as data: tables and single expressions, with what they require, as JSON documents and back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is tested: the expression whose value it is, and the type that the value is read as."""

    label: str
    expression: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """A column that is given: its name, type, the allowed values in order of rank, and the value when no rule matches."""

    name: str
    label: str = ""
    type: str = ""
    values: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: a cell for every input and every output."""

    number: int
    id: str
    tests: tuple[str, ...]
    results: tuple[str, ...]
    annotation: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table."""

    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """One decision alone: a table, or an expression whose value goes under the name `variable`."""

    id: str
    name: str
    variable: str
    type: str = ""
    table: Table | None = None
    expression: str | None = None

    def to_document(self) -> dict[str, Any]:
        """The decision as a JSON object."""
        document = asdict(self)
        return {key: _listed(value) for key, value in document.items() if value is not None}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Logic":
        """The decision that `to_document` wrote."""
        table = document.get("table")
        return cls(**{**document, "table": _table(table) if table else None})


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """What a decision gave: an object for each row that counts, which rules those were, and the inputs' values that led there.

    `required` holds the same, as documents, for the decisions that were made before because this one requires them.
    """

    outputs: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    inputs: dict[str, Any]
    required: list[dict[str, Any]] = field(default_factory=list)


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(inner) for key, inner in value.items()}
    return [_listed(inner) for inner in value] if isinstance(value, list | tuple) else value


def _table(document: Mapping[str, Any]) -> Table:
    return Table(
        hit_policy=document["hit_policy"],
        aggregation=document["aggregation"],
        inputs=tuple(Input(**entry) for entry in document["inputs"]),
        outputs=tuple(Output(**{**output, "values": tuple(output["values"])}) for output in document["outputs"]),
        rules=tuple(
            Rule(rule["number"], rule["id"], tuple(rule["tests"]), tuple(rule["results"]), rule["annotation"]) for rule in document["rules"]
        ),
    )
