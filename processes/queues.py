"""The queues of the doorbell: outgoing work waits for other systems, so it has workers of its own and never stands before timers."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

#: queue by kind of job; `bulk` carries what one act may send to very many cases (thrown messages and signals)
OF_KIND: Mapping[str, str] = MappingProxyType({"timer": "timers", "message": "bulk", "connector": "connectors"})
#: in the order in which a worker that serves several looks at them
NAMES: tuple[str, ...] = tuple(OF_KIND.values())


class UnknownQueue(ValueError):
    """A worker was asked to serve a queue that nobody rings; tells its name."""


def kinds(queue: str) -> tuple[str, ...]:
    """The kinds of jobs that ring a queue."""
    return tuple(kind for kind, name in OF_KIND.items() if name == queue)


def read(text: str) -> tuple[str, ...]:
    """Queues by name from a list with commas, each once, in our order; all for an empty text. Raises UnknownQueue."""
    wanted = {part.strip() for part in text.split(",") if part.strip()}
    if unknown := sorted(wanted - set(NAMES)):
        raise UnknownQueue("、".join(unknown))
    return tuple(name for name in NAMES if name in wanted) or NAMES


def shared_out(names: tuple[str, ...], processes: int) -> list[tuple[str, ...]]:
    """The queues of each of several processes: where there is more than one, the first never waits for another system."""
    quick = tuple(name for name in names if name != OF_KIND["connector"])
    first = quick if quick and processes > 1 else names
    return [first, *[names] * (processes - 1)]


def sorted_out(jobs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Ids by queue, of pairs of kind and id."""
    found: dict[str, list[str]] = {}
    for kind, job_id in jobs:
        found.setdefault(OF_KIND[kind], []).append(job_id)
    return found
