"""Decisions as data: tables and single expressions, with what they require, as JSON documents and back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

SCHEMA: Final = 1
#: a boxed expression as a JSON object, see `boxes`
Box = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Input:
    """A column that is tested: the expression whose value it is, and the type that the value is read as."""

    label: str
    expression: str
    type: str = ""
    #: the allowed values as unary tests: what is looked at for gaps
    allowed: str = ""
    #: the name that cells call the input's value by, beside `?` and `cellInput` (camunda:inputVariable)
    alias: str = ""


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
    """One decision alone: a table, or an expression whose value goes under the name `variable`.

    With `parameters` it is no decision but a function of them that decisions call: a business knowledge model.
    """

    id: str
    name: str
    variable: str
    type: str = ""
    table: Table | None = None
    expression: str | None = None
    #: the names with blanks or signs that stand in its texts
    names: tuple[str, ...] = ()
    parameters: tuple[str, ...] | None = None
    box: Box | None = None

    def to_document(self) -> dict[str, Any]:
        """The decision as a JSON object."""
        document = asdict(self)
        return {key: _listed(value) for key, value in document.items() if value is not None}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Logic":
        """The decision that `to_document` wrote."""
        table = document.get("table")
        parameters = document.get("parameters")
        more = {"names": tuple(document.get("names", ())), "parameters": None if parameters is None else tuple(parameters)}
        return cls(**{**document, **more, "table": table_from(table) if table else None})


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


def table_document(table: Table) -> dict[str, Any]:
    """A table as a JSON object."""
    return {key: _listed(value) for key, value in asdict(table).items()}


def table_from(document: Mapping[str, Any]) -> Table:
    """The table that `table_document` wrote."""
    return Table(
        hit_policy=document["hit_policy"],
        aggregation=document["aggregation"],
        inputs=tuple(Input(**entry) for entry in document["inputs"]),
        outputs=tuple(Output(**{**output, "values": tuple(output["values"])}) for output in document["outputs"]),
        rules=tuple(
            Rule(rule["number"], rule["id"], tuple(rule["tests"]), tuple(rule["results"]), rule["annotation"]) for rule in document["rules"]
        ),
    )
