"""The web server: gunicorn with threads over the application."""

import gc
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker
from prometheus_client import multiprocess

from processes.settings import Settings
from web import lifeline, logs
from web.app import create_app

REQUEST_SECONDS = 60
GRACE_SECONDS = 10
LONGEST_LINE = 8190
#: by this name prometheus_client is told, before it is imported, where the processes of one server put what they count
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, configured by our settings and by nothing else."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in configuration(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self.settings)


class Threads(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threads, which close the door as soon as they are to end.

    An open door behind which nobody waits any more lets a proxy send a request that is then cut off; at a closed one it goes to the next.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            self._let_in(listener)
            listener.close()

    def _let_in(self, listener: Any) -> None:
        """Those who stand in the doorway."""
        before = -1
        while before != self.nr_conns < self.worker_connections:
            before = self.nr_conns
            self.accept(listener)


def configuration(settings: Settings) -> dict[str, Any]:
    """Gunicorn's settings."""
    web = settings.web
    host = f"[{web.host}]" if ":" in web.host else web.host
    return {
        "bind": f"{host}:{web.port}",
        "workers": web.processes,
        "threads": web.threads,
        "worker_class": Threads,
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "limit_request_line": LONGEST_LINE,
        # headers of proxies are read by our own layer, which counts how many are trusted
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "control_socket_disable": True,
        "loglevel": "debug" if settings.log.level == "debug" else "warning",
        "proc_name": "banjie-web",
        "logger_class": logs.ServerLog,
        "post_fork": _after_fork,
        "post_worker_init": _before_serving,
        "child_exit": _after_exit,
        "on_exit": lambda server: shutil.rmtree(_figures(settings), ignore_errors=True),
    }


def _after_fork(server: Any, worker: Any) -> None:
    lifeline.end_with_parent(os.getppid())


def _before_serving(worker: Any) -> None:
    """What the application consists of stays with the process; looking through it for garbage would hold up a request now and then."""
    gc.collect()
    gc.freeze()


def _after_exit(server: Any, worker: Any) -> None:
    if TOGETHER in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def count_together(settings: Settings) -> None:
    """Where several processes serve, start this one anew so that each adds to the same figures; whoever asks one is told of all."""
    if settings.web.processes == 1 or TOGETHER in os.environ:
        return
    folder = _figures(settings)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[TOGETHER] = str(folder)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very command again


def _figures(settings: Settings) -> Path:
    """A folder of this server alone: several hosts may share `var.dir`."""
    return settings.var.dir / "run" / f"figures-{socket.gethostname()}-{settings.web.port}"


def serve(settings: Settings) -> None:
    """Serve until a signal ends it."""
    Server(settings).run()
