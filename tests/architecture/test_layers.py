"""Who may know whom."""

import ast

from importlinter.cli import lint_imports

from tests.architecture.sources import ROOT, modules


def test_the_import_contracts_hold(capsys, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), is_debug_mode=False) == 0, capsys.readouterr().out


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
