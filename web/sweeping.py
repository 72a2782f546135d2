"""The sweep process: once a second it rings for what is due; where no doorbell answers, it does the work itself."""

import logging
import signal
import threading
import time
from types import FrameType

from flask import Flask

from processes import attachments, doorbell, retention, schema, worker
from processes import sweep as sweeps
from processes.actors import SYSTEM
from processes.audit import heads
from processes.people import sessions
from processes.settings import Settings, current
from web import preparing
from web.app import create_app

HOUSEKEEPING_SECONDS = 3600
#: cases whose content is taken away in one go, where that is done by itself
RETENTION_BATCH = 200

logger = logging.getLogger(__name__)


def sweep(settings: Settings) -> None:
    """Sweep until a signal ends it; what fails is logged and tried again at the next look."""
    over = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        over.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # a look that runs jobs itself ends after the one in hand
    worker.stop_when(over.is_set)
    app = create_app(settings)
    preparing.join(app)
    tidy_at = time.monotonic()
    while not over.is_set():
        look(app, settings)
        if time.monotonic() >= tidy_at:
            tidy_at = time.monotonic() + HOUSEKEEPING_SECONDS
            tidy(app)
        over.wait(settings.sweep.seconds)


def look(app: Flask, settings: Settings) -> int:
    """One look: ring for what is due, and run it here where no doorbell answers; gives how many were rung for or run."""
    with app.app_context():
        try:
            if not schema.fits():
                return 0
            rung = sweeps.sweep_once()
            done = rung if doorbell.answers() else worker.run_due(settings.jobs.batch)
            heads.seal_due()
            return done
        except Exception:
            # Whatever it was, nothing is lost: the next look finds the same work.
            logger.exception("this look failed")
            return 0


def tidy(app: Flask) -> None:
    """Take away what has run out: sessions, and files that nobody names."""
    with app.app_context():
        try:
            sessions.sweep()
            attachments.sweep_orphans()
            if current().retention.automatic:
                retention.run(actor=SYSTEM, limit=RETENTION_BATCH)
        except Exception:
            logger.exception("tidying up failed")
