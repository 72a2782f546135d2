"""The settings: `config.toml` lists each with its default, another file and the environment override.

A setting that nobody knows, or that cannot be read as its type, stops the start with its name (`SettingRefused`).
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import time
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from engine.people_rules import APPLICANT_EDGES, APPROVED_EDGES
from processes import private_files
from processes.setting_types import Between, Like, OneOf, SettingRefused, Unreadable, read_text, read_value

__all__ = ["SettingRefused", "Settings", "as_document", "configure", "current", "load", "secret_key", "shipped"]

PREFIX = "BANJIE_"
SECRET_LENGTH = 32
MODELS = "bpmn_models"


@dataclass(frozen=True)
class Office:
    """The office: its name, clock and language."""

    name: str
    timezone: ZoneInfo
    opens: time
    closes: time
    language: Annotated[str, OneOf(("zh", "en"))]


@dataclass(frozen=True)
class Database:
    """Where the tables are."""

    url: str


@dataclass(frozen=True)
class Redis:
    """Where the doorbell is: embedded, off, or an address."""

    url: Annotated[str, Like(r"embedded|off|(rediss?|unix|valkeys?)://.+", "redis://127.0.0.1:6379/0")]


@dataclass(frozen=True)
class Var:
    """The folder that holds what Banjie writes."""

    dir: Path


@dataclass(frozen=True)
class Models:
    """The folder of model folders that a start deploys."""

    dir: Path


@dataclass(frozen=True)
class Web:
    """The web server, and the proxy before it."""

    host: str
    port: Annotated[int, Between(0, 65535)]
    base_path: Annotated[str, Like(r"|(/[A-Za-z0-9._~-]+)+", "/banjie")]
    trusted_proxies: Annotated[int, Between(0, 10)]
    secure_cookie: bool
    public_url: Annotated[str, Like(r"|https?://[^\s/]+(/[^\s]*[^\s/])?", "https://banjie.example.cn")]
    allowed_hosts: tuple[str, ...]
    threads: Annotated[int, Between(1, 200)]
    processes: Annotated[int, Between(1, 64)]
    secret_key: Annotated[str, Like(rf"|.{{{SECRET_LENGTH},}}", f"{SECRET_LENGTH} 个以上的随机字符")]


@dataclass(frozen=True)
class Accounts:
    """Signing in."""

    session_idle_minutes: Annotated[int, Between(1, 1440)]
    session_hours: Annotated[int, Between(1, 720)]
    failed_sign_ins: Annotated[int, Between(1, 100)]
    lock_minutes: Annotated[int, Between(1, 1440)]
    password_min_length: Annotated[int, Between(8, 64)]


@dataclass(frozen=True)
class Deploy:
    """What a deployment may hold."""

    unmapped_service: Annotated[str, OneOf(("refuse", "external"))]
    max_file_mb: Annotated[int, Between(1, 64)]
    max_total_mb: Annotated[int, Between(1, 64)]


@dataclass(frozen=True)
class Attachments:
    """What may be uploaded."""

    max_mb: Annotated[int, Between(1, 1024)]
    max_request_mb: Annotated[int, Between(1, 2048)]
    types: tuple[str, ...]


@dataclass(frozen=True)
class Approval:
    """How people hand work on and remind each other, and whom a user task asks at its edges."""

    reminders_a_day: Annotated[int, Between(0, 100)]
    circulation_depth: Annotated[int, Between(0, 20)]
    when_nobody: Annotated[str, Like(r"[^\s].{0,200}", "administrator")]
    when_applicant: Annotated[str, OneOf(APPLICANT_EDGES)]
    when_approved: Annotated[str, OneOf(APPROVED_EDGES)]
    signer_depth: Annotated[int, Between(0, 10)]
    applicant_signs: bool


_WEBHOOK = Like(r"off|outbox|https?://[^\s/]+(/\S*)?", "https://gateway.example.cn/send")


@dataclass(frozen=True)
class Channels:
    """The ways by which people are told outside Banjie."""

    mail: Annotated[str, Like(r"off|outbox|smtps?://\S+:[0-9]{1,5}", "smtp://mail.example.cn:587")]
    sms: Annotated[str, _WEBHOOK]
    wecom: Annotated[str, _WEBHOOK]
    dingtalk: Annotated[str, _WEBHOOK]
    mail_from: Annotated[str, Like(r"[^\s<>@]+@[A-Za-z0-9.-]+", "banjie@example.cn")]
    secret: str


@dataclass(frozen=True)
class Jobs:
    """Outgoing work: attempts, waits, locks."""

    retries: Annotated[int, Between(1, 100)]
    backoff_seconds: Annotated[tuple[int, ...], Between(0, 86_400)]
    lock_seconds: Annotated[int, Between(1, 3600)]
    batch: Annotated[int, Between(1, 10_000)]


@dataclass(frozen=True)
class Worker:
    """Worker processes."""

    processes: Annotated[int, Between(0, 64)]
    metrics_port: Annotated[int, Between(0, 65535)]


@dataclass(frozen=True)
class Sweep:
    """The look for due jobs."""

    seconds: Annotated[float, Between(0.05, 3600)]
    metrics_port: Annotated[int, Between(0, 65535)]


@dataclass(frozen=True)
class Lists:
    """Boxes and lists: from when a deadline is near, and what an export may hold."""

    amber: Annotated[str, Like(r"workdays\([0-9]{1,3}\)|workhours\([0-9]{1,4}\)|P(?=.)([0-9]{1,3}D)?(T[0-9]{1,4}H)?", "workdays(1)")]
    export_rows: Annotated[int, Between(1, 100_000)]
    exports_per_hour: Annotated[int, Between(1, 1000)]


@dataclass(frozen=True)
class Limits:
    """What one step of a case may take."""

    steps: Annotated[int, Between(10, 100_000)]
    multi_instance: Annotated[int, Between(1, 10_000)]
    call_depth: Annotated[int, Between(1, 50)]
    live_tasks: Annotated[int, Between(10, 100_000)]


@dataclass(frozen=True)
class Audit:
    """The proof of the record."""

    hash: Annotated[str, OneOf(("sha256", "sm3"))]


@dataclass(frozen=True)
class Retention:
    """What happens to cases whose time is over."""

    automatic: bool


@dataclass(frozen=True)
class Demo:
    """The invented people of the demo."""

    enabled: bool


@dataclass(frozen=True)
class Log:
    """What is written to the log."""

    level: Annotated[str, OneOf(("debug", "info", "warning", "error"))]
    format: Annotated[str, OneOf(("text", "json"))]


@dataclass(frozen=True)
class Settings:
    """All settings by section; paths are absolute."""

    office: Office
    database: Database
    redis: Redis
    var: Var
    models: Models
    web: Web
    accounts: Accounts
    deploy: Deploy
    attachments: Attachments
    approval: Approval
    channels: Channels
    jobs: Jobs
    worker: Worker
    sweep: Sweep
    lists: Lists
    limits: Limits
    audit: Audit
    retention: Retention
    demo: Demo
    log: Log

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database: `banjie.db` under var.dir unless another is set; PostgreSQL through psycopg."""
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", self.database.url) or f"sqlite:///{self.var.dir / 'banjie.db'}"


SECTIONS: dict[str, type] = get_type_hints(Settings)
HINTS: dict[tuple[str, str], Any] = {
    (section, key): hint for section, kind in SECTIONS.items() for key, hint in get_type_hints(kind, include_extras=True).items()
}


def shipped(name: str) -> Path:
    """A file or folder that comes with the code (config.toml, bpmn_models): inside an installed wheel, or beside the packages."""
    packages = Path(__file__).resolve().parent
    inside = packages / "shipped" / name
    return inside if inside.exists() else packages.parent / name


def load(environ: Mapping[str, str] | None = None, path: Path | None = None) -> Settings:
    """The settings from the shipped file, then from `path` or the file that BANJIE_CONFIG names, then from the environment.

    A relative folder counts from the file that names it, else from the current folder. Raises SettingRefused.
    """
    environ = os.environ if environ is None else environ
    values = _read_file(shipped("config.toml"))
    for missing in HINTS.keys() - values.keys():
        raise SettingRefused(".".join(missing), "随程序附带的 config.toml 缺少这一项")
    if path is None and environ.get(PREFIX + "CONFIG"):
        path = Path(environ[PREFIX + "CONFIG"])
    if path is not None:
        values |= {item: _under(value, path.resolve().parent) for item, value in _read_file(path).items()}
    values |= _read_environment(environ)
    return _whole(values)


def _under(value: Any, folder: Path) -> Any:
    if not isinstance(value, Path):
        return value
    return value if value == Path(MODELS) and not (folder / value).exists() else folder / value


def _read_file(path: Path) -> dict[tuple[str, str], Any]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise SettingRefused(str(path), f"读不到设置文件（{problem.strerror}）") from problem
    except ValueError as problem:
        raise SettingRefused(str(path), f"设置文件不是有效的 TOML（{problem}）") from problem
    values = {}
    for section, keys in document.items():
        if section not in SECTIONS or not isinstance(keys, dict):
            raise SettingRefused(section, f"没有这一节设置（{path}）")
        for key, value in keys.items():
            values[section, key] = _read(f"{section}.{key}", section, key, value, read_value)
    return values


def _read_environment(environ: Mapping[str, str]) -> dict[tuple[str, str], Any]:
    values = {}
    for name, text in environ.items():
        if name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            value = _read(name, section, key, text, read_text)
            values[section, key] = Path.cwd() / value if isinstance(value, Path) else value
    return values


def _read(name: str, section: str, key: str, value: Any, reader: Any) -> Any:
    if (section, key) not in HINTS:
        raise SettingRefused(name, "没有这一项设置")
    try:
        return reader(HINTS[section, key], value)
    except Unreadable as problem:
        raise SettingRefused(name, str(problem)) from problem


def _whole(values: Mapping[tuple[str, str], Any]) -> Settings:
    settings = Settings(
        **{section: kind(**{item.name: values[section, item.name] for item in fields(kind)}) for section, kind in SECTIONS.items()}
    )
    if not settings.office.opens < settings.office.closes:
        raise SettingRefused("office.closes", "下班时间要晚于上班时间")
    _check_database(settings.database.url)
    models = shipped(MODELS) if settings.models.dir == Path(MODELS) else settings.models.dir.resolve()
    return replace(settings, var=Var(settings.var.dir.resolve()), models=Models(models))


def _check_database(url: str) -> None:
    try:
        known = not url or make_url(url).get_backend_name() in ("sqlite", "postgresql", "postgres")
    except (ArgumentError, ValueError) as problem:
        raise SettingRefused("database.url", "不是数据库地址") from problem
    if not known:
        raise SettingRefused("database.url", "只支持 sqlite 和 postgresql")


_current: Settings | None = None


def configure(settings: Settings) -> None:
    """Make `settings` the ones that `current` returns in this process."""
    global _current
    _current = settings


def current() -> Settings:
    """The settings of this process; those of the environment when the start has set none."""
    global _current
    if _current is None:
        _current = load()
    return _current


def as_document(settings: Settings) -> dict[str, dict[str, Any]]:
    """The effective settings as plain values by section and key; keys and the passwords in addresses are masked."""
    return {
        section: {item.name: _plain(item.name, getattr(getattr(settings, section), item.name)) for item in fields(kind)}
        for section, kind in SECTIONS.items()
    }


def _plain(key: str, value: Any) -> Any:
    if key in ("secret_key", "secret"):
        return "***" if value else ""
    if key == "url":
        return re.sub(r"(://[^/@]*:).*@", r"\1***@", value)
    if key in ("mail", "sms", "wecom", "dingtalk") and "://" in value:
        # the address of a webhook or robot is a secret itself
        return re.sub(r"://(?:.*@)?([^/]+)(/.*)?$", r"://***@\1" if "@" in value else r"://\1/***", value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value if isinstance(value, bool | int | float) else str(value)


def secret_key(settings: Settings) -> bytes:
    """The key that signs cookies: from the setting, else from `secret-key` under var.dir, made once with mode 0600."""
    if settings.web.secret_key:
        return settings.web.secret_key.encode()
    path = settings.var.dir / "secret-key"
    try:
        key = private_files.read_or_make(path, lambda: secrets.token_hex(SECRET_LENGTH).encode()).strip()
    except OSError as problem:
        raise SettingRefused(str(path), f"读写不了（{problem.strerror}）") from problem
    if len(key) < SECRET_LENGTH:
        raise SettingRefused(str(path), "内容太短，请删除后重新启动")
    return key
