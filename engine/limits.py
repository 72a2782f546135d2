"""How much one step and one case may use up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that turn an endless or exploding diagram into an incident instead of a stopped server."""

    #: automatic elements run in one step
    steps: int = 500
    #: instances of one multi-instance activity
    instances: int = 1_000
    #: called processes inside called processes
    call_depth: int = 10
    #: tokens of a case that are alive at the same time
    tokens: int = 10_000
    #: bytes of the state before compression
    state_bytes: int = 8_000_000
