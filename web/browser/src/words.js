// The words of bpmn-js in Chinese: the translation of bpmn-js-i18n, and what it lacks or names otherwise than the office does.
import zh from "bpmn-js-i18n/translations/zn.js";

const OURS = {
  "User task": "人工办理",
  "Service task": "系统服务",
  "Business rule task": "决策表",
  "Script task": "脚本",
  "Send task": "发送消息",
  "Receive task": "等待消息",
  "Manual task": "线下办理",
  "Call activity": "引用流程",
  "Exclusive gateway": "选择网关",
  "Parallel gateway": "并行网关",
  "Inclusive gateway": "多选网关",
  "Event-based gateway": "事件网关",
  "Append end event": "接一个结束",
  "Append gateway": "接一个网关",
  "Append task": "接一步",
  "Append user task": "接一步人工办理",
  "Append intermediate/boundary event": "接一个中间事件",
  "Add text annotation": "加注释",
  "Append text annotation": "加注释",
  "Connect to other element": "连线",
  "Connect using sequence/message flow or association": "连线",
  "Connect using association": "连到注释",
  "Change element": "更换类型",
  "Change type": "更换类型",
  "Delete": "删除",
  "Remove": "删除",
  "Search in diagram": "在图中查找",
  "Open {element}": "打开 {element}",
  "Expand": "展开",
  "Collapse": "收起",
  "Sub-process": "子流程",
  "Sub-process (collapsed)": "子流程（折叠）",
  "Sub-process (expanded)": "子流程（展开）",
  "Parallel multi-instance": "多人同时办",
  "Sequential multi-instance": "多人依次办",
  "Loop": "循环",
  "Open minimap": "缩略图",
  "no diagram to display": "没有可显示的图形",
  "no parent for {element} in {parent}": "{element} 在 {parent} 里没有上级",
};

const words = { ...zh, ...OURS };

/** bpmn-js's translate: the Chinese for a template, with its {places} filled. */
export function translate(template, replacements = {}) {
  return (words[template] ?? template).replace(/{([^}]+)}/g, (whole, name) => words[replacements[name]] ?? replacements[name] ?? whole);
}

const KINDS = {
  Process: "流程", Collaboration: "协作", Participant: "参与方", Lane: "泳道", SequenceFlow: "连线", MessageFlow: "消息流",
  StartEvent: "开始", EndEvent: "结束", IntermediateCatchEvent: "等待事件", IntermediateThrowEvent: "抛出事件", BoundaryEvent: "边界事件",
  UserTask: "人工办理", ServiceTask: "系统服务", SendTask: "发送消息", ReceiveTask: "等待消息", BusinessRuleTask: "决策表", ScriptTask: "脚本",
  ManualTask: "线下办理", Task: "未定类型", CallActivity: "引用流程", SubProcess: "子流程", Transaction: "事务", AdHocSubProcess: "临时子流程",
  ExclusiveGateway: "选择网关", ParallelGateway: "并行网关", InclusiveGateway: "多选网关", EventBasedGateway: "事件网关", ComplexGateway: "复杂网关",
  TextAnnotation: "注释", Association: "关联", Group: "分组", DataObjectReference: "数据对象", DataStoreReference: "数据存储",
};

/** What an element is, in one Chinese word. */
export function kindOf(businessObject) {
  const name = businessObject.$type.split(":")[1];
  return KINDS[name] ?? name;
}
