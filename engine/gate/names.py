"""Names that a variable may have."""

import re

_NAME = re.compile(r"[^\W\d_]\w{0,199}")


def is_variable(name: str) -> bool:
    """Whether a variable may have the name, so that an expression can read it."""
    return _NAME.fullmatch(name) is not None
