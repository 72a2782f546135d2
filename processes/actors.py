"""Who does something."""

from dataclasses import dataclass
from typing import Literal

Via = Literal["session", "token", "system"]


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody for whom an account may act besides itself: as a substitute for a period (代理), or as the successor of who left."""

    #: id of the substitution; of a succession the login of who left
    rule: str
    principal: str
    #: what the principal holds in the organisation; account roles are never lent
    groups: frozenset[str] = frozenset()
    #: keys of processes; None: all
    processes: frozenset[str] | None = None
    #: cases of more, in fen, are left to the principal; None: no limit
    up_to: int | None = None
    #: the principal has left: the task is the account's own
    succeeds: bool = False

    @property
    def holders(self) -> tuple[str, ...]:
        """The holders of inbox entries that are meant."""
        return (f"user:{self.principal}", f"group:{self.principal}", *sorted(f"group:{name}" for name in self.groups))


@dataclass(frozen=True, slots=True)
class Actor:
    """An account at the moment of an act, with what it may do then."""

    login: str
    name: str
    #: account roles: clerk, analyst, publisher, operator, ...
    roles: frozenset[str] = frozenset()
    #: names held in the organisation: roles, departments, posts; what candidate groups name
    groups: frozenset[str] = frozenset()
    department: str | None = None
    #: process keys that the token is limited to, ("*",) for all, None without a limit (an integrator's then starts nothing)
    scope: tuple[str, ...] | None = None
    via: Via = "session"
    #: SHA-256 of the picture of the account's signature, which decisions bear
    signature: str | None = None
    #: for whom the account may act besides itself, today
    stands_in: tuple[StandIn, ...] = ()

    @property
    def holders(self) -> tuple[str, ...]:
        """The holders of inbox entries that this actor is: `user:LOGIN`, `group:NAME` (which may also name a login), `role:operator`."""
        operator = ("role:operator",) if "operator" in self.roles else ()
        return (f"user:{self.login}", f"group:{self.login}", *operator, *sorted(f"group:{name}" for name in self.groups))


#: timers, connectors and other work that nobody asked for by hand
SYSTEM = Actor("system", "系统", roles=frozenset({"operator"}), via="system")
