"""Scripts of script tasks: our own lines, one expression with a result variable, or JavaScript and Groovy that can be translated."""

import re

from engine import expressions
from engine.dialects.names import ACTIVITI, FLOWABLE, SPIFF, Entry, Node, attribute, bpmn, bpmn_text, content, extensions, local, namespace
from engine.expressions.foreign_scripts import Translated, is_foreign, translate_script

_SET_VARIABLE = re.compile(r"\s*[$#]\{\s*execution\.setVariable\(\s*(['\"])([^\W\d_]\w*)\1\s*,(.*)\)\s*\}\s*", re.DOTALL)

_AROUND = {"preScript": "script_before", "postScript": "script_after"}


def script_of(node: Node) -> Entry:
    """Script and its language. A script of one expression with a result variable becomes the line that sets it.

    A foreign script becomes lines of ours (`translated`, with what was left out), or keeps its text with the `problem` for the gate:
    code, values and line. `result_variable` is left only where its line could not be made; the gate says why.
    """
    script = bpmn_text(node, "script")
    language = (node.get("scriptFormat") or "").strip() or None
    result = attribute(node, "resultVariable") or attribute(node, "resultVariableName")
    entry: Entry = {"script": script, "script_format": language, "result_variable": None}
    if script and is_foreign(language):
        return {**entry, **_foreign(node, script, language or "", result)}
    assigned = assignment_of(script or "")
    if assigned is not None:
        script, result = assigned[1], assigned[0]
    if script and result:
        return {**entry, **_with_result(script, language, result)}
    return entry


def scripts_around(node: Node) -> Entry:
    """`script_before` and `script_after`, what SpiffWorkflow's editor hangs on an element; empty for most."""
    found: Entry = {}
    for child in extensions(node):
        key = _AROUND.get(local(child)) if namespace(child) == SPIFF else None
        text = content(child)
        if key and text:
            found[key] = text
    return found


def assignment_of(text: str) -> tuple[str, str] | None:
    """Variable and value of `${execution.setVariable('name', value)}`; None for every other text."""
    found = _SET_VARIABLE.fullmatch(text)
    return None if found is None else (found[2], "${" + found[3].strip() + "}")


def _with_result(script: str, language: str | None, result: str) -> Entry:
    text = f"={script}" if language == "feel" and not script.startswith("=") else script
    try:
        return {"script": f"{result} = {expressions.translate(text)}"}
    except expressions.ExpressionRefused:
        return {"script": text, "result_variable": result}


def _foreign(node: Node, script: str, language: str, result: str | None) -> Entry:
    try:
        found = translate_script(script, language, result=result, keeps=keeps_assignments(node))
        if found.lines:
            expressions.check(found.lines, kind="script")
    except expressions.ExpressionRefused as refusal:
        return {"problem": {"code": refusal.code, "values": refusal.values, "line": _line(node, refusal.offset)}}
    return {"script": found.lines, "translated": True, "printed": list(found.printed), "local": list(found.local)}


def keeps_assignments(node: Node) -> bool:
    """Whether what a script assigns are variables of the case: unless Flowable or Activiti are told not to store them."""
    return not any(node.get(f"{{{uri}}}autoStoreVariables") == "false" for uri in (FLOWABLE, ACTIVITI))


def _line(node: Node, offset: int) -> int:
    """The line of the file where the place of a script is."""
    holder = node.find(bpmn("script"))
    whole = "".join(holder.itertext())
    before = whole[: len(whole) - len(whole.lstrip()) + offset]
    return int(holder.sourceline) + before.count("\n")


def parameter_of(script: Node) -> str | None:
    """The expression that a script of an input or output parameter is; None for what cannot be translated."""
    return None if script.get("resource") else value_of_script((script.text or "").strip(), script.get("scriptFormat") or "")


def condition_of(node: Node, child: str) -> str | None:
    """The text of a condition; one in JavaScript or Groovy as an expression of ours, as far as it can be translated."""
    text = bpmn_text(node, child)
    return text and (value_of_script(text, node.find(bpmn(child)).get("language") or "") or text)


def value_of_script(text: str, language: str) -> str | None:
    """The expression that a script of one value is; None for other languages and what cannot be translated."""
    if not text or not is_foreign(language):
        return None
    try:
        found: Translated = translate_script(text, language, result="value")
        name, _, value = found.lines.partition(" = ")
        if name != "value" or "\n" in found.lines or found.printed:
            return None
        expressions.check("${" + value + "}", kind="template")
    except expressions.ExpressionRefused:
        return None
    return "${" + value + "}"
