"""What a decision is made of, whichever way it is drawn: its texts, and the variables that it reads."""

from collections.abc import Iterator
from typing import Any

from engine.decisions.model import Box, Logic, Table, table_from
from engine.expressions.reading import Expression, read, read_feel
from engine.expressions.unary_tests import read_cell


def read_text(text: str, names: tuple[str, ...] = ()) -> Expression:
    """An expression of a decision: FEEL, or JUEL in `${...}`. Raises ExpressionRefused."""
    return read(text) if text.lstrip().startswith(("${", "#{", "=")) else read_feel(text, names)


def texts_of(logic: Logic) -> list[str]:
    """All expressions and cells of a decision, as written."""
    cells = [text for table in tables_of(logic) for rule in table.rules for text in rule.tests]
    return [*_expressions(logic), *cells, *(column.allowed for table in tables_of(logic) for column in table.inputs)]


def names_read(logic: Logic) -> frozenset[str]:
    """The variables that a decision's own cells and expressions read."""
    names = frozenset[str]().union(*(read_text(text, logic.names).names for text in _expressions(logic) if text))
    tests = [(text, column.alias) for table in tables_of(logic) for rule in table.rules for text, column in _beside(rule, table)]
    names = names.union(*(read_cell(text, logic.names, alias).names for text, alias in tests))
    given = {name for box in _boxes(logic) for name in _names_given(box)}
    return names - given - frozenset(logic.parameters or ())


def _beside(rule: Any, table: Table) -> Iterator[tuple[str, Any]]:
    return zip(rule.tests, table.inputs, strict=True)


def _boxes(logic: Logic) -> list[Box]:
    return [] if logic.box is None else list(_parts_of(logic.box))


def tables_of(logic: Logic) -> list[Table]:
    """The tables of a decision, those inside boxes too."""
    own = [] if logic.table is None else [logic.table]
    return [*own, *(table_from(box["table"]) for box in _boxes(logic) if box["kind"] == "table")]


def _expressions(logic: Logic) -> list[str]:
    found = [logic.expression or "", *(box["text"] for box in _boxes(logic) if box["kind"] == "text")]
    for table in tables_of(logic):
        found += [column.expression for column in table.inputs]
        found += [column.default or "" for column in table.outputs]
        found += [text for rule in table.rules for text in rule.results]
    return found


def _parts_of(box: Box) -> Iterator[Box]:
    """A box and all boxes within it."""
    yield box
    inner = [*box.get("items", ()), *box.get("parts", ()), *(cell for row in box.get("rows", ()) for cell in row)]
    inner += [entry["box"] for entry in (*box.get("entries", ()), *box.get("bindings", ()))]
    for one in (*inner, *([box["body"]] if "body" in box else ())):
        yield from _parts_of(one)


def _names_given(box: Box) -> set[str]:
    """The names that a box gives to what is written inside it."""
    names = set(box.get("parameters", ())) | {entry["name"] for entry in box.get("entries", ())}
    if box["kind"] in ("for", "some", "every"):
        return names | {box["name"]}
    return names | {"item"} if box["kind"] == "filter" else names
