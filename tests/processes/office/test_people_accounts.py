"""Accounts, passwords, account roles, the first administrator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from processes import acts
from processes.actors import SYSTEM, Actor
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from processes.models import AccountRole, Person
from processes.people import accounts, directory, editing, passwords, sessions
from processes.settings import Settings
from tests.processes.office.conftest import PASSWORD

NEW = "Changed-2027"


def actor(login: str) -> Actor:
    return directory.actor(login)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Ab1-", "密码需要 8 到"),
        ("A1-" + "x" * 200, "密码需要 8 到"),
        ("12345678-", "字母"),
        ("Abcdefgh-", "数字"),
        ("Abcdefg1", "特殊字符"),
        ("Abcdefg1 ", "特殊字符"),
        ("Abcdefg1-\x00", "控制字符"),
        ("Clerk_Finance-1", "不能含有账号"),
    ],
)
def test_a_password_that_breaks_the_rule_is_refused_with_the_reason(password: str, fault: str) -> None:
    assert any(fault in sentence for sentence in passwords.faults(password, login="clerk_finance", shortest=8))


def test_every_fault_is_named_at_once() -> None:
    assert len(passwords.faults("", login="x", shortest=8)) == 4


@pytest.mark.parametrize("password", ["Abcdef1-", "中文密码a1。。", "Ａｂｃｄｅｆ１－", "correct horse 1 battery!"])
def test_a_password_that_keeps_the_rule_is_taken(password: str) -> None:
    assert passwords.faults(password, login="x", shortest=8) == []
    assert passwords.matches(passwords.hashed(password), password)


@given(st.integers(8, 40))
def test_one_time_passwords_keep_the_rule(length: int) -> None:
    made = passwords.one_time(length)
    assert len(made) == length
    assert passwords.faults(made, login="clerk_finance", shortest=8) == []


def test_a_broken_hash_matches_nothing() -> None:
    assert not passwords.matches("$argon2id$broken", PASSWORD)
    assert not passwords.matches("", PASSWORD)


def test_a_login_is_made_once(office: Settings) -> None:
    accounts.create("new_clerk", "新人", ["clerk"], password=NEW, actor=SYSTEM)
    for login in ("new_clerk", "New_Clerk"):
        with pytest.raises(Conflict) as refusal:
            accounts.create(login, "别人", [], actor=SYSTEM)
        assert refusal.value.code == "account_exists"
    assert db.session.get_one(Person, "new_clerk").name == "新人"


@pytest.mark.parametrize("login", ["", " ", "system", "a b", "a/b", "a\x00", "-a", "x" * 101, "a\nb", "a‮b"])
def test_a_login_that_cannot_be_one_is_refused(shared_office: Settings, login: str) -> None:
    with pytest.raises(Invalid):
        accounts.create(login, "某人", [], actor=SYSTEM)


@pytest.mark.parametrize("login", ["a", "张三", "zhang.san@office", "x" * 100, "1"])
def test_a_login_may_be_chinese(shared_office: Settings, login: str) -> None:
    accounts.create(login, "某人", [], actor=SYSTEM)
    assert directory.exists(login)


@pytest.mark.parametrize(
    ("name", "roles", "password", "code"),
    [
        ("", [], None, "field_invalid"),
        ("x" * 101, [], None, "field_invalid"),
        ("a\nb", [], None, "field_invalid"),
        ("某人", ["boss"], None, "unknown_account_role"),
        ("某人", ["system_admin", "security_admin"], None, "admin_roles_separate"),
        ("某人", ["security_admin", "audit_admin"], None, "admin_roles_separate"),
        ("某人", ["system_admin", "audit_admin", "clerk"], None, "admin_roles_separate"),
        ("某人", [], "weak", "password_refused"),
    ],
)
def test_a_wrong_account_is_refused_and_nothing_is_stored(
    shared_office: Settings, name: str, roles: list[str], password: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        accounts.create("somebody", name, roles, password=password, actor=SYSTEM)
    assert refusal.value.code == code
    assert not directory.exists("somebody")


def test_everyone_is_a_clerk_but_other_systems(office: Settings) -> None:
    accounts.create("one", "甲", ["operator"], actor=SYSTEM)
    accounts.create("two", "乙", ["integrator"], actor=SYSTEM)
    assert (accounts.roles_of("one"), accounts.roles_of("two")) == ({"clerk", "operator"}, {"integrator"})


@pytest.mark.parametrize("pair", [("system_admin", "security_admin"), ("security_admin", "audit_admin"), ("audit_admin", "system_admin")])
def test_no_account_holds_two_of_the_three_admin_roles(office: Settings, pair: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        accounts.set_roles("clerk_finance", pair, actor=actor("security_admin"))
    assert refusal.value.code == "admin_roles_separate"
    accounts.set_roles("clerk_finance", [pair[0], "operator", "auditor"], actor=actor("security_admin"))


@pytest.mark.parametrize("login", ["clerk_finance", "info_admin", "audit_admin", "analyst", "auditor"])
def test_only_security_administrators_give_account_roles(shared_office: Settings, login: str) -> None:
    with pytest.raises(NotAllowed):
        accounts.set_roles("village_east", ["operator"], actor=actor(login))
    last = acts.page()[0]
    assert (last.kind, last.actor, last.subject, last.allowed) == ("roles_changed", login, "village_east", False)
    assert accounts.roles_of("village_east") == {"clerk"}


def test_nobody_gives_roles_to_oneself(shared_office: Settings) -> None:
    with pytest.raises(NotAllowed) as refusal:
        accounts.set_roles("security_admin", ["security_admin", "operator"], actor=actor("security_admin"))
    assert refusal.value.code == "own_roles"
    assert not acts.page()[0].allowed


def test_a_token_that_is_limited_to_processes_administers_nothing(office: Settings) -> None:
    limited = directory.actor("security_admin", scope=("procurement_regular",), via="token")
    with pytest.raises(NotAllowed):
        accounts.set_roles("village_east", ["operator"], actor=limited)
    accounts.set_roles("village_east", ["operator"], actor=directory.actor("security_admin", scope=None, via="token"))


def test_roles_are_replaced_and_both_sets_are_on_record(office: Settings) -> None:
    accounts.set_roles("analyst", ["auditor"], actor=actor("security_admin"))
    assert accounts.roles_of("analyst") == {"auditor", "clerk"}
    assert acts.page()[0].details == {"via": "session", "before": ["analyst", "clerk"], "after": ["auditor", "clerk"]}


def test_the_last_administrator_stays(office: Settings) -> None:
    accounts.set_roles("info_admin", ["operator"], actor=actor("security_admin"))
    with pytest.raises(Conflict) as refusal:
        accounts.set_roles("security_admin", [], actor=SYSTEM)
    assert refusal.value.code == "last_administrator"
    with pytest.raises(Conflict):
        editing.set_active("security_admin", False, actor=SYSTEM)
    assert not accounts.needs_first_administrator()


def test_a_system_administrator_appoints_the_first_security_administrator_and_no_second(office: Settings) -> None:
    accounts.set_roles("security_admin", [], actor=SYSTEM)
    with pytest.raises(NotAllowed):
        accounts.set_roles("village_east", ["operator"], actor=actor("info_admin"))
    accounts.set_roles("village_east", ["security_admin"], actor=actor("info_admin"))
    with pytest.raises(NotAllowed):
        accounts.set_roles("village_north", ["security_admin"], actor=actor("info_admin"))


def test_the_first_administrator_is_made_once_in_an_empty_office(make_office) -> None:
    make_office(empty=True)
    assert accounts.needs_first_administrator()
    with pytest.raises(Invalid):
        accounts.first_administrator("boss", "某某", "weak")
    accounts.first_administrator("boss", "某某", NEW)
    assert directory.actor("boss").roles == {"clerk", "system_admin"}
    assert not accounts.needs_first_administrator()
    with pytest.raises(NotFound):
        accounts.first_administrator("second", "某某", NEW)
    assert accounts.sign_in("boss", NEW).must_change_password is False


def test_one_security_administrator_keeps_the_page_closed(office: Settings) -> None:
    with transaction():
        db.session.execute(update(Person).where(Person.login == "info_admin").values(active=False))
    with pytest.raises(NotFound):
        accounts.first_administrator("boss", "某某", NEW)


def test_changing_the_password_ends_every_session_and_gives_a_new_one(office: Settings) -> None:
    here, elsewhere = (accounts.sign_in("clerk_finance", PASSWORD).cookie for _ in range(2))
    fresh = accounts.change_password(PASSWORD, NEW, actor=actor("clerk_finance"), cookie=here)
    assert fresh is not None
    assert [sessions.load(cookie) is None for cookie in (here, elsewhere, fresh)] == [True, True, False]
    with pytest.raises(NotAllowed):
        accounts.sign_in("clerk_finance", PASSWORD)
    assert accounts.sign_in("clerk_finance", NEW)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("wrong", NEW, "old"), ("", NEW, "old"), (PASSWORD, "weak", "new"), (PASSWORD, PASSWORD, "new"), (PASSWORD, "Clerk_finance-1", "new")],
)
def test_a_wrong_old_or_weak_new_password_changes_nothing(office: Settings, old: str, new: str, field: str) -> None:
    cookie = accounts.sign_in("clerk_finance", PASSWORD).cookie
    with pytest.raises(Invalid) as refusal:
        accounts.change_password(old, new, actor=actor("clerk_finance"), cookie=cookie)
    assert list(refusal.value.fields) == [field]
    assert sessions.load(cookie) is not None


def test_guessing_the_old_password_locks_out(office: Settings) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            accounts.change_password("wrong", NEW, actor=actor("clerk_finance"))
    with pytest.raises(Unavailable):
        accounts.change_password(PASSWORD, NEW, actor=actor("clerk_finance"))
    with pytest.raises(Unavailable):
        accounts.sign_in("clerk_finance", PASSWORD)


def test_a_reset_gives_a_password_for_one_time(office: Settings) -> None:
    cookie = accounts.sign_in("clerk_finance", PASSWORD).cookie
    once = accounts.reset_password("clerk_finance", actor=actor("info_admin"))
    assert sessions.load(cookie) is None
    signed_in = accounts.sign_in("clerk_finance", once)
    assert signed_in.must_change_password
    accounts.change_password(once, NEW, actor=actor("clerk_finance"), cookie=signed_in.cookie)
    assert not accounts.sign_in("clerk_finance", NEW).must_change_password


@pytest.mark.parametrize(
    ("admin", "login", "may"),
    [
        ("info_admin", "clerk_finance", True),
        ("info_admin", "auditor", True),
        ("info_admin", "audit_admin", False),
        ("info_admin", "security_admin", False),
        ("info_admin", "info_admin", False),
        ("security_admin", "info_admin", True),
        ("security_admin", "audit_admin", True),
        ("security_admin", "security_admin", False),
        ("security_admin", "clerk_finance", False),
        ("audit_admin", "clerk_finance", False),
        ("clerk_finance", "head_finance", False),
    ],
)
def test_who_may_reset_and_disable_whom(office: Settings, admin: str, login: str, may: bool) -> None:
    if may:
        accounts.reset_password(login, actor=actor(admin))
        editing.set_active(login, False, actor=actor(admin))
        return
    for command in (accounts.reset_password, lambda who, actor: editing.set_active(who, False, actor=actor)):
        with pytest.raises(NotAllowed):
            command(login, actor=actor(admin))
        assert not acts.page()[0].allowed
    assert directory.exists(login)


def test_a_disabled_account_gets_no_new_password(office: Settings) -> None:
    editing.set_active("clerk_finance", False, actor=SYSTEM)
    with pytest.raises(Conflict):
        accounts.reset_password("clerk_finance", actor=SYSTEM)
    with pytest.raises(NotFound):
        accounts.reset_password("nobody", actor=SYSTEM)


def test_the_database_holds_no_password_in_clear(office: Settings) -> None:
    accounts.create("new_clerk", "新人", [], password=NEW, actor=SYSTEM)
    assert db.session.scalar(select(Person.password).where(Person.login == "new_clerk")).startswith("$argon2id$")
    assert NEW not in str([act.details for act in acts.page()])
    assert db.session.scalars(select(AccountRole.role).where(AccountRole.login == "new_clerk")).all() == ["clerk"]
