"""Lists of what cases have filed."""

from datetime import UTC, datetime

import pytest

from processes import clock
from processes.errors import Invalid, NotFound
from processes.people import directory
from processes.registers import rows
from processes.registers.rows import Filter
from processes.settings import Settings
from tests.processes.office import cases

NEW_YEAR = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def filed(shared_office: Settings) -> Settings:
    """Five filings: three of one village, one before the office's new year; one of another process."""
    cases.definition()
    cases.definition("seal_use")
    filings = [
        ("1", "village_east", NEW_YEAR.replace(minute=0, hour=15), "旧年路灯", "柳采〔2025〕0009号", "procurement_regular"),
        ("2", "village_east", NEW_YEAR, "100%水泵", "柳采〔2026〕0001号", "procurement_regular"),
        ("3", "village_north", NEW_YEAR, "灌溉水渠", "柳采〔2026〕0002号", "procurement_regular"),
        ("4", "village_east", NEW_YEAR.replace(year=2026, month=5), "A_b 公章", None, "seal_use"),
        ("5", "village_east", NEW_YEAR.replace(year=2026, month=7), "文化广场", "柳采〔2026〕0003号", "procurement_regular"),
    ]
    for number, login, at, title, business_key, key in filings:
        with clock.at(at):
            cases.case(f"case-{number}", started_by=login, key=key, title=title)
            cases.filing(f"row-{number}", f"case-{number}", title=title, business_key=business_key, key=key)
    return shared_office


def found(login: str, wanted: Filter = Filter(), **scope: object) -> list[str]:  # noqa: B008 - frozen
    return [row.id for row in rows.page(directory.actor(login, **scope), wanted).items]


def test_each_finds_the_filings_of_own_cases_and_auditors_find_all(filed: Settings) -> None:
    assert found("village_east") == ["row-5", "row-4", "row-2", "row-1"]
    assert found("village_north") == ["row-3"]
    assert found("clerk_agri") == []
    assert found("auditor") == ["row-5", "row-4", "row-3", "row-2", "row-1"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(year=2025), ["row-1"]),
        (Filter(year=2026), ["row-5", "row-4", "row-3", "row-2"]),
        (Filter(year=2024), []),
        (Filter(year=-1), []),
        (Filter(year=99999), []),
        (Filter(text="水"), ["row-3", "row-2"]),
        (Filter(text="0003"), ["row-5"]),
        (Filter(text="100%"), ["row-2"]),
        (Filter(text="%"), ["row-2"]),
        (Filter(text="_"), ["row-4"]),
        (Filter(text="a_B"), ["row-4"]),
        (Filter(text="\x00"), ["row-5", "row-4", "row-3", "row-2", "row-1"]),
        (Filter(definition_key="seal_use"), ["row-4"]),
        (Filter(register="procurement_filings", year=2026, text="柳采", definition_key="procurement_regular"), ["row-5", "row-3", "row-2"]),
        (Filter(register="nothing"), []),
    ],
)
def test_filings_are_found_by_year_text_register_and_process(filed: Settings, wanted: Filter, expected: list[str]) -> None:
    assert found("auditor", wanted) == expected


def test_a_limited_token_reaches_its_processes_only(filed: Settings) -> None:
    assert found("auditor", scope=("seal_use",), via="token") == ["row-4"]
    assert found("village_east", scope=("*",), via="token") == ["row-5", "row-4", "row-2", "row-1"]


def test_pages_follow_each_other_also_within_one_moment(filed: Settings) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        page = rows.page(directory.actor("auditor"), Filter(), limit=2, cursor=cursor)
        seen += [row.id for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["row-5", "row-4", "row-3", "row-2", "row-1"]
    with pytest.raises(Invalid):
        rows.page(directory.actor("auditor"), Filter(), cursor="nobody-gave-this")


def test_one_row_registers_and_years(filed: Settings) -> None:
    assert rows.row(directory.actor("village_north"), "row-3").values == {"amount": "4999.99"}
    with pytest.raises(NotFound):
        rows.row(directory.actor("village_north"), "row-1")
    assert rows.registers(directory.actor("village_north")) == ["procurement_filings"]
    assert rows.registers(directory.actor("clerk_agri")) == []
    assert rows.years(directory.actor("auditor")) == [2026, 2025]
    assert rows.years(directory.actor("clerk_agri")) == []
    assert [row.id for row in rows.of_case("case-3")] == ["row-3"]
