"""Copies (抄送) that whoever starts a case sends with it, where the process offers that."""

from collections.abc import Sequence
from typing import Any

from processes import deployed
from processes.actors import Actor
from processes.approval import receiving
from processes.errors import Invalid
from processes.projections.work import about_case


def offers(definition: deployed.Definition) -> bool:
    """Whether whoever starts may name people who get a copy: `copies_at_start` of process.toml."""
    return definition.settings.get("copies_at_start") is True


def events(definition: deployed.Definition, copies: Sequence[str], actor: Actor) -> list[dict[str, Any]]:
    """What the first step says of copies; raises Invalid where the process offers none or somebody is unknown."""
    if not copies:
        return []
    if not offers(definition):
        raise Invalid("copies_not_offered", fields={"copies": ["这个流程发起时不能抄送。"]})
    to = receiving.check_named("copies", list(copies), actor)
    return [about_case(definition.id, "case_copied", to=to, message=None, occasion="start")]
