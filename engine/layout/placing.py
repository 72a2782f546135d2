"""From cells to points: sizes, places, and ways of flows through the gaps between columns, where no shape stands."""

from engine.layout import layers
from engine.layout.model import BESIDE, EVENTS, GATEWAYS, Box, Line, Scope

EDGE = 30
GAP = 60
ROW = 34
BETWEEN = 16
LABEL = 90


def place(scope: Scope) -> None:
    """Lay a scope out from its upper left corner, the inner scopes first."""
    for box in scope.boxes.values():
        if box.inside is not None:
            place(box.inside)
            box.width, box.height = max(140, box.inside.width), max(100, box.inside.height + 20)
    for box in scope.boxes.values():
        box.width = max(box.width, 10 + len(box.guards) * (LABEL if any(one.name for one in box.guards) else 50))
    _Placing(scope).run()


def shift(scope: Scope, dx: float, dy: float) -> None:
    """Move a placed scope with everything in it."""
    for box in scope.boxes.values():
        box.x, box.y = box.x + dx, box.y + dy
        if box.label:
            box.label = (box.label[0] + dx, box.label[1] + dy, *box.label[2:])
        if box.inside is not None:
            shift(box.inside, dx, dy)
    for line in scope.lines:
        line.points = [(x + dx, y + dy) for x, y in line.points]
        if line.label:
            line.label = (line.label[0] + dx, line.label[1] + dy, *line.label[2:])
    scope.bands = [(top + dy, bottom + dy) for top, bottom in scope.bands]


def _below(box: Box) -> float:
    """What stands below a box: its label, its boundary events and the flows out of them."""
    if box.guards:
        return 18 + 44
    outside = box.kind in EVENTS or box.kind in GATEWAYS
    return 8 + 14 * min(6, -(-len(box.name) // 7)) if outside and box.name else 0


class _Placing:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.grid = layers.arrange(scope)
        self.beside = [box for box in scope.boxes.values() if box.kind in BESIDE]
        self.boxes = [scope.boxes[id] for id in self.grid.column]
        self.flows = layers.flows(scope)
        named = any(line.name for line, _, _ in self.flows)
        self.gap = GAP + (LABEL - 20 if named else 0)

    def run(self) -> None:
        self._columns()
        self._rows()
        for box in self.boxes:
            self._put(box)
        bottom = self.bottom
        for line, a, b in self.flows:
            bottom = self._route(line, a, b, bottom)
        self._notes()
        last = bottom + EDGE
        self.scope.height = last
        self._bands(last)
        ends = [box.x + box.width for box in self.scope.boxes.values()]
        self.scope.width = max([self.right, *ends], default=100) + EDGE
        for line in self.scope.lines:
            if line.kind != "sequenceFlow":
                join(line, self.scope.boxes.get(line.source), self.scope.boxes.get(line.target))

    def _columns(self) -> None:
        widths = [0.0] * (max(self.grid.column.values(), default=-1) + 1)
        for box in self.boxes:
            column = self.grid.column[box.id]
            widths[column] = max(widths[column], box.width)
        self.left, self.ends, x = [], [], float(EDGE + 20)
        for width in widths:
            self.left.append(x)
            self.ends.append(x + width)
            x += width + self.gap
        self.right = (self.ends[-1] if self.ends else EDGE) + 30

    def _rows(self) -> None:
        count = self.grid.starts[-1]
        up, down = [20.0] * count, [20.0] * count
        for box in self.boxes:
            row = self.grid.row[box.id]
            up[row] = max(up[row], box.height / 2)
            down[row] = max(down[row], box.height / 2 + _below(box))
        self.note_height = 70 if self.beside else 0
        self.top, self.line, self.under = [], [], []
        y = float(EDGE + self.note_height)
        for row in range(count):
            self.top.append(y)
            self.line.append(y + up[row])
            self.under.append(y + up[row] + down[row])
            y = self.under[-1] + ROW
        self.bottom = y - ROW if count else y

    def _put(self, box: Box) -> None:
        column, row = self.grid.column[box.id], self.grid.row[box.id]
        box.x = (self.left[column] + self.ends[column] - box.width) / 2
        box.y = self.line[row] - box.height / 2
        if box.inside is not None:
            shift(box.inside, box.x, box.y + 20)
        step = box.width / max(1, len(box.guards))
        for place_, guard in enumerate(box.guards):
            guard.x, guard.y = box.x + step * place_ + min(8, (step - 36) / 2), box.y + box.height - 18
            if guard.name:
                guard.label = (guard.x + 22, guard.y + 38, LABEL - 24, 14)

    def _route(self, line: Line, a: Box, b: Box, bottom: float) -> float:
        """Give a flow its points; answers how far down the drawing reaches then."""
        source, target = self.scope.boxes[line.source], b
        channel = self._channel(self.grid.column[a.id], self.grid.row[a.id])
        if source.host is not None:
            x, y = source.middle[0], source.y + source.height
            low = self.under[self.grid.row[a.id]]
            points = [(x, y), (x, low), (channel, low)]
        else:
            points = [(a.x + a.width, a.middle[1]), (channel, a.middle[1])]
        if line.id in self.grid.passes:
            for step, row in enumerate(self.grid.passes[line.id]):
                points += [(points[-1][0], self.line[row])]
                points += [(self._channel(self.grid.column[a.id] + 1 + step, row), self.line[row])]
        else:
            bottom += BETWEEN
            back = self.left[self.grid.column[b.id]] - 16
            points += [(points[-1][0], bottom), (back, bottom)]
        points += [(points[-1][0], target.middle[1]), (target.x, target.middle[1])]
        line.points = _straight(points)
        if line.name:
            # where the flow has left the others out of the same gateway
            first = self.grid.passes.get(line.id)
            level = bottom if first is None else self.line[first[0]] if first else b.middle[1]
            left = channel - LABEL - 4 if first is None else channel + 4
            line.label = (left, level - 18, LABEL - 10, 14)
        return bottom

    def _channel(self, column: int, row: int) -> float:
        """Where flows out of a cell turn: rows side by side turn beside each other."""
        return self.ends[column] + 14 + 4 * (row % 4)

    def _notes(self) -> None:
        """Annotations and data above the flow, near to what they belong to."""
        ties = [(one.source, one.target) for one in self.scope.lines if one.kind != "sequenceFlow"]
        wanted = []
        for box in self.beside:
            others = [b if a == box.id else a for a, b in ties if box.id in (a, b)]
            near = [self.scope.boxes[id].x for id in others if id in self.scope.boxes]
            wanted.append((min(near, default=0.0), box))
        x = float(EDGE + 20)
        for near_x, box in sorted(wanted, key=lambda one: one[0]):
            box.x, box.y = max(x, near_x), EDGE
            box.lane = 0
            x = box.x + max(box.width, LABEL if box.name else 0) + 20

    def _bands(self, last: float) -> None:
        """Each lane reaches from its first row to the first row of the next."""
        leaves = self.scope.leaves
        for lane in range(leaves):
            first, after = self.grid.starts[lane], self.grid.starts[lane + 1]
            top = 0.0 if lane == 0 else self.top[first] - ROW / 2
            end = self.top[after] - ROW / 2 if after < len(self.top) else last
            self.scope.bands.append((top, end))


def _straight(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and (kept[-2][1] == kept[-1][1] == point[1] or kept[-2][0] == kept[-1][0] == point[0]):
            kept[-1] = point
            continue
        kept.append(point)
    return kept


def join(line: Line, a: Box | None, b: Box | None) -> None:
    """A straight line from border to border; none where an end is not drawn."""
    if a is None or b is None:
        return
    line.points = [_border(a, b.middle), _border(b, a.middle)]


def _border(box: Box, towards: tuple[float, float]) -> tuple[float, float]:
    x, y = box.middle
    dx, dy = towards[0] - x, towards[1] - y
    scale = min(box.width / 2 / abs(dx) if dx else 1e9, box.height / 2 / abs(dy) if dy else 1e9, 1)
    return x + dx * scale, y + dy * scale
