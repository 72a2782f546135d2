"""Damaged diagrams: whatever the bytes are, the gate answers with findings or with a process."""

import random
from pathlib import Path

import pytest

from engine.reading import ReadOptions, read
from tests.engine.gate.drawing import END, START, diagram, flow

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "diagrams"
SAMPLE = diagram(
    START,
    END,
    '<bpmn:userTask id="a" name="审核" camunda:candidateGroups="财政局,${x}" camunda:dueDate="P1D">'
    "<bpmn:extensionElements><camunda:properties>"
    '<camunda:property name="fields" value="x"/></camunda:properties></bpmn:extensionElements>'
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="${leaders}"/></bpmn:userTask>',
    '<bpmn:exclusiveGateway id="g" default="no"/>',
    '<bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration>'
    "</bpmn:timerEventDefinition></bpmn:boundaryEvent>",
    '<bpmn:subProcess id="s"><bpmn:startEvent id="s1"/><bpmn:endEvent id="s2"/>' + flow("s3", "s1", "s2") + "</bpmn:subProcess>",
    flow("f1", "start", "a"),
    flow("f2", "a", "g"),
    flow("yes", "g", "end", "${ok}"),
    flow("no", "g", "s"),
    flow("f3", "s", "end"),
    flow("f4", "b", "end"),
)


def _damaged(seed: int) -> bytes:
    chance = random.Random(seed)
    content = bytearray(SAMPLE)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                del content[place : place + chance.randint(1, 60)]
            case 1:
                content[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
            case 2:
                other = chance.randrange(len(content))
                content[place:place] = content[other : other + chance.randint(1, 80)]
            case _:
                content[place] = chance.choice(b"<>\"'&${}\x00\xff/ a")
    return bytes(content)


def _dropped_part(seed: int) -> bytes:
    """Well-formed damage: an attribute or its value goes, or changes into another's."""
    chance = random.Random(seed)
    parts = SAMPLE.decode().split('"')
    values = range(1, len(parts), 2)
    one, other = chance.choice(values), chance.choice(values)
    parts[one] = chance.choice(["", parts[other], "x" * 300, "${", "a b", "-1", "<!--".replace("<", "&lt;")])
    return '"'.join(parts).encode()


@pytest.mark.parametrize("batch", range(5))
def test_damaged_diagrams_end_as_findings(batch: int) -> None:
    for seed in range(batch * 100, batch * 100 + 100):
        for content in (_damaged(seed), _dropped_part(seed)):
            result = read({"a.bpmn": content}, options=ReadOptions(unmapped_service="external"))
            assert result.refused or result.processes, seed
            assert "gate_failed" not in {one.code for one in result.findings}, seed
            assert all(one.message(lang) and one.hint(lang) for one in result.findings for lang in ("zh", "en"))


# 275 diagrams by others, which are not ours to ship: read where they lie beside the checkout
if CORPUS.is_dir():

    def test_diagrams_by_others_are_read_or_refused_with_reasons() -> None:
        accepted = 0
        for path in sorted(CORPUS.iterdir()):
            result = read({path.name: path.read_bytes()}, options=ReadOptions(unmapped_service="external"))
            accepted += not result.refused
            for one in result.findings:
                assert one.code != "gate_failed", path.name
                assert one.message("zh"), one
                assert one.hint("zh"), one
                if one.severity == "error":
                    assert one.line is not None, (path.name, one.code)
                    assert one.element_id is not None or one.code in ("no_process", "nothing_executable"), (path.name, one.code)
        assert accepted >= 175
