"""What is found wrong or doubtful while one DMN file is read, and what the file declares for all its expressions."""

from dataclasses import dataclass, field
from typing import Any

from engine.decisions.errors import Problem
from engine.decisions.item_types import ItemTypes
from engine.expressions.unary_tests import Cell, read_cell


@dataclass
class Notes:
    """The problems found so far in one file; its names with blanks, its types, and the functions that may be called just now."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    names: tuple[str, ...] = ()
    types: ItemTypes = field(default_factory=ItemTypes)
    functions: frozenset[str] = frozenset()
    #: the language that the file names for all its expressions
    language: str = ""
    #: DMN 1.1, whose tools write JUEL where no language is named
    often_juel: bool = False
    #: how many steps the search for overlaps and gaps may still take: well under a second for a file
    search: int = 300_000
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    def cell(self, text: str, alias: str = "") -> Cell:
        """An input cell of the file as read; raises ExpressionRefused."""
        if (text, alias) not in self.cells:
            self.cells[text, alias] = read_cell(text, self.names, alias)
        return self.cells[text, alias]

    @property
    def errors(self) -> list[Problem]:
        """Those that refuse the file."""
        return [problem for problem in self.problems if problem.severity == "error"]

    def error(self, code: str, element: Any, **values: Any) -> None:
        """Note what refuses the file."""
        self._add("error", code, element, values)

    def warn(self, code: str, element: Any, **values: Any) -> None:
        """Note what is doubtful."""
        self._add("warning", code, element, values)

    def _add(self, severity: str, code: str, element: Any, values: dict[str, Any]) -> None:
        shown = {"name": element.get("name") or element.get("id") or "", **values}
        self.problems.append(Problem(code, severity, self.file, element.sourceline, element.get("id"), element.get("name"), shown))
