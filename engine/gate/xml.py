"""From the bytes of a file to a parsed document, or a finding that says why not.

The policy: UTF-8 or UTF-16, no document type, no entities, nothing compressed, nothing fetched, and bounded size and depth.
"""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.gate.findings import Findings
from engine.gate.xml_reasons import in_chinese

MAX_DEPTH = 200
MAX_ELEMENTS = 60_000
MAX_ATTRIBUTE = 100_000
MAX_ATTRIBUTES = 100

_COMPRESSED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_MARKS = (
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>", re.DOTALL)
_ENCODING = re.compile(r"encoding\s*=\s*[\"']\s*([A-Za-z0-9._-]+)\s*[\"']")
_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_HTML = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ONE_BYTE = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_TWO_BYTES = frozenset({"utf-16", "utf16", "utf-16le", "utf-16be", "utf-16-le", "utf-16-be"})


@dataclass(frozen=True)
class Parsed:
    """A document without comments and processing instructions."""

    root: Any

    @property
    def content(self) -> bytes:
        """The document in UTF-8, as it is now."""
        return bytes(etree.tostring(self.root, encoding="utf-8"))


def parse(content: bytes, findings: Findings) -> Parsed | None:
    """The parsed document; None when the policy or the parser refuses it, with the reason among the findings."""
    text = _text(content, findings)
    if text is None or not _clean(text, findings):
        return None
    body = _without_declaration(text)
    root = _tree(body.encode("utf-8"), findings)
    if root is None or not _bounded(root, findings):
        return None
    return Parsed(root)


def text_of(content: bytes) -> str:
    """The text of a file that the policy has let through, without its mark and XML declaration, for whoever reads it as UTF-8."""
    encoding, mark = _encoding(content)
    return _DECLARATION.sub("", content[mark:].decode(encoding, errors="replace"), count=1).lstrip()


def encoding_of(content: bytes) -> str:
    """The encoding of a file that the policy has let through: utf-8 or utf-16."""
    return "utf-16" if _encoding(content)[0].startswith("utf-16") else "utf-8"


def compression(content: bytes) -> str | None:
    """The kind of a compressed file by its first bytes; None for others."""
    return next((kind for magic, kind in _COMPRESSED.items() if content.startswith(magic)), None)


def _text(content: bytes, findings: Findings) -> str | None:
    if not content.strip():
        findings.error("file_empty")
        return None
    kind = compression(content)
    if kind:
        findings.error("file_compressed", kind=kind)
        return None
    encoding, mark = _encoding(content)
    declared = _declared(content[mark : mark + 400], encoding)
    if encoding == "utf-32" or not _agrees(encoding, declared):
        findings.error("xml_encoding", encoding=encoding if declared is None else declared)
        return None
    return _decode(content, mark, encoding, findings)


def _encoding(content: bytes) -> tuple[str, int]:
    """The encoding that the first bytes show, and the length of their byte order mark."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, len(mark)
    if content[:4] == b"<\x00?\x00" or content[:2] == b"<\x00":
        return "utf-16-le", 0
    if content[:2] == b"\x00<":
        return "utf-16-be", 0
    return "utf-8", 0


def _declared(start: bytes, encoding: str) -> str | None:
    declaration = _DECLARATION.match(start.decode("latin-1" if encoding == "utf-8" else encoding, errors="replace").lstrip())
    named = _ENCODING.search(declaration[0]) if declaration else None
    return named[1].lower() if named else None


def _agrees(encoding: str, declared: str | None) -> bool:
    if declared is None:
        return True
    return declared in (_ONE_BYTE if encoding == "utf-8" else _TWO_BYTES)


def _decode(content: bytes, mark: int, encoding: str, findings: Findings) -> str | None:
    try:
        return content[mark:].decode(encoding)
    except UnicodeDecodeError as problem:
        before = content[mark : mark + problem.start].decode(encoding, errors="replace")
        findings.error("xml_bad_bytes", before.count("\n") + 1, encoding=encoding.upper())
        return None


def _clean(text: str, findings: Findings) -> bool:
    if "\x00" in text:
        findings.error("xml_nul", text.count("\n", 0, text.index("\x00")) + 1)
        return False
    position = _after_prolog(text)
    line = text.count("\n", 0, position) + 1
    if _HTML.match(text, position):
        findings.error("file_html", line)
        return False
    if text[position : position + 9].upper() == "<!DOCTYPE":
        findings.error("xml_doctype", line)
        return False
    return True


def _after_prolog(text: str) -> int:
    """Where the document type or the root element begins."""
    position = 0
    while found := _PROLOG.match(text, position):
        position = found.end()
    return position


def _without_declaration(text: str) -> str:
    """The text is encoded again in UTF-8, so that the declared encoding goes; lines keep their numbers."""
    stripped = text.lstrip()
    declaration = _DECLARATION.match(stripped)
    if declaration is None or len(stripped) != len(text):
        return text
    return "\n" * declaration[0].count("\n") + stripped[declaration.end() :]


def _tree(body: bytes, findings: Findings) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as problem:
        line, column = problem.position if problem.position else (None, None)
        reason = str(problem.msg).partition(", line ")[0]
        findings.error("xml_syntax", line or 1, column=column or 0, reason=reason, reason_zh=in_chinese(reason))
    except (OSError, ValueError, RecursionError, MemoryError):
        findings.error("xml_syntax", 1, column=0, reason="it cannot be read", reason_zh="读不了")
    return None


def _bounded(root: Any, findings: Findings) -> bool:
    depth = count = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH:
            findings.error("xml_too_deep", node.sourceline, limit=MAX_DEPTH)
            return False
        if count > MAX_ELEMENTS:
            findings.error("xml_too_many_elements", node.sourceline, limit=MAX_ELEMENTS)
            return False
        if not _bounded_attributes(node, findings):
            return False
    return True


def _bounded_attributes(node: Any, findings: Findings) -> bool:
    if len(node.attrib) > MAX_ATTRIBUTES:
        findings.error("xml_too_many_attributes", node.sourceline, limit=MAX_ATTRIBUTES)
        return False
    if any(len(value) > MAX_ATTRIBUTE for value in node.attrib.values()):
        findings.error("xml_attribute_too_long", node, limit=MAX_ATTRIBUTE)
        return False
    return True
