"""`audit`: whether the record is unbroken, whether it leads where it says, its daily heads, and a case to take along."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from processes.actors import SYSTEM
from processes.audit import export as exports
from processes.audit import heads
from processes.audit import replay as replays
from processes.audit import verify as verifies
from web.cli.output import fail, in_application, json_option, print_json, progress, say
from web.pages import audit_words


@click.group()
def audit() -> None:
    """审计。"""


@audit.command()
@click.argument("case", required=False)
@click.option("--head", metavar="HASH", help="在外面留存的每日总哈希：核对它是否还在链条里")
@click.option("--files", is_flag=True, help="连同全部附件文件")
@click.option("--processes", type=click.IntRange(1, 64), help="用几个进程核对；不写则自行决定")
@json_option
@in_application
def verify(case: str | None, head: str | None, files: bool, processes: int | None, as_json: bool) -> None:
    """核对办理记录的链条：全部（连同每日总哈希），或一件。发现改动、缺少或多出的记录时说出办件和序号，以状态 1 结束。"""
    with _bar() as told:
        report = verifies.verify(case, head=head, files=files, progress=told, processes=processes)
    if case is None:
        verifies.put_on_record(report, actor=SYSTEM)
    if as_json:
        print_json(_document(report))
    for problem in report.problems:
        click.echo(audit_words.of_problem(problem), err=as_json)
    counted = audit_words.counted(report)
    if report.found.found:
        fail(f"{counted}：{report.found.found} 处不对，第一处是 {audit_words.of_problem(report.problems[0])}")
    say(f"{counted}：链条完整")
    if report.known:
        say(f"留存的总哈希就是 {report.known[1]} 的第 {report.known[0]} 号")
    elif report.head:
        say(f"最新的每日总哈希（{report.head[1]}，第 {report.head[0]} 号）：{report.head[2]}")


@contextmanager
def _bar() -> Iterator[verifies.Progress]:
    """A bar on a terminal that follows the cases."""
    with click.progressbar(length=1, label="核对", file=sys.stderr, hidden=not sys.stderr.isatty(), show_pos=True) as bar:

        def told(done: int, of_all: int) -> None:
            bar.length = max(of_all, 1)
            bar.update(done - bar.pos)

        yield told


def _document(report: verifies.Report) -> dict[str, object]:
    counts = {name: getattr(report, name) for name in ("cases", "steps", "acts", "heads", "files", "sealed")}
    newest = None if report.head is None else dict(zip(("seq", "day", "hash"), report.head, strict=True))
    problems = [{"case": one.case, "seq": one.seq, "problem": one.problem} for one in report.problems]
    return {**counts, "head": newest, "seconds": round(report.seconds, 3), "problems": problems, "found": report.found.found}


@audit.command()
@click.option("-n", "count", type=click.IntRange(1, 10_000), default=1, help="最近几个")
@click.option("--seal", is_flag=True, help="现在就做一个，不等到明天")
@json_option
@in_application
def head(count: int, seal: bool, as_json: bool) -> None:
    """打印每日总哈希，请留存在系统之外（打印、抄写、发给上级）；日后用 audit verify --head 核对。"""
    if seal:
        heads.seal()
    found = heads.newest(count)
    if not found:
        fail("还没有每日总哈希：banjie sweep（或 banjie up）每天做一个，也可用 --seal 现在做")
    if as_json:
        print_json([heads.as_document(one) for one in found])
        return
    for one in reversed(found):
        click.echo(heads.line(one))


@audit.command()
@click.argument("case", required=False)
@click.option("--all", "every", is_flag=True, help="重走全部办件")
@click.option("--sample", type=click.IntRange(1), help="随机重走这么多件")
@in_application
def replay(case: str | None, every: bool, sample: int | None) -> None:
    """用办理记录重走办件 CASE（或 --all 全部、--sample N 抽查），看引擎今天是否给出同样的结果。"""
    if sum((case is not None, every, sample is not None)) != 1:
        raise click.UsageError("请写一个办件编号，或 --all，或 --sample N")
    wanted = [case] if case is not None else replays.chosen(sample)
    played = [replays.replay(one) for one in progress(wanted, "重走")]
    different = [one for one in played if not one.same]
    for one in different:
        place = f"第 {one.differs_at} 步" if one.differs_at is not None else "结尾"
        click.echo(f"{one.case} {place}不同：{audit_words.of_difference(one.difference or '')}", err=True)
    sealed = sum(one.sealed for one in played)
    counted = f"重走了 {len(played)} 件、{sum(one.steps for one in played)} 步" if case is None else f"重走了 {played[0].steps} 步"
    counted += f"（{sealed} 件已到期封存，没有内容可以重走）" if sealed else ""
    if different:
        fail(f"{counted}：{len(different)} 件不同")
    say(f"{counted}，结果相同")


@audit.command()
@click.argument("case")
@click.option("-o", "--output", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到哪个 zip 文件")
@in_application
def export(case: str, file: Path) -> None:
    """导出办件 CASE：记录、流程文件、附件、每日总哈希和核对它们的程序 verify.py（只需 Python）。"""
    try:
        digest = exports.export(case, file, actor=SYSTEM)
    except OSError as problem:
        fail(f"写不了 {file}：{problem.strerror}")
    say(f"已导出到 {file}\n导出件哈希（已记入操作记录，可与 verify.py --digest 核对）：{digest}")


COMMANDS = (audit,)
