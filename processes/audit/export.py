"""One case as a file that speaks for itself: the steps as stored, the diagrams they ran on, the attachments, the proof, and `verify.py`."""

import base64
import hashlib
import inspect
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import values
from processes import acts, attachments, packing, sm3
from processes.actors import Actor
from processes.audit import proof, standalone, verify
from processes.db import db, moment_text, reading, transaction
from processes.errors import NotFound
from processes.models import ProcessDefinition, ProcessInstance
from processes.queries import cases, definitions

CHUNK = 1024 * 1024
EXPORTED = "audit_export"
README = """办件 {case} 的审计导出 / audit export of case {case}

verify.py          核对本导出的程序，只需 Python 3.8 以上：python3 -I verify.py / checks this export, needs nothing but Python 3.8 or newer
case.json          办件摘要 / the case
steps.jsonl        办理记录，每行一步，与数据库中保存的内容逐字一致 / the steps, one a line, every column as stored
codecs/            打包办理记录所用的字典 / the dictionaries that steps are packed with
proof.json         办件的末尾、封存它的每日总哈希和通向它们的路径 / the end of the case, the daily heads that seal it, the paths to them
verification.txt   导出时的校验结果 / what `banjie audit verify` found at the moment of the export
definitions/       办件所用流程图及其文件 / the diagrams the case ran on, as deployed
attachments/       附件，文件名前是编号 / the attachments, by id
manifest.json      每个文件的 SHA-256；它自己的 SHA-256 记在操作记录里 / SHA-256 of each file; its own stands in the acts of the office

校验方法：每一步的 hash 是 SHA-256（algorithm 列写明时是 SM3），依次输入上一步的 hash 和本行各列
（列名中带 hash 的除外，空值略过，按列名排序）。
每段文字前是 8 字节大端长度；列依次为：列名、类型标记（s 文字，i 整数，b 字节）、内容。第一步之前的 hash 是 64 个 0。
字节在 steps.jsonl 中写作 {{"base64": …}}。content 列是打包的 {{context, events, trigger}}：
raw deflate，字典是 codecs 中 codec 列所写的那份，解开的写法见下。
To check: a step's hash is SHA-256 (SM3 where its column algorithm says so) over the hash of the step before and all columns (but those
with "hash" in their name; NULLs left out; sorted by name). Each piece has its length before it, 8 bytes, big-endian; a column is its
name, a type tag (s text, i integer, b bytes), its content. Before the first step the hash is 64 zeros. A daily head is such a row too; its
root is a Merkle tree (RFC 6962) over id, last seq and last hash of the cases that changed, sorted by id. Bytes stand in steps.jsonl as
{{"base64": …}}. The column content is {{context, events, trigger}}, packed by raw deflate with the dictionary that the column codec names:
zlib.decompressobj(-15, zdict=open("codecs/deflate-1.txt", "rb").read()).decompress(base64.b64decode(…))
verify.py --steps 打印解开的办理记录 / prints the steps unpacked
"""


def export(case: str, target: Path, *, actor: Actor) -> str:
    """Write the zip file, readable by its owner only, and give its digest; raises NotFound. The export is put on record with it."""
    with reading():
        found = db.session.scalar(select(ProcessInstance.id).where(ProcessInstance.id == case))
    if found is None:
        raise NotFound("process_instance_not_found")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        written = _Written(archive)
        gathered = proof.gather(case)
        written.add("README.txt", README.format(case=case).encode())
        written.add("verify.py", script().encode())
        written.add("case.json", _json(cases.get(case, actor)))
        written.add("steps.jsonl", b"".join(_json(row) + b"\n" for row in gathered.steps))
        for name in sorted({row["codec"] for row in gathered.steps} & packing.CODECS.keys()):
            written.add(f"codecs/{name}.txt", packing.CODECS[name].dictionary)
        written.add("proof.json", values.dumps(gathered.document))
        written.add("verification.txt", _verification(case).encode())
        _add_definitions(written, gathered.steps)
        _add_attachments(written, case, actor)
        digest = written.close()
    with transaction():
        acts.record(EXPORTED, case, details={"file": target.name, "digest": digest}, actor=actor)
    return digest


def script() -> str:
    """The program that checks an export, whole in one file: SM3 is put in the place where it is imported."""
    alone = inspect.getsource(standalone)
    return alone.replace("from processes.sm3 import Sm3\n", "\n" + inspect.getsource(sm3.Sm3))


class _Written:
    """Adds files and remembers their digests."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._digests: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """A file with this content."""
        self._archive.writestr(name, content)
        self._digests[name] = hashlib.sha256(content).hexdigest()

    def copy(self, name: str, path: Path) -> None:
        """A file as it lies on the disk."""
        digest = hashlib.sha256()
        with path.open("rb") as source, self._archive.open(name, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        self._digests[name] = digest.hexdigest()

    def close(self) -> str:
        """Write the manifest; its digest is that of the whole."""
        manifest = values.dumps({"format": 1, "files": self._digests})
        self._archive.writestr(standalone.MANIFEST, manifest)
        return hashlib.sha256(manifest).hexdigest()


def _json(document: Mapping[str, Any]) -> bytes:
    return values.dumps({name: _plain(value) for name, value in document.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    return moment_text(value) if hasattr(value, "astimezone") else value


def _verification(case: str) -> str:
    report = verify.verify(case)
    found = "\n".join(str(problem) for problem in report.problems) or "unbroken"
    return f"case {case}: {report.steps} steps\n{found}\n"


def _events(row: dict[str, Any]) -> Any:
    """What happened in a step as it is stored; nothing where that cannot be read, which `verify.py` says."""
    try:
        return values.loads(row["events"] if row["codec"] is None else bytes(packing.unpack(row["codec"], row["content"]).events))
    except packing.Unreadable:
        return []


def _add_definitions(written: _Written, steps: list[dict[str, Any]]) -> None:
    """The files of every deployment whose processes appear in the steps."""
    named = {event["definition"] for row in steps for event in _events(row)}
    with reading():
        query = select(ProcessDefinition.id, ProcessDefinition.deployment_id).where(ProcessDefinition.id.in_(named))
        found = db.session.execute(query.order_by(ProcessDefinition.id)).all()
    for definition_id, deployment_id in found:
        for name, content in definitions.contents(deployment_id).items():
            written.add(f"definitions/{definition_id.replace(':', '-')}/{name}", content)


def _add_attachments(written: _Written, case: str, actor: Actor) -> None:
    for used in attachments.of_case(case):
        opened = attachments.open_for(used.facts.id, actor)
        written.copy(f"attachments/{used.facts.id}-{used.facts.name}", opened.path)
