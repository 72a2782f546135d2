"""The messages that come with copies (抄送) and circulated cases (传阅); whoever sends them, they are told in the step's transaction."""

from collections.abc import Iterable
from typing import Any

from processes import notices
from processes.actors import SYSTEM, Actor
from processes.locking import LockedInstance

MAX_TEXT = 1000


def tell(instance: LockedInstance, rows: Iterable[dict[str, Any]], actor: Actor) -> None:
    """Put a message before each receiver."""
    for row in rows:
        text = _words(instance.title, row, actor)[:MAX_TEXT]
        notices.send(f"told-{row['id']}", row["login"], text, row["kind"], instance.id)


def _words(title: str, row: dict[str, Any], actor: Actor) -> str:
    message = f"：{row['message']}" if row["message"] else "。"
    if row["kind"] == "circulation":
        return f"{actor.name}请您传阅“{title}”{message}"
    if row["given_by"] == SYSTEM.login:
        return f"流程把“{title}”抄送给您（{row['element_name']}）{message}"
    return f"{actor.name}把“{title}”抄送给您{message}"
