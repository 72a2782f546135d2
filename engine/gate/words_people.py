"""Sentences about rules that name people."""

TABLE: dict[str, tuple[str, str, str, str]] = {
    "people_rule_arguments": (
        "“{name}”的人员规则“{text}”写了 {found} 个参数，“{rule}”要 {least} 到 {most} 个",
        "请按《谁来办》改正，例如 负责人(申请人)、上级(申请人, 2)、角色(部门负责人, 申请人)",
        "the rule “{text}” of “{name}” has {found} arguments, “{rule}” takes {least} to {most}",
        "write for example head(starter), superior(starter, 2), role(mayor, starter)",
    ),
    "people_rule_levels": (
        "“{name}”的人员规则“{text}”的级数“{value}”不对",
        "请写 1 到 20 的整数，或表达式",
        "the levels “{value}” of the rule “{text}” of “{name}” are wrong",
        "write a whole number from 1 to 20, or an expression",
    ),
    "people_rule_unknown": (
        "“{name}”的“{text}”写得像人员规则，但没有这种规则，将当作角色、部门、岗位或账号的名称{guess_zh}",
        "如果是规则，请改用《谁来办》里列出的写法",
        "“{text}” of “{name}” looks like a rule and is none: it is taken as a name{guess_en}",
        "write one of the rules that the page “who is asked” lists, if a rule was meant",
    ),
    "people_edge_unknown": (
        "“{name}”的属性 {property} 写成了“{value}”{guess_zh}",
        "可以写：{known}",
        "the property {property} of “{name}” is “{value}”{guess_en}",
        "write one of {known}",
    ),
    "people_edge_nearly": (
        "“{name}”的属性 {property} 写成了“{value}”，将当作代办人的名称{guess_zh}",
        "如果是写错了，请改正",
        "the property {property} of “{name}” is “{value}” and is taken as the name of who does it instead{guess_en}",
        "correct it if that was not meant",
    ),
    "people_property_nearly": (
        "“{name}”的属性 {property} 没有作用{guess_zh}",
        "如果是写错了，请改正",
        "the property {property} of “{name}” means nothing{guess_en}",
        "correct it if that was not meant",
    ),
    "people_skip_fields": (
        "“{name}”可能被跳过（{property}），跳过时没有人填写 {fields}",
        "后面的条件和办理人如果要用到它们，请先给出值，或不要跳过",
        "“{name}” may be passed by ({property}); nobody then fills in {fields}",
        "give them values before if conditions or people behind need them, or do not skip",
    ),
    "people_choose_wrong": (
        "“{name}”的属性 choose 里“{text}”的写法不对",
        "请写“任务编号: 名单”，例如 approve: 分管领导, 负责人(申请人): one；多个用分号隔开，选项有 one、several、optional",
        "“{text}” in the property choose of “{name}” cannot be read",
        "write “task: list”, such as “approve: leaders: one”; separate several by semicolons, options are one, several, optional",
    ),
    "people_choose_target": (
        "“{name}”要选“{target}”的办理人，但图中没有这个人工任务{guess_zh}",
        "请写同一流程里人工任务的编号",
        "“{name}” chooses the people of “{target}”, which is no user task of this process{guess_en}",
        "write the id of a user task of the same process",
    ),
    "people_choice_unused": (
        "“{name}”要选“{target}”的办理人，但“{target}”的办理人不看这个选择",
        "请把“{target}”的办理人写成 上一步选定()，或用变量 {variable}",
        "“{name}” chooses the people of “{target}”, which does not ask them",
        "let “{target}” ask chosen(), or read the variable {variable}",
    ),
    "people_chosen_by_nobody": (
        "“{name}”的办理人是上一步选定的，但没有哪一步来选",
        "请在前面的任务或开始事件上写属性 choose，例如 {element}: 分管领导",
        "“{name}” asks whom the step before chose, and no step chooses",
        "draw the property choose on a task or start event before it, such as “{element}: leaders”",
    ),
}
