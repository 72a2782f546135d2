"""The Flask application: settings, database, doors, pages, API."""

import logging
from importlib import import_module
from pkgutil import iter_modules

from flask import Flask

from processes import settings as the_settings
from processes.db import db
from processes.settings import Settings
from web import access, api, auth, errors, health, language, metrics, openapi, pages, security, wsgi

MB = 1024 * 1024
#: parts of one form; long tables of a form have many
MAX_FORM_PARTS = 10_000
MAX_FIELD_BYTES = 4 * MB


def create_app(settings: Settings | None = None) -> Flask:
    """The application over the database that the settings name; raises NoRule when a route does not say who may call it."""
    settings = settings or the_settings.load()
    the_settings.configure(settings)
    logging.getLogger("web").setLevel(settings.log.level.upper())
    app = Flask("web")
    _configure(app, settings)
    db.init_app(app)
    language.init_app(app)
    errors.init_app(app)
    for check in (auth.begin_record, security.limit_body, auth.require_sign_in, security.check_csrf, auth.require_role):
        app.before_request(check)
    metrics.init_app(app)
    auth.init_app(app)
    security.init_app(app)
    _register(app)
    access.require_rules(app)
    app.wsgi_app = wsgi.wrapped(app.wsgi_app, settings.web)  # type: ignore[method-assign, assignment]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    web = settings.web
    app.config.update(
        DEBUG=False,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # what people entered does not go into the log with a failed statement; a connection that was cut while idle is replaced
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True, "pool_pre_ping": not settings.database_url.startswith("sqlite")},
        SECRET_KEY=the_settings.secret_key(settings),
        SESSION_COOKIE_NAME="banjie_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=web.secure_cookie,
        SESSION_COOKIE_PATH=web.base_path or "/",
        MAX_CONTENT_LENGTH=settings.attachments.max_request_mb * MB,
        MAX_FORM_MEMORY_SIZE=MAX_FIELD_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        TRUSTED_HOSTS=list(web.allowed_hosts) or None,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def _register(app: Flask) -> None:
    """The `blueprint` of every module of web.api and web.pages, and the addresses for machines at the root."""
    for prefix, package in (("/api/v1", api), (None, pages)):
        for module in sorted(iter_modules(package.__path__), key=lambda found: found.name):
            blueprint = getattr(import_module(f"{package.__name__}.{module.name}"), "blueprint", None)
            if blueprint is not None:
                app.register_blueprint(blueprint, url_prefix=prefix)
    for part in (health, metrics, openapi):
        app.register_blueprint(part.blueprint)
    access.public(app.view_functions["static"])
