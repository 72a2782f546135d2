"""Outgoing work that our own workers do, by topic. A new one: a module with `run`, an entry here, a line in the docs, a test.

A connector runs outside any transaction. It may run more than once for one job (a worker may die between the work and its record),
so it must use `call.job_id` as the key under which the receiver recognises what it has already got.
"""

from collections.abc import Callable
from typing import Any

from processes.connectors import notify
from processes.connectors.call import Call, ConnectorFailed

__all__ = ["TOPICS", "Call", "ConnectorFailed"]

#: topic -> what does the work; gives back variables
TOPICS: dict[str, Callable[[Call], dict[str, Any]]] = {"notify": notify.run}
