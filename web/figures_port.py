"""Figures of workers and sweeps for Prometheus, on a port of their own: what they count is theirs alone; any web tells the rest."""

import shutil
import socket
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from processes import measures
from processes.settings import Settings
from web.server import TOGETHER


def of_this_process(settings: Settings, port: int) -> None:
    """Serve what this process counts, unless the port is 0; raises OSError where the port is taken."""
    if port:
        start_http_server(port, addr=settings.web.host, registry=measures.REGISTRY)


def of_children(settings: Settings, port: int) -> dict[str, str]:
    """Serve what the children count together, unless the port is 0; gives what their environment needs. Raises OSError."""
    if not port:
        return {}
    folder = _folder(settings, port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    registry = CollectorRegistry(auto_describe=False)
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    start_http_server(port, addr=settings.web.host, registry=registry)
    return {TOGETHER: str(folder)}


def _folder(settings: Settings, port: int) -> Path:
    """A folder of these workers alone: several hosts may share `var.dir`."""
    return settings.var.dir / "run" / f"figures-{socket.gethostname()}-{port}"
