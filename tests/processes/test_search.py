"""Search and filters find what a plain look at every case finds, and only cases that one may know; the text is a projection."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import text, update

from processes import amounts, clock, instances, listed, rebuild, search_text, user_tasks
from processes import settings as app_settings
from processes.actors import Actor
from processes.calendar import office
from processes.db import db, transaction
from processes.models import Department, Person, ProcessInstance
from processes.people import directory
from processes.queries import cases, inbox, named, search
from tests.engine.drawing import draw, end, flow, start, user
from tests.processes.cases import LI, OPERATOR, ROBOT, WANG, ZHANG, ZHAO, deploy, open_tasks, rows
from tests.processes.conftest import NOW

pytestmark = pytest.mark.usefixtures("database")

FORM = """{"schema": 1, "id": "f", "title": "F", "components": [
 {"type": "textfield", "key": "site", "label": "地点"},
 {"type": "textfield", "key": "amount", "label": "金额", "properties": {"kind": "money"}},
 {"type": "textfield", "key": "leader", "label": "领导", "properties": {"kind": "user"}},
 {"type": "select", "key": "source", "label": "来源", "values": [{"value": "budget", "label": "预算内"}]},
 {"type": "textfield", "key": "note", "label": "备注"}]}""".encode()
TOML = b'list_columns = ["site", "amount", "leader", "source", "note", "nowhere"]\namount = "amount"\n'
DRAWING = draw(
    start(camunda_formKey="f")
    + user("u", camunda_candidateGroups="财政局")
    + user("v", camunda_candidateGroups="镇长")
    + end()
    + flow("s", "u", "v", "e"),
    key="listed",
)
SITES = ("东湾村三组", "100%_\\", '"OR" NEAR(x)', "路灯 更换", "ＡＢＣ公司", "a'b--", "村", "x" * 40, "\u202e右起", "*")
QUESTIONS = (
    "东湾",
    "东湾村三",
    "村",
    "%",
    "_",
    "100%_",
    "%_\\",
    '"',
    '"or"',
    "NEAR(",
    "路灯更换",
    "路灯 更换",
    "abc公司",
    "ABC",
    "a'b",
    "--",
    "*",
    "张三",
    "张",
    "李四",
    "王",
    "赵六",
    "财政局",
    "镇长",
    "预算内",
    "budget",
    "48,600",
    "48600.00",
    "柳采〔2026〕",
    "0003",
    "部门 东湾",
    "zhang",
    "没有的词",
    "xxxxxxxxxxxx",
    "OR",
    "AND NOT",
    "^村",
    "site:村",
    "\u202e",
    " ",
)


def _deployed() -> None:
    deploy(DRAWING, f__json=FORM, process__toml=TOML)


def _start(number: int) -> str:
    with clock.at(NOW + timedelta(hours=7 * number)):
        variables = {
            "site": SITES[number % len(SITES)],
            "amount": ("48600.00", "120.50", "9.99")[number % 3],
            "leader": ("zhao", "li")[number % 2],
            "source": "budget",
        }
        actor = (ZHANG, ROBOT)[number % 2]
        given = {"business_key": f"柳采〔2026〕{number:04d}号"} if actor is ROBOT else {}
        title = ("部门路灯更换", "学校围墙 加固", "<b>印章</b>")[number % 3]
        case = instances.start(key="listed", variables=variables, title=title, actor=actor, **given)
    if number % 4 == 1:
        user_tasks.complete(open_tasks(case)["u"], variables={}, actor=LI)
    elif number % 4 == 2:
        user_tasks.claim(open_tasks(case)["u"], actor=WANG)
    return case


@pytest.fixture
def some() -> list[str]:
    _deployed()
    return [_start(number) for number in range(14)]


def _folded(value: object) -> str:
    return search_text.folded(str(value))


def _lines(case: dict[str, Any]) -> list[str]:
    """What somebody would expect to be looked through, found without the projection."""
    values = case["variables"]
    said = [case["title"], case["business_key"] or "", values.get("site", ""), "预算内", "budget"]
    amount = Decimal(values["amount"])
    return [_folded(one) for one in (*said, f"{amount:.2f}", f"{amount:,.2f}")]


def _by_hand(case: dict[str, Any], word: str) -> bool:
    people = {row["login"] for row in rows("person") if word in _folded(row["name"]) or word in _folded(row["login"])}
    if any(word in line for line in _lines(case)) or case["variables"]["leader"] in people or word in f"@{case['variables']['leader']}":
        return True
    return bool({case["started_by"], case["on_behalf_of"]} & people) or _waits_for(case["id"], word, people)


def _waits_for(instance_id: str, word: str, people: set[str]) -> bool:
    roles = {
        name for row in rows("role") for name in (row["code"], row["name"]) if word in _folded(row["name"]) or word in _folded(row["code"])
    }
    held = {f"group:{name}" for login in people for name in directory.actor(login).groups} | {f"group:{name}" for name in roles}
    wanted = held | {f"user:{login}" for login in people} | {f"group:{login}" for login in people}
    tasks = {row["id"] for row in rows("user_task", instance_id=instance_id, state="open")}
    return any(row["user_task_id"] in tasks and row["holder"] in wanted for row in rows("inbox_entry"))


def _known(actor: Actor) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in cases.page(actor, {}, limit=200)["items"]}


def _found(actor: Actor, asked: dict[str, Any]) -> set[str]:
    return {one["id"] for one in cases.page(actor, asked, limit=200)["items"]}


def _expected(known: dict[str, dict[str, Any]], asked: str) -> set[str]:
    return {key for key, case in known.items() if all(_by_hand(case, word) for word in search.words(asked))}


@pytest.mark.parametrize("few", [search.FEW, -1])
@pytest.mark.parametrize("actor", [ZHANG, LI, ZHAO, OPERATOR], ids=lambda actor: actor.login)
def test_search_finds_what_a_look_at_every_case_finds(some: list[str], actor: Actor, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW", few)
    known = _known(actor)
    for asked in QUESTIONS:
        expected = _expected(known, asked)
        assert _found(actor, {"text": asked}) == expected, asked
        assert cases.count(actor, {"text": asked}) == len(expected)


@pytest.mark.parametrize("actor", [LI, WANG, ZHAO], ids=lambda actor: actor.login)
def test_a_box_is_searched_like_its_cases(some: list[str], actor: Actor) -> None:
    listed_tasks = inbox.page(actor, limit=200)["items"]
    known = {one["id"]: one for one in cases.page(OPERATOR, {}, limit=200)["items"]}
    for asked in QUESTIONS:
        right = {one["id"] for one in listed_tasks if all(_by_hand(known[one["instance_id"]], word) for word in search.words(asked))}
        for sort in (None, "title", "-due"):
            assert {one["id"] for one in inbox.page(actor, filters={"text": asked}, limit=200, sort=sort)["items"]} == right, asked


@tried(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_question_and_any_filters_find_what_a_scan_finds(some: list[str], data: st.DataObject) -> None:
    actor = data.draw(st.sampled_from([ZHANG, LI, WANG, ZHAO, OPERATOR]))
    piece = st.one_of(
        st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6), st.sampled_from(QUESTIONS)
    )
    site = st.sampled_from(SITES).flatmap(lambda one: st.integers(0, len(one)).map(lambda at: one[at : at + 4]))
    asked: dict[str, Any] = {}
    asked["text"] = data.draw(st.one_of(piece, site))
    asked["amount_from"] = data.draw(st.sampled_from([None, Decimal("9.99"), Decimal("120.51")]))
    asked["amount_to"] = data.draw(st.sampled_from([None, Decimal("9.98"), Decimal(48600)]))
    asked["since"] = data.draw(st.sampled_from([None, *(office.today() + timedelta(days=one) for one in range(-1, 4))]))
    asked["until"] = data.draw(st.sampled_from([None, *(office.today() + timedelta(days=one) for one in range(-1, 4))]))
    asked["applicant"] = data.draw(st.sampled_from([None, "张", "zhang", "robot", "没有"]))
    asked["state"] = data.draw(st.sampled_from([None, "running", "completed"]))
    expected = set()
    for key, case in _known(actor).items():
        people = set(named.people(asked["applicant"])) if asked["applicant"] else None
        day = case["started_at"].astimezone(app_settings.current().office.timezone).date()
        amount = Decimal(case["variables"]["amount"])
        if (
            all(_by_hand(case, word) for word in search.words(asked["text"]))
            and (people is None or (case["on_behalf_of"] or case["started_by"]) in people)
            and (asked["amount_from"] is None or amount >= asked["amount_from"])
            and (asked["amount_to"] is None or amount <= asked["amount_to"])
            and (asked["since"] is None or day >= asked["since"])
            and (asked["until"] is None or day <= asked["until"])
            and asked["state"] in (None, case["state"])
        ):
            expected.add(key)
    assert _found(actor, asked) == expected


def test_who_may_not_know_a_case_does_not_find_it(some: list[str]) -> None:
    stranger = Actor("stranger", "生人", frozenset({"clerk"}))
    for asked in QUESTIONS:
        assert _found(stranger, {"text": asked}) == set()
    scoped = Actor("ops", "运维", OPERATOR.roles, scope=("other",), via="token")
    assert _found(scoped, {"text": "路灯"}) == set()


def test_waiting_for_names_people_and_groups(some: list[str]) -> None:
    known = _known(OPERATOR)
    for word in ("王五", "wang", "赵", "镇长", "财政局", "finance", "没有"):
        people = {row["login"] for row in rows("person") if word in row["name"] or word in row["login"]}
        right = {key for key in known if _waits_for(key, word, people)}
        assert _found(OPERATOR, {"waiting_for": word}) == right
        assert right or word in ("没有", "finance")


def test_a_department_is_that_of_the_applicant(some: list[str]) -> None:
    with transaction():
        db.session.add(Department(code="d1", name="东湾村村委会"))
        db.session.flush()
        db.session.execute(update(Person).where(Person.login == "zhang").values(department="d1"))
    assert _found(OPERATOR, {"department": "d1"}) == {row["id"] for row in rows("process_instance", started_by="zhang")}
    assert _found(OPERATOR, {"department": "d2"}) == set()


def test_the_text_follows_the_case_and_a_rebuild_gives_the_same(some: list[str]) -> None:
    before = rows("case_search")
    assert {row["instance_id"] for row in before} == set(some)
    assert all(listed.columns("listed:1")[0].label == "地点" for _ in before[:1])
    rebuild.rebuild()
    assert rows("case_search") == before
    with transaction():
        db.session.execute(text("UPDATE case_search SET text = 'spoilt'"))
    assert _found(OPERATOR, {"text": "东湾村三组"}) == set()
    assert _found(OPERATOR, {"text": "spoilt"}) == set(some)
    rebuild.rebuild()
    assert rows("case_search") == before
    assert _found(OPERATOR, {"text": "spoilt"}) == set()


@pytest.mark.sqlite
def test_the_index_of_sqlite_agrees_with_its_texts(some: list[str]) -> None:
    rebuild.rebuild()
    with transaction():
        db.session.execute(text("INSERT INTO case_text (case_text, rank) VALUES ('integrity-check', 1)"))
        db.session.execute(text("DELETE FROM case_search WHERE instance_id = :id"), {"id": some[0]})
        db.session.execute(text("INSERT INTO case_text (case_text, rank) VALUES ('integrity-check', 1)"))
    assert some[0] not in _found(OPERATOR, {"text": "部门路灯更换"})


@pytest.mark.postgresql
def test_postgresql_has_an_index_of_trigrams(some: list[str]) -> None:
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_case_search_text'")) == 1


def test_a_changed_variable_changes_the_text() -> None:
    deploy(
        draw(start() + user("u", camunda_candidateGroups="财政局") + end() + flow("s", "u", "e"), key="open_flow"),
        process__toml=b'list_columns = ["place"]\n',
    )
    case = instances.start(key="open_flow", variables={"place": "西岭村"}, actor=ROBOT)
    assert _found(OPERATOR, {"text": "西岭村"}) == {case}
    user_tasks.complete(open_tasks(case)["u"], variables={"place": "北坡村委会", "other": "不列出的词"}, actor=ROBOT)
    assert (_found(OPERATOR, {"text": "西岭村"}), _found(OPERATOR, {"text": "北坡村"})) == (set(), {case})
    assert _found(OPERATOR, {"text": "不列出的词"}) == set()


def test_the_texts_are_within_bounds() -> None:
    deploy(
        draw(start() + user("u", camunda_candidateGroups="财政局") + end() + flow("s", "u", "e"), key="open_flow"),
        process__toml=b'list_columns = ["place", "many"]\n',
    )
    case = instances.start(
        key="open_flow", variables={"place": "长" * 50_000, "many": [f"{one:04d}号楼" for one in range(3000)]}, actor=ROBOT
    )
    kept = rows("case_search", instance_id=case)[0]["text"]
    assert len(kept) < search_text.MAX_TEXT + 10
    assert _found(OPERATOR, {"text": "0003号楼"}) == {case}
    assert db.session.get(ProcessInstance, case) is not None
    db.session.rollback()


@pytest.mark.parametrize(
    ("settings_of", "value", "fen"),
    [
        ('amount = "cost"', "48600.00", 4_860_000),
        ('amount = "cost"', Decimal("9.999"), 1000),
        ('amount = "cost"', 5000, 500_000),
        ('amount = "cost"', "没有数", None),
        ('amount = "cost"', True, None),
        ('amount = "cost"', ["1"], None),
        ('amount = "cost"', 10**30, amounts.MOST),
        ('list_columns = ["cost"]', "48600.00", None),
        ("", "48600.00", None),
    ],
)
def test_the_amount_is_that_of_the_variable_that_the_process_names(settings_of: str, value: Any, fen: int | None) -> None:
    drawing = draw(start() + user("u", camunda_candidateGroups="财政局") + end() + flow("s", "u", "e"), key="priced")
    deploy(drawing, process__toml=settings_of.encode())
    case = instances.start(key="priced", variables={"cost": value}, actor=ROBOT)
    assert rows("process_instance", id=case)[0]["amount"] == fen
    rebuild.rebuild()
    assert rows("process_instance", id=case)[0]["amount"] == fen
