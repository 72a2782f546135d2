"""The analyst's own types (`itemDefinition`): which of FEEL's types stands behind a name, and which values it allows."""

from dataclasses import dataclass, field
from typing import Any, Final

from engine.decisions.xml import local_name, named, text_of, type_of

_MAX_CHAIN: Final = 10


@dataclass(frozen=True, slots=True)
class _Item:
    base: str
    allowed: str


@dataclass(frozen=True, slots=True)
class ItemTypes:
    """The types that a file defines, by name."""

    items: dict[str, _Item] = field(default_factory=dict)

    def base(self, name: str) -> str:
        """FEEL's type behind a name; the name itself when it is one, or is an object or a list."""
        for _ in range(_MAX_CHAIN):
            item = self.items.get(_plain(name))
            if item is None or not item.base:
                break
            name = item.base
        return name

    def allowed(self, name: str) -> str:
        """The allowed values of a type as unary tests; nothing when any value is."""
        for _ in range(_MAX_CHAIN):
            item = self.items.get(_plain(name))
            if item is None or item.allowed:
                return item.allowed if item else ""
            name = item.base
        return ""


def item_types(root: Any) -> ItemTypes:
    """The types of a file."""
    found = {}
    for element in root:
        if local_name(element) == "itemDefinition" and element.get("name"):
            single = element.get("isCollection") not in ("true", "1") and named(element, "itemComponent") is None
            allowed = text_of(named(element, "allowedValues")) if single else ""
            found[str(element.get("name"))] = _Item(type_of(element) if single else "", allowed)
    return ItemTypes(found)


def _plain(name: str) -> str:
    return name.rpartition(":")[2]
