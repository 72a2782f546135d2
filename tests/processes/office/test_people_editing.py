"""Editing departments, people, posts, roles, holders and lines of responsibility."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from processes import acts
from processes.actors import Actor
from processes.db import db
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.models import Department, Post
from processes.people import accounts, directory, editing, granting, listing, posts
from processes.settings import Settings


def actor(login: str) -> Actor:
    return directory.actor(login)


def post_named(name: str) -> str:
    return db.session.scalars(select(Post.id).where(Post.name == name)).one()


KEPT_BY_SYSTEM: list[tuple[str, Callable[[Actor], Any]]] = [
    ("department_created", lambda who: editing.create_department("parks", "园林办", actor=who)),
    ("department_changed", lambda who: editing.change_department("works", name="工办", parent=None, level="town", active=True, actor=who)),
    ("department_deleted", lambda who: editing.delete_department("works", actor=who)),
    ("account_created", lambda who: editing.create_person("new_one", "新人", actor=who)),
    ("person_changed", lambda who: editing.change_person("village_east", name="新", department=None, phone=None, actor=who)),
    ("account_disabled", lambda who: editing.set_active("village_east", False, actor=who)),
    ("password_reset", lambda who: accounts.reset_password("village_east", actor=who)),
    ("post_created", lambda who: posts.create("园林员", "works", actor=who)),
    ("post_changed", lambda who: posts.change("no-post", name="x", head=False, actor=who)),
    ("post_appointed", lambda who: posts.appoint("no-post", "village_east", actor=who)),
    ("post_deleted", lambda who: posts.delete("no-post", actor=who)),
]
KEPT_BY_SECURITY: list[tuple[str, Callable[[Actor], Any]]] = [
    ("roles_changed", lambda who: accounts.set_roles("village_east", ["operator"], actor=who)),
    ("role_created", lambda who: granting.create_role("gardener", "园丁", actor=who)),
    ("role_changed", lambda who: granting.change_role("mayor", name="市长", description=None, actor=who)),
    ("role_deleted", lambda who: granting.delete_role("mayor", actor=who)),
    ("role_given", lambda who: granting.give("village_east", "mayor", actor=who)),
    ("role_ended", lambda who: granting.end("no-holding", actor=who)),
    ("line_given", lambda who: granting.put_in_charge("village_east", business="works", actor=who)),
    ("line_ended", lambda who: granting.end_line("no-line", actor=who)),
]
OTHERS = {
    "system": ("security_admin", "audit_admin", "clerk_finance", "analyst"),
    "security": ("info_admin", "audit_admin", "clerk_finance"),
}


@pytest.mark.parametrize("login", OTHERS["system"])
@pytest.mark.parametrize(("kind", "command"), KEPT_BY_SYSTEM, ids=[kind for kind, _ in KEPT_BY_SYSTEM])
def test_what_a_system_administrator_keeps_nobody_else_does(shared_office: Settings, login: str, kind: str, command: Any) -> None:
    with pytest.raises(NotAllowed):
        command(actor(login))
    assert (acts.page()[0].kind, acts.page()[0].actor, acts.page()[0].allowed) == (kind, login, False)


@pytest.mark.parametrize("login", OTHERS["security"])
@pytest.mark.parametrize(("kind", "command"), KEPT_BY_SECURITY, ids=[kind for kind, _ in KEPT_BY_SECURITY])
def test_what_a_security_administrator_keeps_nobody_else_does(shared_office: Settings, login: str, kind: str, command: Any) -> None:
    with pytest.raises(NotAllowed):
        command(actor(login))
    assert (acts.page()[0].kind, acts.page()[0].actor, acts.page()[0].allowed) == (kind, login, False)


def test_a_department_is_made_changed_and_deleted(office: Settings) -> None:
    admin = actor("info_admin")
    editing.create_department("parks", "园林办", parent="liuxi", actor=admin)
    editing.change_department("parks", name="园林绿化办", parent="works", level="department", active=False, actor=admin)
    facts = {facts.code: facts for facts in directory.departments(disabled=True)}["parks"]
    assert (facts.name, facts.parent, facts.active) == ("园林绿化办", "works", False)
    editing.delete_department("parks", actor=admin)
    assert [act.kind for act in acts.page(limit=3)] == ["department_deleted", "department_changed", "department_created"]


@pytest.mark.parametrize("code", ["works", "civil_affairs", "qingshi", "city_bureau"])
def test_a_department_with_people_posts_or_others_below_cannot_be_deleted(shared_office: Settings, code: str) -> None:
    with pytest.raises(Conflict) as refusal:
        editing.delete_department(code, actor=actor("info_admin"))
    assert refusal.value.code == "department_in_use"
    assert db.session.get(Department, code) is not None


@pytest.mark.parametrize(
    ("code", "name", "parent", "refusal"),
    [
        ("works", "另一个", None, Conflict),
        ("parks", "建设办", None, Conflict),
        ("parks", "a@b", None, Invalid),
        ("parks", "", None, Invalid),
        ("Parks", "园林办", None, Invalid),
        ("../x", "园林办", None, Invalid),
        ("parks", "园林办", "nowhere", Invalid),
    ],
)
def test_a_department_that_cannot_be_is_refused(
    shared_office: Settings, code: str, name: str, parent: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        editing.create_department(code, name, parent=parent, actor=actor("info_admin"))


@pytest.mark.parametrize("parent", ["liuxi", "works"])
def test_a_department_is_not_put_under_itself(shared_office: Settings, parent: str) -> None:
    with pytest.raises(Invalid):
        editing.change_department("liuxi", name="柳溪镇", parent=parent, level="town", active=True, actor=actor("info_admin"))


def test_a_new_person_signs_in_once_and_must_change_the_password(office: Settings) -> None:
    once = editing.create_person("new_one", "新人", department="works", phone="0512-1234 5678", actor=actor("info_admin"))
    assert accounts.sign_in("new_one", once).must_change_password
    facts = listing.account("new_one")
    assert (facts.person.display, facts.phone, facts.account_roles) == ("新人·建设办", "0512-1234 5678", ["clerk"])


def test_a_person_is_changed(office: Settings) -> None:
    editing.change_person("village_east", name="孟春来", department="works", phone=None, actor=actor("info_admin"))
    assert actor("village_east").department == "works"


@pytest.mark.parametrize(("name", "department", "phone"), [("", None, None), ("x", "nowhere", None), ("x", None, "<script>")])
def test_a_person_that_cannot_be_is_refused(shared_office: Settings, name: str, department: str, phone: str) -> None:
    with pytest.raises(Invalid):
        editing.change_person("village_east", name=name, department=department, phone=phone, actor=actor("info_admin"))


def test_an_account_is_disabled_and_enabled_and_keeps_its_name(office: Settings) -> None:
    for active in (False, False, True, True):
        editing.set_active("village_east", active, actor=actor("info_admin"))
        assert directory.exists("village_east") is active
        assert directory.names(["village_east"]) == {"village_east": "孟春来·东湾村文书"}


def test_who_was_head_then_can_be_answered(office: Settings) -> None:
    old = post_named("财政局局长")
    new = posts.appoint(old, "clerk_finance", valid_from=date(2026, 12, 1), actor=actor("info_admin"))
    assert new != old
    assert directory.holders("财政局局长", date(2026, 11, 30)) == ["head_finance"]
    assert directory.holders("财政局局长", date(2026, 12, 1)) == ["clerk_finance"]
    assert [post.head for post in listing.posts("finance") if post.name == "财政局局长"] == [True, True]


def test_a_person_has_one_main_post(office: Settings) -> None:
    posts.appoint(post_named("民政办负责人"), "clerk_agri", actor=actor("info_admin"))
    assert directory.names(["clerk_agri"]) == {"clerk_agri": "韩若谷·民政办负责人"}
    assert sorted((post.name, post.main) for post in listing.account("clerk_agri").posts) == [("农业办经办", False), ("民政办负责人", True)]


def test_a_post_is_made_renamed_left_and_deleted(office: Settings) -> None:
    admin = actor("info_admin")
    post = posts.create("绿化员", "works", actor=admin)
    posts.change(post, name="园林员", head=False, actor=admin)
    posts.appoint(post, "clerk_works", main=False, actor=admin)
    with pytest.raises(Conflict):
        posts.delete(post, actor=admin)
    assert directory.holders("园林员") == ["clerk_works"]
    posts.appoint(post, None, actor=admin)
    assert directory.holders("园林员") == []
    posts.delete(post, actor=admin)


def test_nobody_unknown_or_disabled_gets_a_post(office: Settings) -> None:
    editing.set_active("clerk_agri", False, actor=actor("info_admin"))
    for login in ("nobody", "clerk_agri"):
        with pytest.raises(Invalid):
            posts.appoint(post_named("民政办负责人"), login, actor=actor("info_admin"))
    with pytest.raises(NotFound):
        posts.appoint("no-post", "clerk_finance", actor=actor("info_admin"))


def test_a_role_is_made_given_and_ended(office: Settings) -> None:
    admin = actor("security_admin")
    granting.create_role("gardener", "园丁", "照看园林", actor=admin)
    holding = granting.give("clerk_works", "gardener", actor=admin)
    assert directory.holders("园丁") == ["clerk_works"]
    granting.change_role("gardener", name="园艺师", description=None, actor=admin)
    assert (directory.holders("园丁"), directory.holders("园艺师")) == ([], ["clerk_works"])
    granting.end(holding, actor=admin)
    assert directory.holders("园艺师") == []
    with pytest.raises(Conflict):
        granting.delete_role("gardener", actor=admin)


@pytest.mark.parametrize(("code", "name"), [("mayor", "别的"), ("other", "镇长"), ("other", "mayor"), ("new", "a@b"), ("书记", "x")])
def test_a_role_that_cannot_be_is_refused(shared_office: Settings, code: str, name: str) -> None:
    with pytest.raises((Conflict, Invalid)):
        granting.create_role(code, name, actor=actor("security_admin"))


def test_the_same_role_is_not_held_twice_at_one_time(office: Settings) -> None:
    admin = actor("security_admin")
    granting.give("clerk_works", "mayor", valid_from=date(2026, 1, 1), valid_until=date(2026, 6, 30), actor=admin)
    granting.give("clerk_works", "mayor", valid_from=date(2026, 7, 1), actor=admin)
    granting.give("clerk_works", "mayor", department="works", valid_from=date(2026, 3, 1), actor=admin)
    for first, last in ((None, None), (date(2026, 6, 30), date(2026, 6, 30)), (date(2027, 1, 1), None)):
        with pytest.raises(Conflict):
            granting.give("clerk_works", "mayor", valid_from=first, valid_until=last, actor=admin)


@pytest.mark.parametrize(
    ("login", "role", "department", "first", "last", "refusal"),
    [
        ("nobody", "mayor", None, None, None, Invalid),
        ("clerk_works", "emperor", None, None, None, NotFound),
        ("clerk_works", "mayor", "nowhere", None, None, Invalid),
        ("clerk_works", "mayor", None, date(2026, 2, 1), date(2026, 1, 1), Invalid),
        ("security_admin", "mayor", None, None, None, NotAllowed),
    ],
)
def test_a_holding_that_cannot_be_is_refused(
    shared_office: Settings, login: str, role: str, department: str, first: date, last: date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        granting.give(login, role, department=department, valid_from=first, valid_until=last, actor=actor("security_admin"))


def test_a_leader_is_put_in_charge_and_relieved(office: Settings) -> None:
    admin = actor("security_admin")
    line = granting.put_in_charge("mayor_town", department="works", actor=admin)
    with pytest.raises(Conflict):
        granting.put_in_charge("mayor_town", department="works", actor=admin)
    for department, business in ((None, None), ("works", "works"), ("nowhere", None)):
        with pytest.raises(Invalid):
            granting.put_in_charge("mayor_town", department=department, business=business, actor=admin)
    granting.end_line(line, actor=admin)
    assert line not in [facts.id for facts in listing.lines()]


def test_accounts_are_listed_by_pages_with_what_they_hold(shared_office: Settings) -> None:
    first = listing.accounts(limit=10)
    second = listing.accounts(limit=10, after=first[-1].person.login)
    assert [facts.person.login for facts in [*first, *second]] == sorted(facts.person.login for facts in listing.accounts(limit=20))
    found = listing.accounts("何静安")
    assert [(facts.person.login, [holding.role_name for holding in facts.holdings]) for facts in found] == [("clerk_finance", ["财政局"])]
    assert [facts.person.login for facts in listing.accounts(department="finance")] == ["clerk_finance", "head_finance"]
    with pytest.raises(NotFound):
        listing.account("nobody")
