"""The organisation document and the demo."""

import stat
from typing import Any

import pytest
from sqlalchemy import func, select

from processes import acts, settings
from processes.actors import SYSTEM
from processes.calendar import office as office_clock
from processes.db import db, transaction
from processes.errors import Invalid, NotAllowed
from processes.models import AccountRole, Department, Holding, Notice, Person, Post, ResponsibilityLine, Role, Token
from processes.people import accounts, demo, directory, listing, organisation, tokens
from processes.settings import Settings
from tests.processes.office.conftest import PASSWORD

TABLES = (Department, Role, Person, AccountRole, Holding, Post, ResponsibilityLine)


def counts() -> list[int | None]:
    return [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def shipped() -> organisation.Organisation:
    return organisation.read(settings.shipped("bpmn_models") / "_shared/organisation.toml")


def test_loading_twice_is_loading_once(make_office) -> None:
    make_office(empty=True)
    organisation.load(shipped(), actor=SYSTEM)
    once = counts()
    organisation.load(shipped(), actor=SYSTEM)
    assert counts() == once
    assert once[2] == len(shipped().people)


def test_loading_changes_what_has_changed_and_removes_nothing(office: Settings) -> None:
    document = organisation.parse(
        {
            "departments": [{"code": "works", "name": "建设局", "level": "bureau"}],
            "people": [
                {"login": "clerk_works", "name": "陶闻溪", "department": "finance", "account_roles": ["operator"]},
                {
                    "login": "new_one",
                    "name": "新人",
                    "department": "建设局",
                    "post": "新岗",
                    "roles": ["镇长@works"],
                    "account_roles": ["auditor"],
                },
            ],
        }
    )
    organisation.load(document, actor=SYSTEM)
    assert db.session.get_one(Department, "works").name == "建设局"
    assert directory.actor("clerk_works").department == "finance"
    assert accounts.roles_of("clerk_works") == {"clerk"}
    assert directory.actor("new_one").roles == {"auditor", "clerk"}
    assert directory.holders("镇长@建设局") == ["new_one"]
    assert directory.holders("承办单位经办人") == ["clerk_agri", "clerk_works"]


def test_a_vacant_post_is_filled(office: Settings) -> None:
    organisation.load(
        organisation.parse(
            {"people": [{"login": "new_one", "name": "新人", "department": "civil_affairs", "post": "民政办负责人", "head": True}]}
        ),
        actor=SYSTEM,
    )
    assert [post.login for post in listing.posts("civil_affairs")] == ["new_one"]


@pytest.mark.parametrize(
    "document",
    [
        {"people": [{"login": "x"}]},
        {"people": [{"login": "x", "name": "y", "colour": "red"}]},
        {"folk": []},
        {"people": "x"},
        {"departments": [{"code": "x", "name": "y", "level": "galaxy"}]},
        {"departments": [{"code": "x", "name": "y", "parent": "nowhere"}]},
        {"departments": [{"code": "X Y", "name": "y"}]},
        {"roles": [{"code": "x", "name": "a@b"}]},
        {"people": [{"login": "x", "name": "y", "department": "nowhere"}]},
        {"people": [{"login": "x", "name": "y", "roles": ["皇帝"]}]},
        {"people": [{"login": "x", "name": "y", "roles": ["镇长@nowhere"]}]},
        {"people": [{"login": "x", "name": "y", "post": "岗"}]},
        {"people": [{"login": "x", "name": "y", "account_roles": ["boss"]}]},
        {"people": [{"login": "x", "name": "y", "account_roles": ["system_admin", "audit_admin"]}]},
        {"lines": [{"leader": "nobody", "departments": ["works"]}]},
    ],
)
def test_a_document_that_is_wrong_is_refused_and_changes_nothing(shared_office: Settings, document: dict[str, Any]) -> None:
    before = counts()
    with pytest.raises(Invalid):
        organisation.load(organisation.parse(document), actor=SYSTEM)
    db.session.rollback()
    assert counts() == before


def test_a_file_that_is_no_toml_is_refused(shared_office: Settings, tmp_path: Any) -> None:
    (tmp_path / "x.toml").write_text("[[people")
    for name in ("x.toml", "missing.toml"):
        with pytest.raises(Invalid) as refusal:
            organisation.load(tmp_path / name, actor=SYSTEM)
        assert refusal.value.code == "organisation_refused"


def test_an_organisation_is_loaded_from_the_command_line_only(shared_office: Settings) -> None:
    with pytest.raises(NotAllowed):
        organisation.load(shipped(), actor=directory.actor("info_admin"))


def test_the_shipped_organisation_keeps_the_three_administrators_apart() -> None:
    holders = {role: [part.login for part in shipped().people if role in part.account_roles] for role in accounts.ADMIN_ROLES}
    assert sorted(login for logins in holders.values() for login in logins) == ["audit_admin", "info_admin", "security_admin"]


def test_the_demo_is_loaded_into_an_empty_database_once(make_office) -> None:
    given = make_office(empty=True)
    path = demo.load(actor=SYSTEM)
    assert path == given.var.dir / "demo-logins.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    assert demo.load(actor=SYSTEM) == path
    assert path.read_text("utf-8") == text
    rows = [line.split() for line in text.splitlines()]
    assert len(rows) == len(shipped().people) + 1
    login, password, display, unit = next(row for row in rows if row[0] == "clerk_finance")
    assert (display, unit) == ("何静安·财政局经办", "财政局")
    assert accounts.sign_in(login, password).must_change_password is False
    assert len({row[1] for row in rows}) == len(rows)


def test_the_demo_stays_away_where_people_are(make_office) -> None:
    make_office(empty=True)
    accounts.first_administrator("boss", "某某", PASSWORD)
    assert demo.load(actor=SYSTEM) is None
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_missing_file_is_not_made_up(office: Settings) -> None:
    assert demo.load(actor=SYSTEM) is None


def test_removing_the_demo_deletes_who_has_no_history_and_disables_the_rest(make_office) -> None:
    make_office(empty=True)
    path = demo.load(actor=SYSTEM)
    assert path is not None
    password = next(line.split()[1] for line in path.read_text("utf-8").splitlines() if line.startswith("mayor_town "))
    accounts.sign_in("mayor_town", password)
    token = tokens.issue("leader_works", actor=SYSTEM)
    with transaction():
        db.session.add(Notice(id="x", login="village_east", kind="system", text="x", at=office_clock.start_of_year(2026)))
    removed = demo.remove(actor=SYSTEM)
    assert removed.disabled == ["leader_works", "mayor_town"]
    assert len(removed.deleted) == len(shipped().people) - 2
    assert not path.exists()
    assert tokens.load(token) is None
    assert db.session.scalar(select(func.count()).select_from(Token)) == 0
    assert directory.names(["mayor_town"]) == {"mayor_town": "邵明远·镇长"}
    assert directory.holders("镇长") == []
    assert db.session.get(Role, "mayor") is not None
    with pytest.raises(NotAllowed):
        accounts.sign_in("mayor_town", password)


def test_after_the_demo_an_administrator_can_be_made_and_the_demo_does_not_come_back(make_office) -> None:
    make_office(empty=True)
    demo.load(actor=SYSTEM)
    demo.remove(actor=SYSTEM)
    assert demo.load(actor=SYSTEM) is None
    assert accounts.needs_first_administrator()
    accounts.first_administrator("boss", "某某", PASSWORD)
    assert demo.remove(actor=SYSTEM) == demo.Removed([], [])
    assert directory.exists("boss")


def test_the_demo_is_removed_from_the_command_line_only(office: Settings) -> None:
    with pytest.raises(NotAllowed):
        demo.remove(actor=directory.actor("info_admin"))
    assert not acts.page()[0].allowed
