"""Rules of a UNIQUE table that can match together, and what no rule is for: told with an example before the first case meets it.

Told is only what is certain. A cell that is not made of constants may match anything, so it makes no overlap and leaves no gap;
columns that depend on each other are not looked at. The search is bounded for each file; where it stops early, that is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import accumulate, islice
from operator import and_, or_, xor
from typing import Any, Final

from engine.decisions.domains import Classes, Unknown, classes_of, considered
from engine.decisions.model import Table
from engine.decisions.notes import Notes
from engine.decisions.parts import read_text
from engine.expressions.evaluator import finished
from engine.expressions.nodes import Attribute, Name, walk
from engine.expressions.unary_tests import Cell, read_cell

MAX_SHOWN: Final = 5
_SINGLE_HIT: Final = ("UNIQUE", "ANY", "FIRST", "PRIORITY")
_ANYTHING: Final = Cell((), False, frozenset())


class _CutOff(Exception):
    """The search has used up what a file may."""


@dataclass(frozen=True, slots=True)
class _Column:
    """An input whose cells are known; columns with the same expression are one. A mask is None where the rule's cell is not known."""

    label: str
    classes: Classes
    masks: tuple[int | None, ...]
    #: the classes that there are: the allowed values, if any are named
    domain: int
    considered: int


def check_coverage(table: Table, decision: Any, notes: Notes) -> None:
    """Warn of overlaps and gaps of a table, each with an example."""
    try:
        search = _Search(table, notes)
        if table.hit_policy == "UNIQUE":
            for first, second, example in islice(search.overlaps(), MAX_SHOWN):
                notes.warn("rules_overlap", decision, first=first + 1, second=second + 1, example=example)
        if table.hit_policy in _SINGLE_HIT and all(column.default is None for column in table.outputs):
            for example in search.gaps():
                notes.warn("rules_gap", decision, example=example)
    except _CutOff:
        notes.warn("coverage_cut", decision, rules=len(table.rules), columns=len(table.inputs))


class _Search:
    """The columns of one table, and what is left of the file's bound."""

    def __init__(self, table: Table, notes: Notes) -> None:
        self._notes = notes
        self._all = (1 << len(table.rules)) - 1
        self._columns, self._known = _columns(table, notes, self._spend)
        self._cells: dict[tuple[int, int], int] = {}

    def _spend(self, steps: int = 1) -> None:
        self._notes.search -= steps
        if self._notes.search < 0:
            raise _CutOff

    def overlaps(self) -> Iterator[tuple[int, int, str]]:
        """Pairs of rules that surely match together for an example; each rule is compared with all others at once."""
        certain = self._known & self._bits(lambda masks: None not in masks)
        hits = [self._hits(column, maybe=False) for column in self._columns]
        for rule in _places(certain):
            together = certain >> rule + 1 << rule + 1
            for place, column in enumerate(self._columns):
                if together and column.masks[rule] != column.domain:
                    together = self._meeting(together, place, column.masks[rule] or 0, hits[place])
            for other in _places(together):
                meeting = [(column.masks[rule] or 0) & (column.masks[other] or 0) for column in self._columns]
                if all(meeting):
                    yield rule, other, self._example(meeting)

    def _bits(self, holds: Any) -> int:
        rules = zip(*(column.masks for column in self._columns), strict=True)
        return sum(1 << place for place, masks in enumerate(rules) if holds(masks)) if self._columns else self._all

    def _meeting(self, rules: int, place: int, mask: int, hits: Sequence[int]) -> int:
        """Those of the rules that match some class of a cell: class by class, or rule by rule where these are fewer."""
        if (place, mask) in self._cells:
            return rules & self._cells[place, mask]
        if mask.bit_count() <= rules.bit_count():
            self._spend(mask.bit_count())
            self._cells[place, mask] = reduce(or_, (hits[one] for one in _places(mask)), 0)
            return rules & self._cells[place, mask]
        self._spend(rules.bit_count())
        masks = self._columns[place].masks
        return sum(1 << rule for rule in _places(rules) if (masks[rule] or 0) & mask)

    def _hits(self, column: _Column, *, maybe: bool) -> list[int]:
        """For each class of a column the rules that match it; those whose cell is not known count with `maybe`."""
        turns = [0] * (column.domain.bit_length() + 1)
        for rule, mask in enumerate(column.masks):
            passing = (column.domain if maybe else 0) if mask is None else mask
            for place in _places(passing ^ passing << 1):
                self._spend()
                turns[place] ^= 1 << rule
        return list(accumulate(turns[:-1], xor))

    def gaps(self) -> Iterator[str]:
        """Examples that no rule matches."""
        if not self._all or not self._columns or any(not column.considered for column in self._columns):
            return
        hits = [self._hits(column, maybe=True) for column in self._columns]
        always = [
            reduce(and_, (one[place] for place in _places(column.considered))) for column, one in zip(self._columns, hits, strict=True)
        ]
        rest = [reduce(and_, always[place:], self._all) for place in range(len(always) + 1)]
        for chosen in islice(self._uncovered(0, self._all, hits, rest, set()), MAX_SHOWN):
            tail = [column.considered for column in self._columns[len(chosen) :]]
            yield self._example([*chosen, *tail])

    def _uncovered(self, place: int, rules: int, hits: Any, rest: Any, covered: set[tuple[int, int]]) -> Iterator[list[int]]:
        """The classes of the first columns, one set for each, for which no rule is left."""
        if not rules:
            yield []
            return
        if rules & rest[place] or (place, rules) in covered:
            return
        found = False
        groups: dict[int, int] = {}
        for one in _places(self._columns[place].considered):
            self._spend()
            left = rules & hits[place][one]
            groups[left] = groups.get(left, 0) | 1 << one
        # where fewest rules are left a gap is nearest
        for left, classes in sorted(groups.items(), key=lambda group: group[0].bit_count()):
            for chosen in self._uncovered(place + 1, left, hits, rest, covered):
                found = True
                yield [classes, *chosen]
        if not found:
            covered.add((place, rules))

    def _example(self, classes: Sequence[int]) -> str:
        """A value for each column; a constant of the table where there is one."""
        told = []
        for column, mask in zip(self._columns, classes, strict=True):
            if not column.classes.kind or mask == column.domain:
                continue
            best = mask & column.considered & column.classes.points or mask & column.considered or mask
            told.append(f"{column.label} = {_shown(column.classes.example((best & -best).bit_length() - 1))}")
        return ", ".join(told) or "-"


def _places(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f'"{value}"' if isinstance(value, str) else str(finished(value))


def _columns(table: Table, notes: Notes, spend: Any) -> tuple[list[_Column], int]:
    """The columns that can be searched, and the rules that have no cell outside them."""
    grouped: dict[str, list[int]] = {}
    for place, drawn in enumerate(table.inputs):
        grouped.setdefault(" ".join(drawn.expression.split()), []).append(place)
    dependent = _dependent(list(grouped), notes)
    found, known = [], (1 << len(table.rules)) - 1
    for expression, places in grouped.items():
        cells = [[notes.cell(rule.tests[place], table.inputs[place].alias) for rule in table.rules] for place in places]
        spend(sum(map(len, cells)))
        column = None if expression in dependent else _column(table, places, cells, notes)
        if column is not None:
            found.append(column)
            continue
        for row in cells:
            known &= sum(1 << rule for rule, cell in enumerate(row) if not cell.tests)
    return found, known


def _dependent(expressions: Sequence[str], notes: Notes) -> set[str]:
    """The expressions that share a variable with another one and are more than a name or a path."""
    read = {text: read_text(text, notes.names) for text in expressions}
    plain = {text for text, one in read.items() if all(isinstance(part, Name | Attribute) for part, _ in walk(one.node))}
    found = set()
    for text, one in read.items():
        for other, two in read.items():
            if text != other and one.names & two.names and not {text, other} <= plain:
                found |= {text, other}
    return found


def _column(table: Table, places: Sequence[int], cells: list[list[Cell]], notes: Notes) -> _Column | None:
    """The cells of the columns of one expression as masks; None where nothing is known of them."""
    inputs = [table.inputs[place] for place in places]
    allowed = [read_cell(column.allowed, notes.names) for column in inputs[:1] if column.allowed]
    different = list(dict.fromkeys(cell for row in cells for cell in row))
    try:
        classes = classes_of([*different, *allowed], inputs[0].type)
    except Unknown:
        return None
    known = {cell: _mask(classes, cell) for cell in different}
    rows = [[known[cell] for cell in row] for row in cells]
    only = next((mask for cell in allowed if (mask := _mask(classes, cell))), None)
    domain = only or classes.everything
    masks = [
        None if None in rule else reduce(and_, (mask for mask in rule if mask is not None), domain) for rule in zip(*rows, strict=True)
    ]
    singles = [(cell, mask) for cell, mask in known.items() if mask is not None]
    about = considered(classes, [cell for cell, _ in singles], [mask for _, mask in singles], only)
    return _Column(inputs[0].label, classes, tuple(masks), domain, about)


def _mask(classes: Classes, cell: Cell) -> int | None:
    try:
        return classes.mask(cell)
    except Unknown:
        return None
