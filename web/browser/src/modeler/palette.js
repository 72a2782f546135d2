// The palette: the words of the office, in the order they are drawn.
import { assign } from "min-dash";

const SHAPES = [
  ["start", "开始", "bpmn:StartEvent", "bpmn-icon-start-event-none"],
  ["end", "结束", "bpmn:EndEvent", "bpmn-icon-end-event-none"],
  ["timer", "定时等待", "bpmn:IntermediateCatchEvent", "bpmn-icon-intermediate-event-catch-timer", { eventDefinitionType: "bpmn:TimerEventDefinition" }],
  null,
  ["user", "人工办理", "bpmn:UserTask", "bpmn-icon-user-task"],
  ["rule", "决策表", "bpmn:BusinessRuleTask", "bpmn-icon-business-rule-task"],
  ["service", "系统服务", "bpmn:ServiceTask", "bpmn-icon-service-task"],
  ["call", "引用流程", "bpmn:CallActivity", "bpmn-icon-call-activity"],
  ["sub", "子流程", "bpmn:SubProcess", "bpmn-icon-subprocess-expanded", { isExpanded: true }],
  null,
  ["exclusive", "选择网关", "bpmn:ExclusiveGateway", "bpmn-icon-gateway-xor"],
  ["parallel", "并行网关", "bpmn:ParallelGateway", "bpmn-icon-gateway-parallel"],
  null,
  ["pool", "参与方和泳道", "bpmn:Participant", "bpmn-icon-participant"],
];

/** Replaces the palette of bpmn-js. */
export default class Palette {
  constructor(palette, create, elementFactory, handTool, lassoTool, globalConnect) {
    this.create = create;
    this.factory = elementFactory;
    this.tools = [
      ["hand", "抓手：拖动画布（H）", "bpmn-icon-hand-tool", (event) => handTool.activateHand(event)],
      ["lasso", "框选（S）", "bpmn-icon-lasso-tool", (event) => lassoTool.activateSelection(event)],
      ["connect", "连线（L）", "bpmn-icon-connection-multi", (event) => globalConnect.start(event)],
    ];
    palette.registerProvider(this);
  }

  getPaletteEntries() {
    const entries = {};
    for (const [name, title, className, click] of this.tools) entries[name] = { group: "tools", className, title, action: { click } };
    entries.line = { group: "tools", separator: true };
    SHAPES.forEach((shape, index) => {
      if (shape === null) entries[`line-${index}`] = { group: "shapes", separator: true };
      else entries[`create-${shape[0]}`] = this.#shape(shape);
    });
    return entries;
  }

  #shape([name, title, type, className, options = {}]) {
    const start = (event) => this.create.start(event, this.#made(type, options));
    return { group: "shapes", className, title, action: { dragstart: start, click: start } };
  }

  #made(type, options) {
    if (type === "bpmn:Participant") return this.factory.createParticipantShape();
    const shape = this.factory.createShape(assign({ type }, options));
    if (!options.isExpanded) return shape;
    const start = this.factory.createShape({ type: "bpmn:StartEvent", x: 40, y: 82, parent: shape });
    return [shape, start];
  }
}

Palette.$inject = ["palette", "create", "elementFactory", "handTool", "lassoTool", "globalConnect"];
