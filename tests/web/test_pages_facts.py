"""The facts of a case on its page."""

from web.pages.casework import paired


def test_a_case_without_facts_has_none_to_show() -> None:
    assert paired([]) == []


def test_a_fact_that_would_stand_alone_takes_the_whole_line() -> None:
    assert [row["wide"] for row in paired([{"wide": False}, {"wide": False}, {"wide": False}])] == [False, False, True]
