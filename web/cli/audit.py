"""`audit`: whether the record is unbroken, whether it leads where it says, and a case to take along."""

from pathlib import Path

import click

from processes.actors import SYSTEM
from processes.audit import export as exports
from processes.audit import replay as replays
from processes.audit import verify as verifies
from web.cli.output import fail, in_application, say
from web.pages import audit_words


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
        click.echo(audit_words.of_problem(problem))
    counted = f"核对了 {report.cases} 件、{report.steps} 步、{report.acts} 条操作记录"
    if report.problems:
        fail(f"{counted}：{len(report.problems)} 处不对，第一处是 {audit_words.of_problem(report.problems[0])}")
    say(f"{counted}：链条完整")


@audit.command()
@click.argument("case")
@in_application
def replay(case: str) -> None:
    """用办理记录重走办件 CASE，看引擎今天是否给出同样的结果。"""
    played = replays.replay(case)
    if not played.same:
        place = f"第 {played.differs_at} 步" if played.differs_at is not None else "结尾"
        fail(f"{case} {place}不同：{audit_words.of_difference(played.difference or '')}")
    say(f"重走了 {played.steps} 步，结果相同")


@audit.command()
@click.argument("case")
@click.option("-o", "--output", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到哪个 zip 文件")
@in_application
def export(case: str, file: Path) -> None:
    """导出办件 CASE：记录、流程文件、附件和核对的方法。"""
    try:
        exports.export(case, file, actor=SYSTEM)
    except OSError as problem:
        fail(f"写不了 {file}：{problem.strerror}")
    say(f"已导出到 {file}")


COMMANDS = (audit,)
