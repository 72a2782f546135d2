"""Small diagrams for the tests: a process around a few elements, and what the gate says of them."""

from engine.reading import Finding, Reading, ReadOptions, read

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="test">\n'
)
TAIL = "\n</bpmn:definitions>"
#: the same declarations without `flowable:`, which allows Flowable's shortcuts
PLAIN_HEAD = HEAD.replace('xmlns:flowable="http://flowable.org/bpmn" ', "")
#: without any vendor: only the standard counts
BARE_HEAD = PLAIN_HEAD.replace('xmlns:camunda="http://camunda.org/schema/1.0/bpmn" ', "")
START = '<bpmn:startEvent id="start"/>'
END = '<bpmn:endEvent id="end"/>'


def flow(identity: str, source: str, target: str, condition: str = "") -> str:
    """A sequence flow, with a condition where one is given."""
    inside = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression"><![CDATA[{condition}]]></bpmn:conditionExpression>'
        if condition
        else ""
    )
    return f'<bpmn:sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>\n'


def diagram(*elements: str, beside: str = "", key: str = "p", attributes: str = 'isExecutable="true"', head: str = PLAIN_HEAD) -> bytes:
    """A file with one process that holds these elements; `beside` stands outside of the process."""
    inside = "\n".join(elements)
    return f'{head}{beside}<bpmn:process id="{key}" name="流程" {attributes}>\n{inside}\n</bpmn:process>{TAIL}'.encode()


def around(element: str, *more: str, identity: str = "it", beside: str = "", head: str = PLAIN_HEAD) -> bytes:
    """A process of a start, one element with the id `it`, and an end."""
    return diagram(START, element, END, flow("in", "start", identity), flow("out", identity, "end"), *more, beside=beside, head=head)


def reading(content: bytes | dict[str, bytes], **options: object) -> Reading:
    """What is read of one file `a.bpmn`, or of several."""
    files = content if isinstance(content, dict) else {"a.bpmn": content}
    return read(files, options=ReadOptions(**options))  # type: ignore[arg-type]


def finding(content: bytes | dict[str, bytes], code: str, **options: object) -> Finding:
    """The first finding with that code; fails when there is none."""
    found = reading(content, **options).findings
    named = [one for one in found if one.code == code]
    assert named, f"no {code} among {[(one.code, one.element_id) for one in found]}"
    return named[0]


def codes(content: bytes | dict[str, bytes], **options: object) -> set[str]:
    """The codes of all findings."""
    return {one.code for one in reading(content, **options).findings}


def outline(content: bytes | dict[str, bytes], **options: object) -> dict:  # type: ignore[type-arg]
    """The outline of the only process of a file that is not refused."""
    result = reading(content, **options)
    assert not result.refused, [(one.code, one.element_id, one.message("en")) for one in result.findings]
    return result.processes[0].outline
