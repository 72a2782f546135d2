"""Every finding has its sentences, in two languages, with a hint."""

import re
import string
from pathlib import Path

import pytest

from engine.elements import REFUSED
from engine.gate import words
from engine.gate.findings import MAX_FINDINGS, Finding, Findings

GATE = Path(words.__file__).parent
_USED = re.compile(r'findings\.(?:error|warning)\(\s*(?:f?"([a-z_0-9{}]+)"(?:\s+if [^,]+? else "([a-z_0-9]+)")?)')


def _used_codes() -> set[str]:
    found: set[str] = set()
    for path in (*GATE.glob("*.py"), GATE.parent / "reading.py"):
        for first, second in _USED.findall(path.read_text(encoding="utf-8")):
            sides = ("source", "target") if "{side}" in first else ("",)
            found |= {first.replace("{side}", side) for side in sides} | ({second} if second else set())
    return found


def test_every_code_of_the_gate_has_words() -> None:
    used = _used_codes() | set(REFUSED.values())
    assert len(used) > 100
    assert used - words.TABLE.keys() == set()


@pytest.mark.parametrize("code", sorted(words.TABLE))
def test_the_words_of_a_code_are_complete(code: str) -> None:
    entry = words.TABLE[code]
    assert len(entry) == 4
    assert all(text.strip() for text in entry)
    assert all(re.search(r"[\u4e00-\u9fff]|^\{\w+\}$", text) for text in entry[:2])
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in entry]
    assert all(name.isidentifier() for names in fields for name in names)
    blank = Finding(code, "error", "a.bpmn")
    for lang in ("zh", "en"):
        assert "{" not in blank.message(lang).replace("${", "")
        assert blank.hint(lang)


def test_a_finding_as_a_document() -> None:
    found = Finding("unreachable", "error", "a.bpmn", 7, "x", "审核", {"type": "task"})
    assert found.to_document("zh") == {
        "code": "unreachable",
        "severity": "error",
        "file": "a.bpmn",
        "line": 7,
        "element_id": "x",
        "element_name": "审核",
        "message": "“审核”走不到：没有任何路径从开始事件通到这里。",
        "hint": "请补上连线，或删去这个元素。",
    }
    assert found.to_document("en")["message"] == "“审核” cannot be reached: no path leads here from a start event."


def test_an_unknown_code_and_hostile_values_still_make_a_sentence() -> None:
    assert "nonsense" in Finding("nonsense", "error", "a.bpmn").message("zh")
    hostile = Finding("id_not_a_name", "error", "a.bpmn", values={"id": "{0.__class__}{x!r:>999999}" + "y" * 5_000})
    assert len(hostile.message("zh")) < 300
    assert "{0.__class__}" in hostile.message("zh")


def test_findings_are_kept_once_and_in_bounds() -> None:
    findings = Findings("a.bpmn")
    for line in (*range(2 * MAX_FINDINGS), 0):
        findings.warning("nobody_asked", line)
    assert [one.code for one in findings.ordered()] == ["more_findings"] + ["nobody_asked"] * MAX_FINDINGS
    findings.error("no_process")
    assert findings.refused


def test_the_element_is_named_before_what_is_wrong_in_its_expression() -> None:
    values = {"site": "条件", "site_en": "condition", "text": "${f(x)}", "name": "f"}
    found = Finding("unknown_function", "error", "a.bpmn", 3, "flow_1", "同意", values)
    assert found.message("zh").startswith("“同意”的条件“${f(x)}”不能用：没有函数“f”")
    assert found.message("en").startswith("The condition “${f(x)}” of “同意” cannot be used: there is no function “f”")


def test_words_of_the_standard_are_said_in_chinese() -> None:
    assert Finding("reference_absent", "error", "a.bpmn", 3, "e", values={"kind": "message"}).message("zh") == "“e”没有选定它的消息。"
    assert Finding("id_missing", "error", "a.bpmn", 3, values={"type": "endEvent"}).message("zh") == "有一个结束事件没有编号（id）。"
