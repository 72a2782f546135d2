"""Rows of the support table, and how the engine plays one."""

from dataclasses import dataclass, field
from typing import Any

from engine.reading import ReadOptions, read
from tests.engine.drawing import Driven, Shelf

Step = str | tuple[str, dict[str, Any]]
#: findings that every small diagram has: its user tasks name nobody
QUIET = frozenset({"nobody_asked"})


@dataclass(frozen=True)
class Executed:
    """A diagram, what is done to it, and what is open after each step: ids of user tasks and jobs, or `done`.

    Steps: the id of a user task or job that is completed, `message NAME`, `signal NAME`, `hours N`, `set`; with variables if need be.
    `stock`: in words, how SpiffWorkflow as it comes is wrong about it.
    """

    element: str
    what: str
    xml: bytes
    trace: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)
    stock: str = ""
    warned: tuple[str, ...] = ()
    begins_at: str | None = None
    #: the row is about a branch without an end event, so that none may be added for SpiffWorkflow
    ends_missing: bool = False
    #: variables that must stand in the case at the end
    leaves: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """By what the row and its test are told."""
        return f"{self.element}: {self.what}"

    @property
    def comparable(self) -> bool:
        """Whether SpiffWorkflow can be shown the same: it reads the wall clock, and takes messages with keys already computed."""
        times = any(isinstance(step, str) and step.startswith("hours") for step in self.steps)
        return not times and self.element != "correlation"


@dataclass(frozen=True)
class Told:
    """A diagram that the gate refuses (`error`) or points something out about (`warning`), with the code of the finding."""

    element: str
    what: str
    xml: bytes
    code: str
    severity: str = "error"

    @property
    def name(self) -> str:
        """By what the row and its test are told."""
        return f"{self.element}: {self.what}"


def findings(xml: bytes) -> list[tuple[str, str]]:
    """Code and severity of what the gate says, without what it says of every small diagram."""
    found = read({"p.bpmn": xml}, options=ReadOptions()).findings
    return [(one.code, one.severity) for one in found if one.code not in QUIET]


def play(row: Executed) -> list[str]:
    """What is open after the start and after each step."""
    shelf = Shelf()
    shelf.deploy(row.xml)
    case = Driven(shelf, dict(row.given), element_id=row.begins_at)
    trace = [shown(case)]
    for step in row.steps:
        do(case, step)
        trace.append(shown(case))
    assert {name: case.variables.get(name) for name in row.leaves} == row.leaves
    return trace


def shown(case: Driven) -> str:
    """What is open, `done`, or the incidents."""
    if case.incidents:
        return "incident " + " ".join(sorted(str(one["code"]) for one in case.incidents))
    return "done" if case.status == "completed" else " ".join(case.open)


def do(case: Driven, step: Step) -> None:
    """One step."""
    text, variables = step if isinstance(step, tuple) else (step, {})
    word, _, rest = text.partition(" ")
    if word == "message":
        case.message(rest, **variables)
    elif word == "signal":
        case.signal(rest, **variables)
    elif word == "hours":
        case.later(hours=float(rest))
    elif word == "set":
        case.set(**variables)
    else:
        case.complete(word, **variables)
