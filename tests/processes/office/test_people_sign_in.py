"""Signing in, sessions, tokens, lock-out."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from processes import acts, clock
from processes.actors import SYSTEM
from processes.db import db
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Unavailable
from processes.models import Act, Person, SignIn, Token
from processes.people import accounts, directory, editing, sessions, tokens
from processes.settings import Settings
from tests.processes.office.conftest import NOW, PASSWORD

MINUTE = timedelta(minutes=1)


def attempt(login: str, password: str = PASSWORD) -> str:
    """What comes of a sign-in: its code, or `in`."""
    try:
        accounts.sign_in(login, password)
    except Refused as refusal:
        return refusal.code
    return "in"


def test_the_right_pair_begins_a_session(office: Settings) -> None:
    signed_in = accounts.sign_in("clerk_finance", PASSWORD, address="192.0.2.7")
    session = sessions.load(signed_in.cookie)
    assert session is not None
    assert (session.login, session.must_change_password, signed_in.must_change_password) == ("clerk_finance", False, False)
    assert len(session.secret) == 64


def test_the_cookie_is_not_stored(office: Settings) -> None:
    cookie = accounts.sign_in("clerk_finance", PASSWORD).cookie
    row = db.session.scalars(select(SignIn)).one()
    assert cookie not in (row.id, row.secret)
    assert sessions.load(row.id) is None


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("clerk_finance", "wrong"),
        ("clerk_finance", ""),
        ("clerk_finance", PASSWORD.lower()),
        ("clerk_finance", PASSWORD + " "),
        ("clerk_finance", "x" * 100_000),
        ("clerk_finance", "\ud800\x00"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("CLERK_FINANCE", PASSWORD),
        ("clerk_finance\x00", PASSWORD),
        ("a\ud800", PASSWORD),
        ("x" * 10_000, PASSWORD),
        ("' or 1=1 --", PASSWORD),
    ],
)
def test_a_wrong_pair_is_refused_in_one_way(office: Settings, login: str, password: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        accounts.sign_in(login, password)
    assert (refusal.value.code, refusal.value.values) == ("sign_in_failed", {"attempts": 5})
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_a_full_width_password_is_the_same_password(office: Settings) -> None:
    assert attempt("clerk_finance", "Qingshi－２０２６") == "in"


def test_an_account_without_password_cannot_sign_in(office: Settings) -> None:
    accounts.create("outside", "外部系统", ["integrator"], actor=SYSTEM)
    assert [attempt("outside", password) for password in ("", "None", PASSWORD)] == ["sign_in_failed"] * 3


def test_a_disabled_account_is_refused_like_an_unknown_one(office: Settings) -> None:
    editing.set_active("clerk_finance", False, actor=SYSTEM)
    assert attempt("clerk_finance") == attempt("nobody") == "sign_in_failed"


@pytest.mark.parametrize("login", ["clerk_finance", "nobody"])
def test_five_failures_lock_out_whether_or_not_the_account_exists(office: Settings, login: str) -> None:
    answers = [attempt(login, "wrong") for _ in range(7)]
    assert answers == ["sign_in_failed"] * 5 + ["too_many_sign_ins"] * 2
    assert attempt(login) == "too_many_sign_ins"


@pytest.mark.parametrize("login", ["clerk_finance", "nobody"])
def test_a_lock_out_ends_after_its_time_whether_or_not_the_account_exists(office: Settings, login: str) -> None:
    for _ in range(5):
        attempt(login, "wrong")
    with clock.at(NOW + 15 * MINUTE - timedelta(seconds=1)):
        with pytest.raises(Unavailable) as refusal:
            accounts.sign_in(login, PASSWORD)
        assert 1 <= refusal.value.retry_after <= 2
    with clock.at(NOW + 15 * MINUTE):
        assert attempt(login) == ("in" if login == "clerk_finance" else "sign_in_failed")


def test_attempts_during_a_lock_out_do_not_make_it_longer(office: Settings) -> None:
    for _ in range(5):
        attempt("clerk_finance", "wrong")
    with clock.at(NOW + 14 * MINUTE):
        assert [attempt("clerk_finance", "wrong") for _ in range(5)] == ["too_many_sign_ins"] * 5
    with clock.at(NOW + 15 * MINUTE):
        assert attempt("clerk_finance") == "in"


def test_a_success_starts_the_count_anew(office: Settings) -> None:
    answers = [attempt("clerk_finance", "wrong") for _ in range(4)] + [attempt("clerk_finance")]
    answers += [attempt("clerk_finance", "wrong") for _ in range(4)] + [attempt("clerk_finance")]
    assert answers.count("in") == 2


def test_a_lock_out_is_of_one_account(office: Settings) -> None:
    for _ in range(6):
        attempt("clerk_finance", "wrong")
    assert attempt("head_finance") == "in"


def test_the_number_of_attempts_and_the_time_are_settings(make_office) -> None:
    make_office(ACCOUNTS__FAILED_SIGN_INS="2", ACCOUNTS__LOCK_MINUTES="1")
    assert [attempt("clerk_finance", "wrong") for _ in range(3)] == ["sign_in_failed"] * 2 + ["too_many_sign_ins"]
    with clock.at(NOW + MINUTE):
        assert attempt("clerk_finance") == "in"


def test_administrators_see_a_lock_out_and_a_reset_ends_it(office: Settings) -> None:
    for _ in range(5):
        attempt("clerk_finance", "wrong")
    assert db.session.get_one(Person, "clerk_finance").locked_until == NOW + 15 * MINUTE
    password = accounts.reset_password("clerk_finance", actor=directory.actor("info_admin"))
    assert accounts.sign_in("clerk_finance", password).must_change_password
    assert db.session.get_one(Person, "clerk_finance").locked_until is None


def test_a_refused_reset_counts_for_nothing(office: Settings) -> None:
    for _ in range(6):
        with pytest.raises(NotAllowed):
            accounts.reset_password("clerk_finance", actor=directory.actor("village_east"))
    assert attempt("clerk_finance") == "in"


def test_sign_ins_and_failures_are_on_record_and_unknown_logins_only_as_digests(office: Settings) -> None:
    attempt("clerk_finance")
    attempt("clerk_finance", "wrong")
    attempt("MyS3cret-password", "wrong")
    found = [(act.kind, act.actor, act.subject, act.allowed) for act in reversed(acts.page())]
    assert found[:2] == [("sign_in", "clerk_finance", "clerk_finance", True), ("sign_in", "anonymous", "clerk_finance", False)]
    assert found[2][2].startswith("?")
    assert "S3cret" not in str(found)


def test_attempts_during_a_lock_out_are_on_record_once_a_minute(office: Settings) -> None:
    for _ in range(20):
        attempt("clerk_finance", "wrong")
    assert db.session.scalar(select(func.count()).select_from(Act)) == 6


GUESSER = """
import sys, time
from pathlib import Path
from processes import settings
from processes.db import db
from processes.errors import Refused
from processes.people import accounts
from tests.processes.office.conftest import app_over, settings_for

folder, url, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
settings.configure(settings_for(folder, url))
with app_over(url).app_context():
    (folder / f"ready-{name}").touch()
    while len(list(folder.glob("ready-*"))) < 2:
        time.sleep(0.005)
    for number in range(15):
        try:
            accounts.sign_in("clerk_finance", f"guess {number}")
        except Refused as refusal:
            print(refusal.code)
    db.engine.dispose()
"""


def test_guessing_in_two_processes_at_once_gives_no_more_guesses(office: Settings) -> None:
    db.session.remove()
    command = [sys.executable, "-c", GUESSER, str(office.var.dir), office.database_url]
    root = Path(accounts.__file__).parents[2]
    started = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True, cwd=root) for name in "ab"]
    answers = [line for process in started for line in process.communicate(timeout=60)[0].split()]
    assert (answers.count("sign_in_failed"), answers.count("too_many_sign_ins")) == (5, 25)
    assert list(acts.breaks()) == []


def test_an_unknown_login_takes_as_long_as_a_known_one(office: Settings) -> None:
    attempt("warm_up")
    taken: dict[str, list[float]] = {"clerk_finance": [], "nobody": []}
    for number in range(8):
        for login in taken:
            with clock.at(NOW + number * 20 * MINUTE):
                begun = time.perf_counter()
                attempt(login, "wrong")
                taken[login].append(time.perf_counter() - begun)
    known, unknown = (min(times) for times in taken.values())
    assert 0.5 < unknown / known < 2


def test_signing_in_ends_the_session_that_the_browser_had(office: Settings) -> None:
    """Whoever planted a cookie before the sign-in has nothing."""
    planted = accounts.sign_in("village_east", PASSWORD).cookie
    fresh = accounts.sign_in("clerk_finance", PASSWORD, previous=planted).cookie
    assert fresh != planted
    assert sessions.load(planted) is None
    assert accounts.sign_in("clerk_finance", PASSWORD, previous="chosen-by-an-attacker").cookie != "chosen-by-an-attacker"


def test_a_session_ends_when_idle_and_in_any_case_after_its_hours(office: Settings) -> None:
    cookie = accounts.sign_in("clerk_finance", PASSWORD).cookie
    with clock.at(NOW + 30 * MINUTE):
        assert sessions.load(cookie) is None
    for minutes in range(20, 12 * 60, 20):
        with clock.at(NOW + minutes * MINUTE):
            assert sessions.load(cookie) is not None
    with clock.at(NOW + timedelta(hours=12)):
        assert sessions.load(cookie) is None


def test_a_session_in_use_is_written_once_a_minute(office: Settings) -> None:
    cookie = accounts.sign_in("clerk_finance", PASSWORD).cookie
    for seconds, seen in ((59, 0), (61, 61), (120, 61), (122, 122)):
        with clock.at(NOW + timedelta(seconds=seconds)):
            sessions.load(cookie)
        assert db.session.scalars(select(SignIn.seen_at)).one() == NOW + timedelta(seconds=seen)


def test_after_signing_out_the_cookie_is_worth_nothing(office: Settings) -> None:
    cookie = accounts.sign_in("clerk_finance", PASSWORD).cookie
    sessions.end(cookie, actor=directory.actor("clerk_finance"))
    assert sessions.load(cookie) is None
    assert acts.page()[0].kind == "sign_out"


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 10_000, "\ud800" * 43, "\x00" * 43])
def test_a_cookie_that_nobody_gave_is_no_session(shared_office: Settings, cookie: str) -> None:
    assert sessions.load(cookie) is None


def test_old_sessions_are_swept(office: Settings) -> None:
    accounts.sign_in("clerk_finance", PASSWORD)
    with clock.at(NOW + timedelta(minutes=20)):
        kept = accounts.sign_in("clerk_finance", PASSWORD).cookie
    with clock.at(NOW + timedelta(minutes=31)):
        sessions.sweep()
        assert db.session.scalars(select(SignIn.id)).all() == [sessions.digest(kept)]


def test_roles_are_read_anew_for_each_request(office: Settings) -> None:
    accounts.set_roles("analyst", ["publisher"], actor=directory.actor("security_admin"))
    assert directory.actor("analyst").roles == {"clerk", "publisher"}


def test_a_token_tells_whose_it_is_and_how_far_it_reaches(office: Settings) -> None:
    token = tokens.issue("clerk_finance", ["b", "a", "a"], actor=SYSTEM)
    assert tokens.load(token) == tokens.TokenFacts("clerk_finance", ("a", "b"))
    assert tokens.load(tokens.issue("clerk_finance", ["a", "*"], actor=SYSTEM)) == tokens.TokenFacts("clerk_finance", ("*",))
    assert tokens.load(tokens.issue("clerk_finance", actor=SYSTEM)) == tokens.TokenFacts("clerk_finance", None)
    assert token not in [row.id for row in db.session.scalars(select(Token))]


def test_an_account_without_password_gets_a_token(office: Settings) -> None:
    accounts.create("outside", "外部系统", ["integrator"], actor=SYSTEM)
    facts = tokens.load(tokens.issue("outside", ["*"], actor=SYSTEM))
    assert facts is not None
    assert directory.actor(facts.login, scope=facts.scope, via="token").roles == {"integrator"}


@pytest.mark.parametrize("scope", [[], [""], [" , "], ["x" * 300], [str(number) for number in range(101)]])
def test_a_scope_that_names_nothing_is_refused(shared_office: Settings, scope: list[str]) -> None:
    with pytest.raises(Invalid):
        tokens.issue("clerk_finance", [key for text in scope for key in text.split(",")], actor=SYSTEM)


def test_a_token_needs_an_active_account(office: Settings) -> None:
    token = tokens.issue("clerk_finance", actor=SYSTEM)
    editing.set_active("clerk_finance", False, actor=SYSTEM)
    assert tokens.load(token) is None
    with pytest.raises(Conflict):
        tokens.issue("clerk_finance", actor=SYSTEM)
    with pytest.raises(NotFound):
        tokens.issue("nobody", actor=SYSTEM)


def test_a_token_for_somebody_else_is_refused_and_on_record(office: Settings) -> None:
    with pytest.raises(NotAllowed):
        tokens.issue("clerk_finance", actor=directory.actor("info_admin"))
    assert (acts.page()[0].kind, acts.page()[0].allowed) == ("token_issued", False)


def test_a_token_is_revoked_by_its_owner_and_by_a_security_administrator_only(office: Settings) -> None:
    first, second = (tokens.issue("clerk_finance", actor=SYSTEM) for _ in range(2))
    ids = {tokens.load(first) and row.id for row in tokens.listed("clerk_finance")}
    for token_id in ids:
        with pytest.raises(NotFound):
            tokens.revoke(token_id, actor=directory.actor("village_east"))
    one, other = sorted(ids)
    tokens.revoke(one, actor=directory.actor("clerk_finance"))
    tokens.revoke(other, actor=directory.actor("security_admin"))
    assert [tokens.load(first), tokens.load(second)] == [None, None]


@pytest.mark.parametrize("token", ["", "bj_", "bj_" + "x" * 43, "x" * 46, "\x00" * 46])
def test_a_text_that_is_no_token_is_nobody(shared_office: Settings, token: str) -> None:
    assert tokens.load(token) is None
