"""Files that were made to hurt whoever reads them: each a name and the files of a deployment, none larger than the gate accepts."""

from collections.abc import Iterator

from benchmarks.hostile_files import documents, graphs, texts
from benchmarks.hostile_files.pieces import Shape


def shapes() -> Iterator[tuple[str, Shape]]:
    """All shapes by name."""
    for kind in (documents, graphs, texts):
        yield from kind.shapes()
