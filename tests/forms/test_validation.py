from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.permissions import Mode
from tests.forms.samples import FORM, RIGHT, check, errors_of, value_of


def test_every_field_has_a_value_afterwards_so_that_expressions_may_name_it() -> None:
    validated = check(RIGHT)
    assert validated.errors == {}
    assert validated.values.keys() == {component.key for component in FORM.fields}
    assert validated.values["days"] is None
    assert validated.values["files"] == validated.values["people"] == []
    assert validated.values["urgent"] is False


@pytest.mark.parametrize("empty", [None, "", "   ", "\n"])
def test_a_required_field_left_blank_is_named_with_what_to_do(empty: object) -> None:
    assert errors_of(name=empty) == {"name": ["请填写项目名称。"]}


def test_what_is_missing_is_told_by_the_kind_of_field() -> None:
    assert check({}).errors == {"name": ["请填写项目名称。"], "amount": ["请填写项目金额。"], "module": ["请选择所属模块。"]}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("4999.99", "4999.99"),
        ("5000", "5000.00"),
        ("12,345.60", "12345.60"),
        ("0.1", "0.10"),
        ("5.100", "5.10"),
        (5000, "5000.00"),
        (Decimal("4999.9"), "4999.90"),
        ("999999999999.99", "999999999999.99"),
        ("-0", "0.00"),
    ],
)
def test_money_is_stored_with_two_decimals(typed: object, stored: str) -> None:
    assert value_of("amount", typed) == stored


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("abc", "请填金额，例如 4999.99。"),
        ("1,23.00", "请填金额，例如 4999.99。"),
        ("1e5", "请填金额，例如 4999.99。"),
        ("５０００", "请填金额，例如 4999.99。"),
        ("NaN", "请填金额，例如 4999.99。"),
        (Decimal("NaN"), "请填金额，例如 4999.99。"),
        (True, "请填金额，例如 4999.99。"),
        ([1], "请填金额，例如 4999.99。"),
        ({"typename": "Decimal"}, "请填金额，例如 4999.99。"),
        ("1.234", "金额最多两位小数，例如 4999.99。"),
        ("-5", "不能小于 0，请改大。"),
        ("9999999999999", "这个数太大，请核对。"),
        (Decimal("1e999"), "这个数太大，请核对。"),
    ],
)
def test_what_is_no_amount_is_refused(typed: object, told: str) -> None:
    assert errors_of(amount=typed) == {"amount": [told]}


def test_numbers_stay_exact() -> None:
    assert value_of("area", Decimal("10.50")) == Decimal("10.50")
    assert str(value_of("area", Decimal("10.50"))) == "10.50"
    assert value_of("days", 20) == 20


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("days", "20", "请填数字，例如 20。"),
        ("days", "二十", "请填数字，例如 20。"),
        ("days", True, "请填数字，例如 20。"),
        ("days", 0, "不能小于 1，请改大。"),
        ("days", -3, "不能小于 1，请改大。"),
        ("days", 4000, "不能大于 3650，请改小。"),
        ("days", Decimal("1.5"), "请填整数，例如 20。"),
        ("area", Decimal("1.234"), "小数最多 2 位，请改短。"),
        ("area", 10**100, "这个数太大，请核对。"),
        ("area", Decimal("Infinity"), "请填数字，例如 20。"),
        ("area", Decimal("1e500"), "这个数太大，请核对。"),
        ("name", 5, "这里要填文字。"),
        ("name", "一", "至少要 2 个字，现在 1 个。"),
        ("name", "长" * 21, "最多 20 个字，现在 21 个，请改短。"),
        ("name", "含\x00的", "含有无法保存的字符，请删去后再填。"),
        ("name", "含\ud800的", "含有无法保存的字符，请删去后再填。"),
        ("module", "basic", "请从给出的选项中选择。"),
        ("module", ["procurement"], "请从给出的选项中选择。"),
        ("sources", "a", "这里可以有多项，要用列表。"),
        ("sources", ["a", "a"], "同一项选了两次，请去掉一个。"),
        ("sources", ["c"], "请从给出的选项中选择。"),
        ("papers", ["x", "x"], "同一项选了两次，请去掉一个。"),
        ("papers", [["x"]], "请从给出的选项中选择。"),
        ("urgent", "false", "请选“是”或“否”。"),
        ("urgent", 1, "请选“是”或“否”。"),
        ("day", "2026-02-30", "请填真实的日期，例如 2026-11-23。"),
        ("day", "2026-1-2", "请填真实的日期，例如 2026-11-23。"),
        ("day", "20260102", "请填真实的日期，例如 2026-11-23。"),
        ("day", "２０２６-01-02", "请填真实的日期，例如 2026-11-23。"),
        ("day", 20260102, "请填真实的日期，例如 2026-11-23。"),
        ("hour", "25:00", "请填时间，例如 09:30。"),
        ("moment", "2026-11-23 09:30", "请填日期和时间，例如 2026-11-23T09:30。"),
        ("moment", "2026-11-31T09:30", "请填日期和时间，例如 2026-11-23T09:30。"),
        ("leader", "nobody", "没有这个人员，请重新选择。"),
        ("leader", "village_east", "这个人员不是分管领导、主要领导，请重新选择。"),
        ("leader", {"login": "leader_works"}, "没有这个人员，请重新选择。"),
        ("unit", "moon", "没有这个部门，请重新选择。"),
        ("contract", "f9", "这个附件找不到了，请重新上传。"),
        ("contract", "../../etc/passwd", "这个附件找不到了，请重新上传。"),
        ("contract", ["f1"], "这个附件找不到了，请重新上传。"),
        ("files", "f1", "这里可以有多项，要用列表。"),
        ("files", ["f1", "f1"], "同一项选了两次，请去掉一个。"),
        ("files", ["f1", "f2", "f3", "f4"], "最多 3 项，现在 4 项，请去掉一些。"),
        ("note", "多" * 2001, "最多 2000 个字，现在 2001 个，请改短。"),
        ("phone", "123", "请填手机号或带区号的电话，例如 0512-57200000。"),
        ("id_no", "110105194912310021", "身份证号码不对，请核对 18 位号码。"),
        ("company", "91350100M000100Y44", "统一社会信用代码不对，请核对 18 位代码。"),
        ("code", "ab123", "编号是两个大写字母加三位数字。"),
        ("people", "x", "这里可以有多项，要用列表。"),
        ("people", [{"name": "甲"}] * 4, "最多 3 项，现在 4 项，请去掉一些。"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(field: str, value: object, told: str) -> None:
    assert errors_of(**{field: value}) == {field: [told]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("day", "2024-02-29"), ("hour", "09:30"), ("moment", "2026-11-23T09:30"), ("moment", "2026-11-23T09:30:00+08:00")],
        *[("leader", "leader_works"), ("unit", "works"), ("contract", "f1"), ("files", ["f1", "f2"]), ("sources", ["b", "a"])],
        *[("papers", ["z"]), ("urgent", True), ("code", "AB123"), ("phone", "13800138000"), ("company", "91350100M000100Y43")],
        *[("scale", "  首尾空格与 emoji 😀 {{7*7}} %s {0.__class__} ' OR 1=1 \u200b 𠮷 "), ("scale", "=1+1"), ("area", 0)],
    ],
)
def test_a_right_value_is_stored_as_it_is(field: str, value: object) -> None:
    assert value_of(field, value) == value


def test_an_identity_number_is_stored_with_a_capital_x() -> None:
    assert value_of("id_no", "11010519491231002x") == "11010519491231002X"


def test_errors_in_rows_name_row_and_column() -> None:
    rows = [{"name": "甲", "age": 3}, {"name": "", "age": "x"}, {"name": "乙", "extra": 1}]
    assert errors_of(people=rows) == {
        "people.1.name": ["请填写姓名。"],
        "people.1.age": ["请填数字，例如 20。"],
        "people.2.extra": ["表单里没有这一项，请去掉。"],
    }
    assert errors_of(people=[1]) == {"people.0": ["每一项都要是一组字段。"]}


def test_rows_are_stored_complete() -> None:
    assert value_of("people", [{"name": "甲"}]) == [{"name": "甲", "age": None}]


def test_a_field_that_does_not_show_must_stay_empty_and_is_cleared() -> None:
    assert errors_of(reason="x") == {"reason": ["按您所填的内容，不需要填写这一项。"]}
    assert check({**RIGHT, "reason": None}).values["reason"] is None
    assert check({**RIGHT, "module": "public_resource"}).errors == {"reason": ["请填写理由。"]}
    assert check(RIGHT, {"reason": "旧"}).values["reason"] is None


def test_unknown_names_are_refused_by_name() -> None:
    assert errors_of(extra=1) == {"extra": ["表单里没有这一项，请去掉。"]}
    assert errors_of(_secret=1) == {"_secret": ["名称不能以下划线开头。"]}
    assert errors_of(__class__=1) == {"__class__": ["名称不能以下划线开头。"]}


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_what_is_no_object_is_refused(data: object) -> None:
    assert check(data).errors == {"": ["表单内容要是一组字段。"]}


ALL_READ: dict[str, Mode] = {component.key: "read" for component in FORM.fields}


def test_a_read_field_may_be_sent_as_it_is_and_not_otherwise() -> None:
    present = {"name": "道路灯", "amount": "5000.00", "days": Decimal("5"), "urgent": True}
    assert check({"name": "道路灯", "amount": "5000", "days": 5, "urgent": True, "unit": None}, present, ALL_READ).errors == {}
    assert check({}, present, ALL_READ).values == {}
    changed = check({"name": "别的", "amount": "5000.01", "urgent": 1, "unit": "works"}, present, ALL_READ)
    assert changed.errors == {key: ["这一项现在不能修改，请保持原样。"] for key in ["name", "amount", "urgent", "unit"]}


def test_a_hidden_field_is_as_unknown_as_any_other() -> None:
    permissions: dict[str, Mode] = {**ALL_READ, "name": "hidden"}
    assert check({"name": "道路灯"}, {"name": "道路灯"}, permissions).errors == {"name": ["表单里没有这一项，请去掉。"]}


def test_a_required_field_that_the_case_has_already_may_be_left_out() -> None:
    validated = check({"days": 5}, {**RIGHT, "people": []})
    assert validated.errors == {}
    assert validated.values["days"] == 5
    assert "name" not in validated.values
    assert check({"name": ""}, RIGHT).errors == {"name": ["请填写项目名称。"]}


def test_english_is_spoken_where_asked_for() -> None:
    assert check({"name": "道路灯", "module": "x"}, lang="en").errors == {
        "amount": ["Please fill in 项目金额."],
        "module": ["Please choose one of the options."],
    }


def test_a_lenient_form_checks_types_alone() -> None:
    assert check({}, lenient=True).values == {}
    free: dict[str, Any] = {"other": [1], "module": "whatever", "amount": 3, "day": "12/05/2026", "days": None, "name": ""}
    assert check(free, lenient=True).values == free


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", 5), ("days", "5"), ("days", Decimal("1.5")), ("days", True), ("area", "x"), ("urgent", "true"), ("day", "soon")],
        *[("day", 5), ("people", {}), ("sources", "a"), ("amount", []), ("hour", "now"), ("moment", "later")],
    ],
)
def test_a_lenient_form_refuses_another_type(field: str, value: object) -> None:
    assert check({field: value}, lenient=True).errors.keys() == {field}


def test_a_lenient_form_still_refuses_names_and_read_fields() -> None:
    assert check({"_x": 1}, lenient=True).errors.keys() == {"_x"}
    assert check({"name": "甲"}, {"name": "乙"}, ALL_READ, lenient=True).errors.keys() == {"name"}
    assert check({"name": "乙"}, {"name": "乙"}, ALL_READ, lenient=True).values == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from([component.key for component in FORM.fields] + ["other", "_x"])


@given(st.dictionaries(KEYS, JSON, max_size=8), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_json_is_taken_or_refused_by_field(data: dict[str, Any], lenient: bool) -> None:
    validated = check(data, lenient=lenient)
    assert not (validated.errors and validated.values)
    for messages in validated.errors.values():
        assert messages
        assert all(isinstance(message, str) for message in messages)
