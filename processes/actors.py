"""Who does something."""

from dataclasses import dataclass
from typing import Literal

Via = Literal["session", "token", "system"]


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

    @property
    def holders(self) -> tuple[str, ...]:
        """The holders of inbox entries that this actor is: `user:LOGIN`, `group:NAME` (which may also name a login), `role:operator`."""
        operator = ("role:operator",) if "operator" in self.roles else ()
        return (f"user:{self.login}", f"group:{self.login}", *operator, *sorted(f"group:{name}" for name in self.groups))


#: timers, connectors and other work that nobody asked for by hand
SYSTEM = Actor("system", "系统", roles=frozenset({"operator"}), via="system")
