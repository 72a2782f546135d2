"""Forms that a diagram of another engine holds inside: `formData`, `formProperty`; and form keys of foreign kinds."""

import re
from collections.abc import Iterator
from typing import Any

from engine.dialects.names import CAMUNDA, FOX, Node, attribute, is_element, local, vendor_extensions

#: pages and scripts of other engines: there is nothing here to show them
_FOREIGN_KEY = re.compile(
    r"(embedded|app|camunda-forms|formio|external)\s*:|.*[/\\]|.*\.(html?|jsp|jspx|xhtml|form|ftl|vue|js|xml)$", re.IGNORECASE
)
_OWN_FORM = re.compile(r"(?:camunda-forms:)?(?:deployment:)?(?:.*/)?([^/\\:]+)\.(?:form|json)", re.IGNORECASE)
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "textfield"},
    "text": {"type": "textarea"},
    "multi-line-text": {"type": "textarea"},
    "long": {"type": "number", "decimalDigits": 0},
    "integer": {"type": "number", "decimalDigits": 0},
    "int": {"type": "number", "decimalDigits": 0},
    "double": {"type": "number"},
    "float": {"type": "number"},
    "decimal": {"type": "number"},
    "number": {"type": "number"},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "enum": {"type": "select"},
    "user": {"type": "textfield", "properties": {"kind": "user"}},
    "people": {"type": "textfield", "properties": {"kind": "user"}},
}
_FIELDS = ("formField", "formProperty")


def drawn_form_key(node: Node) -> str | None:
    """The form key or form reference as drawn."""
    return attribute(node, "formKey") or attribute(node, "formRef")


def is_foreign_key(key: str) -> bool:
    """Whether a form key names a page of another engine, so that no form of ours can be meant: those have ids without blanks."""
    if _OWN_FORM.fullmatch(key):
        return False
    return _FOREIGN_KEY.match(key) is not None or ("{" not in key and re.fullmatch(r"[^\W\d][\w.\-]*", key) is None)


def may_mean_ours(node: Node) -> bool:
    """Whether a form key can only mean a form of ours: those of Activiti and Flowable are texts for whoever shows the task."""
    return any(node.get(f"{{{uri}}}{name}") for uri in (CAMUNDA, FOX) for name in ("formKey", "formRef"))


def form_key_of(node: Node) -> str | None:
    """The id of the form to show: as drawn, that of the form inside the diagram, or None."""
    drawn = drawn_form_key(node)
    if drawn:
        if is_foreign_key(drawn):
            return inner_form_key(node)
        own = _OWN_FORM.fullmatch(drawn)
        return own[1] if own else drawn
    return inner_form_key(node)


def inner_form_key(node: Node) -> str | None:
    """The id that the form inside this element gets: process and element id; None where there is no such form."""
    if not _fields(node):
        return None
    process = next((parent.get("id") for parent in node.iterancestors() if local(parent) == "process"), "")
    return f"{process}.{node.get('id') or ''}"


def inner_form(node: Node) -> dict[str, Any] | None:
    """The form document made of the fields inside this element; None where there are none or a form of ours is named.

    `foreign` is true in it: what an integrator sends is checked for its types only (CONTRACT 4).
    """
    key = inner_form_key(node)
    if key is None or (form_key_of(node) != key and may_mean_ours(node)):
        return None
    components = list({_key(field): _component(field) for field in _fields(node) if is_usable_key(_key(field))}.values())
    return {"schema": 1, "id": key, "title": node.get("name") or key, "foreign": True, "components": components}


def is_usable_key(key: str | None) -> bool:
    """Whether a field's id can name a variable and a field of a form."""
    return key is not None and re.fullmatch(r"[^\W\d_]\w{0,99}", key) is not None


def unusable_fields(node: Node) -> list[str]:
    """The ids of fields that the form cannot have."""
    return [str(_key(field) or "") for field in _fields(node) if not is_usable_key(_key(field))]


def lost_settings(node: Node) -> list[tuple[str, str]]:
    """What fields say and the form cannot: values that are computed, checks by classes."""
    return [lost for field in _fields(node) for lost in _lost(field)]


def _lost(field: Node) -> Iterator[tuple[str, str]]:
    kind = _component(field)["type"]
    for name in ("defaultValue", "default", "expression"):
        if field.get(name) and (name == "expression" or _default(field, kind) is None):
            yield name, field.get(name)
    for constraint in _constraints(field):
        if not _constraint(constraint, kind):
            yield constraint.get("name") or "constraint", constraint.get("config") or ""


def _key(field: Node) -> str | None:
    """The variable that a field sets: that of Activiti's `variable`, else the one that is named as the field."""
    key: str | None = field.get("variable") or field.get("id")
    return key


def _fields(node: Node) -> list[Node]:
    direct = [field for field in vendor_extensions(node, "formProperty") if field.get("readable") != "false"]
    inside = [child for holder in vendor_extensions(node, "formData") for child in holder if local(child) in _FIELDS]
    return direct + inside


def _component(field: Node) -> dict[str, Any]:
    kind = (field.get("type") or "string").strip()
    component: dict[str, Any] = {**_TYPES.get(kind.lower(), _TYPES["string"]), "key": _key(field)}
    component["label"] = field.get("label") or field.get("name") or field.get("id")
    rules = _rules(field, component["type"])
    if rules:
        component["validate"] = rules
    if component["type"] == "select":
        component["values"] = _values(field)
        if not component["values"]:
            component = {"type": "textfield", "key": component["key"], "label": component["label"]}
    default = _default(field, component["type"])
    if default is not None:
        component["defaultValue"] = default
    if field.get("writable") == "false" or any(constraint.get("name") == "readonly" for constraint in _constraints(field)):
        component["readonly"] = True
    return component


def _default(field: Node, kind: str) -> Any:
    """The value that the field begins with; computed ones and dates in a format of Java are left out."""
    text = (field.get("defaultValue") or field.get("default") or "").strip()
    if not text or "{" in text or kind == "datetime":
        return None
    if kind == "number":
        return _number(text)
    return text == "true" if kind == "checkbox" else text


def _rules(field: Node, kind: str) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    if field.get("required") == "true":
        rules["required"] = True
    for constraint in _constraints(field):
        if constraint.get("name") != "readonly":
            rules.update(_constraint(constraint, kind))
    return rules


def _constraints(field: Node) -> list[Node]:
    return [constraint for holder in field if local(holder) == "validation" for constraint in holder if is_element(constraint)]


def _number(text: str) -> int | float | None:
    """A plain number of a form; decimals as JSON has them."""
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,9}\.\d{1,6}", text) else None


def _constraint(constraint: Node, kind: str) -> dict[str, Any]:
    name, setting = constraint.get("name"), (constraint.get("config") or "").strip()
    if name in ("required", "readonly"):
        return {name: True}
    if name in ("min", "max") and kind == "number" and _number(setting) is not None:
        return {name: _number(setting)}
    if name in ("minlength", "maxlength") and kind in ("textfield", "textarea") and re.fullmatch(r"\d{1,6}", setting):
        return {"minLength" if name == "minlength" else "maxLength": int(setting)}
    return {}


def _values(field: Node) -> list[dict[str, str]]:
    found = [child for child in field if is_element(child) and local(child) == "value" and (child.get("id") or child.get("name"))]
    labels = {child.get("id") or child.get("name"): child.get("name") or child.get("id") for child in found}
    return [{"value": value, "label": label} for value, label in labels.items()]
