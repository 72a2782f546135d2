"""DMN files for tests, as modelers write them."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.decisions import Decision, Problem, read

DMN_1_3 = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    inputs: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, str]],
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    policy: str | None = None,
    aggregation: str | None = None,
    output_values: Sequence[str | None] = (),
    defaults: Sequence[str | None] = (),
) -> str:
    """A decision table; inputs are (expression, type), outputs (name, type), rules (input cells, output cells)."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in (("hitPolicy", policy), ("aggregation", aggregation)) if value)
    parts = [f"<decisionTable{attributes}>"]
    parts += [
        f"<input><inputExpression typeRef={quoteattr(type_name)}>{_text(expression)}</inputExpression></input>"
        for expression, type_name in inputs
    ]
    for place, (name, type_name) in enumerate(outputs):
        inner = _optional("outputValues", output_values, place) + _optional("defaultOutputEntry", defaults, place)
        parts.append(f"<output name={quoteattr(name)} typeRef={quoteattr(type_name)}>{inner}</output>")
    for number, (tests, results) in enumerate(rules, 1):
        cells = "".join(f"<inputEntry>{_text(cell)}</inputEntry>" for cell in tests)
        cells += "".join(f"<outputEntry>{_text(cell)}</outputEntry>" for cell in results)
        parts.append(f'<rule id="rule_{number}"><description>第{number}条</description>{cells}</rule>')
    return "".join(parts) + "</decisionTable>"


def _text(content: str) -> str:
    return f"<text>{escape(content)}</text>"


def _optional(name: str, contents: Sequence[str | None], place: int) -> str:
    content = contents[place] if place < len(contents) else None
    return "" if content is None else f"<{name}>{_text(content)}</{name}>"


def document(*decisions: tuple[str, str, Sequence[str]], namespace: str = DMN_1_3) -> bytes:
    """A file of decisions: (id, logic, ids of what it requires)."""
    parts = []
    for name, logic, required in decisions:
        needs = "".join(f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>' for one in required)
        parts.append(f'<decision id="{name}" name="决策 {name}">{needs}{logic}</decision>')
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{namespace}" id="d">{"".join(parts)}</definitions>'.encode()


def graph(*decisions: tuple[str, str, Sequence[str]]) -> list[Decision]:
    """The decisions of a file in which nothing is wrong."""
    found, noted = read(document(*decisions), "graph.dmn")
    assert [problem for problem in noted if problem.severity == "error"] == []
    return found


def decision(logic: str) -> Decision:
    """A single decision."""
    return graph(("decision", logic, ()))[0]


def problems(logic: str, **more: Any) -> list[Problem]:
    """What is wrong with a single decision."""
    return read(document(("decision", logic, ()), **more), "table.dmn")[1]
