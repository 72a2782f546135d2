"""Who is in charge, and who headed what when: posts and lines with dates, as imported and as edited."""

import json
from datetime import date
from typing import Any

import pytest

from processes.actors import SYSTEM
from processes.errors import Conflict, Invalid
from processes.people import answers, directory, granting, listing, organisation
from processes.settings import Settings

DATED: dict[str, Any] = {
    "people": [
        {
            "login": "clerk_agri",
            "name": "韩若谷",
            "department": "agriculture",
            "posts": [
                {
                    "name": "民政办主任",
                    "department": "civil_affairs",
                    "head": True,
                    "valid_from": date(2020, 1, 1),
                    "valid_until": date(2020, 12, 31),
                }
            ],
        }
    ],
    "lines": [
        {
            "leader": "mayor_town",
            "departments": ["civil_affairs"],
            "business": ["洪水"],
            "valid_from": date(2020, 1, 1),
            "valid_until": date(2020, 6, 30),
        }
    ],
}


def found(day: date, *question: Any) -> list[str]:
    """Who answers a question on a day."""
    text = json.dumps(question, ensure_ascii=False)
    people: list[str] = answers.answers([text], day)[text]["people"]
    return people


@pytest.mark.usefixtures("office")
class TestDates:
    """Who it was then."""

    def test_imported_posts_and_lines_have_dates(self) -> None:
        for _ in range(2):
            organisation.load(organisation.parse(DATED), actor=SYSTEM)
        assert len([one for one in listing.posts("civil_affairs") if one.login == "clerk_agri"]) == 1
        assert len([one for one in listing.lines() if one.business == "洪水"]) == 1
        unit = ["unit", "民政办"]
        assert found(date(2020, 3, 1), "head", unit) == ["clerk_agri"]
        assert found(date(2021, 3, 1), "head", unit) != ["clerk_agri"]
        assert found(date(2020, 3, 1), "line", "洪水") == ["mayor_town"]
        assert found(date(2020, 7, 1), "line", "洪水") == []
        assert "mayor_town" in found(date(2020, 3, 1), "leader", unit)

    def test_a_period_that_ends_before_it_begins_is_refused(self) -> None:
        wrong = {"lines": [{"leader": "mayor_town", "business": ["x"], "valid_from": date(2020, 2, 1), "valid_until": date(2020, 1, 1)}]}
        with pytest.raises(Invalid):
            organisation.load(organisation.parse(wrong), actor=SYSTEM)

    def test_a_leader_may_be_put_in_charge_for_a_time(self) -> None:
        admin = directory.actor("security_admin")
        first, last = date(2030, 1, 1), date(2030, 3, 31)
        granting.put_in_charge("leader_works", business="防汛", valid_from=first, valid_until=last, actor=admin)
        assert (found(first, "line", "防汛"), found(date(2030, 4, 1), "line", "防汛")) == (["leader_works"], [])
        with pytest.raises(Conflict):
            granting.put_in_charge("leader_works", business="防汛", valid_from=last, actor=admin)
        granting.put_in_charge("leader_works", business="防汛", valid_from=date(2030, 4, 1), actor=admin)
        with pytest.raises(Invalid):
            granting.put_in_charge("leader_works", business="防火", valid_from=last, valid_until=first, actor=admin)


def test_a_department_above_itself_is_refused(office: Settings) -> None:
    circle = {"departments": [{"code": "liuxi", "name": "柳溪镇", "parent": "works", "level": "town"}]}
    with pytest.raises(Invalid) as refusal:
        organisation.load(organisation.parse(circle), actor=SYSTEM)
    assert "绕回" in refusal.value.values["reason"]
