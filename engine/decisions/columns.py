"""The parts of a decision table as drawn: input and output columns, rows, cells, each checked by the expression language."""

from typing import Any, Final

from engine import expressions
from engine.decisions.foreign import translated
from engine.decisions.model import Input, Output, Rule
from engine.decisions.names import usable
from engine.decisions.notes import Notes
from engine.decisions.xml import local_name, named, plain, text_of, type_of
from engine.expressions import ExpressionRefused, codes
from engine.expressions.budget import MAX_CELL_SOURCE, MAX_SOURCE
from engine.expressions.nodes import ListDisplay, Name, Node
from engine.expressions.printer import text_of as printed
from engine.expressions.reading import read_feel
from engine.expressions.unary_tests import CELL_INPUT

MAX_RULES: Final = 2_000
MAX_COLUMNS: Final = 60
_LANGUAGES: Final = ("feel", "juel", "uel")
_JUEL: Final = ("${", "#{")
_CAMUNDA: Final = "{http://camunda.org/schema/1.0/dmn}"


def language_of(element: Any, notes: Notes) -> str:
    """The language that an expression is written in; nothing when none is named."""
    return str(element.get("expressionLanguage") or notes.language).strip().lower()


def written(element: Any, text: str, decision: Any, notes: Notes) -> str:
    """The text of an expression; JUEL without its `${}` has it put around, as Camunda does, and scripts are translated or refused."""
    language = language_of(element, notes)
    if not text:
        return text
    if language and not any(known in language for known in _LANGUAGES):
        found = translated(text, language)
        if found is None:
            notes.error("decision_language", decision, language=language)
        return found or "null"
    if text.startswith(_JUEL):
        return text
    if "uel" in language or (not language and notes.often_juel and _only_juel(text, notes)):
        return "${" + text + "}"
    return text


def _only_juel(text: str, notes: Notes) -> bool:
    try:
        read_feel(text, notes.names)
    except ExpressionRefused:
        try:
            expressions.read("${" + text + "}")
        except ExpressionRefused:
            return False
        return True
    return False


def checked(text: str, decision: Any, notes: Notes, where: dict[str, Any]) -> str:
    """The text of an expression, refused in the notes when it is none."""
    maximum = MAX_CELL_SOURCE if where["rule"] else MAX_SOURCE
    try:
        if len(text) > maximum:
            raise ExpressionRefused("too_long", maximum, length=len(text), maximum=maximum)
        found = expressions.read(text) if text.startswith(_JUEL) else read_feel(text, notes.names)
        expressions.check_calls(found, notes.functions)
    except ExpressionRefused as refusal:
        _refuse(refusal, text, decision, notes, where)
    return text


def _refuse(refusal: ExpressionRefused, text: str, decision: Any, notes: Notes, where: dict[str, Any]) -> None:
    chinese, english = codes.sentence(refusal.code, refusal.values), codes.sentence(refusal.code, refusal.values, "en")
    reasons = {"reason_zh": chinese[0], "reason_hint_zh": chinese[1], "reason_en": english[0], "reason_hint_en": english[1]}
    code = "decision_cell" if where["rule"] else "decision_expression_refused"
    notes.error(code, decision, text=text[:80], reason=refusal.code, **reasons, **where)


def inputs(table: Any, decision: Any, notes: Notes) -> tuple[Input, ...]:
    """The input columns; labels are made unique, since the record names values by them."""
    found: list[Input] = []
    for number, element in enumerate((child for child in table if local_name(child) == "input"), 1):
        expression = named(element, "inputExpression")
        text = "" if expression is None else written(expression, plain(text_of(expression)), decision, notes)
        label = (element.get("label") or plain(text_of(expression)) or f"#{number}").strip()
        if any(column.label == label for column in found):
            label = f"{label} #{number}"
        if not text:
            notes.error("input_without_expression", decision, column=label)
        else:
            checked(text, decision, notes, {"rule": "", "column": label})
        type_name = type_of(expression)
        allowed = text_of(named(element, "inputValues")) or notes.types.allowed(type_name)
        found.append(Input(label, text, notes.types.base(type_name), _allowed(allowed, label, decision, notes), _alias(element)))
    if len(found) > MAX_COLUMNS:
        notes.error("table_size", decision, count=len(found), maximum=MAX_COLUMNS)
    return tuple(found)


def _alias(element: Any) -> str:
    """The name by which Camunda's cells may call the input's value."""
    name = str(element.get(f"{_CAMUNDA}inputVariable") or "")
    return name if name.isidentifier() and not name.startswith("_") else ""


def _allowed(text: str, label: str, decision: Any, notes: Notes) -> str:
    """The allowed values of an input, which no case is held to: they say where to look for gaps."""
    try:
        notes.cell(text)
    except ExpressionRefused:
        notes.warn("input_values", decision, column=label, text=text[:80])
        return ""
    return text


def outputs(table: Any, decision: Any, own: tuple[str, str], notes: Notes) -> tuple[Output, ...]:
    """The output columns; the only one may be without a name or type and then has the decision's `own`."""
    elements = [child for child in table if local_name(child) == "output"]
    found: list[Output] = []
    for element in elements:
        name = " ".join(str(element.get("name") or (own[0] if len(elements) == 1 else "")).split())
        if not usable(name) or any(column.name == name for column in found):
            notes.error("output_name", decision, output=name)
        elif not name.isidentifier():
            notes.warn("output_spaced", decision, output=name)
        found.append(_output(element, name, type_of(element) or (own[1] if len(elements) == 1 else ""), decision, notes))
    if not found:
        notes.error("no_output", decision)
    return tuple(found)


def _output(element: Any, name: str, type_name: str, decision: Any, notes: Notes) -> Output:
    label = (element.get("label") or "").strip()
    where = {"rule": "", "column": label or name}
    values_text = text_of(named(element, "outputValues")) or notes.types.allowed(type_name)
    default_element = named(element, "defaultOutputEntry")
    default = written(default_element, plain(text_of(default_element)), decision, notes) if default_element is not None else ""
    if default:
        checked(default, decision, notes, where)
    return Output(name, label, notes.types.base(type_name), _values(values_text, decision, notes, where), default or None)


def _values(text: str, decision: Any, notes: Notes, where: dict[str, Any]) -> tuple[str, ...]:
    """The allowed values of an output, each as text of an expression."""
    if not text:
        return ()
    try:
        node: Node = read_feel(f"[{text}]", notes.names).node
    except ExpressionRefused as refusal:
        _refuse(refusal, text, decision, notes, where)
        return ()
    return tuple(printed(item) for item in node.items) if isinstance(node, ListDisplay) else ()


def rules(table: Any, decision: Any, ins: tuple[Input, ...], outs: tuple[Output, ...], notes: Notes) -> tuple[Rule, ...]:
    """The rows, numbered from 1."""
    elements = [child for child in table if local_name(child) == "rule"]
    if len(elements) > MAX_RULES:
        notes.error("table_size", decision, count=len(elements), maximum=MAX_RULES)
        return ()
    if not elements:
        notes.warn("no_rules", decision)
    return tuple(_rule(number, element, decision, ins, outs, notes) for number, element in enumerate(elements, 1))


def _rule(number: int, element: Any, decision: Any, ins: tuple[Input, ...], outs: tuple[Output, ...], notes: Notes) -> Rule:
    tests = [child for child in element if local_name(child) == "inputEntry"]
    results = [child for child in element if local_name(child) == "outputEntry"]
    if len(tests) != len(ins) or len(results) != len(outs):
        notes.error("rule_cells", decision, rule=number)
        return Rule(number, element.get("id") or "", (), (), "")
    known = frozenset(column.expression for column in ins)
    test_texts, result_texts = [], []
    for cell, column in zip(tests, ins, strict=True):
        test_texts.append(_test_of(cell, decision, notes))
        _check_test(test_texts[-1], column, decision, notes, {"rule": number, "column": column.label}, known)
    for cell, output in zip(results, outs, strict=True):
        result_texts.append(written(cell, plain(text_of(cell)), decision, notes))
        _check_result(result_texts[-1], decision, notes, {"rule": number, "column": output.label or output.name}, known)
    return Rule(number, element.get("id") or "", tuple(test_texts), tuple(result_texts), _annotation(element))


def _test_of(cell: Any, decision: Any, notes: Notes) -> str:
    """The text of an input cell; Flowable's `.startsWith("A")` is a method of the input's value."""
    text = text_of(cell)
    if text.startswith(".") and text[1:2].isalpha():
        return f"${{{CELL_INPUT}{text}}}"
    feel = "feel" in (language_of(cell, notes) or "feel")
    return text if feel or text == "-" else written(cell, text, decision, notes)


def _check_test(text: str, column: Input, decision: Any, notes: Notes, where: dict[str, Any], known: frozenset[str]) -> None:
    try:
        found = notes.cell(text, column.alias)
        expressions.check_calls(found, notes.functions)
    except ExpressionRefused as refusal:
        _refuse(refusal, text, decision, notes, where)
        return
    if any(test.operator == "is" and isinstance(test.value, Name) and test.value.name not in known for test in found.tests):
        notes.warn("cell_reads_variable", decision, text=text[:80], **where)


def _check_result(text: str, decision: Any, notes: Notes, where: dict[str, Any], known: frozenset[str]) -> None:
    if not text:
        return
    before = len(notes.problems)
    checked(text, decision, notes, where)
    if len(notes.problems) == before and not text.startswith(_JUEL):
        node = read_feel(text, notes.names).node
        if isinstance(node, Name) and node.name not in known:
            notes.warn("cell_reads_variable", decision, text=text[:80], **where)


def _annotation(element: Any) -> str:
    texts = [text_of(child) for child in element if local_name(child) == "annotationEntry"]
    description = named(element, "description")
    if description is not None:
        texts.insert(0, "".join(description.itertext()).strip())
    return "；".join(text for text in texts if text)
