"""Sentences about copies of a case."""

TABLE: dict[str, tuple[str, str, str, str]] = {
    "copy_to_nobody": (
        "“{name}”要抄送，但属性 copy 没有写抄送给谁",
        "请在属性 copy 里写角色、部门、岗位、账号，或 负责人(申请人) 这样的规则，用逗号分开",
        "“{name}” is to send copies, but its property copy names nobody",
        "name roles, departments, posts, logins or rules such as head(starter) in the property copy, with commas between",
    ),
    "copy_not_here": (
        "“{name}”有属性 copy，但只有服务任务会抄送",
        "请画一个带属性 copy 的服务任务，或去掉这个属性",
        "“{name}” has the property copy, but only service tasks send copies",
        "draw a service task with the property copy, or remove the property",
    ),
}
