"""Variables belong to a scope, not to a token.

SpiffWorkflow copies a dictionary from task to task and merges copies at joins, so that parallel changes are lost. Here the
process, the called process and each instance of a multi-instance have a scope; what is written is seen at once by everything
inside. A variable is written where it already exists, else in the outermost scope.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from engine import values

NOTHING: Mapping[str, Any] = {}


class Scope(MutableMapping[str, Any]):
    """A view on the variables of a scope and of those around it."""

    __slots__ = ("implicit", "label", "own", "up")

    def __init__(
        self, own: dict[str, Any], up: "Scope | None" = None, label: str | None = None, implicit: Mapping[str, Any] = NOTHING
    ) -> None:
        self.own = own
        self.up = up
        #: id of the element that owns the scope; None for the case
        self.label = label
        #: what can be read where no variable has that name
        self.implicit = implicit

    def holder(self, name: str) -> "Scope | None":
        """The innermost scope that has the variable."""
        scope: Scope | None = self
        while scope is not None and name not in scope.own:
            scope = scope.up
        return scope

    def root(self) -> "Scope":
        """The outermost scope: the case, or the called process."""
        scope = self
        while scope.up is not None:
            scope = scope.up
        return scope

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (self.holder(name) is not None or name in self.root().implicit)

    def __getitem__(self, name: str) -> Any:
        holder = self.holder(name)
        return self.root().implicit[name] if holder is None else holder.own[name]

    def __setitem__(self, name: str, value: Any) -> None:
        (self.holder(name) or self.root()).own[name] = value

    def __delitem__(self, name: str) -> None:
        holder = self.holder(name)
        if holder is None:
            raise KeyError(name)
        del holder.own[name]

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        scope: Scope | None = self
        while scope is not None:
            yield from (name for name in scope.own if name not in seen)
            seen.update(scope.own)
            scope = scope.up

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def write(self, news: Mapping[str, Any]) -> list[tuple[str | None, dict[str, dict[str, Any]]]]:
        """Write variables; returns the changes as (label of the scope, {name: {"old", "new"}}), without those that change nothing."""
        changed: dict[int, tuple[str | None, dict[str, dict[str, Any]]]] = {}
        for name, new in news.items():
            scope = self.holder(name) or self.root()
            old = scope.own.get(name)
            if name in scope.own and same(old, new):
                continue
            scope.own[name] = new
            changed.setdefault(id(scope.own), (scope.label, {}))[1][name] = {"old": old, "new": new}
        return list(changed.values())


def same(old: Any, new: Any) -> bool:
    """Whether two values are written alike: 1, True and 1.0 are not."""
    return old is new or (old == new and values.dumps(old) == values.dumps(new))
