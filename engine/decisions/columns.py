"""The parts of a decision table as drawn: input and output columns, rows, cells, each checked by the expression language."""

from dataclasses import dataclass, field
from typing import Any, Final

from engine import expressions
from engine.decisions.errors import Problem
from engine.decisions.model import Input, Output, Rule
from engine.expressions import ExpressionRefused, codes
from engine.expressions.budget import MAX_CELL_SOURCE
from engine.expressions.nodes import ListDisplay, Name, Node
from engine.expressions.printer import text_of as printed
from engine.expressions.reading import read_feel
from engine.expressions.unary_tests import read_cell

MAX_RULES: Final = 2_000
MAX_COLUMNS: Final = 60
_LANGUAGES: Final = ("feel", "juel", "uel")


@dataclass
class Notes:
    """The problems found so far in one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """Those that refuse the file."""
        return [problem for problem in self.problems if problem.severity == "error"]

    def error(self, code: str, element: Any, **values: Any) -> None:
        """Note what refuses the file."""
        self._add("error", code, element, values)

    def warn(self, code: str, element: Any, **values: Any) -> None:
        """Note what is doubtful."""
        self._add("warning", code, element, values)

    def _add(self, severity: str, code: str, element: Any, values: dict[str, Any]) -> None:
        shown = {"name": element.get("name") or element.get("id") or "", **values}
        self.problems.append(Problem(code, severity, self.file, element.sourceline, element.get("id"), element.get("name"), shown))


def local_name(element: Any) -> str:
    """The element's name without its namespace; no name for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def named(element: Any, name: str) -> Any:
    """The first child of this name, or None."""
    return next((child for child in element if local_name(child) == name), None)


def text_of(element: Any) -> str:
    """The text in the `text` child; nothing when there is none."""
    child = named(element, "text") if element is not None else None
    return "".join(child.itertext()).strip() if child is not None else ""


def plain(text: str) -> str:
    """The text of an expression without the `=` that some modelers write before it."""
    return text[1:].strip() if text.startswith("=") and not text.startswith("==") else text


def type_of(element: Any) -> str:
    """The type that a column or variable names."""
    return str(element.get("typeRef") or "").strip()


def check_language(element: Any, decision: Any, notes: Notes) -> None:
    """Refuse an expression in a language of scripts."""
    language = (element.get("expressionLanguage") or "").strip().lower()
    if language and not any(known in language for known in _LANGUAGES):
        notes.error("decision_language", decision, language=language)


def checked(text: str, decision: Any, notes: Notes, where: dict[str, Any]) -> str:
    """The text of an expression, refused in the notes when it is none."""
    try:
        if len(text) > MAX_CELL_SOURCE:
            raise ExpressionRefused("too_long", MAX_CELL_SOURCE, length=len(text), maximum=MAX_CELL_SOURCE)
        found = expressions.read(text) if text.startswith(("${", "#{")) else read_feel(text)
        expressions.check_calls(found)
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
        text = plain(text_of(expression))
        label = (element.get("label") or text or f"#{number}").strip()
        if any(column.label == label for column in found):
            label = f"{label} #{number}"
        if not text:
            notes.error("input_without_expression", decision, column=label)
        else:
            check_language(expression, decision, notes)
            checked(text, decision, notes, {"rule": "", "column": label})
        found.append(Input(label, text, type_of(expression) if expression is not None else ""))
    if len(found) > MAX_COLUMNS:
        notes.error("table_size", decision, count=len(found), maximum=MAX_COLUMNS)
    return tuple(found)


def outputs(table: Any, decision: Any, own_name: str, notes: Notes) -> tuple[Output, ...]:
    """The output columns; the only one may be without a name and then gives the decision's own."""
    elements = [child for child in table if local_name(child) == "output"]
    found: list[Output] = []
    for element in elements:
        name = element.get("name") or (own_name if len(elements) == 1 else "")
        if not name.isidentifier() or name.startswith("_") or any(column.name == name for column in found):
            notes.error("output_name", decision, output=name)
        found.append(_output(element, name, decision, notes))
    if not found:
        notes.error("no_output", decision)
    return tuple(found)


def _output(element: Any, name: str, decision: Any, notes: Notes) -> Output:
    label = (element.get("label") or "").strip()
    where = {"rule": "", "column": label or name}
    values_text = text_of(named(element, "outputValues"))
    default_element = named(element, "defaultOutputEntry")
    default = plain(text_of(default_element)) if default_element is not None else ""
    if default:
        checked(default, decision, notes, where)
    return Output(name, label, type_of(element), _values(values_text, decision, notes, where), default or None)


def _values(text: str, decision: Any, notes: Notes, where: dict[str, Any]) -> tuple[str, ...]:
    """The allowed values of an output, each as text of an expression."""
    if not text:
        return ()
    try:
        node: Node = read_feel(f"[{text}]").node
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
    for cell, column in zip(tests, ins, strict=True):
        _check_test(cell, decision, notes, {"rule": number, "column": column.label}, known)
    for cell, output in zip(results, outs, strict=True):
        _check_result(cell, decision, notes, {"rule": number, "column": output.label or output.name}, known)
    return Rule(
        number,
        element.get("id") or "",
        tuple(text_of(cell) for cell in tests),
        tuple(plain(text_of(cell)) for cell in results),
        _annotation(element),
    )


def _check_test(cell: Any, decision: Any, notes: Notes, where: dict[str, Any], known: frozenset[str]) -> None:
    check_language(cell, decision, notes)
    text = text_of(cell)
    try:
        found = read_cell(text)
        expressions.check_calls(found)
    except ExpressionRefused as refusal:
        _refuse(refusal, text, decision, notes, where)
        return
    if any(test.operator == "is" and isinstance(test.value, Name) and test.value.name not in known for test in found.tests):
        notes.warn("cell_reads_variable", decision, text=text[:80], **where)


def _check_result(cell: Any, decision: Any, notes: Notes, where: dict[str, Any], known: frozenset[str]) -> None:
    check_language(cell, decision, notes)
    text = plain(text_of(cell))
    if not text:
        return
    before = len(notes.problems)
    checked(text, decision, notes, where)
    if len(notes.problems) == before and not text.startswith(("${", "#{")):
        node = read_feel(text).node
        if isinstance(node, Name) and node.name not in known:
            notes.warn("cell_reads_variable", decision, text=text[:80], **where)


def _annotation(element: Any) -> str:
    texts = [text_of(child) for child in element if local_name(child) == "annotationEntry"]
    description = named(element, "description")
    if description is not None:
        texts.insert(0, "".join(description.itertext()).strip())
    return "；".join(text for text in texts if text)
