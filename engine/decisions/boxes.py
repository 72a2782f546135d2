"""Boxed expressions: what stands in a decision beside a table or a text, as read from the file and as a JSON document.

A box is `{"kind": ...}` with the parts of its kind (DMN 1.5, 7.3 and 10.2): text, table, context, invocation, function, list, relation,
conditional, for, some, every, filter.
"""

from collections.abc import Callable
from typing import Any, Final

from engine.decisions import columns
from engine.decisions.model import Box, table_document
from engine.decisions.notes import Notes
from engine.decisions.tables import table_of
from engine.decisions.xml import local_name, named, plain, text_of, type_of

MAX_DEPTH: Final = 10
KINDS: Final = (
    "literalExpression",
    "decisionTable",
    "context",
    "invocation",
    "functionDefinition",
    "list",
    "relation",
    "conditional",
    "for",
    "some",
    "every",
    "filter",
)


class Reader:
    """Reads the boxes of one decision; what cannot be made is noted, and gives None."""

    def __init__(self, decision: Any, own: tuple[str, str], notes: Notes) -> None:
        self._decision = decision
        self._own = own
        self._notes = notes
        self._depth = 0

    def inside(self, parent: Any) -> Box | None:
        """The box that stands directly in an element."""
        element = next((child for child in parent if local_name(child) in KINDS), None)
        return None if element is None else self.box(element)

    def box(self, element: Any) -> Box | None:
        """A box."""
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                self._refused(local_name(element))
                return None
            return _READERS[local_name(element)](self, element)
        finally:
            self._depth -= 1

    def _refused(self, kind: str) -> None:
        self._notes.error("decision_logic", self._decision, kind=kind)

    def _text(self, element: Any) -> Box:
        where = {"rule": "", "column": self._own[0]}
        text = columns.written(element, plain(text_of(element)), self._decision, self._notes)
        columns.checked(text, self._decision, self._notes, where)
        return {"kind": "text", "text": text, "type": self._notes.types.base(type_of(element))}

    def _table(self, element: Any) -> Box:
        return {"kind": "table", "table": table_document(table_of(element, self._decision, self._own, self._notes))}

    def _context(self, element: Any) -> Box | None:
        entries = []
        known = self._notes.functions
        for entry in element:
            if local_name(entry) != "contextEntry":
                continue
            variable = named(entry, "variable")
            name = "" if variable is None else " ".join(str(variable.get("name") or "").split())
            box = self.inside(entry)
            if box is None:
                self._refused("contextEntry")
                return None
            if box["kind"] == "function":
                self._notes.functions |= {name}
            entries.append({"name": name, "type": self._notes.types.base(type_of(variable)), "box": box})
        self._notes.functions = known
        if not entries:
            self._refused("context")
            return None
        return {"kind": "context", "entries": entries}

    def _invocation(self, element: Any) -> Box | None:
        called = named(element, "literalExpression")
        name = " ".join(text_of(called).split())
        bindings = []
        for binding in element:
            if local_name(binding) == "binding":
                parameter = named(binding, "parameter")
                box = self.inside(binding) or {"kind": "text", "text": "null", "type": ""}
                bindings.append({"name": " ".join(str(parameter.get("name") or "").split()) if parameter is not None else "", "box": box})
        if name not in self._notes.functions:
            self._refused(f"invocation {name}".strip())
            return None
        return {"kind": "invocation", "function": name, "bindings": bindings}

    def _function(self, element: Any) -> Box | None:
        if element.get("kind") not in (None, "FEEL", "F"):
            self._refused(f"functionDefinition {element.get('kind')}")
            return None
        body = self.inside(element)
        parameters = [" ".join(str(one.get("name") or "").split()) for one in element if local_name(one) == "formalParameter"]
        if body is None:
            self._refused("functionDefinition")
            return None
        return {"kind": "function", "parameters": parameters, "body": body}

    def _list(self, element: Any) -> Box | None:
        items = [self.box(child) for child in element if local_name(child) in KINDS]
        return None if None in items else {"kind": "list", "items": items}

    def _relation(self, element: Any) -> Box | None:
        names = [str(child.get("name") or "") for child in element if local_name(child) == "column"]
        rows = [[self.box(cell) for cell in row if local_name(cell) in KINDS] for row in element if local_name(row) == "row"]
        if any(None in row or len(row) != len(names) for row in rows):
            self._refused("relation")
            return None
        return {"kind": "relation", "columns": names, "rows": rows}

    def _parts(self, element: Any, *names: str) -> list[Box] | None:
        """The boxes in the children of these names."""
        found = []
        for name in names:
            child = named(element, name)
            box = None if child is None else self.inside(child)
            if box is None:
                self._refused(f"{local_name(element)} {name}")
                return None
            found.append(box)
        return found

    def _conditional(self, element: Any) -> Box | None:
        parts = self._parts(element, "if", "then", "else")
        return None if parts is None else {"kind": "conditional", "parts": parts}

    def _loop(self, element: Any) -> Box | None:
        kind = local_name(element)
        parts = self._parts(element, "in", "return" if kind == "for" else "satisfies")
        name = " ".join(str(element.get("iteratorVariable") or "").split())
        return None if parts is None else {"kind": kind, "name": name, "parts": parts}

    def _filter(self, element: Any) -> Box | None:
        parts = self._parts(element, "in", "match")
        return None if parts is None else {"kind": "filter", "parts": parts}


_READERS: Final[dict[str, Callable[[Reader, Any], Box | None]]] = {
    "literalExpression": Reader._text,
    "decisionTable": Reader._table,
    "context": Reader._context,
    "invocation": Reader._invocation,
    "functionDefinition": Reader._function,
    "list": Reader._list,
    "relation": Reader._relation,
    "conditional": Reader._conditional,
    "for": Reader._loop,
    "some": Reader._loop,
    "every": Reader._loop,
    "filter": Reader._filter,
}
