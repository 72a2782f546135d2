"""What a forecast says: the steps ahead, in order, and what the uncertain ones depend on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Depends:
    """On what it depends whether a step comes: the way that a gateway takes, or what somebody still fills in."""

    #: condition (a flow of a gateway), field (something that is not filled in yet), vote, repeated, approved, interrupted
    kind: str
    element_id: str | None = None
    element_name: str | None = None
    flow_id: str | None = None
    flow_name: str | None = None
    expression: str | None = None
    #: variables that are read and not known yet
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step ahead."""

    #: user_task, end, work (outside work or a message is waited for), stuck (the case would stop here)
    kind: str
    definition_id: str
    element_id: str | None
    name: str
    #: None: certain, for what has been filled in so far
    depends: Depends | None = None
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    #: what the people depend on, where they are not known yet
    people_depend: Depends | None = None
    found_by: tuple[Any, ...] = ()
    nobody: bool = False
    #: why it would be passed by
    skipped: Mapping[str, Any] | None = None
    instances: int = 1
    #: beside the way that agreeing leads
    other_way: bool = False

    @property
    def certain(self) -> bool:
        """Whether the step comes in any case, as long as nobody interrupts the case."""
        return self.depends is None

    def joined(self, other: "Foreseen") -> "Foreseen":
        """The step with another instance of the same element."""
        people = tuple(dict.fromkeys((*self.people, *other.people)))
        return replace(self, people=people, instances=self.instances + other.instances, depends=self.depends or other.depends)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The steps ahead. `complete`: the way was followed to its end; else it goes on further than can be told."""

    steps: tuple[Foreseen, ...] = ()
    complete: bool = False
    #: fields that are still wrong or empty
    unfilled: tuple[str, ...] = field(default=())
