"""Who may know whom."""

import ast
import subprocess
import sys

from tests.architecture.sources import ROOT, modules


def test_the_import_contracts_hold() -> None:
    # in a process of its own: the tool switches off the loggers of the process it runs in
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_imports_stand_at_the_top_of_a_module() -> None:
    inside = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []
