"""Migrations only expand (docs/operate.md, Upgrade): the release before goes on beside them while machines are upgraded one by one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

VERSIONS = sorted((ROOT / "processes/migrations/versions").glob("*.py"))
#: what the release before still reads or writes would be gone, renamed, or required of it
CONTRACTING = {
    "drop_table",
    "drop_column",
    "alter_column",
    "rename_table",
    "batch_alter_table",
    "drop_constraint",
    "create_check_constraint",
}
SQL = re.compile(r"\b(DROP\s+(TABLE|COLUMN)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL)\b", re.IGNORECASE)


def _upgrades(path: Path) -> Iterator[ast.Call]:
    """Calls of `op` in everything but `downgrade`."""
    for part in ast.parse(path.read_text("utf-8")).body:
        if isinstance(part, ast.FunctionDef) and part.name != "downgrade":
            for found in ast.walk(part):
                if isinstance(found, ast.Call) and ast.unparse(found.func).startswith("op."):
                    yield found


def contracts(path: Path) -> list[str]:
    """What a migration does that the release before would not bear."""
    found = []
    for call in _upgrades(path):
        name = ast.unparse(call.func).removeprefix("op.")
        if name in CONTRACTING:
            found.append(name)
        if name == "add_column" and not re.search(r"nullable=True|server_default=", ast.unparse(call)):
            found.append(f"{name} that must be filled")
    return found + [match.group() for match in SQL.finditer(_statements(path))]


def _statements(path: Path) -> str:
    """The constant texts of a migration, but for those of `downgrade`."""
    parts = [part for part in ast.parse(path.read_text("utf-8")).body if getattr(part, "name", "") != "downgrade"]
    constants = (found for part in parts for found in ast.walk(part) if isinstance(found, ast.Constant))
    return "\n".join(found.value for found in constants if isinstance(found.value, str))


@pytest.mark.parametrize("path", VERSIONS[1:], ids=lambda path: path.stem)
def test_a_migration_only_expands(path: Path) -> None:
    assert contracts(path) == []


@pytest.mark.parametrize("path", VERSIONS[1:], ids=lambda path: path.stem)
def test_a_migration_follows_the_one_before_and_says_so(path: Path) -> None:
    text = path.read_text("utf-8")
    assert f"down_revision = '{VERSIONS[VERSIONS.index(path) - 1].stem[:4]}'" in text
    assert "Expand only" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("op.drop_column('step', 'actor')", "drop_column"),
        ("op.add_column('step', sa.Column('x', sa.Text(), nullable=False))", "add_column that must be filled"),
        ("op.execute('ALTER TABLE step RENAME COLUMN actor TO by')", "RENAME COLUMN"),
    ],
)
def test_the_rule_sees_what_would_break_the_release_before(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "0009_bad.py"
    path.write_text(f"def upgrade():\n    {line}\n\n\ndef downgrade():\n    op.drop_table('fine')\n", "utf-8")
    assert contracts(path) == [said]
