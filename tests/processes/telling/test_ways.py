"""The ways out, against servers of our own on the loopback: SMTP, a signed webhook, robots that refuse in their body."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from processes.telling import ways
from processes.telling.ways import Message, NotDelivered, Sender

MESSAGE = Message("n1-mail", "li@example.cn", "【柳溪镇】催办", "【柳溪镇】请办理\n.\n第二行")
SENDER = Sender("banjie@example.cn", "a-secret")


class Gateway:
    """A web server that answers as told and keeps what it got."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b'{"errcode": 0}', {}
        self.got: list[tuple[dict[str, str], bytes]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.got.append((dict(self.headers), body))
                self.send_response(gateway.status)
                for name, value in gateway.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(gateway.body)))
                self.end_headers()
                self.wfile.write(gateway.body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/send?key=1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """The web server."""
    made = Gateway()
    yield made
    made.close()


def test_a_webhook_gets_a_signed_document(gateway: Gateway) -> None:
    ways.send("sms", gateway.address, MESSAGE, SENDER)
    ((headers, body),) = gateway.got
    assert json.loads(body) == {"id": "n1-mail", "to": "li@example.cn", "text": MESSAGE.text}
    assert headers["X-Banjie-Signature"] == "sha256=" + hmac.new(b"a-secret", body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (404, True), (302, True), (429, False), (500, False), (503, False)])
def test_what_a_webhook_answers_says_whether_to_try_again(gateway: Gateway, status: int, permanent: bool) -> None:
    gateway.status, gateway.headers = status, {"Location": gateway.address}
    with pytest.raises(NotDelivered) as raised:
        ways.send("sms", gateway.address, MESSAGE, SENDER)
    assert raised.value.permanent is permanent
    assert len(gateway.got) == 1


@pytest.mark.parametrize("channel", ["wecom", "dingtalk"])
def test_robots_refuse_in_their_body(gateway: Gateway, channel: str) -> None:
    ways.send(channel, gateway.address, MESSAGE, SENDER)
    assert MESSAGE.text in json.loads(gateway.got[0][1])["text"]["content"]
    for body in (b'{"errcode": 310000}', b"<html>", b"[]", b"{}"):
        gateway.body = body
        with pytest.raises(NotDelivered):
            ways.send(channel, gateway.address, MESSAGE, SENDER)


def test_nobody_there_is_no_crash() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for channel, way in (("sms", f"http://127.0.0.1:{port}/x"), ("mail", f"smtp://127.0.0.1:{port}")):
        with pytest.raises(NotDelivered) as raised:
            ways.send(channel, way, MESSAGE, SENDER)
        assert not raised.value.permanent


class Post:
    """A mail server that speaks as much SMTP as a mail needs."""

    def __init__(self, recipient_answer: bytes = b"250 ok") -> None:
        self.letters: list[str] = []
        self.recipient_answer = recipient_answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rwb") as wire:
            self._say(wire, b"220 here")
            while line := wire.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self._say(wire, b"354 go on")
                    self._take_letter(wire)
                self._say(wire, self.recipient_answer if verb == b"RCPT" else b"221 bye" if verb == b"QUIT" else b"250 ok")
                if verb == b"QUIT":
                    return

    def _take_letter(self, wire: Any) -> None:
        lines = []
        while (line := wire.readline()) != b".\r\n":
            lines.append(line)
        self.letters.append(b"".join(lines).decode())

    def _say(self, wire: Any, answer: bytes) -> None:
        wire.write(answer + b"\r\n")
        wire.flush()

    def close(self) -> None:
        """End it."""
        self.thread.join(10)
        self.socket.close()


def test_a_mail_says_who_it_is_from_and_has_the_same_identifier_each_time() -> None:
    identifiers = set()
    for _ in range(2):
        post = Post()
        ways.send("mail", post.address, MESSAGE, SENDER)
        post.close()
        (letter,) = post.letters
        assert "From: banjie@example.cn" in letter
        assert "To: li@example.cn" in letter
        assert "Auto-Submitted: auto-generated" in letter
        identifiers |= {line for line in letter.splitlines() if line.startswith("Message-ID")}
    assert len(identifiers) == 1


@pytest.mark.parametrize(("answer", "permanent"), [(b"550 nobody here", True), (b"450 later", False)])
def test_a_refused_address_is_given_up_and_a_busy_server_is_not(answer: bytes, permanent: bool) -> None:
    post = Post(answer)
    with pytest.raises(NotDelivered) as raised:
        ways.send("mail", post.address, MESSAGE, SENDER)
    post.close()
    assert raised.value.permanent is permanent
