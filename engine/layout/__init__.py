"""Draws diagrams that have no diagram interchange, or too little of it: XML in, XML out (docs/adr/0013-our-own-layout.md)."""

from functools import lru_cache

from engine.gate import xml
from engine.gate.findings import Findings
from engine.layout import additions, interchange
from engine.layout.model import MOST
from engine.layout.pools import sheets

__all__ = ["complete"]


@lru_cache(maxsize=16)
def complete(text: str, key: str | None = None) -> tuple[str, bool]:
    """The text with a drawing of everything in it, and whether one had to be made; as it is where it is drawn, or is too large.

    `key`: the process to be shown first, where several stand in a file without a collaboration.
    """
    parsed = xml.parse(text.encode(), Findings("drawing"))
    if parsed is None:
        return text, False
    root = parsed.root
    mended = interchange.mend(root)
    interchange.name_flows(root)
    if interchange.is_whole(root, key):
        return parsed.content.decode() if mended else text, False
    if sum(1 for one in root.iter() if isinstance(one.tag, str) and one.get("id")) > MOST:
        return text, False
    if additions.add(root) and interchange.is_whole(root, key):
        return parsed.content.decode(), True
    made = sheets(root, key)
    if not made:
        return text, False
    interchange.write(root, made)
    return parsed.content.decode(), True
