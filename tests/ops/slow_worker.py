"""A worker whose topic `slow` takes its time: `python -m tests.ops.slow_worker QUEUES SECONDS FILE`; FILE gets the id of each call."""

import sys
import time
from pathlib import Path

from processes import connectors, queues, settings
from web import logs, working


def run(names: str, seconds: float, calls: Path) -> None:
    """Work until a signal comes."""

    def slow(call: connectors.Call) -> dict[str, object]:
        with calls.open("a") as file:
            file.write(f"{call.job_id}\n")
        time.sleep(seconds)
        return {}

    connectors.TOPICS["slow"] = slow
    chosen = settings.load()
    logs.begin(chosen.log)
    working.work(chosen, queues.read(names))


if __name__ == "__main__":
    run(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))
