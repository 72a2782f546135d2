"""How I want to be told: ways, quiet hours, a digest; what was sent to me. For operators, everything that is on its way."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from processes.errors import Invalid, Refused
from processes.people import directory
from processes.queries import outgoing
from processes.telling import choices, delivering
from web.access import allowed, signed_in
from web.auth import current_actor
from web.language import gettext as _
from web.pages.said import said

blueprint = Blueprint("telling_me", __name__)


def _channels() -> dict[str, str]:
    return {"mail": _("邮件"), "sms": _("短信"), "wecom": _("企业微信"), "dingtalk": _("钉钉")}


def _groups() -> dict[str, str]:
    return {
        "task": _("新的待办、退回给我的"),
        "reminder": _("催办和到期提醒"),
        "result": _("我的申请有结果"),
        "copy": _("抄送和传阅"),
        "system": _("其他通知"),
    }


def _states() -> dict[str, str]:
    return {
        "waiting": _("等发送"),
        "sending": _("正在发送"),
        "sent": _("已发出"),
        "kept": _("留在发件箱"),
        "dropped": _("不用再发"),
        "failed": _("没有发出"),
    }


@blueprint.get("/account/telling")
@signed_in
def mine() -> ResponseReturnValue:
    """My wishes, and what was sent to me."""
    choice = choices.of([current_actor().login])[current_actor().login]
    typed = {
        "mail_address": choice.mail_address or "",
        "quiet_from": _clock(choice.quiet and choice.quiet[0]),
        "quiet_until": _clock(choice.quiet and choice.quiet[1]),
        "digest_at": _clock(choice.digest),
        "channels": {name: set(choice.channels.get(name, ())) for name in choices.GROUPS},
    }
    return _mine(typed, {})


def _clock(at: Any) -> str:
    return at.strftime("%H:%M") if at else ""


def _mine(typed: dict[str, Any], errors: dict[str, list[str]]) -> str:
    actor = current_actor()
    ways = choices.ways()
    return render_template(
        "clerk/telling.html",
        typed=typed,
        errors=errors,
        phone=choices.of([actor.login])[actor.login].phone,
        channels={name: words for name, words in _channels().items() if name in ways},
        kept={name for name, way in ways.items() if way == "outbox"},
        groups=_groups(),
        messages=_shown(outgoing.own(actor)),
    )


@blueprint.post("/account/telling")
@signed_in
def keep() -> ResponseReturnValue:
    """Take my wishes over."""
    form = request.form
    typed = {name: form.get(name, "") for name in ("mail_address", "quiet_from", "quiet_until", "digest_at")}
    wanted = {name: form.getlist(f"to-{name}") for name in choices.GROUPS}
    try:
        choices.keep(channels=wanted, actor=current_actor(), **typed)
    except Invalid as refusal:
        return _mine({**typed, "channels": {name: set(some) for name, some in wanted.items()}}, dict(refusal.fields)), 422
    flash(_("通知方式已保存，从下一条起使用。"), "done")
    return redirect(url_for(".mine"), code=303)


def _shown(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    channels, states = _channels(), _states()
    names = directory.names(item["login"] for item in items)
    return [
        {
            **item,
            "to": names[item["login"]],
            "channel_name": channels.get(item["channel"], item["channel"]),
            "state_name": states.get(item["state"], item["state"]),
        }
        for item in items
    ]


@blueprint.get("/system/messages")
@allowed("operator")
def everything() -> ResponseReturnValue:
    """What is on its way to whom, and what was given up."""
    state = request.args.get("state")
    wanted = state if state in outgoing.STATES else None
    found = outgoing.page(wanted, limit=50, cursor=request.args.get("cursor"))
    return render_template(
        "admin/messages.html",
        messages=_shown(found["items"]),
        next=url_for(".everything", state=wanted, cursor=found["next"]) if found["next"] else None,
        states=[{"name": words, "href": url_for(".everything", state=key), "here": key == wanted} for key, words in _states().items()],
        all_here=wanted is None,
    )


@blueprint.post("/system/messages/<message_id>/retry")
@allowed("operator")
def send_again(message_id: str) -> ResponseReturnValue:
    """Try a message again that was given up."""
    try:
        delivering.send_again(message_id, actor=current_actor())
        flash(_("已放回发件箱，马上再发一次；结果看这张表。"), "done")
    except Refused as refusal:
        flash(said(refusal), "late")
    return redirect(url_for(".everything"), code=303)
