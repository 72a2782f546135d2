"""`retention`: take the content of finished cases away when their time is over, or keep a case all the same."""

import click

from processes import retention
from processes.actors import SYSTEM
from processes.retention_due import Due
from web.cli.output import in_application, json_option, print_json, say

by_option = click.option("--by", metavar="LOGIN", required=True, help="谁决定的：一个 audit_admin 或 system_admin 账号，记入操作记录")
KEPT = {
    "held": "已暂停清理",
    "work_open": "还有没做完的作业或异常",
    "revised_by_open_case": "修改它的办件还在办理",
    "chain_broken": "链条不完整，先用 audit verify 查清",
    "open": "还在办理",
    "not_due": "没有到期",
}


@click.group("retention")
def retention_group() -> None:
    """保管期限：到期办件的清理。"""


@retention_group.command()
@click.option("--by", metavar="LOGIN", help="谁决定的：一个 audit_admin 或 system_admin 账号，记入操作记录；--dry-run 时不用写")
@click.option("--dry-run", is_flag=True, help="只列出会清理哪些，什么也不动")
@click.option("--limit", type=click.IntRange(1), help="最多清理这么多件")
@json_option
@in_application
def run(by: str | None, dry_run: bool, limit: int | None, as_json: bool) -> None:
    """清除保管期限已过的已结办件的内容和附件，留下封存的摘要；在办的、暂停清理的、链条不完整的一概不动。"""
    if not dry_run and by is None:
        raise click.UsageError("请用 --by 写明谁决定的，或用 --dry-run 先看看")
    actor = retention.decider(by) if by is not None else SYSTEM
    told = (lambda one: None) if as_json else _tell
    outcome = retention.run(actor=actor, limit=limit, dry_run=dry_run, told=told)
    if as_json:
        print_json({"sealed": [_document(one) for one in outcome.sealed], "kept": [_document(one) for one in outcome.kept]})
    verb = "到期可清理" if dry_run else "已清理并封存"
    say(f"{verb} {len(outcome.sealed)} 件，保留 {len(outcome.kept)} 件" + ("" if dry_run else f"，删除附件文件 {outcome.files} 个"))


def _tell(one: Due) -> None:
    why = f"  保留：{KEPT.get(one.kept, one.kept)}" if one.kept else ""
    click.echo(f"{one.id}  {one.business_key or '—'}  {one.definition_id}  办结于 {one.ended_at:%Y-%m-%d}  期限 {one.retention}{why}")


def _document(one: Due) -> dict[str, object]:
    known = {"id": one.id, "business_key": one.business_key, "process_definition_id": one.definition_id, "retention": one.retention}
    return {**known, "ended_at": one.ended_at.isoformat(), "kept": one.kept}


@retention_group.command()
@click.argument("case")
@click.option("--reason", required=True, help="为什么，例如诉讼、审计、信访")
@by_option
@in_application
def hold(case: str, reason: str, by: str) -> None:
    """暂停清理办件 CASE：到期也不动，直到 release。"""
    retention.hold(case, reason, actor=retention.decider(by))
    say("已暂停清理")


@retention_group.command()
@click.argument("case")
@by_option
@in_application
def release(case: str, by: str) -> None:
    """恢复清理办件 CASE。"""
    retention.release(case, actor=retention.decider(by))
    say("已恢复清理")


@retention_group.command()
@json_option
@in_application
def holds(as_json: bool) -> None:
    """列出暂停清理的办件。"""
    found = retention.holds()
    if as_json:
        print_json([{**one, "held_at": one["held_at"].isoformat()} for one in found])
        return
    for one in found:
        click.echo(f"{one['instance_id']}  {one['held_at']:%Y-%m-%d}  {one['held_by']}  {one['reason']}")
    say(f"共 {len(found)} 件")


COMMANDS = (retention_group,)
