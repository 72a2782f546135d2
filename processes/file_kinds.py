"""What a file is: its safe name, and its type by what it holds. Nothing is unpacked or opened here."""

import codecs
import re
import unicodedata
from collections.abc import Callable

LONGEST_NAME = 120
HEAD_BYTES = 4096
UNKNOWN = "application/octet-stream"
NAMELESS = "附件"
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}")


def safe_name(name: str) -> str:
    """A file name to show and to save under: no folders, no control or direction characters, at most 120 characters with its
    extension kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(" " if character.isspace() else character for character in last if _is_visible(character))
    plain = _FORBIDDEN.sub("_", " ".join(visible.split())).rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not _EXTENSION.fullmatch(ending):
        return plain[:LONGEST_NAME].strip(". ") or NAMELESS
    return f"{stem[: LONGEST_NAME - len(ending) - 1].strip('. ') or NAMELESS}.{ending}"


def _is_visible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"


def extension(name: str) -> str:
    """The extension of a safe name in lower case, without the dot; empty where there is none."""
    _, dot, ending = name.rpartition(".")
    return ending.lower() if dot and _EXTENSION.fullmatch(ending) else ""


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(b"RIFF") and head[8:12] == kind


def _boxes(head: bytes) -> bool:
    return head[4:8] == b"ftyp"


def _text(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return b"\x00" not in head and any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether the beginning of a file is text of an encoding; its last character may be cut."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


_ZIP = _begins(b"PK\x03\x04", b"PK\x05\x06")
_OLE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_WPS = _begins(b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_JPEG = _begins(b"\xff\xd8\xff")
_TIFF = _begins(b"II*\x00", b"MM\x00*")
_MP3 = _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

#: extension -> media type, and whether the beginning of a file fits it
KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", _begins(b"%PDF-")),
    "ofd": ("application/ofd", _ZIP),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "ppt": ("application/vnd.ms-powerpoint", _OLE),
    "wps": ("application/vnd.ms-works", _WPS),
    "et": ("application/vnd.ms-excel", _WPS),
    "dps": ("application/vnd.ms-powerpoint", _WPS),
    "odt": (f"{_OPEN}.text", _ZIP),
    "ods": (f"{_OPEN}.spreadsheet", _ZIP),
    "odp": (f"{_OPEN}.presentation", _ZIP),
    "rtf": ("application/rtf", _begins(b"{\\rtf")),
    "txt": ("text/plain", _text),
    "csv": ("text/csv", _text),
    "png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", _JPEG),
    "jpeg": ("image/jpeg", _JPEG),
    "gif": ("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "bmp": ("image/bmp", _begins(b"BM")),
    "webp": ("image/webp", _riff(b"WEBP")),
    "tif": ("image/tiff", _TIFF),
    "tiff": ("image/tiff", _TIFF),
    "heic": ("image/heic", _boxes),
    "mp3": ("audio/mpeg", _MP3),
    "mp4": ("video/mp4", _boxes),
    "wav": ("audio/wav", _riff(b"WAVE")),
    "zip": ("application/zip", _ZIP),
    "rar": ("application/vnd.rar", _begins(b"Rar!\x1a\x07")),
    "7z": ("application/x-7z-compressed", _begins(b"7z\xbc\xaf\x27\x1c")),
}


def media_type(name: str, head: bytes) -> str:
    """The type of a file by its extension, when what it holds fits; else `application/octet-stream`: HTML that is called x.pdf is
    never served as anything that a browser would open."""
    kind, fits = KINDS.get(extension(name), (UNKNOWN, lambda _: True))
    return kind if fits(head) else UNKNOWN
