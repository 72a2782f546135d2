"""What hostile files are made of."""

from collections.abc import Callable, Iterable, Iterator

Files = dict[str, bytes]
MEGABYTE = 1024 * 1024
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="hostile">\n'
)
TAIL = "</bpmn:definitions>"
START, END = '<bpmn:startEvent id="start"/>', '<bpmn:endEvent id="end"/>'
#: a thousand, which the gate cannot know
COMPUTED = "${500 + 500}"
TASK = '<bpmn:userTask id="it" camunda:assignee="wang"/>'


def process(*elements: str, beside: str = "") -> Files:
    """One file with one process of these elements."""
    inside = "\n".join(elements)
    return {"a.bpmn": f'{HEAD}{beside}<bpmn:process id="p" name="p" isExecutable="true">\n{inside}\n</bpmn:process>{TAIL}'.encode()}


def flow(identity: str, source: str, target: str, condition: str = "") -> str:
    """A sequence flow."""
    inside = f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="{identity}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'


def around(element: str, *more: str, beside: str = "") -> Files:
    """A start, one element with the id `it`, and an end."""
    return process(START, element, END, flow("in", "start", "it"), flow("out", "it", "end"), *more, beside=beside)


def repeated(text: str, size: int) -> str:
    """A text so often that it has about this size."""
    return text * (size // len(text))


def attributes(name: str, count: int) -> str:
    """So many attributes, their names made with `format`."""
    return " ".join(f'{name.format(number)}="u{number}"' for number in range(count))


Shape = Callable[[], Files]


def named(plain: Iterable[Shape]) -> Iterator[tuple[str, Shape]]:
    """Shapes that need no number, by the names of their functions."""
    for shape in plain:
        yield shape.__name__.replace("_", " "), shape
