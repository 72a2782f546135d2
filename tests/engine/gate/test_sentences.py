"""Every sentence of the gate, with usual values and with hostile ones: one line, one full stop, nothing of Python, no code words."""

import re
import string
from dataclasses import replace
from typing import Any

import pytest

from engine.gate import words
from engine.gate.findings import Finding, Language
from forms.words import PROBLEM_WORDS
from processes.deploy_findings import OfficeFinding

LANGUAGES: tuple[Language, ...] = ("zh", "en")
USUAL = {
    "name": "审核",
    "kind": "message",
    "type": "endEvent",
    "line": 3,
    "column": 7,
    "limit": 20,
    "count": 3,
    "position": 4,
    "variables": ["甲", "乙"],
}
HOSTILE: dict[str, Any] = {
    "usual": "办结",
    "long": "很长的名称" * 2_000,
    "lines": "第一行\n第二行\r\n\t第三行\u2028\u202e反\x00\x1b[31m",
    "quotes": "“双”'单'\"英\"«»`",
    "markup": "<script>alert(1)</script>&lt;{x}{0.__class__}%s${a}",
    "list": ["a", "b\nc", None],
    "many": [f"变量{n}" for n in range(5_000)],
    "nothing": None,
    "yes": True,
    "empty": "",
    "stop": "完了。",
    "asks": "为什么?",
}
#: what Python's own way of writing values leaves behind
_PYTHON = re.compile(r"\bNone\b|\bTrue\b|\bFalse\b|dict_|frozenset|set\(\)|object at 0x|\['|Decimal\(")


def _fields(texts: tuple[str, ...]) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def _check(text: str, lang: str, code: str) -> None:
    assert text == " ".join(text.split()), code
    assert text.isprintable(), code
    assert text.endswith(("。", "！", "？", ".", "!", "?", "…")), (code, text[-20:])
    assert not re.search(r"[。？！?!][.。]$|[,，:：、；;][.。]$|\.\.$", text), (code, text[-20:])
    assert text.count("“") == text.count("”") or "…" in text, (code, text)
    assert not _PYTHON.search(text), (code, text)
    assert not re.search(r"\b[a-z]+_[a-z]+_[a-z]+\b", text.replace("camunda", "")), (code, text)
    assert len(text) < 4_000, code
    if lang == "en":
        assert not re.search(r"[\u4e00-\u9fff]", text.split("“")[0]) or text.startswith("“"), (code, text)


@pytest.mark.parametrize("code", sorted(words.TABLE))
def test_the_sentences_with_usual_values(code: str) -> None:
    names = _fields(words.TABLE[code])
    values: dict[str, Any] = {name: USUAL.get(name, "x") for name in names if not name.startswith(("guess_", "expected_"))}
    values |= {
        "guess_zh": "，是不是“甲”？",
        "guess_en": ", did you mean “a”?",
        "expected_zh": "，这里应是数字",
        "expected_en": ", a number is expected",
    }
    for finding in (Finding(code, "error", "a.bpmn", 3, "x", "审核", values), Finding(code, "error", "a.bpmn", values=values)):
        for lang in LANGUAGES:
            _check(finding.message(lang), lang, code)
            _check(finding.hint(lang), lang, code)
            assert "endEvent" not in finding.message(lang)


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_sentences_with_hostile_values(kind: str) -> None:
    value = HOSTILE[kind]
    for code, texts in words.TABLE.items():
        values = {name: value for name in _fields(texts) if not name.startswith(("guess_", "expected_")) and name != "name"}
        values |= {"guess_zh": "", "guess_en": "", "expected_zh": "", "expected_en": ""}
        sites = {"site": "条件", "site_en": "condition", "text": value}
        for given in (values, {**values, **sites}):
            finding = Finding(code, "warning", "文件.bpmn", 7, "it", value if isinstance(value, str) and value else None, given)
            for lang in LANGUAGES:
                for text in (finding.message(lang), finding.hint(lang)):
                    assert text == " ".join(text.split()), (code, kind)
                    assert text.isprintable(), (code, kind)
                    assert text.endswith(("。", "！", "？", ".", "!", "?", "…")), (code, text[-30:])
                    assert not _PYTHON.search(text), (code, text)
                    assert len(text) < 4_000, (code, kind)


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_sentences_about_forms_and_people(kind: str) -> None:
    value = HOSTILE[kind]
    for code in (*PROBLEM_WORDS, "nobody_holds", "no_such_login", "no_starters"):
        texts = PROBLEM_WORDS.get(code, ())
        values = dict.fromkeys(_fields(texts), value) if texts else {"name": value, "group": value}
        somewhere = OfficeFinding(code, "error", "f.json", values=values, path="components[0].key")
        for finding in (somewhere, replace(somewhere, element_id="it", line=3)):
            for lang in ("zh", "en"):
                for text in (finding.message(lang), finding.hint(lang)):
                    assert text == " ".join(text.split()), (code, kind)
                    assert text.isprintable(), (code, kind)
                    assert text.endswith(("。", "？", ".", "?")), (code, text[-30:])
                    assert not _PYTHON.search(text), (code, text)
                    assert len(text) < 4_000, (code, kind)
