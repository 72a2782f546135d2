"""The script in an export checks it with Python's standard library alone, and names the place where anything was bent."""

import ast
import base64
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from engine import values
from processes import attachments, chain, instances, packing, settings, user_tasks
from processes.audit import export, heads, standalone
from processes.models import AuditHead, Step
from tests.processes.cases import LI, OPERATOR, REVIEW, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.packed import WRONG, without_columns

pytestmark = pytest.mark.usefixtures("database")

Files = dict[str, bytes]
COLUMNS = [column.name for column in Step.__table__.c]


FORM = (
    b'{"type": "default", "id": "application", "components": [{"type": "filepicker", "key": "file", "label": "\xe9\x99\x84\xe4\xbb\xb6"}]}'
)


def _make(tmp_path: Path) -> Path:
    """The export of a case of three steps with attachments, sealed by two heads beside other cases."""
    with_form = REVIEW.replace(b'<startEvent id="begin"', b'<startEvent id="begin" camunda:formKey="application"')
    deploy(with_form, application__form=FORM)
    kept = attachments.store(BytesIO(b"%PDF-1.4\n%%EOF\n"), "证明.pdf", actor=ZHANG)
    case = instances.start(key="review_flow", variables={"file": kept.id}, actor=ZHANG)
    user_tasks.complete(open_tasks(case)["review"], variables={}, outcome="agree", opinion="好", actor=LI)
    for _ in range(4):
        instances.start(key="review_flow", variables={}, actor=ZHANG)
    heads.seal()
    user_tasks.complete(open_tasks(case)["approve"], variables={}, actor=ZHAO)
    heads.seal()
    target = tmp_path / "case.zip"
    export.export(case, target, actor=OPERATOR)
    return target


@pytest.fixture(params=["sha256", "sm3"])
def exported(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An export by each of the algorithms."""
    chosen = {"BANJIE_AUDIT__HASH": request.param, "BANJIE_VAR__DIR": str(settings.current().var.dir)}
    monkeypatch.setattr(settings, "_current", settings.load(chosen))
    return _make(tmp_path)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """An export by SHA-256."""
    return _make(tmp_path)


def _run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def _check(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a sound export over a zip."""
    script = path.parent / "verify.py"
    script.write_text(export.script(), "utf-8")
    return _run(script, str(path), *arguments)


def _read(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _write(path: Path, files: Files, *, listed: bool = True) -> Path:
    """The export again; `listed`: whoever bends it also writes a manifest that fits."""
    if listed:
        digests = {name: sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
        files = {**files, "manifest.json": json.dumps({"format": 1, "files": digests}).encode()}
    bent = path.with_name("bent.zip")
    with zipfile.ZipFile(bent, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return bent


def _bend(path: Path, name: str, change: Callable[[Any], Any]) -> Path:
    """The export with a changed document and a manifest that fits."""
    files = _read(path)
    if name == "steps.jsonl":
        changed = change([json.loads(line) for line in files[name].splitlines()])
        files[name] = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in changed)
    else:
        files[name] = json.dumps(change(json.loads(files[name])), ensure_ascii=False).encode()
    return _write(path, files)


def _is_bent(path: Path, place: str, *arguments: str) -> None:
    done = _check(path, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"BENT  {place}" in done.stdout, done.stdout + done.stderr
    assert done.stderr == ""


def test_a_sound_export_is_found_sound_from_its_folder_and_from_the_zip(exported: Path, tmp_path: Path) -> None:
    head, folder = heads.newest()[0], tmp_path / "unpacked"
    with zipfile.ZipFile(exported) as archive:
        archive.extractall(folder)
    digest = sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert rows("act")[-1]["details"]["digest"] == digest
    kept = ("--head", head["hash"].upper(), "--digest", digest)
    for done in (_run(folder / "verify.py", *kept), _run(folder / "verify.py"), _check(exported, *kept)):
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        assert "3 步，链条完整" in done.stdout
        assert "up to step 3" in done.stdout
        assert f"第 2 号 {head['algorithm']} {head['hash']}" in done.stdout


@pytest.mark.parametrize("seq", [1, 2, 3])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_change_in_any_column_of_any_step_is_found_there(sound: Path, column: str, seq: int) -> None:
    def change(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        steps[seq - 1][column] = 99 if column == "seq" else "x"
        return steps

    _is_bent(_bend(sound, "steps.jsonl", change), f"steps.jsonl seq {seq}")


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], "", "Li", {}, {"base64": 1}, {"base64": "bGk"}, {"base64": "bGk="}])
def test_a_value_of_another_kind_is_found(sound: Path, value: Any) -> None:
    _is_bent(_bend(sound, "steps.jsonl", lambda steps: [steps[0], {**steps[1], "actor": value}, steps[2]]), "steps.jsonl seq 2")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda steps: steps[:1] + steps[2:], "steps.jsonl seq 2"),
        (lambda steps: steps[1:], "steps.jsonl seq 1"),
        (lambda steps: steps[:-1], "steps.jsonl seq 2"),
        (lambda steps: [], "steps.jsonl seq 0"),
        (lambda steps: [steps[1], steps[0], steps[2]], "steps.jsonl seq 1"),
        (lambda steps: [*steps, steps[2]], "steps.jsonl seq 4"),
        (lambda steps: [*steps, {**steps[2], "seq": 4, "previous_hash": steps[2]["hash"]}], "steps.jsonl seq 4"),
        (lambda steps: [{**steps[0], "added": "x"}, *steps[1:]], "steps.jsonl seq 1"),
        (lambda steps: [{name: value for name, value in steps[0].items() if name != "actor"}, *steps[1:]], "steps.jsonl seq 1"),
        (lambda steps: [1, *steps], "proof.json"),
    ],
)
def test_missing_added_and_moved_steps_are_found(sound: Path, change: Callable[[Any], Any], place: str) -> None:
    _is_bent(_bend(sound, "steps.jsonl", change), place)


def _rechained(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    previous = chain.START
    for step in steps:
        step |= {"actor": "wang", "previous_hash": previous}
        previous = step["hash"] = chain.row_hash(previous, {**step, "content": base64.b64decode(step["content"]["base64"])})
    return steps


def test_a_whole_history_written_anew_is_not_what_the_heads_sealed(sound: Path) -> None:
    bent = _bend(sound, "steps.jsonl", _rechained)
    last = [json.loads(line) for line in _read(bent)["steps.jsonl"].splitlines()][-1]["hash"]
    fitted = _bend(bent, "proof.json", lambda proof: {**proof, "case": {**proof["case"], "last_hash": last}})
    _is_bent(fitted, "proof.json leaf 2")


def _repacked(content: bytes | None, **columns: Any) -> Callable[[Any], Any]:
    """Steps of which the first holds something else, chained anew from there on."""

    def change(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        previous = chain.START
        for step in steps:
            if step["seq"] == 1:
                step |= {"content": None if content is None else {"base64": base64.b64encode(content).decode()}, **columns}
            packed = step["content"] and base64.b64decode(step["content"]["base64"])
            step["previous_hash"] = previous
            previous = step["hash"] = chain.row_hash(previous, {**step, "content": packed})
        return steps

    return change


def test_only_a_packed_step_leaves_what_came_before_to_the_row_before(sound: Path) -> None:
    def change(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
        first, *others = _repacked(None, codec=None)(steps)
        return [{**first, "previous_hash": ""}, *others]

    _is_bent(_bend(sound, "steps.jsonl", change), "steps.jsonl seq 1")


@pytest.mark.parametrize(("content", "columns"), WRONG.values(), ids=WRONG)
def test_content_that_cannot_be_unpacked_is_named_though_its_hash_fits(sound: Path, content: bytes | None, columns: dict[str, Any]) -> None:
    bent = _bend(sound, "steps.jsonl", _repacked(content, **columns))
    last = [json.loads(line) for line in _read(bent)["steps.jsonl"].splitlines()][-1]["hash"]
    fitted = _bend(bent, "proof.json", lambda proof: {**proof, "case": {**proof["case"], "last_hash": last}})
    _is_bent(fitted, "steps.jsonl seq 1")


def test_another_dictionary_is_found_whatever_the_manifest_says(sound: Path) -> None:
    files = _read(sound)
    name = f"codecs/{packing.CODEC}.txt"
    _is_bent(_write(sound, {**files, name: files[name].replace(b"disagree", b"agree:no")}), name)
    _is_bent(_write(sound, {one: content for one, content in files.items() if one != name}), name)


def test_the_script_knows_the_dictionaries_and_the_bound_of_the_program() -> None:
    assert (dict(packing.DIGESTS), packing.MOST) == (standalone.DICTIONARIES, standalone.MOST)


def test_the_steps_are_printed_unpacked_as_they_were_taken(sound: Path) -> None:
    done = _check(sound, "--steps")
    assert (done.returncode, done.stderr) == (0, "")
    printed = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    case = json.loads(_read(sound)["case.json"])["id"]
    assert [(int(seq), who) for seq, _, who, _ in printed] == [(1, "zhang"), (2, "li"), (3, "zhao")]
    for (*_, text), row in zip(printed, sorted(rows("step", instance_id=case), key=lambda row: row["seq"]), strict=True):
        assert text.encode() == packing.plain(without_columns(row))


def _in(proof: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    inner = proof
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return proof


@pytest.mark.parametrize("column", [column.name for column in AuditHead.__table__.c if column.name != "hash"])
@pytest.mark.parametrize("number", [0, 1])
def test_a_head_changed_in_any_column_is_found(sound: Path, column: str, number: int) -> None:
    value: Any = 99 if column in ("seq", "missed", "cases", "changed", "acts") else "f" * 64
    _is_bent(_bend(sound, "proof.json", lambda proof: _in(proof, "heads", number, column, to=value)), "proof.json head")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda proof: _in(proof, "heads", 0, "hash", to="f" * 64), "proof.json head 1"),
        (lambda proof: {**proof, "heads": proof["heads"][1:]}, "proof.json leaf 2"),
        (lambda proof: {**proof, "heads": proof["heads"][::-1]}, "proof.json head"),
        (lambda proof: {**proof, "heads": []}, "proof.json leaf"),
        (lambda proof: _in(proof, "leaves", 0, "last_hash", to="f" * 64), "proof.json leaf 2"),
        (lambda proof: _in(proof, "leaves", 0, "last_seq", to=1), "proof.json leaf 1"),
        (lambda proof: _in(proof, "leaves", 0, "head", to=2), "proof.json leaf 2"),
        (lambda proof: _in(proof, "leaves", 0, "path", 0, "hash", to="f" * 64), "proof.json leaf 2"),
        (lambda proof: _in(proof, "leaves", 0, "path", to=[]), "proof.json leaf 2"),
        (lambda proof: _in(proof, "leaves", 0, "path", 0, "hash", to="no hash"), "proof.json"),
        (lambda proof: _in(proof, "case", "last_hash", to="f" * 64), "steps.jsonl seq 3"),
        (lambda proof: _in(proof, "case", "last_seq", to=4), "steps.jsonl seq 3"),
        (lambda proof: _in(proof, "case", "id", to="x"), "case.json"),
        (lambda proof: {**proof, "seal": {"last_seq": 3, "last_hash": "x"}}, "steps.jsonl"),
        (lambda proof: [], "proof.json"),
        (lambda proof: {}, "proof.json"),
    ],
)
def test_a_bent_proof_is_found(sound: Path, change: Callable[[Any], Any], place: str) -> None:
    _is_bent(_bend(sound, "proof.json", change), place)


def test_every_file_that_is_changed_missing_or_added_is_named(sound: Path) -> None:
    files = _read(sound)
    assert any(name.startswith("attachments/") for name in files)
    assert any(name.startswith("definitions/") for name in files)
    for name in files:
        if name != "manifest.json":
            _is_bent(_write(sound, {**files, name: files[name] + b"x"}, listed=False), name)
        _is_bent(_write(sound, {one: content for one, content in files.items() if one != name}, listed=False), name)
    _is_bent(_write(sound, {**files, "attachments/other.pdf": b"x"}, listed=False), "attachments/other.pdf")


def test_an_attachment_that_is_not_the_one_of_its_step_is_found_whatever_the_manifest_says(sound: Path) -> None:
    files = _read(sound)
    name = next(name for name in files if name.startswith("attachments/"))
    _is_bent(_write(sound, {**files, name: b"another"}), name)
    _is_bent(_write(sound, {one: content for one, content in files.items() if one != name}), "steps.jsonl seq 1")


def test_a_manifest_that_was_made_to_fit_is_not_the_one_that_was_told(sound: Path) -> None:
    files = _read(sound)
    told = sha256(files["manifest.json"]).hexdigest()
    name = next(name for name in files if name.startswith("definitions/"))
    bent = _write(sound, {**files, name: b"another"})
    assert _check(bent).returncode == 0
    _is_bent(bent, "manifest.json", "--digest", told)


def test_a_head_that_was_kept_and_is_not_there_is_said(sound: Path) -> None:
    _is_bent(sound, "proof.json heads", "--head", "0" * 64)


@pytest.mark.parametrize("cut", [0, 10, 500, -30])
def test_a_cut_zip_is_said_not_stumbled_over(sound: Path, cut: int) -> None:
    bent = sound.with_name("bent.zip")
    bent.write_bytes(sound.read_bytes()[:cut])
    _is_bent(bent, str(bent))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"files": {}, "files": {}}', b"[" * 100_000, b"null"])
def test_documents_of_any_kind_are_said_not_stumbled_over(sound: Path, content: bytes) -> None:
    for name in ("manifest.json", "proof.json", "case.json"):
        bent = _write(sound, {**_read(sound), name: content}, listed=name != "manifest.json")
        done = _check(bent)
        assert (done.returncode, done.stderr) == (1, ""), done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("--head",), ("--head", "abc"), ("--what",), ("a", "b")])
def test_wrong_usage_is_told_with_status_2(sound: Path, arguments: tuple[str, ...]) -> None:
    script = sound.parent / "verify.py"
    script.write_text(export.script(), "utf-8")
    done = _run(script, *arguments)
    assert (done.returncode, done.stderr) == (2, "")
    assert "verify.py [ZIP|FOLDER]" in done.stdout


def test_the_script_needs_the_standard_library_alone_and_old_pythons_read_it() -> None:
    tree = ast.parse(export.script(), feature_version=(3, 8))
    imported = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    imported |= {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= sys.stdlib_module_names


def test_a_case_that_no_head_has_sealed_yet_is_exported_and_checked(tmp_path: Path) -> None:
    deploy(REVIEW)
    case = instances.start(key="review_flow", variables={}, actor=ZHANG)
    target = tmp_path / "new.zip"
    export.export(case, target, actor=OPERATOR)
    done = _check(target)
    assert (done.returncode, done.stderr) == (0, "")
    assert "no daily head seals this case yet" in done.stdout
    assert values.loads(_read(target)["proof.json"])["heads"] == []
