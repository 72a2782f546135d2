"""What a step holds comes back as it was; bytes that are no step are said, not stumbled over."""

import ast
import hashlib
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from engine import values
from processes import clock, instances, packing, step_log, user_tasks
from processes.audit import export, replay
from processes.audit.verify import Problem, verify
from processes.db import db, moment_text
from processes.queries import history, progress
from processes.rebuild import rebuild
from tests.architecture.sources import ROOT, modules
from tests.processes.cases import LI, OPERATOR, REVIEW, ROBOT, ZHAO, deploy, open_tasks, rows
from tests.processes.packed import SOUND, WRONG, as_before, packed, rewrite, stored, without_columns
from tests.processes.tampering import tamper

numbers = st.integers(-(2**255), 2**255) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=4
)
texts = st.text(st.characters(exclude_categories=("Cs",)))
documents = st.recursive(
    st.none() | st.booleans() | numbers | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=40
)


def _unpacked(content: bytes) -> dict[str, Any]:
    found = packing.unpack(packing.CODEC, content)
    return {name: values.loads(bytes(getattr(found, name))) for name in ("context", "events", "trigger")}


@given(st.fixed_dictionaries({"context": documents, "events": documents, "trigger": documents}))
def test_what_was_packed_comes_back_byte_for_byte(document: dict[str, Any]) -> None:
    content = packing.pack(document)
    assert content is not None
    assert packing.CODECS[packing.CODEC].unpack(content) == packing.plain(document)
    assert values.dumps(_unpacked(content)) == packing.plain(document)


@given(st.binary(max_size=300))
def test_any_bytes_are_unreadable_or_a_step(content: bytes) -> None:
    try:
        packing.unpack(packing.CODEC, content)
    except packing.Unreadable:
        return


@given(st.data())
def test_a_changed_byte_is_unreadable_or_another_document_and_never_anything_else(data: st.DataObject) -> None:
    content = bytearray(packing.pack({**SOUND, "events": [{"type": "user_task_completed", "opinion": "同意"}]}) or b"")
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        packing.unpack(packing.CODEC, bytes(content))
    except packing.Unreadable:
        return


@pytest.mark.parametrize("value", ["", "\u0000", "\U0001f600", "\ufffe", "x" * 1_000_000, "请" * 400_000, Decimal("1.10"), 10**76])
def test_values_at_the_edges_come_back(value: Any) -> None:
    document = {**SOUND, "events": [{"value": value}]}
    content = packing.pack(document)
    assert content is not None
    assert values.dumps(_unpacked(content)) == packing.plain(document)


def test_half_of_a_surrogate_pair_is_refused_as_before() -> None:
    with pytest.raises(UnicodeEncodeError):
        packing.pack({**SOUND, "events": ["\ud800"]})


def test_a_step_that_is_too_large_is_not_packed() -> None:
    assert packing.pack({**SOUND, "events": ["x" * packing.MOST]}) is None


def test_as_much_as_may_be_is_packed_and_unpacked() -> None:
    rest = packing.MOST - len(packing.plain({**SOUND, "events": [""]}))
    content = packing.pack({**SOUND, "events": ["x" * rest]})
    assert content is not None
    assert len(packing.unpack(packing.CODEC, content).events) == rest + 4


@pytest.mark.parametrize("content", [content for content, columns in WRONG.values() if not columns and content != packed(b"")])
def test_what_is_no_step_is_unreadable_or_seen_by_verify(content: bytes | None) -> None:
    try:
        kind = values.loads(bytes(packing.unpack(packing.CODEC, content).trigger)).get("kind")
    except values.ValueRefused:
        return
    assert kind != "start"


def test_a_dictionary_never_changes() -> None:
    """The digests stand here once more: a codec that has been released is neither changed nor taken away."""
    assert packing.DIGESTS == {"deflate-1": "602de8568f7449ac9b95a3ae6b59ea813ff735153cd9315a1ee5e29eba912652"}
    for name, codec in packing.CODECS.items():
        assert hashlib.sha256(codec.dictionary).hexdigest() == packing.DIGESTS[name]
        codec.dictionary.decode("utf-8")


def test_bytes_that_were_packed_once_are_unpacked_for_ever() -> None:
    content = bytes.fromhex("4376346a68203a95f0b207472f0e4ba301a5a6afad0500")
    assert _unpacked(content) == {**SOUND, "events": [{"type": "user_task_completed", "opinion": "同意"}]}


@pytest.fixture
def case(database: str) -> str:
    """A case of three steps."""
    deploy(REVIEW)
    started = instances.start(key="review_flow", variables={"reason": "屋面渗漏"}, actor=ROBOT)
    user_tasks.complete(open_tasks(started)["review"], variables={}, outcome="agree", opinion="好", actor=LI)
    user_tasks.complete(open_tasks(started)["approve"], variables={}, opinion="好", actor=ZHAO)
    return started


def test_a_step_shows_its_kind_and_packs_the_rest(case: str) -> None:
    shown = [(row["trigger"], row["context"], row["events"], row["codec"]) for row in stored(case)]
    kinds = ("start", "complete_user_task", "complete_user_task")
    assert shown == [(f'{{"kind":"{kind}"}}', "{}", "[]", packing.CODEC) for kind in kinds]
    assert [row["previous_hash"] for row in stored(case)] == ["", "", ""]


def test_what_the_columns_say_comes_back_into_the_context(case: str) -> None:
    for row in rows("step", instance_id=case):
        assert row["context"]["now"] == moment_text(row["at"])
        assert row["context"]["case"]["id"] == case
        packed_context = values.loads(bytes(packing.unpack(packing.CODEC, stored(case)[row["seq"] - 1]["content"]).context))
        assert "now" not in packed_context
        assert "id" not in packed_context["case"]


def test_a_step_whose_moment_is_not_that_of_its_context_keeps_both(database: str) -> None:
    step = step_log.Step(
        "c1", 1, clock.now(), "li", None, {"kind": "start"}, {"now": "2026-01-01T00:00:00.000000Z", "case": {"id": None}}, []
    )
    content = packing.unpack(packing.CODEC, step_log._content(step)["content"])
    assert values.loads(bytes(content.context)) == step.context


def test_steps_of_another_case_are_not_taken_for_the_ones_before(case: str) -> None:
    """The hash before a packed step is that of the row before, within its case."""
    other = instances.start(key="review_flow", variables={}, actor=ROBOT)
    assert verify().unbroken
    tamper("DELETE FROM step WHERE instance_id = :case AND seq = 1", case=other)
    assert {(problem.case, problem.seq) for problem in verify().problems} == {(other, 1)}
    tamper("DELETE FROM step WHERE instance_id = :case AND seq = 1", case=case)
    assert {(problem.case, problem.seq) for problem in verify(case).problems} == {(case, 1), (case, 2)}


@pytest.mark.sqlite
def test_a_database_is_read_with_plain_python(case: str, database: str) -> None:
    """The lines of docs/reliability.md, by a Python that has nothing but its standard library."""
    db.session.rollback()
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "reliability.md").read_text("utf-8"), re.DOTALL)
    script = lines.replace("var/banjie.db", database.removeprefix("sqlite:///")).replace("01…", case)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", script], capture_output=True, text=True, encoding="utf-8", check=True
    )
    wanted = sorted(rows("step", instance_id=case), key=lambda row: row["seq"])
    told = [(row["seq"], moment_text(row["at"]), row["actor"], packing.plain(without_columns(row)).decode()) for row in wanted]
    assert done.stdout.splitlines() == [" ".join(map(str, one)) for one in told]


@pytest.mark.parametrize("seqs", [(1,), (1, 2), (2,), (1, 2, 3)])
def test_steps_of_before_stand_beside_packed_ones(case: str, seqs: tuple[int, ...], tmp_path: Path) -> None:
    told, shown = history.items(case, OPERATOR), progress.of(case, OPERATOR)
    tables = {table: rows(table) for table in ("process_instance", "user_task")}
    as_before(case, *seqs)
    assert [row["codec"] is None for row in stored(case)] == [seq in seqs for seq in (1, 2, 3)]
    report = verify(files=True)
    assert report.unbroken, report.problems
    assert replay.replay(case).same
    assert [{**item, "hash": ""} for item in history.items(case, OPERATOR)["items"]] == [{**item, "hash": ""} for item in told["items"]]
    assert progress.of(case, OPERATOR) == shown
    rebuild()
    hidden = {"last_hash": ""}
    assert [{**row, **hidden} for row in rows("process_instance")] == [{**row, **hidden} for row in tables["process_instance"]]
    assert rows("user_task") == tables["user_task"]
    export.export(case, tmp_path / "case.zip", actor=OPERATOR)


@pytest.mark.parametrize(("content", "columns"), WRONG.values(), ids=WRONG)
def test_content_that_is_no_step_is_a_finding_though_its_hash_fits(case: str, content: bytes | None, columns: dict[str, Any]) -> None:
    rewrite(case, step1={"content": content, **columns})
    assert [(problem.case, problem.seq) for problem in verify().problems] == [(case, 1)]
    assert [(problem.case, problem.seq) for problem in verify(case).problems] == [(case, 1)]


def test_a_step_that_cannot_be_unpacked_stops_neither_replay_nor_files_nor_export(case: str, tmp_path: Path) -> None:
    rewrite(case, step1={"content": WRONG["cut"][0]})
    assert replay.replay(case).difference == "what is stored cannot be read"
    assert [problem.seq for problem in verify(files=True).problems] == [1]
    export.export(case, tmp_path / "case.zip", actor=OPERATOR)


def test_nobody_reads_the_columns_of_a_step_past_the_step_log() -> None:
    """`trigger`, `context` and `events` of a packed step hold next to nothing: `step_log.read` and `events` know."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("trigger", "context", "events")
        and ast.unparse(node.value) in ("Step", "models.Step")
    ]
    assert found == []


def test_a_large_step_is_stored_as_before_and_read(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST", 1_000)
    large = instances.start(key="review_flow", variables={"reason": "长" * 1_000}, actor=ROBOT)
    (row,) = stored(large)
    assert (row["codec"], row["content"]) == (None, None)
    assert "长" in row["events"]
    assert verify(large).unbroken
    assert replay.replay(large).same


def test_other_dictionaries_in_the_database_are_found(case: str) -> None:
    tamper("UPDATE step_codec SET dictionary = :other", other=b"x")
    assert verify().problems == [Problem("codec", None, "the dictionary of deflate-1 is not the one that steps are packed with")]
    tamper("UPDATE step_codec SET name = 'other'")
    assert len(verify().problems) == 2
    tamper("DELETE FROM step_codec")
    assert len(verify().problems) == 1
    assert history.items(case, OPERATOR)["items"], "what this program reads does not depend on the table"


@pytest.mark.parametrize("statement", ["UPDATE step_codec SET name = 'x'", "DELETE FROM step_codec"])
def test_the_database_keeps_the_dictionaries(case: str, statement: str) -> None:
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()
