"""A form with every kind of field, and a way to ask about it."""

from collections.abc import Mapping
from typing import Any

from forms.definition import Form, check_document
from forms.permissions import Mode
from forms.validation import Validated, validate

DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "id": "everything",
    "title": "全部字段",
    "components": [
        {"type": "text", "text": "说明"},
        {"type": "textfield", "key": "name", "label": "项目名称", "validate": {"required": True, "minLength": 2, "maxLength": 20}},
        {"type": "textarea", "key": "scale", "label": "工程规模"},
        {"type": "number", "key": "days", "label": "工期", "decimalDigits": 0, "validate": {"min": 1, "max": 3650}},
        {"type": "number", "key": "area", "label": "面积", "decimalDigits": 2},
        {"type": "textfield", "key": "amount", "label": "项目金额", "properties": {"kind": "money"}, "validate": {"required": True}},
        {
            "type": "radio",
            "key": "module",
            "label": "所属模块",
            "values": [{"value": "procurement", "label": "政务采购"}, {"value": "public_resource", "label": "公共资源"}],
            "validate": {"required": True},
        },
        {
            "type": "select",
            "key": "sources",
            "label": "来源",
            "multiple": True,
            "values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}],
        },
        {"type": "checklist", "key": "papers", "label": "材料", "values": [{"value": "x"}, {"value": "y"}, {"value": "z"}]},
        {"type": "checkbox", "key": "urgent", "label": "紧急"},
        {"type": "datetime", "subtype": "date", "key": "day", "label": "日期"},
        {"type": "datetime", "subtype": "time", "key": "hour", "label": "时间"},
        {"type": "datetime", "subtype": "datetime", "key": "moment", "label": "时刻"},
        {"type": "select", "key": "leader", "label": "分管领导", "properties": {"kind": "user", "group": "分管领导，主要领导"}},
        {"type": "select", "key": "unit", "label": "部门", "properties": {"kind": "department"}},
        {"type": "filepicker", "key": "contract", "label": "合同", "properties": {"kind": "attachment"}},
        {"type": "filepicker", "key": "files", "label": "附件", "multiple": True, "validate": {"maxLength": 3}},
        {"type": "textarea", "key": "note", "label": "意见", "properties": {"kind": "opinion"}},
        {
            "type": "group",
            "label": "联系",
            "components": [
                {"type": "textfield", "key": "phone", "label": "电话", "properties": {"kind": "phone"}},
                {"type": "textfield", "key": "id_no", "label": "身份证", "properties": {"kind": "id_number"}},
                {"type": "textfield", "key": "company", "label": "代码", "properties": {"kind": "credit_code"}},
            ],
        },
        {
            "type": "textfield",
            "key": "code",
            "label": "编号",
            "validate": {"pattern": "^[A-Z]{2}\\d{3}$", "patternErrorMessage": "编号是两个大写字母加三位数字。"},
        },
        {
            "type": "textarea",
            "key": "reason",
            "label": "理由",
            "validate": {"required": True},
            "conditional": {"hide": '=module != "public_resource"'},
        },
        {
            "type": "dynamiclist",
            "path": "people",
            "label": "人员",
            "validate": {"maxLength": 3},
            "components": [
                {"type": "textfield", "key": "name", "label": "姓名", "validate": {"required": True}},
                {"type": "number", "key": "age", "label": "年龄"},
            ],
        },
    ],
}
FORM = Form.from_document(DOCUMENT)
RIGHT: dict[str, Any] = {"name": "道路灯", "amount": "48600.00", "module": "procurement"}
KNOWN = {
    ("user", "leader_works"),
    ("holder:分管领导", "leader_works"),
    ("user", "village_east"),
    ("department", "works"),
    ("attachment", "f1"),
    ("attachment", "f2"),
}


def exists(kind: str, value: str) -> bool:
    """Whether the sample office knows an id."""
    return (kind, value) in KNOWN


def hides(expression: str, values: Mapping[str, Any]) -> bool:
    """The one condition that the sample form has."""
    assert expression == '=module != "public_resource"'
    return bool(values["module"] != "public_resource")


def check(
    data: Any,
    present: Mapping[str, Any] | None = None,
    permissions: Mapping[str, Mode] | None = None,
    *,
    lenient: bool = False,
    lang: str = "zh",
) -> Validated:
    """Validate against the sample form."""
    return validate(FORM, data, present or {}, permissions or {}, lenient=lenient, check_condition=hides, exists=exists, lang=lang)


def errors_of(**fields: Any) -> dict[str, list[str]]:
    """The errors when these fields join a right form."""
    return check({**RIGHT, **fields}).errors


def value_of(key: str, value: Any) -> Any:
    """The stored form of a value that must be right."""
    validated = check({**RIGHT, key: value})
    assert validated.errors == {}
    return validated.values[key]


assert check_document(DOCUMENT) == []
