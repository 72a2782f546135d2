"""Health for administrators: what runs, and the jobs that wait or failed."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from processes import clock, jobs, readiness
from processes.errors import Refused
from processes.queries import cases, figures, work
from web.access import allowed
from web.auth import current_actor
from web.language import gettext as _
from web.pages.said import said

blueprint = Blueprint("system", __name__, url_prefix="/system")


@blueprint.get("")
@allowed("operator", "system_admin")
def index() -> ResponseReturnValue:
    """Whether everything is there, and what waits."""
    return render_template("admin/system.html", now=clock.now(), checks=_checks(), jobs=_jobs())


def _checks() -> list[dict[str, Any]]:
    words = {
        "schema": (_("数据库结构"), _("与程序一致")),
        "models": (_("流程模型"), _("随程序带的流程都已部署")),
        "people": (_("演示人员"), _("已载入，或已关闭")),
        "database": (_("数据库"), _("能写入")),
        "disk": (_("磁盘"), _("附件目录可写，还有空间")),
        "hosts": (_("各主机共用"), _("密钥和附件目录与其他主机相同")),
        "doorbell": (_("门铃（Redis）"), _("能通知后台；不通时由巡查接手，不丢事")),
    }
    shown = []
    for name, good in readiness.checks().items():
        title, sentence = words.get(name, (name, ""))
        shown.append({"name": title, "good": good, "state": _("正常") if good else _("有问题"), "words": sentence})
    late = figures.now().lag.total_seconds()
    words_late = _("最久的到期任务等了 %(n)d 秒", n=int(late))
    shown.append({"name": _("后台任务"), "good": late < 60, "state": _("正常") if late < 60 else _("积压"), "words": words_late})
    return shown


def _jobs() -> list[dict[str, Any]]:
    actor = current_actor()
    if "operator" not in actor.roles:
        return []
    found = [*work.jobs(actor, state="failed", limit=50)["items"], *work.jobs(actor, state="waiting", limit=50)["items"]]
    titles = cases.titles(job["instance_id"] for job in found)
    kinds = {"timer": _("定时"), "connector": _("系统发出"), "external": _("外部服务"), "message": _("消息")}
    return [
        {
            **job,
            "href": url_for("cases.show", instance_id=job["instance_id"]),
            "title": titles.get(job["instance_id"], "—"),
            "kind": kinds.get(job["kind"], job["kind"]),
            "words": _words(job),
            "may_retry": job["state"] == "failed" or job["attempts"] > 0,
        }
        for job in found
    ]


def _words(job: dict[str, Any]) -> str:
    if job["state"] == "failed":
        return _("失败：%(why)s", why=job["last_error"] or "—")
    if job["attempts"]:
        return _("第 %(n)d 次没成功，等待重试：%(why)s", n=job["attempts"], why=job["last_error"] or "—")
    return _("等待")


@blueprint.post("/jobs/<job_id>/retry")
@allowed("operator")
def retry(job_id: str) -> ResponseReturnValue:
    """Run a job again."""
    try:
        jobs.retry(job_id, actor=current_actor())
        flash(_("已排队重新运行。"), "done")
    except Refused as refusal:
        flash(said(refusal), "late")
    return redirect(url_for(".index"), code=303)
