from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from forms.permissions import Mode
from forms.posted import parse, row_count
from tests.forms.samples import FORM, check, hides

ALL_READ: dict[str, Mode] = {component.key: "read" for component in FORM.fields}


def typed(*pairs: tuple[str, str], **fields: str) -> dict[str, Any]:
    return parse(FORM, MultiDict([*pairs, *fields.items()]))


def test_what_people_type_becomes_json() -> None:
    values = typed(
        ("sources", "a"),
        ("sources", "b"),
        ("files", ""),
        ("files", "f1"),
        name="  道路灯 ",
        scale="一\r\n二",
        days="２０",
        area="1,234.50",
        amount="￥１２，３４５．６０元",
        urgent="on",
        day="２０２６-01-02",
        moment="2026-01-02 09:30",
    )
    assert values["name"] == "道路灯"
    assert values["scale"] == "一\n二"
    assert values["days"] == 20
    assert str(values["area"]) == "1234.50"
    assert isinstance(values["area"], Decimal)
    assert values["amount"] == "12345.60"
    assert values["urgent"] is True
    assert values["sources"] == ["a", "b"]
    assert values["files"] == ["f1"]
    assert values["day"] == "2026-01-02"
    assert values["moment"] == "2026-01-02T09:30"
    assert values["module"] is None


def test_what_cannot_be_read_stays_as_typed_and_is_told() -> None:
    values = typed(name="道路灯", days="二十", amount="很多钱", module="procurement")
    assert (values["days"], values["amount"]) == ("二十", "很多钱")
    assert check(values).errors == {"days": ["请填数字，例如 20。"], "amount": ["请填金额，例如 4999.99。"]}


def test_an_unticked_box_is_no() -> None:
    assert typed()["urgent"] is False


def test_rows_are_read_in_order_and_blank_ones_dropped() -> None:
    pairs = [("people.2.name", "乙"), ("people.0.name", "甲"), ("people.0.age", "x"), ("people.1.name", " ")]
    assert typed(*pairs)["people"] == [{"name": "甲", "age": "x"}, {"name": "乙", "age": None}]
    assert row_count(MultiDict(pairs), "people") == 3


def test_an_absurd_row_number_makes_no_absurd_list() -> None:
    assert typed(("people.9999.name", "甲"))["people"] == []
    assert row_count(MultiDict([("people.9999.name", "甲")]), "people") == 200


def test_fields_that_may_not_be_edited_are_not_read() -> None:
    assert parse(FORM, MultiDict({"name": "甲", "urgent": "on"}), ALL_READ) == {}


def test_fields_that_the_answers_hide_are_left_out() -> None:
    posted = MultiDict({"module": "procurement", "reason": "写了又改主意"})
    assert "reason" not in parse(FORM, posted, check_condition=hides)
    assert parse(FORM, MultiDict({"module": "public_resource", "reason": "有"}), check_condition=hides)["reason"] == "有"
