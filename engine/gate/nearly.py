"""Words that are nearly others: what was probably meant, in both languages."""

from collections.abc import Iterable
from difflib import get_close_matches

from engine.gate.findings import Findings
from engine.gate.graph import Located


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that is most like another one; None where none is near."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=cutoff)), None)


def guess(near: str | None) -> dict[str, str]:
    """The end of a sentence that asks whether a near word was meant; nothing where there is none."""
    return {"guess_zh": f"，是不是“{near}”？", "guess_en": f", did you mean “{near}”?"} if near else {"guess_zh": "", "guess_en": ""}


def check_names(located: Located, known: Iterable[str], findings: Findings) -> None:
    """Warn of properties whose names are nearly those of known ones: they would mean nothing."""
    names = tuple(known)
    for name in located[1].get("properties") or {}:
        near = None if name in names else nearest(name, names, 0.8)
        if near is not None:
            findings.warning("people_property_nearly", located, property=name, **guess(near))
