"""The definitions that cases run on, restored once in a process and kept."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from engine.definition import Definition
from engine.errors import UnknownDefinition

SIZE = 256


@dataclass(frozen=True, slots=True)
class StoredDefinition:
    """What the database keeps of a version: its compiled form, its outline, and what was deployed with it."""

    key: str
    version: int
    compiled: bytes
    outline: dict[str, Any]
    decisions: dict[str, dict[str, Any]]
    #: versions of the processes of the same deployment
    siblings: dict[str, int] = field(default_factory=dict)


class Library:
    """Restored definitions by key and version, the least recently used ones forgotten; safe in threads."""

    def __init__(self, load: Callable[[str, int], StoredDefinition | None], size: int = SIZE) -> None:
        self._load = load
        self._size = size
        self._kept: OrderedDict[tuple[str, int], Definition] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, version: int) -> Definition:
        """A version; raises UnknownDefinition when none is stored."""
        with self._lock:
            found = self._kept.get((key, version))
            if found is not None:
                self._kept.move_to_end((key, version))
                return found
        stored = self._load(key, version)
        if stored is None:
            raise UnknownDefinition("unknown_definition", key=key, version=version)
        restored = Definition(key, version, stored.compiled, stored.decisions, stored.siblings)
        with self._lock:
            self._kept[(key, version)] = restored
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return restored
