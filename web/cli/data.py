"""`db`, `backup`, `restore`, `rebuild`, `config`: the data as a whole."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from processes import backup as backups
from processes import hosts, schema, settings
from processes import rebuild as rebuilding
from processes import stuck as stuck_cases
from processes.actors import SYSTEM
from processes.backup import BackupRefused, Contents
from processes.calendar import days
from processes.postgresql_copy import CopyFailed
from web.cli.output import application, fail, in_application, json_option, print_json, progress, say
from web.supervisor import AlreadyRunning, alone

MEGABYTE = 1024 * 1024
WORDS = {
    "backup_of_this_database": "backup 和 restore 只用于 SQLite 和 PostgreSQL",
    "backup_of_another_database": "这份备份是另一种数据库（SQLite 或 PostgreSQL）的，没有恢复任何内容",
    "database_not_empty": "PostgreSQL 的备份只恢复到空的数据库里：请新建一个，再把 database.url 指向它",
    "nothing_to_back_up": "还没有数据库，没有可备份的内容",
    "backup_damaged": "这份备份不完整或被改动过，没有恢复任何内容",
    "backup_format_unknown": "这份备份是更新版本的办结做的，没有恢复任何内容",
    "database_in_use": "有进程正在使用数据库，请先停止办结的全部进程再恢复",
}


@click.group("db")
def db_group() -> None:
    """数据库。"""


@db_group.command()
def upgrade() -> None:
    """把数据库建立或升级到这一版程序的结构，并载入程序知道的节假日。"""
    with application(needs_schema=False):
        schema.upgrade()
        days.ensure_loaded(actor=SYSTEM)
    say("数据库结构是最新的")


@db_group.command()
@in_application
def adopt() -> None:
    """把本机的密钥和附件目录定为各台主机共用的：换了密钥，或在别的机器上恢复了数据库之后。"""
    hosts.adopt()
    say("已登记本机的密钥和附件目录；其他主机要用同样的")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@in_application
def backup(file: Path) -> None:
    """把数据库和附件备份到 FILE（zip）；可以在运行中做。"""
    contents = _in_words(backups.make, file)
    say(f"已备份 {contents.files} 个文件，共 {contents.size / MEGABYTE:,.1f} MB：{file}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """用备份 FILE 替换现在的数据；先整份核对，原来的数据库改名保留。运行中不能做。"""
    with application(needs_schema=False) as chosen:
        try:
            with alone(chosen.var.dir):
                contents = _in_words(backups.restore, file)
                schema.upgrade()
                hosts.adopt()
        except AlreadyRunning as other:
            fail(f"办结正在运行（进程 {other}），请先停止再恢复")
    say(f"已恢复 {contents.made_at} 的备份，共 {contents.files} 个文件")


def _in_words(work: Callable[[Path, backups.Tell], Contents], file: Path) -> Contents:
    """Do the work with a counter on a terminal; what stands against it is said in words."""
    counted = 0

    def tell(name: str) -> None:
        nonlocal counted
        counted += 1
        if sys.stderr.isatty():
            click.echo(f"\r{counted} {name[:60]:60}", nl=False, err=True)

    try:
        contents = work(file, tell)
    except BackupRefused as refused:
        fail(WORDS[refused.code])
    except CopyFailed as failed:
        program, said = failed.values["program"], failed.values.get("said")
        fail(f"{program} 没有成功：{said}" if said is not None else f"{program} 不在 PATH 里，请安装 PostgreSQL 的客户端程序")
    except OSError as problem:
        fail(f"读写不了 {problem.filename or file}：{problem.strerror}")
    if counted and sys.stderr.isatty():
        say("")
    return contents


@click.command()
@in_application
def rebuild() -> None:
    """按办理记录重新建立待办、办件摘要等全部投影。"""
    cases = rebuilding.case_ids()
    for case in progress(cases, "重建"):
        rebuilding.rebuild_case(case)
    say(f"已重建 {len(cases)} 件")


@click.command()
@json_option
@in_application
def stuck(as_json: bool) -> None:
    """查看每件未结的办件是否都在等某个存在的东西；有停住的，列出来，以状态 1 结束。"""
    looked = stuck_cases.look()
    if as_json:
        print_json({"cases": looked.cases, "stuck": looked.stuck, "named": looked.named, "haunted": looked.haunted})
    for case in looked.named:
        click.echo(f"{case} 没有在等任何东西", err=as_json)
    for case in looked.named_haunted:
        click.echo(f"{case} 已经结束，但还有东西在等", err=as_json)
    if not looked.sound:
        counted = f"看了 {looked.cases} 件未结的：{looked.stuck} 件停住了；{looked.haunted} 件已结的还有东西在等"
        fail(f"{counted}。请先试 rebuild，不行再撤销重办")
    say(f"看了 {looked.cases} 件未结的：每件都在等某个存在的东西")


@click.command()
@json_option
def config(as_json: bool) -> None:
    """列出生效的设置；密钥和地址里的密码不显示。"""
    document = settings.as_document(settings.load())
    if as_json:
        print_json(document)
        return
    for section, entries in document.items():
        for key, value in entries.items():
            click.echo(f"{section}.{key} = {json.dumps(value, ensure_ascii=False)}")


COMMANDS = (db_group, backup, restore, rebuild, stuck, config)
