from decimal import Decimal

import pytest

from forms import money


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("48600.00", "人民币肆万捌仟陆佰元整"),
        ("52800", "人民币伍万贰仟捌佰元整"),
        ("4999.99", "人民币肆仟玖佰玖拾玖元玖角玖分"),
        ("5000.00", "人民币伍仟元整"),
        ("0", "人民币零元整"),
        ("0.50", "人民币伍角整"),
        ("0.05", "人民币伍分"),
        ("10", "人民币壹拾元整"),
        ("1000.05", "人民币壹仟元零伍分"),
        ("1000.50", "人民币壹仟元伍角整"),
        ("100010.30", "人民币壹拾万零壹拾元叁角整"),
        ("10000", "人民币壹万元整"),
        ("10001", "人民币壹万零壹元整"),
        ("100000000", "人民币壹亿元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("101000000", "人民币壹亿零壹佰万元整"),
        ("1010101", "人民币壹佰零壹万零壹佰零壹元整"),
        ("999999999999.99", "人民币玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-3.00", "人民币负叁元整"),
    ],
)
def test_an_amount_is_written_in_capitals(amount: str, capitals: str) -> None:
    assert money.upper(amount) == capitals


@pytest.mark.parametrize("amount", ["", "x", None, True, "1.234", "1000000000000", Decimal("NaN"), []])
def test_what_is_no_amount_has_no_capitals(amount: object) -> None:
    assert money.upper(amount) == ""


def test_an_endless_number_has_no_capitals() -> None:
    assert money.upper(10**5000) == ""


def test_a_number_is_an_amount_too() -> None:
    assert money.upper(12) == "人民币壹拾贰元整"
    assert money.upper(Decimal("12.5")) == "人民币壹拾贰元伍角整"
