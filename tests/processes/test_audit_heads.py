"""Daily heads: a case that is gone whole, a cut chain with its row made to fit, a replaced history are seen."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from processes import acts, chain, clock, instances, settings, user_tasks
from processes.audit import heads, merkle
from processes.audit.verify import verify
from processes.db import db, transaction
from processes.models import AuditHead, AuditLeaf
from tests.processes.cases import LI, OPERATOR, REVIEW, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW
from tests.processes.tampering import tamper

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def case() -> str:
    """A finished case of three steps, sealed by a head."""
    deploy(REVIEW)
    started = _finished()
    heads.seal()
    return started


def _finished() -> str:
    started = instances.start(key="review_flow", variables={}, actor=ZHANG)
    user_tasks.complete(open_tasks(started)["review"], variables={}, outcome="agree", actor=LI)
    user_tasks.complete(open_tasks(started)["approve"], variables={}, opinion="好", actor=ZHAO)
    return started


def _found() -> list[str]:
    return [str(problem) for problem in verify().problems]


def test_a_head_seals_what_changed_and_chains_to_the_one_before(case: str) -> None:
    other = instances.start(key="review_flow", variables={}, actor=ZHANG)
    heads.seal()
    heads.seal()
    third, second, first = heads.newest(3)
    assert (first["changed"], first["cases"], second["changed"], second["cases"]) == (1, 1, 1, 2)
    assert (third["changed"], third["cases"], third["previous_hash"], second["previous_hash"]) == (0, 2, second["hash"], first["hash"])
    assert [(leaf["instance_id"], leaf["last_seq"], leaf["head"]) for leaf in rows("audit_leaf")] == [(case, 3, 1), (other, 1, 2)]
    report = verify()
    assert (report.unbroken, report.heads, report.head) == (True, 3, (3, third["day"], third["hash"]))


def test_a_case_that_goes_on_is_sealed_again(case: str) -> None:
    started = instances.start(key="review_flow", variables={}, actor=ZHANG)
    heads.seal()
    user_tasks.complete(open_tasks(started)["review"], variables={}, actor=LI)
    head = heads.seal()
    assert head is not None
    assert (head["changed"], head["cases"]) == (1, 2)
    assert verify().unbroken


def test_a_case_that_was_deleted_whole_is_missed(case: str) -> None:
    tamper("DELETE FROM user_task", "DELETE FROM step", "DELETE FROM process_instance")
    assert _found() == [f"{case} seq 3: missing: daily head 1 sealed it"]
    assert not verify(case).unbroken


def test_a_cut_chain_whose_case_was_made_to_fit_is_seen(case: str) -> None:
    second = rows("step", instance_id=case, seq=2)[0]["hash"]
    tamper("DELETE FROM step WHERE seq = 3", "UPDATE process_instance SET last_seq = 2, last_hash = :hash", hash=second)
    assert _found() == [f"{case} seq 3: missing: daily head 1 sealed it"]


def test_a_history_written_anew_is_seen(case: str) -> None:
    """With other actors, right hashes and a case's row that fits: the chains hold, the head does not."""
    written = [dict(row) for row in db.session.execute(text("SELECT * FROM step ORDER BY seq")).mappings()]
    previous = chain.START
    tamper("DELETE FROM step")
    for row in written:
        row |= {"actor": "wang", "previous_hash": previous}
        previous = row["hash"] = chain.row_hash(previous, row)
        columns = ", ".join(row)
        tamper(f"INSERT INTO step ({columns}) VALUES ({', '.join(f':{name}' for name in row)})", **row)
    tamper("UPDATE process_instance SET last_hash = :hash", hash=previous)
    assert _found() == [f"{case} seq 3: another: daily head 1 sealed it"]


def test_leaves_that_are_deleted_with_their_case_do_not_have_the_root(case: str) -> None:
    tamper("DELETE FROM user_task", "DELETE FROM step", "DELETE FROM process_instance", "DELETE FROM audit_leaf")
    assert _found() == ["head seq 1: the cases that it sealed are changed, missing or added"]


@pytest.mark.parametrize("change", ["last_seq = 2", "last_hash = 'x'", "head = 7", "instance_id = 'another'"])
def test_a_changed_leaf_is_seen(case: str, change: str) -> None:
    tamper(f"UPDATE audit_leaf SET {change}")
    assert any("daily head" in one or "the cases that it sealed" in one for one in _found())


@pytest.mark.parametrize("column", [column.name for column in AuditHead.__table__.c if column.name != "seq"])
def test_a_head_changed_in_any_column_is_named(case: str, column: str) -> None:
    heads.seal()
    value = "'x'" if column not in ("missed", "cases", "changed", "acts") else "999"
    tamper(f"UPDATE audit_head SET {column} = {value} WHERE seq = 1")
    assert any(problem.case == "head" and problem.seq in (1, 2) for problem in verify().problems)


@pytest.mark.parametrize("table", ["act", "audit_head"])
def test_an_act_or_a_head_that_does_not_say_what_came_before_is_named(case: str, table: str) -> None:
    heads.seal()
    tamper(f"UPDATE {table} SET previous_hash = '' WHERE seq = 1")
    assert any(problem.case == table.removeprefix("audit_") and problem.seq == 1 for problem in verify().problems)


def test_a_missing_and_a_cut_head_are_named(case: str) -> None:
    heads.seal()
    heads.seal()
    tamper("DELETE FROM audit_head WHERE seq = 3")
    assert "head seq 3: missing: the end was cut off" in _found()
    tamper("DELETE FROM audit_head WHERE seq = 1")
    assert "head seq 1: missing" in _found()


def test_an_act_that_a_head_sealed_cannot_be_replaced(case: str) -> None:
    last = rows("act")[-1]
    assert heads.newest()[0]["acts"] == last["seq"]
    tamper("DELETE FROM act WHERE seq = :seq", "UPDATE chain_head SET last_seq = :before, last_hash = :hash WHERE chain = 'act'",
           seq=last["seq"], before=last["seq"] - 1, hash=last["previous_hash"])  # fmt: skip
    assert _found() == [f"act seq {last['seq']}: changed or missing: daily head 1 sealed another"]


def test_the_database_refuses_to_change_heads_and_leaves(case: str) -> None:
    for statement in (
        "UPDATE audit_head SET day = 'x'",
        "DELETE FROM audit_head",
        "UPDATE audit_leaf SET head = 2",
        "DELETE FROM audit_leaf",
    ):
        with pytest.raises(Exception, match="append-only"), transaction():
            db.session.execute(text(statement))


def test_heads_told_to_the_outside_are_missed_when_the_history_was_replaced(case: str) -> None:
    kept = heads.newest()[0]
    assert heads.kept().read_text("utf-8") == f"{heads.line(kept)}\n"
    assert heads.kept().stat().st_mode & 0o077 == 0
    tamper("DELETE FROM audit_leaf", "DELETE FROM audit_head", "DELETE FROM chain_head WHERE chain = 'head'")
    with clock.at(NOW + timedelta(minutes=1)):
        heads.seal()
    assert [one.partition(":")[0] for one in _found()] == ["head"]
    assert kept["hash"] in _found()[0]


def test_a_head_that_a_dying_process_could_not_tell_is_told_with_the_next(case: str) -> None:
    first = heads.line(heads.newest()[0])
    heads.kept().unlink()
    heads.seal()
    assert heads.kept().read_text("utf-8").splitlines() == [first, heads.line(heads.newest()[0])]
    heads.kept().write_text(first[:50], "utf-8")
    heads.seal()
    assert [text for text in heads.kept().read_text("utf-8").splitlines() if len(text) > 50] == [
        heads.line(one) for one in heads.newest(3)[::-1]
    ]


def test_a_head_on_paper_is_found_or_missed(case: str) -> None:
    written = heads.newest()[0]["hash"]
    heads.seal()
    spaced = " ".join(written[place : place + 8] for place in range(0, 64, 8)).upper()
    assert verify(head=spaced).known == (1, "2026-11-24")
    report = verify(head="0" * 64)
    assert (report.known, report.unbroken) == (None, False)


def test_one_head_an_office_day_and_days_without_one_are_said() -> None:
    made = []
    for hours in (0, 10, 14, 24, 24 * 5):
        with clock.at(NOW + timedelta(hours=hours)):
            made.append(heads.seal(only_if_due=True))
    # 02:24 UTC is 10:24 in the office: fourteen hours later its next day has begun
    first, same_day, next_day, still_next, later = made
    assert first is not None
    assert next_day is not None
    assert later is not None
    assert (same_day, still_next) == (None, None)
    assert [(one["day"], one["missed"]) for one in (first, next_day, later)] == [("2026-11-24", 0), ("2026-11-25", 0), ("2026-11-29", 3)]
    assert "missed 3" in heads.line(later)
    assert verify().unbroken


def test_a_clock_that_goes_back_makes_no_second_head() -> None:
    heads.seal()
    with clock.at(NOW - timedelta(days=3)):
        assert heads.seal(only_if_due=True) is None


def test_the_sweep_makes_the_head_of_the_day_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "_done_on", None)
    monkeypatch.setattr(heads, "_not_before", None)
    assert heads.seal_due() is not None
    assert heads.seal_due() is None
    monkeypatch.setattr(heads, "_done_on", None)
    assert heads.seal_due() is None
    assert len(rows("audit_head")) == 1


def test_a_head_that_cannot_be_made_waits_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "_done_on", None)
    monkeypatch.setattr(heads, "_not_before", None)
    tamper("INSERT INTO audit_head SELECT 1, 'x', '', 0, 'sha256', 0, 0, '', 0, '', '', 'y'")
    assert heads.seal_due() is None
    assert heads.seal_due() is None
    assert [row["hash"] for row in db.session.execute(text("SELECT hash FROM audit_head")).mappings()] == ["y"]


def test_the_algorithm_can_change_on_a_running_system(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started = instances.start(key="review_flow", variables={}, actor=ZHANG)
    with_sm3 = settings.load({"BANJIE_AUDIT__HASH": "sm3", "BANJIE_VAR__DIR": str(settings.current().var.dir)})
    monkeypatch.setattr(settings, "_current", with_sm3)
    user_tasks.complete(open_tasks(started)["review"], variables={}, actor=LI)
    heads.seal()
    with transaction():
        acts.record("test", None, actor=OPERATOR)
    assert [row["algorithm"] for row in rows("step", instance_id=started)] == [None, "sm3"]
    assert [head["algorithm"] for head in heads.newest(2)] == ["sm3", "sha256"]
    assert rows("act")[-1]["algorithm"] == "sm3"
    assert verify().unbroken
    tamper("UPDATE step SET algorithm = NULL WHERE instance_id = :case", case=started)
    assert _found() == [f"{started} seq 2: changed: its content does not have its hash"]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 31])
def test_a_path_leads_from_each_leaf_to_the_root(count: int) -> None:
    leaves = [merkle.leaf("sha256", str(number).encode(), number, b"h") for number in range(count)]
    made = merkle.Root("sha256")
    for leaf in leaves:
        made.add(leaf)
    for index, leaf in enumerate(leaves):
        reached = leaf
        for beside in merkle.path("sha256", leaves, index):
            other = bytes.fromhex(beside.hash)
            pair = (other, reached) if beside.side == "left" else (reached, other)
            reached = merkle.node("sha256", *pair)
        assert reached.hex() == made.hexdigest()


def test_the_leaves_of_a_head_are_those_of_the_model() -> None:
    assert {column.name for column in AuditLeaf.__table__.c} == {"instance_id", "last_seq", "last_hash", "head"}
