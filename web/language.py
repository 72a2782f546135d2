"""The language of an answer: Chinese unless somebody asks for English."""

from typing import Any, Literal

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel
from flask_babel import gettext as translated

from processes import settings

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "banjie_lang"
COOKIE_SECONDS = 365 * 24 * 3600
TAGS = {"zh": "zh-CN", "en": "en"}


def current_language() -> Language:
    """`zh` or `en`: `?lang=`, else the cookie, else what the API's client accepts, else the office's language.

    Pages do not follow Accept-Language: a whole office works in one language, whatever its browsers were installed in.
    """
    if not has_request_context():
        return _of_office()
    if "language" not in g:
        g.language = _named(request.args.get("lang")) or _named(request.cookies.get(COOKIE)) or _accepted() or _of_office()
    language: Language = g.language
    return language


def _named(asked: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == asked), None)


def _accepted() -> Language | None:
    return _named(request.accept_languages.best_match(LANGUAGES)) if request.path.startswith("/api/") else None


def _of_office() -> Language:
    return _named(settings.current().office.language) or "zh"


def gettext(message: str, /, **values: Any) -> str:
    """A text of a page in the current language; `message` is the Chinese text, `%(name)s` in it is filled from `values`."""
    return str(translated(message, **values))


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
