"""The log on standard error: a line an event, as text or as JSON, with the ids of what it belongs to and without what people wrote."""

import json
import logging
import re
import time
import traceback
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

from processes import log_context
from processes.settings import Log

OURS = ("engine", "forms", "processes", "web")
#: what a database says about a row that it refuses, the password in an address, and long numbers (identity cards, telephones, accounts)
_SECRETS = (
    (re.compile(r"\n?(DETAIL|CONTEXT|\[parameters): ?[^\n]*"), ""),
    (re.compile(r"(://[^/@\s:]*:)[^/@\s]*@"), r"\1***@"),
    (re.compile(r"(?i)\b(bearer|password|token|secret[_-]?key)([ =:]+)[^\s,;]+"), r"\1\2***"),
    (re.compile(r"(?<![\w.:-])\d{11,18}[Xx]?(?![\w.-])"), "***"),
)


def without_secrets(text: str) -> str:
    """The text with what nobody should read in a log taken out."""
    for found, instead in _SECRETS:
        text = found.sub(instead, text)
    return text


def _at(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"


def _trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    return without_secrets("".join(traceback.format_exception(record.exc_info[1])).rstrip())


class AsJson(logging.Formatter):
    """One JSON object a line: at, level, logger, message, the ids, and the traceback as one text."""

    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, Any] = {"at": _at(record), "level": record.levelname.lower(), "logger": record.name}
        document |= {"message": without_secrets(record.getMessage()), **log_context.present(), "process": record.process}
        if trace := _trace(record):
            document["exception"] = trace
        return json.dumps(document, ensure_ascii=False)


class AsText(logging.Formatter):
    """For people: the same, in one line and the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        ids = "".join(f" {name}={value}" for name, value in log_context.present().items())
        # a line break in a message would let it pass for another event
        message = without_secrets(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n")
        line = f"{_at(record)} {record.levelname} {record.name}:{ids} {message}"
        return "\n".join(part for part in (line, _trace(record)) if part)


class ServerLog(GunicornLogger):  # type: ignore[misc]
    """Gunicorn's own lines go where all others go."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def begin(chosen: Log) -> None:
    """Write the log of this process from now on: our own lines at the level that is set, warnings of libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(AsJson() if chosen.format == "json" else AsText())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for package in OURS:
        logging.getLogger(package).setLevel(chosen.level.upper())
