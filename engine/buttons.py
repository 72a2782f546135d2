"""Which outcomes the property `outcomes` of a user task draws; what stands on the buttons is the form's (`forms.outcomes`)."""

import re

_SPLIT = re.compile(r"[;；\n]")


def drawn(text: str | None) -> list[str]:
    """The outcomes in the order drawn: what stands before a colon, if there is one."""
    values = (part.replace("：", ":").partition(":")[0].strip() for part in _SPLIT.split(text or ""))
    return [value for value in values if value]
