"""What protects every request and answer: size limits, CSRF tokens, and the headers that tell browsers what a page may do."""

import hmac
import secrets
from typing import Final

from flask import Flask, Response, current_app, request, session

from web import operations
from web.auth import current_session, uses_token
from web.problems import Stop

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
CSRF_HEADER = "X-CSRFToken"
CSRF_FIELD = "csrf_token"
_ANONYMOUS_SECRET = "csrf"  # noqa: S105 - the name of a key
#: what a page of ours may load: only what we serve ourselves; images may also be data (bpmn-js draws with them)
CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def csrf_token() -> str:
    """The token that forms and scripts of this browser must send: of the sign-in, or of the anonymous visit."""
    present = current_session()
    if present is not None:
        return present.secret
    if _ANONYMOUS_SECRET not in session:
        session[_ANONYMOUS_SECRET] = secrets.token_urlsafe(32)
    return str(session[_ANONYMOUS_SECRET])


def check_csrf() -> None:
    """Stop (403) an unsafe request of a browser that does not carry its token; bearer tokens need none."""
    if request.method in SAFE_METHODS or request.endpoint is None or uses_token():
        return
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD) or ""
    if not sent or not hmac.compare_digest(sent.encode(), csrf_token().encode()):
        raise Stop(403, "csrf_refused")


def limit_body() -> None:
    """Stop (413) a body that is larger than its route takes, before anything of it is read."""
    about = operations.of_view(current_app.view_functions.get(request.endpoint or ""))
    if about is not None:
        request.max_content_length = about.max_bytes() if callable(about.max_bytes) else about.max_bytes
    limit, length = request.max_content_length, request.content_length
    if limit is not None and length is not None and length > limit:
        raise Stop(413, "body_too_large")


def _add_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint == "static":
        # An address with the version of its content never changes what it means.
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    answer.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return answer


def init_app(app: Flask) -> None:
    """Add the headers to every answer, and `csrf_token()` to the templates. The checks are called in web.app, in their order."""
    app.after_request(_add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token
