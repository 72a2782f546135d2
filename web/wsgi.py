"""What stands between the server and Flask: the reverse proxy's headers, the base path, and bodies that nobody has read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.proxy_fix import ProxyFix

from processes.settings import Web

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

#: so much of a body that nobody wants is read and dropped, so that the client gets to read the answer (CONTRACT 4)
DROPPED_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 64 * 1024


class BasePath:
    """Publish the application under a path, whether or not the proxy takes the path off the addresses that it passes on."""

    def __init__(self, application: "WSGIApplication", base_path: str) -> None:
        self.application = application
        self.base_path = base_path

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path == self.base_path or path.startswith(self.base_path + "/"):
            environ["PATH_INFO"] = path[len(self.base_path) :] or "/"
        environ["SCRIPT_NAME"] = self.base_path
        return self.application(environ, start_response)


class CountedInput:
    """A request body that knows how much of it was read."""

    def __init__(self, stream: "InputStream") -> None:
        self.stream = stream
        self.count = 0
        self.ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, all when negative."""
        return self._counted(self.stream.read(size), size)

    def readline(self, size: int = -1, /) -> bytes:
        """One line, at most `size` bytes of it."""
        return self._counted(self.stream.readline(size), size)

    def readlines(self, hint: int = -1, /) -> list[bytes]:
        """The lines of the rest."""
        lines = self.stream.readlines(hint)
        self.count += sum(len(line) for line in lines)
        return lines

    def __iter__(self) -> Any:
        return iter(self.readline, b"")

    def _counted(self, data: bytes, size: int) -> bytes:
        self.count += len(data)
        self.ended = self.ended or (not data and size != 0)
        return data


class DroppedBody:
    """Read and drop what is left of a body once the answer is ready: a client that still sends would not read the answer."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        counted = environ["wsgi.input"] = CountedInput(environ["wsgi.input"])
        answer = self.application(environ, start_response)
        self._drop(counted, _length(environ))
        return answer

    @staticmethod
    def _drop(counted: CountedInput, length: int) -> None:
        left = min(length - counted.count, DROPPED_BYTES)
        try:
            while left > 0 and not counted.ended:
                left -= len(counted.read(min(left, CHUNK_BYTES)))
        except (OSError, ValueError):
            # The client went away in the middle of its body; nobody waits for the answer.
            return


def _length(environ: "WSGIEnvironment") -> int:
    """Bytes of the body; without a length it may be read to its end where the server ends it (chunked)."""
    text = environ.get("CONTENT_LENGTH") or ""
    if text.isascii() and text.isdigit():
        return int(text)
    return 2 * DROPPED_BYTES if environ.get("wsgi.input_terminated") else 0


def wrapped(application: "WSGIApplication", settings: Web) -> "WSGIApplication":
    """`application` behind the layers that the settings ask for."""
    if settings.base_path:
        application = BasePath(application, settings.base_path)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        application = ProxyFix(application, x_for=count, x_proto=count, x_host=count, x_port=0, x_prefix=0)
    return DroppedBody(application)
