"""The one place where a refusal becomes an answer: a problem document for programs, a page for people."""

import errno
import logging
import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, render_template, request
from markupsafe import escape
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import RoutingException

from engine import values
from processes import db, errors, ids, log_context, measures
from web import json
from web.language import current_language
from web.problems import MEDIA_TYPE, Problem, Stop, flat

ProblemPage = Callable[[Problem], Response]

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 2
#: what a caller may name a request
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HOST_REFUSED = "host_not_allowed"
_PAGES = "banjie.problem_pages"
_BARE_PAGE = "<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{detail}<p>{request_id}"
_MACHINE_PATHS = ("/healthz", "/readyz", "/metrics")
#: a refusal of processes/ by its class, the most special first
_STATUS: tuple[tuple[type[errors.Refused], int], ...] = (
    (errors.TooLarge, 413),
    (errors.NotFound, 404),
    (errors.NotAllowed, 403),
    (errors.TooOften, 429),
    (errors.Conflict, 409),
    (errors.Invalid, 422),
    (errors.Unavailable, 503),
)
#: codes whose status is not that of their class
_STATUS_OF_CODE = {"too_many_sign_ins": 429, "deployment_too_large": 413}
_CODE_OF_STATUS = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    411: "length_required",
    413: "body_too_large",
    414: "address_too_long",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    428: "precondition_required",
    429: "too_many_requests",
    431: "headers_too_large",
    503: "unavailable",
}


def request_id() -> str:
    """The identifier of this request, the caller's own where it is one: in the answer, in the problem and in the log."""
    if not has_request_context():
        return "-"
    if "request_id" not in g:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else ids.new_id()
    return str(g.request_id)


def wants_document() -> bool:
    """Whether the caller is a program, to be answered in JSON, rather than a person before a browser."""
    if request.path.startswith("/api/") or request.path in _MACHINE_PATHS:
        return True
    accepted = request.accept_mimetypes
    best = accepted.best_match(["text/html", json.MEDIA_TYPE, MEDIA_TYPE])
    return best in (json.MEDIA_TYPE, MEDIA_TYPE) and accepted["text/html"] < accepted[best]


def answer(problem: Problem) -> Response:
    """The answer that tells a problem to whoever asked."""
    if wants_document():
        document = problem.to_document(current_language(), request_id())
        response = json.answer(document, problem.status, media_type=MEDIA_TYPE)
    else:
        pages: dict[str, ProblemPage] = current_app.extensions[_PAGES]
        response = pages.get(problem.code, page)(problem)
    response.headers.extend(dict(problem.headers))
    return response


def page_for(app: Flask, code: str, special: ProblemPage) -> None:
    """Let `special` answer the problem `code` to people: the sign-in page for `not_signed_in`, the account page for an old password."""
    app.extensions[_PAGES][code] = special


def page(problem: Problem) -> Response:
    """The page that tells a problem to people, where no other was named for its code."""
    document = problem.to_document(current_language(), request_id())
    # To a host that is not ours, no address can be made.
    html = _bare_page(document) if problem.code == _HOST_REFUSED else _full_page(document)
    return Response(html, status=problem.status, content_type="text/html; charset=utf-8")


def _full_page(document: dict[str, Any]) -> str:
    try:
        return render_template("errors/page.html", title=document["title"], words=document["detail"], request_id=document["request_id"])
    except Exception:
        # The page needs the database, or is wrong itself; the refusal must be told all the same.
        logger.exception("request %s: the error page itself failed", request_id())
        return _bare_page(document)


def _bare_page(document: dict[str, Any]) -> str:
    return _BARE_PAGE.format(**{name: escape(document[name]) for name in ("title", "detail", "request_id")})


def of_refusal(refusal: errors.Refused) -> Problem:
    """The problem that a refusal of processes/ is to a client."""
    status = _STATUS_OF_CODE.get(refusal.code) or next((status for kind, status in _STATUS if isinstance(refusal, kind)), 409)
    headers = {"Retry-After": str(getattr(refusal, "retry_after", None) or _RETRY_SECONDS)} if status in (429, 503) else {}
    return Problem(
        status,
        refusal.code,
        values=refusal.values,
        fields=getattr(refusal, "fields", None) or None,
        findings=getattr(refusal, "findings", None),
        headers=headers,
    )


def of_http(problem: HTTPException) -> Problem:
    """The problem of an HTTP error that Werkzeug or Flask raised."""
    status = problem.code or 500
    if isinstance(problem, SecurityError):
        return Problem(status, _HOST_REFUSED)
    code = getattr(problem, "code_word", None) or _CODE_OF_STATUS.get(status, "bad_request" if status < 500 else "internal_error")
    headers = {name: value for name, value in problem.get_headers() if name.lower() in ("allow", "content-range", "retry-after")}
    return Problem(status, code, values={"reason": problem.description or ""}, headers=headers)


def of_exception(problem: Exception) -> Problem:
    """The problem of what nobody expected: the database is busy, the disk is full, or the program is wrong."""
    if db.is_busy(problem):
        measures.DATABASE_BUSY.inc()
        logger.warning("request %s: the database is busy: %s", request_id(), _first_line(problem))
        return Problem(503, "database_busy", headers={"Retry-After": str(_RETRY_SECONDS)})
    if db.is_unstorable(problem):
        return Problem(422, "value_refused", values={"reason": ""})
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        logger.error("request %s: the disk is full", request_id())
        return Problem(503, "storage_full", headers={"Retry-After": str(_RETRY_SECONDS)})
    logger.error("request %s: %s %r failed", request_id(), request.method, request.path, exc_info=problem)
    return Problem(500, "internal_error")


def _first_line(problem: Exception) -> str:
    return str(problem).partition("\n")[0]


def _on_stop(stop: Stop) -> Response:
    return answer(stop.problem)


def _on_refusal(refusal: errors.Refused) -> Response:
    if refusal.code == "database_unavailable":
        measures.DATABASE_BUSY.inc()
    return answer(of_refusal(refusal))


def _on_invalid(problem: ValidationError) -> Response:
    return answer(Problem(422, "invalid_input", fields=flat(problem.messages)))


def _on_value(problem: values.ValueRefused) -> Response:
    if isinstance(problem, values.TooLarge):
        return answer(Problem(422, "value_too_large"))
    return answer(Problem(422, "value_refused", values={"reason": str(problem)}))


def _on_not_an_object(problem: json.NotAnObject) -> Response:
    return answer(Problem(422, "not_an_object"))


def _on_http(problem: HTTPException) -> Response | HTTPException:
    if isinstance(problem, RoutingException) or problem.response is not None:
        return problem
    return answer(of_http(problem))


def _on_exception(problem: Exception) -> Response:
    return answer(of_exception(problem))


def _begin_log() -> None:
    log_context.begin(request=request_id())


def _end_log(problem: BaseException | None = None) -> None:
    log_context.end()


def _name_request(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    return response


def init_app(app: Flask) -> None:
    """Answer every refusal and every failure of `app` here."""
    app.extensions[_PAGES] = {}
    app.before_request(_begin_log)
    app.teardown_request(_end_log)
    app.after_request(_name_request)
    app.register_error_handler(Stop, _on_stop)
    app.register_error_handler(errors.Refused, _on_refusal)
    app.register_error_handler(ValidationError, _on_invalid)
    app.register_error_handler(values.ValueRefused, _on_value)
    app.register_error_handler(json.NotAnObject, _on_not_an_object)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_exception)
