"""What a diagram refers to and does not hold: made-up forms, decisions and called processes, so that the diagram itself can be played."""

import json
from collections.abc import Iterable
from html import escape

from processes.deploy_findings import AnyFinding

#: keys of made-up processes keep the name that the diagram calls, so their files tell what they are
PREFIX = "\0"
_PROCESS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="made-up">
<process id="{key}" isExecutable="true"><startEvent id="made_up_start"/><endEvent id="made_up_end"/>
<sequenceFlow id="made_up_flow" sourceRef="made_up_start" targetRef="made_up_end"/></process></definitions>"""
_DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="made_up" name="made up" namespace="made-up">
<decision id="{key}" name="{key}"><decisionTable id="t_{key}" hitPolicy="FIRST"><output id="o_{key}" name="result" typeRef="string"/>
<rule id="r_{key}"><outputEntry id="e_{key}"><text>"made up"</text></outputEntry></rule></decisionTable></decision></definitions>"""


def for_findings(findings: Iterable[AnyFinding]) -> dict[str, bytes]:
    """Files for everything that findings name as missing; empty when nothing is."""
    made: dict[str, bytes] = {}
    for finding in findings:
        key = str(finding.values.get("key") or finding.values.get("reference") or "")
        if finding.code == "form_missing":
            made[f"form {len(made)}.json"] = json.dumps({"schema": 1, "id": key, "title": key, "foreign": True, "components": []}).encode()
        elif finding.code == "decision_missing":
            made[f"decision {len(made)}.dmn"] = _DECISION.format(key=escape(key)).encode()
        elif finding.code == "call_unknown_process":
            made[f"process {len(made)}.bpmn"] = _PROCESS.format(key=escape(key)).encode()
    return _each_once(made)


def _each_once(made: dict[str, bytes]) -> dict[str, bytes]:
    seen: dict[bytes, str] = {}
    for name, content in made.items():
        seen.setdefault(content, name)
    return {name: content for content, name in seen.items()}
