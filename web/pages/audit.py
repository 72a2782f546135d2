"""Acts and the proof of the chains, for auditors."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import acts
from processes.audit import heads as the_heads
from processes.audit import verify as the_verify
from processes.people import directory
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages import audit_words

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 100
HEADS = 30


def _kinds() -> dict[str, str]:
    return {
        "sign_in": _("登录"),
        "sign_out": _("退出登录"),
        "list_exported": _("导出列表"),
        "first_administrator": _("建立第一个管理员"),
        "account_created": _("新增账号"),
        "account_disabled": _("停用账号"),
        "account_enabled": _("启用账号"),
        "person_changed": _("修改人员"),
        "password_reset": _("重置密码"),
        "password_changed": _("修改密码"),
        "roles_changed": _("改动账号权限"),
        "role_given": _("授予岗位角色"),
        "role_ended": _("卸任岗位角色"),
        "role_created": _("新增岗位角色"),
        "role_changed": _("修改岗位角色"),
        "role_deleted": _("删除岗位角色"),
        "line_given": _("指定分管关系"),
        "line_ended": _("结束分管关系"),
        "department_created": _("新增机构"),
        "department_changed": _("修改机构"),
        "department_deleted": _("删除机构"),
        "post_created": _("新增岗位"),
        "post_changed": _("修改岗位"),
        "post_appointed": _("岗位任免"),
        "post_deleted": _("删除岗位"),
        "token_issued": _("发放令牌"),
        "token_revoked": _("收回令牌"),
        "deploy": _("部署流程"),
        "calendar_changed": _("修改工作日历"),
        "calendar_loaded": _("载入节假日"),
        "calendar_published": _("发布一年的节假日"),
        "organisation_loaded": _("载入机构人员"),
        "demo_loaded": _("载入演示人员"),
        "demo_removed": _("移除演示人员"),
        "audit_export": _("导出审计材料"),
        "audit_verified": _("核对全部链条"),
        "case_sealed": _("到期封存办件"),
        "retention_run": _("清理到期办件"),
        "hold_placed": _("暂停清理办件"),
        "hold_released": _("恢复清理办件"),
        "sign_in_locked": _("账号锁定期间尝试登录"),
        "route": _("访问没有权限的页面"),
        "refused": _("没有权限的操作"),
        "out_of_scope": _("令牌用在允许的流程之外"),
        "hosts_adopted": _("改用一台主机的密钥和附件目录"),
        "refused_more": _("更多被拒绝的操作（只计数）"),
    }


@blueprint.get("")
@allowed("audit_admin", "auditor")
def index() -> ResponseReturnValue:
    """Acts, newest first."""
    return _page(None)


@blueprint.post("/verify")
@allowed("audit_admin", "auditor")
def verify() -> ResponseReturnValue:
    """Check every chain now."""
    found = the_verify.verify(processes=1)
    the_verify.put_on_record(found, actor=current_actor())
    good = found.unbroken
    if good:
        words = _(
            "链条完整：%(cases)d 件办件 %(steps)d 步，%(acts)d 条操作，%(heads)d 个每日总哈希，逐一核对无误。",
            cases=found.cases,
            steps=found.steps,
            acts=found.acts,
            heads=found.heads,
        )
    else:
        words = _("发现 %(n)d 处与写入时不同：", n=found.found.found)
    return _page({"good": good, "words": words, "problems": [audit_words.of_problem(one) for one in found.problems[:50]]})


@blueprint.get("/heads")
@allowed("audit_admin", "auditor")
def heads() -> ResponseReturnValue:
    """The daily heads, newest first: what to keep on paper."""
    found = the_heads.newest(HEADS, paging_before())
    after = url_for(".heads", before=found[-1]["seq"]) if len(found) == HEADS else None
    return render_template("admin/heads.html", heads=found, next=after)


def paging_before() -> int | None:
    """The number before which the asked page of a list begins."""
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _last_verified() -> dict[str, Any] | None:
    """When everything was looked at last, by whom, and what came out."""
    found = acts.page(kind=the_verify.VERIFIED, limit=1)
    if not found:
        return None
    one, told = found[0], {"cases": "?", "steps": "?", "acts": "?", "problems": "?", **found[0].details}
    who = directory.names([one.actor]).get(one.actor, one.actor)
    words = _("核对了 %(cases)s 件、%(steps)s 步、%(acts)s 条操作记录", cases=told["cases"], steps=told["steps"], acts=told["acts"])
    result = _("链条完整") if not told["problems"] else _("%(n)s 处不对", n=told["problems"])
    return {"at": one.at, "who": who, "words": words, "good": not told["problems"], "result": result}


def _page(report: dict[str, Any] | None) -> str:
    kinds, before = _kinds(), paging_before()
    kind = request.args.get("kind") if request.args.get("kind") in kinds else None
    who = request.args.get("who", "").strip()[:100].replace("\0", "")
    found = acts.page(kind=kind, login=who or None, limit=PAGE, before=before)
    names = directory.names(login for one in found for login in (one.actor, one.subject))
    shown = [
        {
            "at": one.at,
            "actor": names.get(one.actor, one.actor),
            "words": kinds.get(one.kind, one.kind),
            "subject": names.get(one.subject or "", one.subject),
            "allowed": one.allowed,
        }
        for one in found
    ]
    after = url_for(".index", before=found[-1].seq, kind=kind, who=who or None) if len(found) == PAGE else None
    newest = the_heads.newest()
    return render_template(
        "admin/audit.html",
        acts=shown,
        report=report,
        last=_last_verified(),
        head=newest[0] if newest else None,
        next=after,
        kinds=kinds,
        kind=kind,
        who=who,
    )
