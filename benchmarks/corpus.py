"""A folder of diagrams through the whole stack, each in a process of its own with bounds on time and memory.

python -m benchmarks.corpus DIR [--only PART] [--unmapped-service refuse|external] [--index FILE] [--json FILE] [--details]

For every diagram: deployed, started and completed; refused, with findings that name an element; what was warned of; crashed; hung.
What a diagram refers to and does not hold (a form, a decision, a called process) is made up, and said. `--index` names a table with
the columns file and approval, to count the approval-like ones by themselves.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import corpus_case
from benchmarks.office import opened
from processes.db import db

SECONDS = 120
MEMORY = 2 * 1024**3
ENDINGS = (".bpmn", ".xml", ".bpmn2")
STATES = ("completed", "open", "incident", "not_started", "refused", "crashed", "hung")


def main(arguments: list[str]) -> int:
    """Play all diagrams of a folder and print the table; 1 when one of them crashed or hung."""
    asked = _parser().parse_args(arguments)
    files = [path for path in sorted(asked.folder.rglob("*")) if path.suffix in ENDINGS and asked.only in path.name]
    approval = _approval_like(asked.index or asked.folder.parent / "index.tsv")
    results = []
    with _template() as template:
        for path in files:
            found = _in_a_process(path, template, asked.unmapped_service)
            found["approval"] = path.name in approval
            results.append(found)
            _tell(found, asked.details)
    _print_table(results)
    _print_refusals(results)
    if asked.json:
        asked.json.write_text(json.dumps(results, ensure_ascii=False, indent=1))
    return int(any(found["state"] in ("crashed", "hung") for found in results))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="only files whose names hold this")
    parser.add_argument("--unmapped-service", choices=("refuse", "external"), default="external")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--details", action="store_true", help="every finding and incident")
    return parser


def _approval_like(index: Path) -> set[str]:
    if not index.is_file():
        return set()
    with index.open(encoding="utf-8") as stream:
        return {row["file"] for row in csv.DictReader(stream, delimiter="\t") if row["approval"]}


@contextmanager
def _template() -> Iterator[Path]:
    """The folder of a fresh office, to be copied for every diagram; made in a process of its own, which leaves nothing open here."""
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            with opened() as office:
                db.session.remove()
                db.engine.dispose()
                shutil.copytree(office, Path(folder) / "office")
            os._exit(0)
        os.waitpid(child, 0)
        yield Path(folder) / "office"


def _in_a_process(path: Path, template: Path, unmapped_service: str) -> dict[str, Any]:
    """What a process of its own tells of the diagram."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        office = Path(folder) / "office"
        answer = Path(folder) / "answer.json"
        child = os.fork()
        if child == 0:
            _play(path, template, office, answer, unmapped_service)
        ended, signalled = _wait(child)
        found: dict[str, Any] = {
            "file": path.name,
            "state": "hung" if not ended else "crashed",
            "errors": [],
            "warnings": {},
            "incidents": [],
        }
        if answer.exists():
            found.update(json.loads(answer.read_text()))
        elif ended:
            found["note"] = f"ended by signal {signalled}"
    found["wall"] = round(time.monotonic() - begun, 2)
    return found


def _play(path: Path, template: Path, office: Path, answer: Path, unmapped_service: str) -> None:
    """The child: bounded, and never coming back."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    shutil.copytree(template, office)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        found = asdict(corpus_case.run(path, office, unmapped_service))
    except BaseException:  # noqa: BLE001 - whatever ends a diagram is what the table tells
        found = {"file": path.name, "state": "crashed", "note": traceback.format_exc()[-2000:]}
    found["megabytes"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    answer.write_text(json.dumps(found, default=str))
    os._exit(0)


def _wait(child: int) -> tuple[bool, int]:
    """Whether it ended by itself within its time, and the signal that ended it."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return True, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False, signal.SIGKILL


def _tell(found: dict[str, Any], details: bool) -> None:
    codes = Counter(error[0] for error in found["errors"])
    what = dict(codes) if codes else (found["incidents"][:1] if found["state"] != "completed" else "")
    made_up = f" [{len(found['stand_ins'])} made up]" if found.get("stand_ins") else ""
    print(f"{found['file'][:50]:50} {found['state']:11}{made_up} {what or found.get('note', '')[-200:].strip()}", flush=True)
    if not details:
        return
    for code, line, element, message in found["errors"]:
        print(f"      {code} line {line} {element}: {message}")
    for incident in found["incidents"]:
        print(f"      incident {incident}")


def _print_table(results: list[dict[str, Any]]) -> None:
    print(f"\n{'':28}{'all':>8}{'approval-like':>16}")
    for state in STATES:
        found = [one for one in results if one["state"] == state]
        print(f"{state:28}{len(found):>8}{sum(one['approval'] for one in found):>16}")
    for title, chosen in (
        ("  of all: warned", [one for one in results if one["warnings"]]),
        ("  met an incident", [one for one in results if one["incidents"]]),
        ("  with made-up other files", [one for one in results if one.get("stand_ins")]),
        ("  deployed and started", [one for one in results if one["state"] in ("completed", "open", "incident")]),
        ("  refused, naming a place", [one for one in results if one["state"] == "refused" and not one.get("nameless")]),
        ("  refused, naming no place", [one for one in results if one.get("nameless")]),
    ):
        print(f"{title:28}{len(chosen):>8}{sum(one['approval'] for one in chosen):>16}")
    print(f"{'all of them':28}{len(results):>8}{sum(one['approval'] for one in results):>16}")
    _print_share(results)
    print(f"longest deployment {max((one.get('seconds', 0) for one in results), default=0):.2f} s, ", end="")
    print(f"most memory {max((one.get('megabytes', 0) for one in results), default=0)} MB")
    codes = Counter(code for one in results for code in {error[0] for error in one["errors"]})
    print("\nrefusals by code (files):", ", ".join(f"{code} {count}" for code, count in codes.most_common()))


def _print_share(results: list[dict[str, Any]]) -> None:
    """The share of the approval-like ones that were completed."""
    like = [one for one in results if one["approval"]]
    done = sum(one["state"] == "completed" for one in like)
    if like:
        print(f"approval-like completed: {done} of {len(like)} = {100 * done / len(like):.0f} %")


def _print_refusals(results: list[dict[str, Any]]) -> None:
    """Every diagram that was not completed, with its first reason and how many more there are; * marks the approval-like ones."""
    print("\nnot completed (* approval-like):")
    for one in results:
        if one["state"] == "completed":
            continue
        reasons = [f"line {line}: {message}" for _, line, _, message in one["errors"]] or one["incidents"] or [one.get("note", "")]
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        print(f"{'*' if one['approval'] else ' '} {one['file']} {one['state']}: {reasons[0]}{more}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
