"""What all commands share: settings, the application context, refusals in words on standard error, JSON on standard output."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from engine import values
from processes import db, schema, settings
from processes.errors import Refused
from web import errors
from web.app import create_app
from web.assets import AssetsMissing

P = ParamSpec("P")
R = TypeVar("R")

json_option = click.option("--json", "as_json", is_flag=True, help="把结果作为一个 JSON 文档写到标准输出")


class Commands(click.Group):
    """The group; a refusal ends any command with status 1 and its words, a wrong setting with its name."""

    def invoke(self, ctx: click.Context) -> Any:
        # the database, attachments and backups hold people's data: nobody else on the machine reads what we write
        os.umask(0o077)
        try:
            return super().invoke(ctx)
        except settings.SettingRefused as refused:
            fail(f"设置有误：{refused}")
        except Refused as refused:
            fail(words_of(refused))
        except AssetsMissing as missing:
            fail(str(missing))
        except BrokenPipeError:
            sys.exit(1)
        except Exception as problem:
            if not db.is_busy(problem):
                raise
            reason = str(getattr(problem, "orig", problem)).partition("\n")[0]
            fail(f"数据库连不上或正忙，没有做完，请稍后再试：{reason}")


def fail(words: str) -> NoReturn:
    """Say on standard error why nothing was done, and end with status 1."""
    click.echo(words, err=True)
    sys.exit(1)


def say(words: str) -> None:
    """Tell what is under way, on standard error, so that standard output holds results alone."""
    click.echo(words, err=True)


def words_of(refused: Refused) -> str:
    """The sentences about a refusal, with those of its fields."""
    language = settings.current().office.language
    document = errors.of_refusal(refused).to_document(language, "")
    lines = [document["detail"] or document["title"]]
    lines += [text if name == "_" else f"{name}：{text}" for name, texts in document.get("fields", {}).items() for text in texts]
    return "\n".join(lines)


def print_json(document: Any) -> None:
    """Write one JSON document to standard output."""
    click.echo(values.dumps(document).decode())


@contextmanager
def application(*, needs_schema: bool = True) -> Iterator[settings.Settings]:
    """The application context over the configured database; ends with status 1 where its schema is not current."""
    chosen = settings.load()
    with create_app(chosen).app_context():
        if needs_schema and not schema.is_current():
            fail("数据库还没有建立，或版本不对：请先运行 banjie db upgrade（或 banjie up）")
        try:
            yield chosen
        finally:
            db.db.session.remove()
            db.db.engine.dispose()


def in_application(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application context."""

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with application():
            return function(*args, **kwargs)

    return inside


def progress(items: Sequence[Any], label: str) -> Iterator[Any]:
    """The items one after the other, with a bar on a terminal."""
    with click.progressbar(items, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield from bar
