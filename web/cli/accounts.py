"""`user`, `token`, `demo`: who may use Banjie."""

import sys

import click

from processes.actors import SYSTEM
from processes.people import accounts, demo, tokens
from web.cli.output import in_application, say


@click.group()
def user() -> None:
    """账号。"""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="姓名")
@click.option("--roles", default="clerk", show_default=True, help="账号角色，用逗号隔开")
@click.option("--password-stdin", is_flag=True, help="从标准输入读一行作为密码；没有密码的账号只能用令牌")
@in_application
def add(login: str, name: str, roles: str, password_stdin: bool) -> None:
    """建立账号 LOGIN；账号已经有时什么都不改，以状态 1 结束。"""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    accounts.create(login, name, roles.split(","), password=password, actor=SYSTEM)
    say(f"已建立账号 {login}")


@click.command()
@click.argument("login")
@click.option("--scope", help="令牌能用于哪些流程：流程编码用逗号隔开，或 '*'；不写则与账号的权限相同")
@in_application
def token(login: str, scope: str | None) -> None:
    """给账号 LOGIN 发一个令牌；标准输出只有令牌这一行。"""
    click.echo(tokens.issue(login, None if scope is None else scope.split(","), actor=SYSTEM))


@click.group("demo")
def demo_group() -> None:
    """演示机构。"""


@demo_group.command("remove")
@in_application
def remove() -> None:
    """去掉演示人员：办件里出现过的停用，其余删除。"""
    removed = demo.remove(actor=SYSTEM)
    say(f"已删除 {len(removed.deleted)} 人，停用 {len(removed.disabled)} 人（办件记录里有他们）。")


COMMANDS = (user, token, demo_group)
