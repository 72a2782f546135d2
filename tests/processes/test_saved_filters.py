"""Saved filters: who sees, shares, orders and deletes them, and what stays when a role goes or a person leaves."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, update

from processes import saved_filters
from processes.actors import Actor
from processes.clock import now
from processes.db import db, transaction
from processes.errors import Conflict, Invalid, NotAllowed, NotFound
from processes.ids import new_id
from processes.models import Department, Holding, Person, Post, Role
from processes.people import directory
from tests.processes.cases import OPERATOR
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")
ADMIN = Actor("ops", "运维", frozenset({"clerk", "system_admin"}))


@pytest.fixture(autouse=True)
def finance(database: str) -> None:
    """The finance department with its head wang, and li."""
    with transaction():
        db.session.add(Department(code="d1", name="财务科"))
        db.session.flush()
        db.session.execute(update(Person).where(Person.login.in_(("li", "wang"))).values(department="d1"))
        db.session.execute(insert(Post).values(id=new_id(), name="科长", department="d1", login="wang", head=True, main=True))


def _actor(login: str) -> Actor:
    return directory.actor(login)


def _names(login: str, box: str | None = None) -> list[str]:
    return [one.name for one in saved_filters.listed(_actor(login), box)]


def test_a_filter_is_kept_in_order_and_only_its_owner_sees_it() -> None:
    li = _actor("li")
    ids = [saved_filters.save(name, "todo", {"q": name, "sort": "-due", "columns": "amount"}, actor=li) for name in ("甲", "乙", "丙")]
    assert _names("li") == ["甲", "乙", "丙"]
    assert _names("wang") == []
    saved_filters.move(ids[2], True, actor=li)
    saved_filters.move(ids[0], True, actor=li)
    saved_filters.move(ids[1], False, actor=li)
    assert _names("li") == ["甲", "丙", "乙"]
    assert saved_filters.listed(li)[0].conditions == {"q": "甲", "sort": "-due", "columns": "amount"}
    saved_filters.change(ids[0], name=" 丁 ", actor=li)
    saved_filters.replace(ids[0], {"q": "", "due": "late"}, actor=li)
    assert (saved_filters.listed(li)[0].name, saved_filters.listed(li)[0].conditions) == ("丁", {"due": "late"})
    saved_filters.remove(ids[0], actor=li)
    assert _names("li", "todo") == ["丙", "乙"]
    assert _names("li", "done") == []


@pytest.mark.parametrize(
    ("name", "box", "conditions"),
    [
        ("", "todo", {}),
        ("x" * 61, "todo", {}),
        ("a\nb", "todo", {}),
        ("\u202e", "todo", {}),
        ("a", "nowhere", {}),
        ("a", "todo", {"evil": "1"}),
        ("a", "todo", {"q": "x" * 201}),
        ("a", "todo", {"q": "\x00"}),
    ],
)
def test_what_is_no_filter_is_refused(name: str, box: str, conditions: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        saved_filters.save(name, box, conditions, actor=_actor("li"))


def test_there_is_an_end_and_a_name_is_taken_once_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_filters, "MOST", 3)
    li = _actor("li")
    first = saved_filters.save("甲", "todo", {}, actor=li)
    saved_filters.save("甲", "done", {}, actor=li)
    second = saved_filters.save("乙", "todo", {}, actor=li)
    for refused in (lambda: saved_filters.save("丙", "todo", {}, actor=li), lambda: saved_filters.change(second, name="甲", actor=li)):
        with pytest.raises(Conflict):
            refused()
    saved_filters.change(first, name="甲", actor=li)
    monkeypatch.setattr(saved_filters, "MOST", 50)
    with pytest.raises(Conflict):
        saved_filters.save("乙", "todo", {}, actor=li)


def test_others_may_not_touch_it() -> None:
    mine = saved_filters.save("甲", "todo", {}, actor=_actor("li"))
    wang = _actor("wang")
    calls: list[Callable[[], object]] = [
        lambda: saved_filters.change(mine, name="乙", actor=wang),
        lambda: saved_filters.replace(mine, {}, actor=wang),
        lambda: saved_filters.change(mine, shared=(None, None), actor=wang),
        lambda: saved_filters.move(mine, True, actor=wang),
        lambda: saved_filters.remove(mine, actor=wang),
        lambda: saved_filters.remove(mine, actor=ADMIN),
        lambda: saved_filters.get(mine, wang),
        lambda: saved_filters.open_with("todo", mine, actor=wang),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert _names("li") == ["甲"]


def test_heads_share_with_their_department_and_administrators_with_all() -> None:
    wang = _actor("wang")
    assert set(saved_filters.may_share_with(wang)) == {("department", "d1")}
    assert saved_filters.may_share_with(_actor("li")) == {}
    assert {("role", "mayor"), ("department", "d1")} <= set(saved_filters.may_share_with(OPERATOR))
    mine = saved_filters.save("全科", "todo", {"due": "late"}, actor=wang)
    saved_filters.change(mine, shared=("department", "d1"), actor=wang)
    seen = saved_filters.listed(_actor("li"))
    assert [(one.name, one.own, one.owner_name, one.shared_name) for one in seen] == [("全科", False, "王五", "财务科")]
    assert _names("zhang") == []
    with pytest.raises(NotAllowed):
        saved_filters.change(mine, shared=("role", "mayor"), actor=wang)
    saved_filters.change(mine, shared=(None, None), actor=wang)
    assert _names("li") == []


def test_a_role_that_goes_and_a_person_who_leaves_are_seen_as_such() -> None:
    shared = saved_filters.save("镇长看的", "all", {}, actor=OPERATOR)
    saved_filters.change(shared, shared=("role", "mayor"), actor=OPERATOR)
    zhao = _actor("zhao")
    assert _names("zhao") == ["镇长看的"]
    saved_filters.open_with("all", shared, actor=zhao)
    assert saved_filters.default(zhao, "all") is not None
    with transaction():
        db.session.execute(update(Person).where(Person.login == "ops").values(active=False))
    assert [(one.owner_left, one.shared_name) for one in saved_filters.listed(zhao)] == [(True, "镇长")]
    with transaction():
        db.session.execute(delete(Holding).where(Holding.role == "mayor"))
        db.session.execute(delete(Role).where(Role.code == "mayor"))
    assert _names("zhao") == []
    assert saved_filters.default(_actor("zhao"), "all") is None
    assert [(one.shared_kind, one.shared_name) for one in saved_filters.listed(ADMIN)] == [("role", None)]
    saved_filters.remove(shared, actor=Actor("li", "李四", frozenset({"system_admin"})))
    assert saved_filters.listed(ADMIN) == []


def test_a_list_opens_with_what_its_reader_has_chosen() -> None:
    li = _actor("li")
    first, second = (saved_filters.save(name, "todo", {"q": name}, actor=li) for name in ("甲", "乙"))
    saved_filters.open_with("todo", first, actor=li)
    saved_filters.open_with("todo", second, actor=li)
    found = saved_filters.default(li, "todo")
    assert found is not None
    assert (found.name, found.default) == ("乙", True)
    with pytest.raises(Invalid):
        saved_filters.open_with("done", first, actor=li)
    saved_filters.open_with("todo", None, actor=li)
    assert saved_filters.default(li, "todo") is None
    saved_filters.open_with("todo", second, actor=li)
    saved_filters.remove(second, actor=li)
    assert saved_filters.default(li, "todo") is None
    assert now() == NOW


def test_a_name_is_not_kept_where_sharing_is_refused() -> None:
    li = directory.actor("li")
    mine = saved_filters.save("甲", "todo", {}, actor=li)
    with pytest.raises(NotAllowed):
        saved_filters.change(mine, name="乙", shared=("role", "mayor"), actor=li)
    assert saved_filters.get(mine, li).name == "甲"
