"""A small diagram, and the pages that show it with the bundles, as the templates do."""

import json
from typing import Any

SHAPES = {
    "start": ("startEvent", "申请", 60, 102, 36, 36),
    "review": ("userTask", "财政局审核", 140, 80, 110, 80),
    "decided": ("exclusiveGateway", "同意吗", 300, 95, 50, 50),
    "approve": ("userTask", "镇长审批", 400, 80, 110, 80),
    "filed": ("endEvent", "办结", 560, 102, 36, 36),
    "rejected": ("endEvent", "退回申请人", 307, 220, 36, 36),
}
FLOWS = {
    "to_review": ("start", "review", [(96, 120), (140, 120)]),
    "to_decided": ("review", "decided", [(250, 120), (300, 120)]),
    "agreed": ("decided", "approve", [(350, 120), (400, 120)]),
    "refused": ("decided", "rejected", [(325, 145), (325, 220)]),
    "to_filed": ("approve", "filed", [(510, 120), (560, 120)]),
}
SPACES = {
    "xmlns": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "xmlns:dc": "http://www.omg.org/spec/DD/20100524/DC",
    "xmlns:di": "http://www.omg.org/spec/DD/20100524/DI",
    "xmlns:camunda": "http://camunda.org/schema/1.0/bpmn",
}


def diagram() -> str:
    """A review and an approval, with their drawing."""
    spaces = " ".join(f'{name}="{value}"' for name, value in SPACES.items())
    nodes = [f'<{kind} id="{id}" name="{name}"/>' for id, (kind, name, *_) in SHAPES.items()]
    flows = [f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}"/>' for id, (source, target, _) in FLOWS.items()]
    shapes = [
        f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></bpmndi:BPMNShape>'
        for id, (_, _, x, y, w, h) in SHAPES.items()
    ]
    edges = [
        f'<bpmndi:BPMNEdge id="{id}_di" bpmnElement="{id}">' + "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
        + "</bpmndi:BPMNEdge>"
        for id, (_, _, points) in FLOWS.items()
    ]  # fmt: skip
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions {spaces} id="d" targetNamespace="http://banjie/test">'
        f'<process id="approval" name="审批" isExecutable="true">{"".join(nodes + flows)}</process>'
        f'<bpmndi:BPMNDiagram id="g"><bpmndi:BPMNPlane id="p" bpmnElement="approval">{"".join(shapes + edges)}</bpmndi:BPMNPlane>'
        "</bpmndi:BPMNDiagram></definitions>"
    )


def _page(body: str, documents: dict[str, Any], *bundles: str) -> str:
    data = "".join(f'<script type="application/json" id="{id}">{json.dumps(document)}</script>' for id, document in documents.items())
    styles = "".join(f'<link rel="stylesheet" href="/static/dist/{name}.css">' for name in ("banjie", *bundles))
    scripts = "".join(f'<script src="/static/dist/{name}.js" defer></script>' for name in ("app", *bundles))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="csrf-token" content="a-token"><title>页</title>{styles}{scripts}</head><body>{body}{data}</body></html>'
    )


def viewer(marks: dict[str, Any], *, list_of_steps: str = "") -> str:
    """A case page's diagram."""
    panel = '<main class="main"><div class="bp" data-diagram="bpmn-data" tabindex="0" role="group" aria-label="流程图"></div>'
    return _page(f"{panel}{list_of_steps}</main>", {"bpmn-data": {"xml": diagram(), **marks}}, "viewer")


def replay(steps: list[dict[str, Any]]) -> str:
    """A replay page."""
    entries = "".join(f'<li data-seq="{step["seq"]}">{step["title"]}</li>' for step in steps)
    body = (
        '<main class="main"><button data-replay="play"><span data-words>播放</span></button><a href="#" data-replay="previous">上一步</a>'
        '<a href="#" data-replay="next">下一步</a><b data-replay="caption"></b><span data-replay="title"></span>'
        f'<input type="range" data-replay="at" aria-label="第几步" min="1" max="{len(steps)}" value="{len(steps)}">'
        '<div class="bp" data-replay="diagram"></div><p data-replay="waiting"></p><ul data-replay="why"></ul>'
        f'<table><tbody data-replay="variables"></tbody></table><ol class="steps" data-replay="steps">{entries}</ol>'
        '<span data-replay="hash"></span><span data-replay="previous-hash"></span></main>'
    )
    return _page(body, {"replay-data": {"xml": diagram(), "steps": steps}}, "replay")


def modeler(findings: list[dict[str, Any]]) -> str:
    """A modeler page."""
    buttons = "".join(f'<button class="btn" type="button" data-action="{name}">{words}</button>' for name, words in ACTIONS.items())
    body = (
        f'<div class="model" data-check-url="/check" data-deploy-url="/deploy"><header class="bar-top"><b>审批</b>{buttons}'
        '<span data-part="state" role="status"></span></header><main class="canvas" data-part="canvas" tabindex="0"></main>'
        '<aside class="props" data-part="panel" aria-label="属性"></aside><footer class="lint" data-part="findings" role="status">'
        '<b data-findings="errors"></b><b data-findings="warnings"></b><span data-findings="sentence"></span><ul data-findings="list"></ul>'
        "</footer></div>"
    )
    lists = {"groups": [["财政局", "财政局"]], "people": [["he", "何静安"]], "forms": [], "decisions": [], "processes": []}
    given = {"xml": diagram(), "file_name": "process.bpmn", "name": "approval", "findings": findings, "lists": lists}
    return _page(body, {"bpmn-data": given}, "modeler")


ACTIONS = {"undo": "撤销", "redo": "重做", "fit": "适应", "check": "检查", "deploy": "部署新版"}
