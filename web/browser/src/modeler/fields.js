// What the panel shows for an element: groups of fields, each with its words and how it is read and written.
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";

const attribute = (name, label, more = {}) => ({
  name, label, ...more,
  get: (model, element) => model.attribute(element, name),
  set: (model, element, value) => model.setAttribute(element, name, value),
});

const property = (name, label, more = {}) => ({
  name: `property-${name}`, label, ...more,
  get: (model, element) => model.property(element, name),
  set: (model, element, value) => model.setProperty(element, name, value),
});

const ELEMENT = [
  attribute("name", "名称"),
  attribute("id", "标识", { mono: true, hint: "字母开头，可含字母、数字、下划线", check: (value) => /^[A-Za-z_][\w.-]*$/.test(value) }),
];

const PROCESS = [
  ...ELEMENT,
  attribute("camunda:versionTag", "版本标签"),
  {
    name: "isExecutable", label: "可以执行", kind: "check",
    get: (model, element) => (model.carrier(element).get("isExecutable") === false ? "" : "yes"),
    set: (model, element, value) => model.setAttribute(element, "isExecutable", value === "yes"),
  },
];

const PEOPLE = [
  attribute("camunda:candidateGroups", "候选角色、部门或岗位", { list: "groups", hint: "多个用逗号隔开；也可写 ${…}" }),
  attribute("camunda:candidateUsers", "候选人", { list: "people", hint: "登录名，多个用逗号隔开" }),
  attribute("camunda:assignee", "指定办理人", { list: "people", hint: "登录名或 ${变量}；填了就只由这个人办" }),
];

const TIMES = [
  attribute("camunda:dueDate", "办理时限", { mono: true, hint: "workdays(3)、workhours(4)、P3D、日期或 ${…}" }),
  attribute("camunda:followUpDate", "提醒时间", { mono: true, hint: "写法同上" }),
];

const FORM = [
  attribute("camunda:formKey", "表单", { list: "forms", mono: true }),
  property("fields", "字段权限", { kind: "area", mono: true, hint: "*: read; amount: edit; secret: hidden；不填则全部可改" }),
];

const OUTCOMES = [
  property("outcomes", "结果按钮", { kind: "area", mono: true, hint: "agree:同意; disagree:不同意:required" }),
  property("outcome_variable", "结果写入变量", { mono: true }),
  property("list", "待办列表名称"),
];

const SERVICE = [
  attribute("camunda:type", "方式", { kind: "select", options: [["", "就地计算"], ["external", "交给外部或连接器"]] }),
  attribute("camunda:topic", "主题（topic）", { mono: true }),
  attribute("camunda:expression", "表达式", { mono: true }),
  attribute("camunda:resultVariable", "结果变量", { mono: true }),
  property("record", "写入台账", { mono: true }),
];

const DECISION = [
  attribute("camunda:decisionRef", "决策", { list: "decisions", mono: true }),
  attribute("camunda:resultVariable", "结果变量", { mono: true }),
  attribute("camunda:mapDecisionResult", "取结果的方式", {
    kind: "select",
    options: [["", "未定"], ["singleEntry", "一个值"], ["singleResult", "一行"], ["collectEntries", "一列值"], ["resultList", "多行"]],
  }),
];

const CALL = [
  attribute("calledElement", "引用的流程", { list: "processes", mono: true }),
  attribute("camunda:calledElementBinding", "版本", { kind: "select", options: [["", "进入时的最新版"], ["deployment", "同一次部署的版本"], ["version", "指定版本"]] }),
  attribute("camunda:calledElementVersion", "指定的版本号", { mono: true }),
];

const SCRIPT = [
  attribute("scriptFormat", "语言", { kind: "select", options: [["", "未写"], ["python", "python"], ["feel", "feel"]] }),
  attribute("script", "脚本", { kind: "area", mono: true, hint: "一行一个：变量 = 表达式" }),
  attribute("camunda:resultVariable", "结果变量", { mono: true }),
];

const START = [
  attribute("camunda:formKey", "申请表单", { list: "forms", mono: true }),
  attribute("camunda:initiator", "申请人存入变量", { mono: true }),
];

const CONDITION = [
  {
    name: "condition", label: "条件", kind: "area", mono: true, hint: "例如 ${amount >= 5000}",
    get: (model, element) => model.expression(getBusinessObject(element), "conditionExpression"),
    set: (model, element, value) => model.setExpression(element, getBusinessObject(element), "conditionExpression", value),
  },
  {
    name: "default", label: "都不满足时走这条", kind: "check",
    get: (model, element) => (getBusinessObject(element.source).default === getBusinessObject(element) ? "yes" : ""),
    set: (model, element, value) => model.setAttribute(element.source, "default", value === "yes" ? getBusinessObject(element) : ""),
  },
];

const TIMER_KINDS = [["timeDuration", "过多久"], ["timeDate", "到时刻"], ["timeCycle", "每隔多久"]];
const timerKind = (model, element) => TIMER_KINDS.map(([kind]) => kind).find((kind) => model.eventDefinition(element).get(kind)) ?? "timeDuration";

const TIMER = [
  {
    name: "timer-kind", label: "方式", kind: "select", options: TIMER_KINDS,
    get: timerKind,
    set: (model, element, value) => model.setTimer(element, value, model.expression(model.eventDefinition(element), timerKind(model, element))),
  },
  {
    name: "timer", label: "时间", mono: true, hint: "workdays(1)、PT4H、2026-12-01T09:00:00、R3/P1D",
    get: (model, element) => model.expression(model.eventDefinition(element), timerKind(model, element)),
    set: (model, element, value) => model.setTimer(element, timerKind(model, element), value),
  },
];

const reference = (label, name, type, property = "name") => ({
  name, label, mono: property !== "name",
  get: (model, element) => model.referred(model.eventDefinition(element) ?? getBusinessObject(element), name, property),
  set: (model, element, value) =>
    model.refer(element, model.eventDefinition(element) ?? getBusinessObject(element), name, type, value, property),
});

const EVENTS = {
  "bpmn:TimerEventDefinition": ["时间", TIMER],
  "bpmn:MessageEventDefinition": ["消息", [reference("消息名称", "messageRef", "bpmn:Message")]],
  "bpmn:SignalEventDefinition": ["信号", [reference("信号名称", "signalRef", "bpmn:Signal")]],
  "bpmn:ErrorEventDefinition": ["错误", [reference("错误代码", "errorRef", "bpmn:Error", "errorCode")]],
  "bpmn:EscalationEventDefinition": ["升级", [reference("升级代码", "escalationRef", "bpmn:Escalation", "escalationCode")]],
  "bpmn:ConditionalEventDefinition": ["条件", [{
    name: "event-condition", label: "条件", mono: true,
    get: (model, element) => model.expression(model.eventDefinition(element), "condition"),
    set: (model, element, value) => model.setExpression(element, model.eventDefinition(element), "condition", value),
  }]],
};

const loop = (element) => getBusinessObject(element).get("loopCharacteristics");
const looped = (name, label, more = {}) => ({
  name, label, mono: true, ...more,
  get: (model, element) => loop(element).get(name) ?? "",
  set: (model, element, value) => model.modeling.updateModdleProperties(element, loop(element), { [name]: value || undefined }),
});
const loopExpression = (name, label, more = {}) => ({
  name, label, mono: true, ...more,
  get: (model, element) => model.expression(loop(element), name),
  set: (model, element, value) => model.setExpression(element, loop(element), name, value),
});

const MULTIPLE = [
  looped("camunda:collection", "名单（变量）", { hint: "例如 ${leaders}" }),
  looped("camunda:elementVariable", "每人存入变量"),
  loopExpression("loopCardinality", "次数"),
  loopExpression("completionCondition", "提前结束的条件", { hint: "${nrOfCompletedInstances >= 2}" }),
];

const TASKS = {
  "bpmn:UserTask": [["由谁办理", PEOPLE], ["时限", TIMES], ["结果", OUTCOMES], ["表单与权限", FORM]],
  "bpmn:BusinessRuleTask": [["决策", DECISION]],
  "bpmn:ServiceTask": [["系统服务", SERVICE]],
  "bpmn:SendTask": [["系统服务", SERVICE]],
  "bpmn:ReceiveTask": [["消息", [reference("消息名称", "messageRef", "bpmn:Message")]]],
  "bpmn:ScriptTask": [["脚本", SCRIPT]],
  "bpmn:CallActivity": [["引用流程", CALL]],
};

/** The groups of an element: [[title, fields], …]. */
export function groupsOf(element) {
  const object = getBusinessObject(element);
  const groups = [["常规", isAny(object, ["bpmn:Process", "bpmn:Participant"]) ? PROCESS : ELEMENT]];
  for (const [type, own] of Object.entries(TASKS)) if (object.$type === type) groups.push(...own);
  if (object.$type === "bpmn:StartEvent" && is(element.parent, "bpmn:SubProcess") === false) groups.push(["申请", START]);
  const event = object.get("eventDefinitions")?.[0];
  if (event && EVENTS[event.$type]) groups.push(EVENTS[event.$type]);
  const from = element.source && getBusinessObject(element.source);
  if (object.$type === "bpmn:SequenceFlow" && from && isAny(from, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway", "bpmn:Activity"])) {
    groups.push(["走这条线的条件", CONDITION]);
  }
  if (object.$type !== "bpmn:SequenceFlow" && is(object.get("loopCharacteristics") ?? {}, "bpmn:MultiInstanceLoopCharacteristics")) {
    groups.push(["多人办理", MULTIPLE]);
  }
  return groups;
}
