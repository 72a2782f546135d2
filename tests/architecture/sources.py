"""What the architecture tests read: the Python sources of the project, and the files that are committed."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "forms", "processes", "web")


@cache
def modules() -> dict[Path, ast.Module]:
    """The parsed modules of the four packages by their path under the root, without migrations."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    kept = [path for path in paths if not {"migrations", "node_modules"} & set(path.parts)]
    return {path.relative_to(ROOT): ast.parse(path.read_text("utf-8")) for path in kept}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the four packages, with `path:line`."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{path}:{node.lineno}", node


def committed() -> list[Path]:
    """The files of the repository; without git, all files outside of what is built."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
        return [path for path in paths if path.is_file()]
    built = {".venv", "var", "node_modules", "dist", "build", "__pycache__"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not built & set(path.relative_to(ROOT).parts)]


def lengths() -> list[tuple[int, Path]]:
    """Lines of each module, longest first."""
    return sorted(((len((ROOT / path).read_text("utf-8").splitlines()), path) for path in modules()), reverse=True)
