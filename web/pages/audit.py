"""Acts and the proof of the chains, for auditors."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes import acts
from processes.audit import verify as the_verify
from processes.people import directory
from web.access import allowed
from web.language import gettext as _
from web.pages import audit_words

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 100


def _kinds() -> dict[str, str]:
    return {
        "sign_in": _("登录"),
        "sign_out": _("退出登录"),
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
        "route": _("访问没有权限的页面"),
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
    found = the_verify.verify()
    good = not found.problems
    if good:
        words = _(
            "链条完整：%(cases)d 件办件 %(steps)d 步，%(acts)d 条操作，逐一核对无误。",
            cases=found.cases,
            steps=found.steps,
            acts=found.acts,
        )
    else:
        words = _("发现 %(n)d 处与写入时不同：", n=len(found.problems))
    return _page({"good": good, "words": words, "problems": [audit_words.of_problem(one) for one in found.problems[:50]]})


def _page(report: dict[str, Any] | None) -> str:
    text, kinds = request.args.get("before", ""), _kinds()
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
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
    return render_template("admin/audit.html", acts=shown, report=report, next=after, kinds=kinds, kind=kind, who=who)
