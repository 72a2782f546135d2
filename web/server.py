"""The web server: gunicorn with threads over the application."""

import os
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from processes.settings import Settings
from web import lifeline, logs
from web.app import create_app

REQUEST_SECONDS = 60
GRACE_SECONDS = 10
LONGEST_LINE = 8190


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
    }


def _after_fork(server: Any, worker: Any) -> None:
    lifeline.end_with_parent(os.getppid())


def serve(settings: Settings) -> None:
    """Serve until a signal ends it."""
    Server(settings).run()
