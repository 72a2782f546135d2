"""Names with blanks or signs in them, such as `Monthly Salary`: FEEL reads them where the file declares them (DMN 1.5, 10.3.1.2)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from engine.decisions.xml import local_name

MAX_NAMES: Final = 500
MAX_LENGTH: Final = 100
_DECLARES: Final = frozenset(
    {"inputData", "decision", "businessKnowledgeModel", "variable", "itemComponent", "formalParameter", "parameter", "output", "column"}
)


def spaced_names(root: Any) -> tuple[str, ...]:
    """The names that a file declares and that are no plain words, in the order of the file."""
    found = dict.fromkeys(_tidy(name) for name in _declared(root))
    return tuple(name for name in found if usable(name) and not name.isidentifier())[:MAX_NAMES]


def usable(name: str) -> bool:
    """Whether a name can be one in FEEL: it begins with a letter and is on one line of reasonable length."""
    return name[:1].isidentifier() and not name.startswith("_") and name.isprintable() and len(name) <= MAX_LENGTH


def used(names: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that stand in some of the texts."""
    everything = _tidy(" ".join(texts))
    return tuple(name for name in names if name in everything)


def _declared(root: Any) -> Iterator[str]:
    for element in root.iter():
        if local_name(element) in _DECLARES and element.get("name"):
            yield str(element.get("name"))


def _tidy(text: str) -> str:
    return " ".join(text.split())
