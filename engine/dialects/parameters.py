"""Properties and input/output parameters of an element."""

import json
import re

from engine.dialects.names import SPIFF, Node, content, extensions, is_element, is_true, local, namespace, vendor_extensions
from engine.dialects.scripts import parameter_of

_PARAMETERS = ("inputParameter", "outputParameter")
#: an expression inside of a text; braces and quotes in it come in pairs
_MARKED = re.compile(r"""[$#]\{((?:[^{}"']|"[^"]*"|'[^']*'|\{[^{}]*\})*)\}""")
_SPIFF_PROPERTIES = f"{{{SPIFF}}}properties"


def properties_of(node: Node) -> dict[str, str]:
    """`camunda:properties` (or spiffworkflow's) as a dictionary; a later property of the same name wins."""
    found: dict[str, str] = {}
    holders = [*vendor_extensions(node, "properties"), *(child for child in extensions(node) if child.tag == _SPIFF_PROPERTIES)]
    for holder in holders:
        for child in holder:
            if local(child) == "property" and child.get("name"):
                found[child.get("name")] = child.get("value") or ""
    return found


def parameters_of(node: Node) -> tuple[list[list[str]], list[list[str]]]:
    """Input and output parameters as `[name, text]`; lists and maps become the text of one expression."""
    inputs: list[list[str]] = []
    outputs: list[list[str]] = []
    for holder in vendor_extensions(node, "inputOutput"):
        for child in holder:
            if local(child) in _PARAMETERS:
                target = inputs if local(child) == "inputParameter" else outputs
                target.append([child.get("name") or "", _value(child)])
    return inputs, outputs


def thrown_parameters_of(node: Node) -> tuple[list[list[str]], list[list[str]]]:
    """Parameters of a throwing event; what `camunda:in` hands to a signal counts as input."""
    inputs, outputs = parameters_of(node)
    for definition in node:
        for child in vendor_extensions(definition, "in") if is_element(definition) else ():
            source = (child.get("sourceExpression") or child.get("source") or "").strip()
            if source and child.get("target"):
                inputs.append([child.get("target"), source if "{" in source else f"${{{source}}}"])
    return inputs, outputs


def throws_all(node: Node) -> bool:
    """Whether `camunda:in` hands every variable to what a signal is caught by."""
    definitions = [definition for definition in node if is_element(definition)]
    children = [child for definition in definitions for child in vendor_extensions(definition, "in")]
    return any(child.get("variables") == "all" and not is_true(child.get("local")) for child in children)


def _value(parameter: Node) -> str:
    inner = [child for child in parameter if is_element(child)]
    if not inner:
        return content(parameter) or ""
    if local(inner[0]) == "script":
        return parameter_of(inner[0]) or ""
    return "${" + _structure(inner[0]) + "}"


def _structure(node: Node) -> str:
    kind = local(node)
    if kind == "list":
        return "[" + ", ".join(_item(child) for child in node if is_element(child)) + "]"
    if kind == "map":
        entries = [child for child in node if local(child) == "entry"]
        return "{" + ", ".join(f"{_filled(entry.get('key') or '')}: {_entry(entry)}" for entry in entries) + "}"
    return _item(node)


def _entry(entry: Node) -> str:
    inner = [child for child in entry if is_element(child)]
    return _structure(inner[0]) if inner else _item(entry)


def _item(node: Node) -> str:
    if local(node) in ("list", "map"):
        return _structure(node)
    if local(node) == "script":
        return f"({(parameter_of(node) or '${null}')[2:-1]})"
    return _filled(content(node) or "")


def _filled(text: str) -> str:
    """The expression that gives a text with its `${...}` filled in; one that stands alone gives its value."""
    whole = _MARKED.fullmatch(text)
    if whole is not None:
        return f"({whole[1].strip()})"
    pieces = _MARKED.split(text)
    if len(pieces) == 1:
        return _quoted(text)
    parts = (f"({piece.strip()})" if place % 2 else _quoted(piece) for place, piece in enumerate(pieces))
    return f'join([{", ".join(parts)}], "")'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def has_script(node: Node) -> bool:
    """Whether a parameter is computed by a script of another language (`camunda:script`) that cannot be translated."""
    scripts = [inner for holder in vendor_extensions(node, "inputOutput") for inner in holder.iter() if local(inner) == "script"]
    return any(namespace(inner) and parameter_of(inner) is None for inner in scripts)
