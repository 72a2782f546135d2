"""What the gate is told beside the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.limits import Limits

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ReadOptions:
    """Limits, and what is deployed already."""

    max_file_bytes: int = 5 * MEGABYTE
    #: a service task that names no work we know: "refuse", or "external" (waits for an outside worker)
    unmapped_service: str = "refuse"
    known_processes: frozenset[str] = frozenset()
    known_decisions: frozenset[str] = frozenset()
    known_forms: frozenset[str] = frozenset()
    #: what those of them that let nothing else through fill in
    known_form_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: topics of external work that our own connectors do
    known_topics: frozenset[str] = frozenset()
    #: what one step and one case may use up (engine.limits.Limits), as far as a drawing shows that it is too little
    limits: Limits = field(default_factory=Limits)
    #: which processes each deployed process calls, so that a circle across deployments is seen
    known_calls: Mapping[str, frozenset[str]] = field(default_factory=dict)
