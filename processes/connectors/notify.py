"""Topic `notify`: a message in the message centre of people. Inputs: `to` (login, group name, or a list of them), `text`, `kind`."""

from typing import Any

from processes import notices
from processes.connectors.call import Call, ConnectorFailed
from processes.db import reading, transaction
from processes.people import groups

MAX_TEXT = 1000


def run(call: Call) -> dict[str, Any]:
    """Put the message before everybody named; a receiver who has it already gets it once."""
    text = call.variables.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ConnectorFailed("通知没有内容：请在图中填写输入参数 text。", permanent=True)
    kind = call.variables.get("kind") or "system"
    named = _names(call.variables.get("to"))
    with reading():
        logins = groups.resolve([], named)
    if not logins:
        raise ConnectorFailed(f"找不到通知的接收人：{'、'.join(named) or '（空）'}。", permanent=True)
    with transaction():
        for login in logins:
            notice_id = f"{call.job_id}-{login}"
            notices.send(notice_id, login, text[:MAX_TEXT], str(kind)[:40], call.instance_id, None)
    return {"notified": sorted(logins)}


def _names(to: Any) -> list[str]:
    listed = to if isinstance(to, list) else [part for part in str(to or "").replace("，", ",").split(",")]
    return [str(name).strip() for name in listed if str(name).strip()]
