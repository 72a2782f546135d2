"""A site on the loopback that serves given pages and the bundles, under the policy that Banjie itself sends."""

import threading
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from web import assets

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".woff": "font/woff"}


class Site:
    """Pages by path in `pages`, answers to posts by path in `answers`, and what was posted in `posted`."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.answers: dict[str, tuple[int, str]] = {}
        self.posted: list[tuple[str, dict[str, str], str | None]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "Site":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def file(self, path: str) -> tuple[bytes, str] | None:
        if path in self.pages:
            return self.pages[path].encode(), "text/html; charset=utf-8"
        bundle = assets.DIST / Path(path).name
        if path.startswith("/static/dist/") and bundle.is_file():
            return bundle.read_bytes(), TYPES.get(bundle.suffix, "application/octet-stream")
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = site.file(self.path.partition("?")[0])
                self._answer(404, b"", "text/plain") if found is None else self._answer(200, *found)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                site.posted.append((self.path, _parts(self.headers["Content-Type"], body), self.headers.get("X-CSRFToken")))
                status, document = site.answers[self.path]
                self._answer(status, document.encode(), "application/json")

            def _answer(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


def _parts(content_type: str, body: bytes) -> dict[str, str]:
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = message.get_payload()
    if isinstance(parts, str):
        return {}
    return {part.get_param("name", header="content-disposition"): part.get_payload(decode=True).decode() for part in parts}
