"""Archives that were made to hurt the door of deployments."""

import io
import stat
import warnings
import zipfile
from collections.abc import Iterator

from benchmarks.hostile_files.pieces import MEGABYTE, TASK, around


def archive(entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip of these entries."""
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as opened:
        warnings.simplefilter("ignore")
        for name, content in entries:
            opened.writestr(name, content)
    return held.getvalue()


def _linked() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("process.bpmn")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def _lying(content: bytes) -> bytes:
    """An archive whose directory says that its entry is small."""
    made = archive([("a.bpmn", content)])
    size = len(content).to_bytes(4, "little")
    return made.replace(size, (100).to_bytes(4, "little"))


def archives() -> Iterator[tuple[str, bytes]]:
    """Archives for the door of deployments."""
    good = around(TASK)["a.bpmn"]
    yield "zip: bomb of 1 GB", archive([("a.bpmn", b"\x00" * (1024 * MEGABYTE))])
    yield "zip: 200 entries of 5 MB", archive([(f"{n}.bpmn", b" " * (5 * MEGABYTE)) for n in range(40)] * 5)
    yield "zip: 60,000 entries", archive([(f"f/{n}.bpmn", b"") for n in range(60_000)])
    yield "zip: lies about sizes", _lying(b"a" * (3 * MEGABYTE + 12_345))
    yield "zip: within a zip", archive([("a.bpmn", archive([("a.bpmn", good)]))])
    yield "zip: symbolic link", archive([(_linked(), b"/etc/passwd")])
    for title, name in (("absolute path", "/etc/cron.d/x"), ("leaves its folder", "../../x.bpmn"), ("drive", "C:\\x.bpmn")):
        yield f"zip: {title}", archive([(name, good), ("process.bpmn", good)])
    yield "zip: NUL and controls in names", archive([("a\x01b\x7f.bpmn", good), ("\u202enpbm.bpmn", good)])
    yield "zip: one name twice", archive([("a.bpmn", good), ("A.bpmn", good)]).replace(b"A.bpmn", b"a.bpmn")
    yield "zip: very long name", archive([("n" * 60_000 + ".bpmn", good)])
    yield "zip: cut off", archive([("a.bpmn", good)])[:-30]
    yield "zip: encrypted flag", archive([("a.bpmn", good)]).replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
