"""Every page, for every kind of account: opened, refused or led elsewhere, and never broken."""

import re

import pytest
from werkzeug.routing import Rule

from tests.web.access_table import PAGES
from tests.web.desk import Office

#: demo people by the account roles that they hold
PEOPLE = {
    "village_east": {"clerk"},
    "analyst": {"clerk", "analyst"},
    "info_admin": {"clerk", "operator", "system_admin"},
    "security_admin": {"clerk", "security_admin"},
    "audit_admin": {"clerk", "audit_admin"},
    "auditor": {"clerk", "auditor"},
}
#: values of the variable parts that exist
KNOWN = {
    "definition_id": "procurement_regular:1",
    "login": "mayor_town",
    "key": "procurement_regular",
    "lang": "zh",
    "code": {"/people/department/<code>": "finance", "/people/role/<code>": "mayor"},
}


def pages(office: Office, method: str) -> list[tuple[Rule, frozenset[str]]]:
    """The pages that take a method, each with whom its door lets in."""
    rules = {re.sub(r"<(\w+)>", r"{\1}", rule.rule): rule for rule in office.app.url_map.iter_rules() if method in (rule.methods or ())}
    return [(rules[name.removeprefix(f"{method} ")], roles) for name, roles in PAGES.items() if name.startswith(f"{method} ")]


def path_of(rule: Rule, known: bool) -> str:
    """An address of the page: with parts that exist where some are known, else with parts that nobody has."""
    path = rule.rule
    for name in rule.arguments:
        value = KNOWN.get(name, "nothing") if known else "nothing"
        path = path.replace(f"<{name}>", value.get(rule.rule, "nothing") if isinstance(value, dict) else value)
    return path


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("login", [None, *PEOPLE])
def test_the_door_of_every_page_lets_in_those_of_its_row(desk: Office, login: str | None, known: bool) -> None:
    visitor = desk.as_(login)
    held = PEOPLE[login] if login else {"anonymous"}
    for rule, roles in pages(desk, "GET"):
        answer = visitor.get(path_of(rule, known))
        told = (login, path_of(rule, known), answer.status_code)
        if held & roles:
            assert answer.status_code in (200, 302, 303, 403, 404), told
            assert answer.status_code != 403 or "没有权限" in answer.text, told
            assert "sign-in" not in answer.headers.get("Location", "") or rule.rule == "/first-administrator", told
        elif login is None:
            assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in"), told
        else:
            assert answer.status_code == 403, told


@pytest.mark.parametrize("login", [None, *PEOPLE])
def test_no_door_opens_for_a_form_either(desk: Office, login: str | None) -> None:
    visitor = desk.fresh(login)
    token = visitor.token("/sign-in" if login is None else "/account")
    held = PEOPLE[login] if login else {"anonymous"}
    for rule, roles in pages(desk, "POST"):
        if rule.rule in ("/sign-out", "/sign-in"):
            continue
        answer = visitor.client.post(path_of(rule, False), data={"csrf_token": token})
        told = (login, rule.rule, answer.status_code)
        assert answer.status_code < 500, told
        if not held & roles:
            assert answer.status_code == (401 if login is None else 403), told


def test_what_somebody_may_not_open_is_not_offered(desk: Office) -> None:
    offered = {
        "/cases": "全部办件",
        "/incidents": "办件异常",
        "/people": "人员机构",
        "/workdays": "工作日历",
        "/audit": "审计",
        "/system": "运行状况",
    }
    for login, held in PEOPLE.items():
        page = desk.as_(login).get("/").text
        assert {path for path in offered if f'href="{path}"' in page} == {path for path in offered if held & PAGES[f"GET {path}"]}, login


def test_a_page_without_permission_says_whom_to_ask_in_words(desk: Office) -> None:
    page = desk.as_("village_east").get("/people").text
    assert "系统管理员" in page
    assert "system_admin" not in page
    assert "请联系安全管理员" in page
