"""Tiny diagrams for the tests of the API."""

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:test">'
)


def diagram(key: str, inside: str, *, name: str = "测试流程", around: str = "") -> bytes:
    """A BPMN file with one process."""
    process = f'<process id="{key}" name="{name}" isExecutable="true">{inside}</process>'
    return f"{HEAD}{around}{process}</definitions>".encode()


def chain(*elements: str) -> str:
    """Elements in a row, each given as XML with its id first, joined by sequence flows."""
    ids = [element.partition('id="')[2].partition('"')[0] for element in elements]
    flows = [f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(pairwise(ids))]
    return "".join([*elements, *flows])


START = '<startEvent id="begin" name="开始"/>'
END = '<endEvent id="finish" name="结束"/>'


def user_task(element_id: str, name: str = "审批", **attributes: str) -> str:
    """A user task with camunda attributes."""
    extra = "".join(f' camunda:{key}="{value}"' for key, value in attributes.items())
    return f'<userTask id="{element_id}" name="{name}"{extra}/>'


def one_task(key: str = "one_task", **attributes: str) -> bytes:
    """Start, one user task, end."""
    return diagram(key, chain(START, user_task("review", "审核", **attributes), END))


def parallel(key: str = "both_agree", left: str = "", right: str = "") -> bytes:
    """Two user tasks at once, then the end."""
    inside = (
        f'{START}<parallelGateway id="split"/><parallelGateway id="join"/>{END}'
        f"{user_task('left', '甲办理', candidateUsers=left)}{user_task('right', '乙办理', candidateUsers=right)}"
        '<sequenceFlow id="a" sourceRef="begin" targetRef="split"/>'
        '<sequenceFlow id="b" sourceRef="split" targetRef="left"/><sequenceFlow id="c" sourceRef="split" targetRef="right"/>'
        '<sequenceFlow id="d" sourceRef="left" targetRef="join"/><sequenceFlow id="e" sourceRef="right" targetRef="join"/>'
        '<sequenceFlow id="f" sourceRef="join" targetRef="finish"/>'
    )
    return diagram(key, inside)


def by_amount(key: str = "by_amount") -> bytes:
    """An exclusive gateway: from 5000 on one end, below it another."""
    inside = (
        f'{START}<exclusiveGateway id="amount" name="金额" default="small"/>'
        '<endEvent id="large_end" name="上会"/><endEvent id="small_end" name="直接采购"/>'
        '<sequenceFlow id="in" sourceRef="begin" targetRef="amount"/>'
        '<sequenceFlow id="large" name="五千元以上" sourceRef="amount" targetRef="large_end">'
        '<conditionExpression xsi:type="tFormalExpression">${amount &gt;= 5000}</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="small" sourceRef="amount" targetRef="small_end"/>'
    )
    return diagram(key, inside)


def no_path(key: str = "no_path") -> bytes:
    """A user task, then a gateway whose only condition needs a variable."""
    inside = (
        f'{START}{user_task("review")}<exclusiveGateway id="choice" name="选择"/>{END}<endEvent id="other"/>'
        '<sequenceFlow id="a" sourceRef="begin" targetRef="review"/><sequenceFlow id="b" sourceRef="review" targetRef="choice"/>'
        '<sequenceFlow id="c" sourceRef="choice" targetRef="finish">'
        '<conditionExpression xsi:type="tFormalExpression">${level == 1}</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="d" sourceRef="choice" targetRef="other">'
        '<conditionExpression xsi:type="tFormalExpression">${level == 2}</conditionExpression></sequenceFlow>'
    )
    return diagram(key, inside)


def external(key: str = "external_work", topic: str = "print-seal") -> bytes:
    """A service task for outside workers, with a boundary event for the error `paper_out`."""
    inside = (
        f'{START}<serviceTask id="print" name="打印" camunda:type="external" camunda:topic="{topic}"/>{END}'
        '<boundaryEvent id="caught" attachedToRef="print"><errorEventDefinition errorRef="paper"/></boundaryEvent>'
        '<endEvent id="no_paper" name="缺纸"/>'
        '<sequenceFlow id="a" sourceRef="begin" targetRef="print"/><sequenceFlow id="b" sourceRef="print" targetRef="finish"/>'
        '<sequenceFlow id="c" sourceRef="caught" targetRef="no_paper"/>'
    )
    return diagram(key, inside, around='<error id="paper" name="缺纸" errorCode="paper_out"/>')


def waits_for_message(key: str = "waits_for_message", message: str = "paid") -> bytes:
    """A receive task."""
    inside = chain(START, '<receiveTask id="wait" name="等待付款" messageRef="m"/>', END)
    return diagram(key, inside, around=f'<message id="m" name="{message}"/>')


def waits_for_signal(key: str = "waits_for_signal", signal: str = "holiday") -> bytes:
    """An intermediate catch event for a signal."""
    catch = '<intermediateCatchEvent id="wait" name="等待"><signalEventDefinition signalRef="s"/></intermediateCatchEvent>'
    return diagram(key, chain(START, catch, END), around=f'<signal id="s" name="{signal}"/>')


def started_by_message(key: str = "started_by_message", message: str = "ordered") -> bytes:
    """A message start event, then a user task."""
    begin = '<startEvent id="begin"><messageEventDefinition messageRef="m"/></startEvent>'
    return diagram(key, chain(begin, user_task("review"), END), around=f'<message id="m" name="{message}"/>')


def with_timer(key: str = "with_timer", duration: str = "P1D") -> bytes:
    """An intermediate timer."""
    catch = (
        '<intermediateCatchEvent id="wait" name="等一天"><timerEventDefinition>'
        f"<timeDuration>{duration}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    )
    return diagram(key, chain(START, catch, END))
