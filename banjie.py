"""The start of every process of Banjie: look whether something shadows our packages, then hand over to the command line.

This module imports nothing of ours before the look, so that a foreign `web` or `engine` is named instead of half loaded.
"""

import importlib.util
import io
import sys
from pathlib import Path

PACKAGES = ("engine", "forms", "processes", "web")


def shadowed() -> str | None:
    """The first of our packages that Python would take from somewhere else, with that place; None when all are ours."""
    ours = Path(__file__).resolve().parent
    if str(ours) not in sys.path:
        # started by its path out of a folder of sources; last, so that nothing there hides a library
        sys.path.append(str(ours))
    for name in PACKAGES:
        try:
            found = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            found = None
        place = found.origin if found is not None else None
        if place is None or Path(place).resolve().parent != ours / name:
            return f"{name}（{place or '没有找到'}）"
    return None


def main() -> None:
    """The `banjie` command; exit status 1 when one of our packages is shadowed."""
    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot show Chinese is no reason to stop
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    name = shadowed()
    if name is not None:
        sys.exit(f"不能启动：软件包 {name} 遮住了办结自己的同名软件包。请在办结自己的虚拟环境里运行，或卸载它，或从 PYTHONPATH 中去掉它。")
    from web.cli import main as command

    command()


if __name__ == "__main__":
    main()
