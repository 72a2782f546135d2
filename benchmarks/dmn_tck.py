"""The DMN TCK through Banjie: every expected result of a folder of test cases, and what became of it.

python -m benchmarks.dmn_tck DIR [--list] [--only PART]

DIR is a folder of the TestCases of dmn-tck/tck (https://github.com/dmn-tck/tck), for example TestCases/compliance-level-2. The .dmn
file of a test case is read as a deployment is. A result has passed, failed (another answer, or a failure where there should be one), or
was refused (the gate named the decision, or one that it requires); results of decision services and of other files' models, which no
process can ask for, are not concerned.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lxml import etree

from benchmarks.dmn_tck_values import same, value_of
from engine import reading
from engine.decisions import Decision, DecisionFailed
from engine.decisions.xml import local_name

STATES: Final = ("passed", "failed", "refused", "not concerned")


@dataclass(frozen=True, slots=True)
class Result:
    """One expected result: where it stands, and what became of it."""

    case: str
    test: str
    decision: str
    state: str
    reason: str = ""


class Model:
    """A .dmn file as the product reads it."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        found = reading.read({path.name: path.read_bytes()}, options=reading.ReadOptions())
        self.decisions: dict[str, Decision] = {one.key: Decision.from_document(one.document) for one in found.decisions}
        self.errors = [finding for finding in found.findings if finding.severity == "error"]
        root = etree.parse(path).getroot()
        self.drawn = {one.get("name"): one for one in root.iter() if local_name(one) == "decision"}

    def decision(self, name: str) -> Decision | None:
        """The decision of this name, if it can be made."""
        drawn = self.drawn.get(name)
        return None if drawn is None else self.decisions.get(drawn.get("id"))

    def refusal(self, name: str) -> str:
        """The codes of what was found wrong with a decision, or with the file."""
        drawn = self.drawn.get(name)
        own = [one.code for one in self.errors if drawn is not None and one.element_id == drawn.get("id")]
        return ", ".join(dict.fromkeys(own or [one.code for one in self.errors])) or "no such decision"


def results(folder: Path, only: str = "") -> Iterator[Result]:
    """All results of the test cases below a folder."""
    models: dict[Path, Model] = {}
    for path in sorted(folder.rglob("*test*.xml")):
        root = etree.parse(path).getroot()
        if only not in path.name or local_name(root) != "testCases":
            continue
        file = path.parent / next("".join(child.itertext()).strip() for child in root if local_name(child) == "modelName")
        if file not in models:
            models[file] = Model(file)
        for test in root:
            if local_name(test) == "testCase":
                yield from _of_test(path.parent.name, models[file], test)


def _of_test(case: str, model: Model, test: Any) -> Iterator[Result]:
    given = {child.get("name"): value_of(child) for child in test if local_name(child) == "inputNode"}
    service = test.get("type") not in (None, "decision") or test.get("invocableName")
    for node in test:
        if local_name(node) == "resultNode":
            state, reason = ("not concerned", "a service") if service else _played(model, node, given)
            yield Result(case, test.get("id") or "", node.get("name"), state, reason)


def _played(model: Model, node: Any, given: dict[str, Any]) -> tuple[str, str]:
    if node.get("type") not in (None, "decision"):
        return "not concerned", f"a {node.get('type')}"
    decision = model.decision(node.get("name"))
    if decision is None:
        return "refused", model.refusal(node.get("name"))
    expected = next((value_of(child) for child in node if local_name(child) == "expected"), None)
    must_fail = node.get("errorResult") == "true"
    try:
        answer = decision.value(decision.evaluate(given))
    except DecisionFailed as failure:
        return ("passed", "") if must_fail else ("failed", f"expected {expected!r}, failed with {failure}")
    return ("passed", "") if same(expected, answer) else ("failed", f"expected {expected!r}, got {answer!r}")


def main(arguments: list[str]) -> int:
    """Print a row for each test case, the total, and what did not pass; 1 when something failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="only files of tests whose names hold this")
    parser.add_argument("--list", action="store_true", help="name every result that did not pass")
    asked = parser.parse_args(arguments)
    found = list(results(asked.folder, asked.only))
    _print_table(found)
    for result in found if asked.list else ():
        if result.state != "passed":
            sys.stdout.write(f"{result.state}: {result.case} {result.test} {result.decision}: {result.reason[:300]}\n")
    return int(any(result.state == "failed" for result in found))


def _print_table(found: list[Result]) -> None:
    cases = {result.case: Counter[str]() for result in found}
    for result in found:
        cases[result.case][result.state] += 1
    width = max(map(len, cases), default=0)
    rows = [*cases.items(), ("total", sum(cases.values(), Counter()))]
    for name, counted in rows:
        sys.stdout.write(f"{name:<{width}}" + "".join(f"  {counted[state]:>5} {state}" for state in STATES) + "\n")
    concerned = len(found) - rows[-1][1]["not concerned"]
    sys.stdout.write(f"{rows[-1][1]['passed']} of {concerned} results that concern what is supported\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
