"""Who holds what a diagram names."""

from datetime import date

import pytest
from sqlalchemy import select, update

from processes.actors import SYSTEM, Actor
from processes.db import db, transaction
from processes.errors import NotFound
from processes.models import Department, Person, Post
from processes.people import accounts, directory, editing, granting, groups, listing
from processes.settings import Settings


def admin() -> Actor:
    return directory.actor("security_admin")


@pytest.mark.parametrize(
    ("name", "logins"),
    [
        ("财政局", ["clerk_finance", "head_finance"]),
        ("finance_bureau", ["clerk_finance", "head_finance"]),
        ("finance", ["clerk_finance", "head_finance"]),
        ("主要领导", ["mayor_town", "secretary_town"]),
        ("主要领导@区县局", ["branch_leader"]),
        ("分管领导", ["leader_works"]),
        ("部门负责人", ["head_agri", "head_finance", "head_works"]),
        ("部门负责人@财政局", ["head_finance"]),
        ("部门负责人@finance", ["head_finance"]),
        ("department_head@市局", ["section_head"]),
        ("机要室", ["confidential_clerk"]),
        ("机要室@市局", ["confidential_clerk"]),
        ("东湾村", ["village_east"]),
        ("east_village", ["village_east"]),
        ("财政局局长", ["head_finance"]),
        ("财政局局长@财政局", ["head_finance"]),
        ("民政办负责人", []),
        ("mayor_town", ["mayor_town"]),
        ("没有这个", []),
        ("财政局@没有这个", []),
        ("", []),
        ("@", []),
        ("a@b@c", []),
    ],
)
def test_a_name_is_a_role_or_a_department_or_a_post_or_a_login(shared_office: Settings, name: str, logins: list[str]) -> None:
    assert groups.holders([name]) == {name: logins}


def test_a_role_hides_the_department_of_the_same_name(shared_office: Settings) -> None:
    """党政办 is both: of the office's five people only one holds the role."""
    assert groups.holders(["党政办", "party_office"]) == {
        "党政办": ["office_clerk"],
        "party_office": ["duty_officer", "office_clerk", "office_head", "office_review1", "seal_keeper"],
    }
    assert "党政办" not in directory.actor("duty_officer").groups


def test_a_second_post_makes_a_member_of_its_department(shared_office: Settings) -> None:
    assert "confidential_clerk" in directory.holders("市局")
    assert "市局" in directory.actor("confidential_clerk").groups


def test_what_somebody_holds_and_who_holds_it_agree_for_every_name(shared_office: Settings) -> None:
    logins = list(db.session.scalars(select(Person.login)))
    held = {login: directory.actor(login).groups for login in logins}
    names = set().union(*held.values())
    assert len(names) > 300
    found = groups.holders(names)
    wrong = [name for name in names if set(found[name]) != {login for login in logins if name in held[login]}]
    assert wrong == []


def test_several_hold_together_what_each_holds_alone(shared_office: Settings) -> None:
    homes = {login: home for login, home in db.session.execute(select(Person.login, Person.department))}
    assert groups.held_by_each(homes) == {login: groups.held_by(login, home) for login, home in homes.items()}
    assert groups.held_by_each({}) == {}


def test_every_role_of_the_demo_has_a_holder(shared_office: Settings) -> None:
    assert [role.name for role in listing.roles() if not role.holdings] == []


def test_a_holding_counts_from_its_first_to_its_last_day(office: Settings) -> None:
    granting.give("clerk_agri", "mayor", valid_from=date(2026, 11, 24), valid_until=date(2026, 11, 25), actor=admin())
    held_on = {day: "clerk_agri" in directory.holders("镇长", date(2026, 11, day)) for day in (23, 24, 25, 26)}
    assert held_on == {23: False, 24: True, 25: True, 26: False}
    assert "镇长" in directory.actor("clerk_agri").groups


def test_a_role_that_is_ended_is_gone_at_once_and_history_keeps_it(office: Settings) -> None:
    holding = granting.give("clerk_agri", "mayor", valid_from=date(2026, 1, 1), actor=admin())
    granting.end(holding, actor=admin())
    assert "clerk_agri" not in directory.holders("镇长")
    assert "clerk_agri" in directory.holders("镇长", date(2026, 6, 1))


def test_a_role_given_and_ended_on_one_day_leaves_no_row(office: Settings) -> None:
    holding = granting.give("clerk_agri", "mayor", valid_from=date(2026, 11, 24), actor=admin())
    granting.end(holding, actor=admin())
    assert "clerk_agri" not in directory.holders("镇长", date(2026, 11, 24))


def test_a_disabled_person_holds_nothing(office: Settings) -> None:
    editing.set_active("head_finance", False, actor=directory.actor("info_admin"))
    assert groups.holders(["财政局", "finance", "财政局局长", "head_finance"]) == {
        "财政局": ["clerk_finance"],
        "finance": ["clerk_finance"],
        "财政局局长": [],
        "head_finance": [],
    }


def test_candidates_are_people_named_and_holders_together_without_unknown_logins(shared_office: Settings) -> None:
    assert directory.resolve(["village_east", "kermit"], ["财政局", "没有"]) == ["clerk_finance", "head_finance", "village_east"]
    assert directory.resolve([], []) == []


def test_names_come_with_the_main_post(shared_office: Settings) -> None:
    assert directory.names(["clerk_finance", "citizen_a", "kermit", "system", None]) == {
        "clerk_finance": "何静安·财政局经办",
        "citizen_a": "江小满",
        "kermit": "kermit",
        "system": "系统",
    }


@pytest.mark.parametrize("text", ["何静", "CLERK_FIN", "财政局", "财政局经办"])
def test_people_are_found_by_name_login_department_and_post(shared_office: Settings, text: str) -> None:
    assert "clerk_finance" in [facts.login for facts in directory.search(text)]


@pytest.mark.parametrize("text", ["%", "_%", "\\", "'; drop table person --", "\x00"])
def test_wildcards_and_quotes_in_a_search_mean_themselves(shared_office: Settings, text: str) -> None:
    found = [facts.login for facts in directory.search(text)]
    assert found == [] or text in ("\x00",)


def test_disabled_departments_are_not_offered(office: Settings) -> None:
    with transaction():
        db.session.execute(update(Department).where(Department.code == "civil_affairs").values(active=False))
    assert "civil_affairs" not in [facts.code for facts in directory.departments()]
    assert "civil_affairs" in [facts.code for facts in directory.departments(disabled=True)]
    assert not directory.department_exists("civil_affairs")


def test_an_unknown_or_disabled_account_is_no_actor(office: Settings) -> None:
    for login in ("kermit", "head_finance"):
        if login == "head_finance":
            editing.set_active(login, False, actor=directory.actor("info_admin"))
        with pytest.raises(NotFound):
            directory.actor(login)


def test_an_account_without_department_and_post_is_an_actor(office: Settings) -> None:
    accounts.create("outside", "外部系统", ["integrator"], actor=SYSTEM)
    actor = directory.actor("outside", scope=("*",), via="token")
    assert (actor.name, actor.roles, actor.groups, actor.scope) == ("外部系统", {"integrator"}, frozenset(), ("*",))


def test_the_post_that_ended_no_longer_names(office: Settings) -> None:
    with transaction():
        db.session.execute(update(Post).where(Post.name == "财政局局长").values(valid_until=date(2026, 11, 23)))
    assert directory.holders("财政局局长") == []
    assert directory.names(["head_finance"]) == {"head_finance": "阮青禾·财政局"}
