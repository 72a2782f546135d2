from decimal import Decimal

import pytest

from forms.definition import Form
from forms.presentation import table, text, values
from tests.forms.samples import FORM

NAMES = {("user", "leader_works"): "沈听澜", ("department", "works"): "建设办", ("attachment", "f1"): "合同.pdf"}


def name_of(kind: str, value: str) -> str:
    return NAMES.get((kind, value), value)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("amount", "48600.00", "48,600.00 元"),
        ("amount", "很多", "很多"),
        ("day", "2026-11-02", "2026年11月2日"),
        ("moment", "2026-11-02T09:05", "2026年11月2日 09:05"),
        ("day", "坏", "坏"),
        ("module", "procurement", "政务采购"),
        ("module", "gone", "gone"),
        ("sources", ["a", "b"], "甲、乙"),
        ("urgent", True, "是"),
        ("urgent", False, "否"),
        ("leader", "leader_works", "沈听澜"),
        ("unit", "works", "建设办"),
        ("files", ["f1", "f2"], "合同.pdf、f2"),
        ("area", Decimal("10.50"), "10.50"),
        ("days", 0, "0"),
        ("name", None, "—"),
        ("files", [], "—"),
    ],
)
def test_a_value_is_shown_as_people_read_it(key: str, value: object, shown: str) -> None:
    component = FORM.field(key)
    assert component is not None
    assert text(component, value, name_of) == shown


def test_rows_are_shown_as_a_table() -> None:
    people = FORM.field("people")
    assert people is not None
    assert table(people, [{"name": "甲", "age": 3}, {"name": "乙"}, 5], name_of) == [["甲", "3"], ["乙", "—"]]
    assert table(people, None, name_of) == []


def test_a_task_is_given_present_values_and_defaults_but_nothing_hidden() -> None:
    document = {
        "id": "f",
        "components": [
            {"type": "textfield", "key": "a", "defaultValue": "预设"},
            {"type": "textfield", "key": "b"},
            {"type": "textfield", "key": "c"},
        ],
    }
    form = Form.from_document(document)
    assert values(form, {"c": "hidden"}, {"b": "现值", "c": "秘密", "d": "别的"}) == {"a": "预设", "b": "现值"}
