"""`audit`: whether the record is unbroken, whether it leads where it says, and a case to take along."""

import click

from processes.audit import replay as replays
from processes.audit import verify as verifies
from web.cli.output import fail, in_application, say


@click.group()
def audit() -> None:
    """审计。"""


@audit.command()
@click.argument("case", required=False)
@in_application
def verify(case: str | None) -> None:
    """核对办理记录的链条：全部，或一件。发现改动、缺少或多出的记录时说出办件和序号，以状态 1 结束。"""
    report = verifies.verify(case)
    for problem in report.problems:
        click.echo(str(problem))
    counted = f"核对了 {report.cases} 件、{report.steps} 步、{report.acts} 条操作记录"
    if report.problems:
        fail(f"{counted}：{len(report.problems)} 处不对，第一处是 {report.problems[0]}")
    say(f"{counted}：链条完整")


@audit.command()
@click.argument("case")
@in_application
def replay(case: str) -> None:
    """用办理记录重走办件 CASE，看引擎今天是否给出同样的结果。"""
    played = replays.replay(case)
    if not played.same:
        place = f"第 {played.differs_at} 步" if played.differs_at is not None else "结尾"
        fail(f"{case} {place}不同：{played.difference}")
    say(f"重走了 {played.steps} 步，结果相同")


COMMANDS = (audit,)
