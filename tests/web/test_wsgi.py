"""What stands between the server and Flask."""

import io

from flask import Flask, request

from processes import settings
from web import wsgi


def _web(**overrides: str) -> settings.Web:
    return settings.load({f"BANJIE_WEB__{name}": value for name, value in overrides.items()}).web


def _app(web: settings.Web) -> Flask:
    app = Flask(__name__)

    @app.route("/where")
    def where() -> dict[str, str]:
        return {"root": request.script_root, "url": request.url, "address": str(request.remote_addr)}

    @app.post("/refuse")
    def refuse() -> tuple[str, int]:
        return "no", 413

    app.wsgi_app = wsgi.wrapped(app.wsgi_app, web)  # type: ignore[method-assign]
    return app


class _Body(io.BytesIO):
    """A body that says how much of it was read."""

    @property
    def taken(self) -> int:
        return self.tell()


def test_a_body_that_nobody_read_is_read_and_dropped() -> None:
    body = _Body(b"x" * 300_000)
    answer = _app(_web()).test_client().post("/refuse", input_stream=body, content_length=300_000)
    assert answer.status_code == 413
    assert body.taken == 300_000


def test_no_more_than_the_limit_is_dropped() -> None:
    body = _Body(b"x" * (wsgi.DROPPED_BYTES + wsgi.CHUNK_BYTES))
    _app(_web()).test_client().post("/refuse", input_stream=body, content_length=wsgi.DROPPED_BYTES + wsgi.CHUNK_BYTES)
    assert body.taken == wsgi.DROPPED_BYTES


def test_a_chunked_body_is_dropped_to_its_end() -> None:
    body = _Body(b"x" * 100_000)
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    _app(_web()).test_client().post("/refuse", input_stream=body, environ_overrides=environ)
    assert body.taken == 100_000


def test_a_body_that_breaks_off_still_gets_its_answer() -> None:
    answer = _app(_web()).test_client().post("/refuse", input_stream=_Body(b"short"), content_length=1000)
    assert answer.status_code == 413


def test_the_base_path_is_taken_off_and_kept_for_addresses() -> None:
    client = _app(_web(BASE_PATH="/banjie")).test_client()
    for path in ("/banjie/where", "/where"):
        assert client.get(path).json["root"] == "/banjie"  # type: ignore[index]
        assert client.get(path).json["url"] == "http://localhost/banjie/where"  # type: ignore[index]
    assert client.get("/banjiex/where").status_code == 404


def test_forwarded_headers_are_believed_only_from_trusted_proxies() -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "oa.example.cn"}
    plain = _app(_web()).test_client().get("/where", headers=headers).json
    assert plain == {"root": "", "url": "http://localhost/where", "address": "127.0.0.1"}
    behind = _app(_web(TRUSTED_PROXIES="1")).test_client().get("/where", headers=headers).json
    assert behind == {"root": "", "url": "https://oa.example.cn/where", "address": "203.0.113.7"}
