"""Files made to hurt, through the door of deployments: time and memory of the gate, and of a case for what it lets through.

python -m benchmarks.hostile [--only PART] [--json FILE]

Every file is deployed in a process of its own, in an office that exists in memory, and where it is accepted a case of every process is
started. Seconds are those of the processor, so that a busy machine does not count; `M` are the megabytes that the process needed on
top of an idle one. The bounds are those of the gate: 2 s and 200 MB.
"""

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks import hostile_files
from benchmarks.hostile_files.archives import archives
from benchmarks.hostile_files.pieces import Files
from processes import deployments, instances, settings
from processes.actors import SYSTEM, Actor
from processes.errors import DeploymentRefused, Refused
from web.cli import checking

SECONDS, MEGABYTES = 2.0, 200
KILLED_AFTER = 60.0
ACTOR = Actor("bench", "bench", roles=frozenset({"integrator"}), scope=("*",), via="token")


@dataclass
class Figures:
    """What became of a file."""

    name: str
    #: refused, deployed, crashed or hung
    state: str = "hung"
    codes: list[str] = field(default_factory=list)
    gate_seconds: float = KILLED_AFTER
    gate_megabytes: float = 0
    case_seconds: float = 0
    case_megabytes: float = 0
    cases: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def fits(self) -> bool:
        """Whether gate and case kept within the bounds."""
        good = self.state in ("refused", "deployed")
        return good and max(self.gate_seconds, self.case_seconds) <= SECONDS and max(self.gate_megabytes, self.case_megabytes) <= MEGABYTES


def main(arguments: list[str]) -> int:
    """Try all shapes and print the table; 1 when one of them exceeds a bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    print(f"{'':46}{'':10}{'gate':>14}{'first case':>18}")
    found = []
    for figures in run(asked.only):
        found.append(figures)
        _tell(figures)
    print(f"\n{len(found)} shapes; {sum(not one.fits for one in found)} beyond {SECONDS:.0f} s or {MEGABYTES} MB")
    for title, value in (("gate", lambda one: one.gate_seconds), ("case", lambda one: one.case_seconds)):
        print(f"slowest {title}: {max(map(value, found)):.2f} s")
    print(f"most memory: {max(max(one.gate_megabytes, one.case_megabytes) for one in found):.0f} MB")
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    return int(any(not one.fits for one in found))


def run(only: str = "") -> Iterator[Figures]:
    """The figures of every shape whose name holds `only`."""
    people = settings.shipped("bpmn_models") / "_shared" / "organisation.toml"
    with checking.office(settings.load(), people, ()):
        for name, make in _all():
            if only in name:
                yield _in_a_process(name, make)


def _all() -> Iterator[tuple[str, Callable[[], Files]]]:
    yield from hostile_files.shapes()
    for name, content in archives():
        yield name, lambda content=content: deployments.unpack(content)


def _in_a_process(name: str, make: Callable[[], Files]) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        files: Files | Callable[[], Files] = make if name.startswith("zip") else make()
        child = os.fork()
        if child == 0:
            _child(name, files, answer)
        until = time.monotonic() + KILLED_AFTER
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            if time.monotonic() > until:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                break
            time.sleep(0.01)
        return Figures(**json.loads(answer.read_text())) if answer.exists() else Figures(name)


def _child(name: str, files: Files | Callable[[], Files], answer: Path) -> None:
    """Never comes back."""
    figures = Figures(name)
    try:
        _play(files, figures, answer)
    except BaseException:  # noqa: BLE001 - whatever ends it is what the table tells
        figures.state, figures.note = "crashed", traceback.format_exc()[-1500:]
    answer.write_text(json.dumps(asdict(figures)))
    os._exit(0)


def _play(files: Files | Callable[[], Files], figures: Figures, answer: Path) -> None:
    before, began = _peak(), time.process_time()
    keys: list[str] = []
    try:
        done = deployments.deploy("hostile", files() if callable(files) else files, actor=SYSTEM)
        figures.state, findings = "deployed", done.findings
        keys = [one.key for one in done.definitions]
    except DeploymentRefused as refused:
        figures.state, findings = "refused", refused.findings
    except Refused as refused:
        figures.state, findings, figures.codes = "refused", [], [str(refused)]
    _ = [finding.to_document("zh") for finding in findings]
    figures.gate_seconds, figures.gate_megabytes = time.process_time() - began, _peak() - before
    figures.codes += sorted({finding.code for finding in findings})
    answer.write_text(json.dumps({**asdict(figures), "case_seconds": KILLED_AFTER, "note": "a case hung"}))
    for key in keys[:3]:
        _start(key, figures)


def _start(key: str, figures: Figures) -> None:
    before, began = _peak(), time.process_time()
    try:
        case = instances.start(key=key, variables={"x": 2}, actor=ACTOR)
        figures.cases.append(case[:0] or "started")
    except Refused as refused:
        figures.cases.append(str(refused))
    figures.case_seconds = max(figures.case_seconds, time.process_time() - began)
    figures.case_megabytes = max(figures.case_megabytes, _peak() - before)


def _peak() -> float:
    """Megabytes that the process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _tell(figures: Figures) -> None:
    mark = " " if figures.fits else "!"
    gate = f"{figures.gate_seconds:7.2f} s {figures.gate_megabytes:4.0f}M"
    case = f"{figures.case_seconds:7.2f} s {figures.case_megabytes:4.0f}M" if figures.cases or figures.case_seconds else ""
    what = ",".join(figures.codes[:3]) or figures.note.strip().rpartition("\n")[2]
    print(f"{mark}{figures.name[:45]:45} {figures.state:9}{gate:>15}{case:>16}  {what[:70]}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
