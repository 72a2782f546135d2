"""One case as a file that speaks for itself: the steps as stored, the diagrams they ran on, the attachments, and how to check them."""

import os
import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from engine import values
from processes import acts, attachments
from processes.actors import Actor
from processes.audit import verify
from processes.db import db, moment_text, reading, transaction
from processes.errors import NotFound
from processes.models import ProcessDefinition, ProcessInstance
from processes.queries import cases, definitions

README = """办件 {case} 的审计导出 / audit export of case {case}

case.json          办件摘要 / the case
steps.jsonl        办理记录，每行一步，与数据库中保存的内容逐字一致 / the steps, one a line, every column as stored
verification.txt   导出时的校验结果 / what `banjie audit verify` found at the moment of the export
definitions/       办件所用流程图及其文件 / the diagrams the case ran on, as deployed
attachments/       附件，文件名前是编号 / the attachments, by id

校验方法：每一步的 hash 是 SHA-256，依次输入上一步的 hash 和本行各列（列名中带 hash 的除外，空值略过，按列名排序）。
每段文字前是 8 字节大端长度；列依次为：列名、类型标记（s 文字，i 整数）、内容。第一步之前的 hash 是 64 个 0。
To check: a step's hash is SHA-256 over the hash of the step before and all columns (but those with "hash" in their name; NULLs left
out; sorted by name). Each piece has its length before it, 8 bytes, big-endian; a column is its name, a type tag (s text, i integer),
its content. Before the first step the hash is 64 zeros.
"""


def export(case: str, target: Path, *, actor: Actor) -> None:
    """Write the zip file, readable by its owner only; raises NotFound. The export is put on record."""
    with reading():
        found = db.session.scalar(select(ProcessInstance.id).where(ProcessInstance.id == case))
    if found is None:
        raise NotFound("process_instance_not_found")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(case=case))
        archive.writestr("case.json", _json(cases.get(case, actor)))
        archive.writestr("steps.jsonl", b"\n".join(_json(row) for row in _steps(case)) + b"\n")
        archive.writestr("verification.txt", _verification(case))
        _write_definitions(archive, case)
        _write_attachments(archive, case, actor)
    with transaction():
        acts.record("audit_export", case, details={"file": target.name}, actor=actor)


def _json(document: Any) -> bytes:
    plain = {name: moment_text(value) if hasattr(value, "astimezone") else value for name, value in document.items()}
    return values.dumps(plain)


def _steps(case: str) -> list[dict[str, Any]]:
    with reading():
        rows = db.session.execute(text("SELECT * FROM step WHERE instance_id = :case ORDER BY seq"), {"case": case})
        return [dict(row) for row in rows.mappings()]


def _verification(case: str) -> str:
    report = verify.verify(case)
    found = "\n".join(str(problem) for problem in report.problems) or "unbroken"
    return f"case {case}: {report.steps} steps\n{found}\n"


def _write_definitions(archive: zipfile.ZipFile, case: str) -> None:
    """The files of every deployment whose processes appear in the steps."""
    with reading():
        query = select(ProcessDefinition.id, ProcessDefinition.deployment_id).where(ProcessDefinition.id.in_(_definitions(case)))
        found = db.session.execute(query.order_by(ProcessDefinition.id)).all()
    for definition_id, deployment_id in found:
        for name, content in definitions.contents(deployment_id).items():
            archive.writestr(f"definitions/{definition_id.replace(':', '-')}/{name}", content)


def _definitions(case: str) -> set[str]:
    return {event["definition"] for row in _steps(case) for event in values.loads(row["events"])}


def _write_attachments(archive: zipfile.ZipFile, case: str, actor: Actor) -> None:
    for used in attachments.of_case(case):
        opened = attachments.open_for(used.facts.id, actor)
        archive.write(opened.path, f"attachments/{used.facts.id}-{used.facts.name}")
