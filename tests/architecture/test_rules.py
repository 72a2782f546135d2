"""Rules of the house that a linter does not know."""

import ast
from pathlib import Path

from tests.architecture.long_modules import report
from tests.architecture.sources import calls, lengths, modules

#: the one door to a commit, and the snapshot that is copied outside of any session
MAY_COMMIT = {Path("processes/db.py")}
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
UNSAFE_READERS = {"pickle", "marshal", "shelve", "dill"}
TWO_SUBJECTS = 500


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_only_the_one_door_commits() -> None:
    assert [where for where, call in calls() if _name(call) == "commit" and Path(where.split(":")[0]) not in MAY_COMMIT] == []


def test_nothing_runs_text_as_python() -> None:
    assert [where for where, call in calls() if isinstance(call.func, ast.Name) and call.func.id in RUNS_TEXT] == []


def test_nothing_reads_pickled_objects() -> None:
    imported = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if name.split(".")[0] in UNSAFE_READERS
    ]
    assert imported == []


def test_no_module_is_so_long_that_it_must_hold_two_subjects() -> None:
    assert [path for count, path in lengths() if count > TWO_SUBJECTS] == [], report()
