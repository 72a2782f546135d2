"""Columns and rows: each element stands right of what leads to it, and no two share a cell (layered drawing after Sugiyama)."""

from collections import defaultdict
from dataclasses import dataclass, field

from engine.layout.model import BESIDE, Box, Line, Scope

#: a flow that passes more columns than this in sum with the others goes below the drawing instead
PASSES = 20_000


@dataclass
class Grid:
    """Cells by id, and by flow the rows in which it passes the columns between; flows without such rows go round below."""

    column: dict[str, int] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    passes: dict[str, list[int]] = field(default_factory=dict)
    #: the first row of each lane's band, and behind the last the number of rows
    starts: list[int] = field(default_factory=list)


def carrier(scope: Scope, id: str) -> Box | None:
    """The box in whose cell an end of a flow stands: the host of a boundary event."""
    box = scope.boxes.get(id)
    return box.host if box is not None and box.host is not None else box


def flows(scope: Scope) -> list[tuple[Line, Box, Box]]:
    """The sequence flows whose ends exist, with the boxes in whose cells they stand."""
    found = []
    for line in scope.lines:
        a, b = carrier(scope, line.source), carrier(scope, line.target)
        if line.kind == "sequenceFlow" and a is not None and b is not None and not {a.kind, b.kind} & set(BESIDE):
            found.append((line, a, b))
    return found


def arrange(scope: Scope) -> Grid:
    """A cell for every flow node, and the way of every flow."""
    grid = Grid()
    known = flows(scope)
    nodes = [box for box in scope.boxes.values() if box.host is None and box.kind not in BESIDE]
    after: dict[str, list[str]] = {box.id: [] for box in nodes}
    for _, a, b in known:
        after[a.id].append(b.id)
    grid.column = _columns(nodes, after)
    rows = _Rows(scope)
    budget = PASSES
    for part in _components(nodes, known):
        budget = rows.fill(part, [one for one in known if one[1].id in part], grid, budget)
    rows.number(grid)
    return grid


def _columns(nodes: list[Box], after: dict[str, list[str]]) -> dict[str, int]:
    """The longest way from a beginning, without the flows that lead back."""
    entered = {target for targets in after.values() for target in targets}
    first = [box.id for box in nodes if box.kind == "startEvent"] + [box.id for box in nodes if box.id not in entered]
    seen: set[str] = set()
    open_: set[str] = set()
    order: list[str] = []
    forward: dict[str, list[str]] = defaultdict(list)
    for root in [*first, *after]:
        stack = [(root, iter(after[root]))] if root not in seen else []
        seen.add(root)
        open_.update(id for id, _ in stack)
        while stack:
            id, left = stack[-1]
            target = next(left, None)
            if target is None:
                stack.pop()
                open_.discard(id)
                order.append(id)
                continue
            if target not in open_:
                forward[id].append(target)
            if target not in seen:
                seen.add(target)
                open_.add(target)
                stack.append((target, iter(after[target])))
    column = dict.fromkeys(after, 0)
    for id in reversed(order):
        for target in forward[id]:
            column[target] = max(column[target], column[id] + 1)
    return column


def _components(nodes: list[Box], known: list[tuple[Line, Box, Box]]) -> list[dict[str, Box]]:
    near: dict[str, list[str]] = defaultdict(list)
    for _, a, b in known:
        near[a.id].append(b.id)
        near[b.id].append(a.id)
    by_id = {box.id: box for box in nodes}
    found: list[dict[str, Box]] = []
    seen: set[str] = set()
    for box in nodes:
        part: dict[str, Box] = {}
        left = [box.id]
        while left:
            id = left.pop()
            if id not in seen:
                seen.add(id)
                part[id] = by_id[id]
                left += near[id]
        if part:
            found.append(part)
    return found


class _Rows:
    """Rows within the band of each lane; the band behind the last lane is for what no lane names."""

    def __init__(self, scope: Scope) -> None:
        self.base = [0] * (scope.leaves + 1)
        self.cell: dict[str, tuple[int, int]] = {}
        self.ways: dict[str, list[tuple[int, int]]] = {}

    def fill(self, part: dict[str, Box], known: list[tuple[Line, Box, Box]], grid: Grid, budget: int) -> int:
        """Give each element of a connected part a row, column by column, near to what leads to it."""
        columns: dict[int, list[tuple[str, int, list[str]]]] = defaultdict(list)
        before: dict[str, list[str]] = defaultdict(list)
        chains: dict[str, list[str]] = {}
        for line, a, b in known:
            span = range(grid.column[a.id] + 1, grid.column[b.id])
            if grid.column[b.id] <= grid.column[a.id] or len(span) > budget:
                continue
            budget -= len(span)
            last, chain = a.id, []
            for column in span:
                chain.append(f"{line.id} {column}")
                columns[column].append((chain[-1], b.lane, [last]))
                last = chain[-1]
            chains[line.id] = chain
            before[b.id].append(last)
        for id, box in part.items():
            columns[grid.column[id]].append((id, box.lane, before[id]))
        for column in sorted(columns):
            self._column(columns[column])
        for id, chain in chains.items():
            self.ways[id] = [self.cell[one] for one in chain]
        for lane, row in [self.cell[id] for ids in columns.values() for id, _, _ in ids]:
            self.base[lane] = max(self.base[lane], row + 1)
        return budget

    def _column(self, found: list[tuple[str, int, list[str]]]) -> None:
        wanted = []
        for place, (id, lane, before) in enumerate(found):
            rows = sorted(self.cell[one][1] if self.cell[one][0] == lane else self._start(lane) for one in before)
            wanted.append((rows[len(rows) // 2] if rows else self._start(lane), place, id, lane))
        free: dict[int, int] = {}
        for row, _, id, lane in sorted(wanted):
            row = max(row, free.get(lane, self._start(lane)))
            self.cell[id] = (lane, row)
            free[lane] = row + 1

    def _start(self, lane: int) -> int:
        return self.base[lane]

    def number(self, grid: Grid) -> None:
        """Count the rows through all bands; a lane without elements keeps one."""
        total = 0
        for lane, rows in enumerate(self.base):
            grid.starts.append(total)
            total += rows if lane == len(self.base) - 1 else max(rows, 1)
        grid.starts.append(total)
        grid.row = {id: grid.starts[lane] + row for id, (lane, row) in self.cell.items()}
        grid.passes = {id: [grid.starts[lane] + row for lane, row in way] for id, way in self.ways.items()}
