"""One run of outgoing work, as a connector sees it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be done."""

    job_id: str
    instance_id: str
    #: the input parameters drawn on the element, evaluated
    variables: dict[str, Any]


class ConnectorFailed(Exception):
    """The work was not done; the message says why in plain words. `permanent`: trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
