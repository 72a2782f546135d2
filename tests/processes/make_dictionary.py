"""Makes the dictionary that steps are packed with: `python -m tests.processes.make_dictionary NAME`, once for a codec.

All scenarios of the shipped models are played; what their steps have in common goes into the dictionary, the most common last, where
references to it are shortest. It is text: pieces of JSON, one after the other.
"""

import heapq
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from processes import packing, scenarios, step_log
from processes.db import db
from processes.models import Step
from tests.models.conftest import FOLDERS, PROCESSES, furnished

SIZE = 6_000
#: bytes of a piece, and of what two steps have in common at the least
PIECE, COMMON = 256, 8
#: moments and ids, which no other case has
OWN = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|[0-9a-z]{26}(?:-\d+)?")


def _samples() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder, furnished(Path(folder), FOLDERS).open():
        for key in PROCESSES:
            scenarios.play_folder(key, FOLDERS[key])
        query = select(*step_log.CONTENT).order_by(Step.instance_id, Step.seq)
        return [packing.plain(step_log.read(row)) for row in db.session.execute(query)]


def _parts(content: bytes) -> list[bytes]:
    return [content[place : place + COMMON] for place in range(len(content) - COMMON + 1)]


class _Cover:
    """Chooses pieces so that what is common to many samples is in one of them."""

    def __init__(self, samples: list[bytes]) -> None:
        self._texts = [text for sample in samples for text in OWN.split(sample)]
        counted: Counter[bytes] = Counter()
        for sample in samples:
            counted.update({part for text in OWN.split(sample) for part in _parts(text)})
        self._left = {part: count for part, count in counted.items() if count > 1}

    def pieces(self, size: int) -> list[bytes]:
        """The best first, until there are so many bytes; each is worth what it holds that no better one does."""
        windows = {text[at : at + PIECE] for text in self._texts for at in range(0, max(1, len(text) - PIECE + 1), 4)}
        waiting = [(-self._worth(window), window) for window in sorted(windows)]
        heapq.heapify(waiting)
        chosen: list[bytes] = []
        while waiting and sum(map(len, chosen)) < size:
            was, window = heapq.heappop(waiting)
            worth = -self._worth(window)
            if worth > was:
                heapq.heappush(waiting, (worth, window))
            elif worth:
                chosen.append(self._take(window))
        return chosen

    def _worth(self, window: bytes) -> float:
        return sum(self._left.get(part, 0) for part in set(_parts(window))) / max(1, len(window))

    def _take(self, window: bytes) -> bytes:
        useful = [place for place, part in enumerate(_parts(window)) if part in self._left]
        taken = window[useful[0] : useful[-1] + COMMON].decode("utf-8", "ignore").encode()
        for part in _parts(taken):
            self._left.pop(part, None)
        for part in _parts(window):
            self._left.pop(part, None)
        return taken


def run(name: str) -> None:
    """Write the dictionary of a codec; one that is there stays."""
    target = packing.FOLDER / f"{name}.txt"
    if target.exists():
        sys.exit(f"{target.name} is there: what steps were packed with never changes")
    target.write_bytes(b"".join(reversed(_Cover(_samples()).pieces(SIZE))))


if __name__ == "__main__":
    run(sys.argv[1])
