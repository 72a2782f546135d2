"""The language of an answer: Chinese unless somebody asks for English."""

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel

from processes import settings

LANGUAGES = ("zh", "en")
COOKIE = "banjie_lang"
COOKIE_SECONDS = 365 * 24 * 3600
TAGS = {"zh": "zh-CN", "en": "en"}


def current_language() -> str:
    """`zh` or `en`: `?lang=`, else the cookie, else what the API's client accepts, else the office's language.

    Pages do not follow Accept-Language: a whole office works in one language, whatever its browsers were installed in.
    """
    if not has_request_context():
        return settings.current().office.language
    if "language" not in g:
        g.language = _chosen() or _accepted() or settings.current().office.language
    return str(g.language)


def _chosen() -> str | None:
    for asked in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    return None


def _accepted() -> str | None:
    if not request.path.startswith("/api/"):
        return None
    return request.accept_languages.best_match(LANGUAGES)


def language_tag() -> str:
    """The BCP 47 tag of the current language, for `lang=` in pages and Content-Language."""
    return TAGS[current_language()]


def keep_language(answer: Response, language: str, *, path: str, secure: bool) -> None:
    """Remember a chosen language in the browser."""
    answer.set_cookie(COOKIE, language, max_age=COOKIE_SECONDS, path=path, secure=secure, httponly=True, samesite="Lax")


def _remember(answer: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and not request.path.startswith("/api/") and request.cookies.get(COOKIE) != asked:
        web = settings.current().web
        keep_language(answer, asked, path=web.base_path or "/", secure=web.secure_cookie)
    answer.headers.setdefault("Content-Language", language_tag())
    return answer


def _timezone() -> str:
    return settings.current().office.timezone.key


def init_app(app: Flask) -> None:
    """Set up the catalogues; the Chinese text is the name of each message."""
    Babel(app, default_locale="zh", locale_selector=current_language, timezone_selector=_timezone)
    app.jinja_env.globals.update(current_language=current_language, language_tag=language_tag)
    app.after_request(_remember)
