"""Sentences about joint decisions (会签, 票签)."""

TABLE: dict[str, tuple[str, str, str, str]] = {
    "decide_unknown": (
        "“{name}”的属性 decide 写成了“{value}”",
        "请写 any（一人即可）、all（全部同意）、ratio（按比例或票数）或 vote（票决）",
        "the property decide of “{name}” is “{value}”",
        "write any, all, ratio or vote",
    ),
    "decide_without_people": (
        "“{name}”写了属性 decide（{value}），但不是多实例的人工任务，这个属性不起作用",
        "请把人工任务画成多实例，集合写要征求意见的人；不需要共同决定则删去属性",
        "“{name}” draws the property decide ({value}) and is no multi-instance user task: it has no effect",
        "draw a multi-instance user task over the people, or remove the property",
    ),
    "decide_and_condition": (
        "“{name}”既写了 decide，又画了完成条件“{condition}”，两者会互相矛盾",
        "请只留一个：共同决定用 decide，自己判断用完成条件",
        "“{name}” draws both decide and the completion condition “{condition}”, which may contradict each other",
        "keep one: decide for a joint decision, the condition to judge by yourself",
    ),
    "vote_option_alone": (
        "“{name}”写了属性 {option}，但没有写 decide，这个属性不起作用",
        "请补上 decide，或删去这个属性",
        "“{name}” draws {option} without decide: it has no effect",
        "draw decide, or remove the property",
    ),
    "vote_option_not_here": (
        "“{name}”的属性 {option} 在 decide 为 {decide} 时没有意义",
        "请删去它，或改用 decide 的另一个值",
        "the property {option} of “{name}” means nothing where decide is {decide}",
        "remove it, or decide in another way",
    ),
    "vote_threshold_missing": (
        "“{name}”按比例决定，但没有写比例",
        "请写属性 ratio（如 2/3），或 votes_needed（票数）",
        "“{name}” decides by ratio and names none",
        "draw ratio, such as 2/3, or votes_needed",
    ),
    "vote_threshold_twice": (
        "“{name}”既写了 ratio，又写了 votes_needed",
        "请只留一个",
        "“{name}” draws both ratio and votes_needed",
        "keep one of them",
    ),
    "vote_value": (
        "“{name}”的属性 {option} 写成了“{value}”，应是{expected}",
        "请改正",
        "the property {option} of “{name}” is “{value}”; it takes {expected_en}",
        "correct it",
    ),
    "vote_outcome_unclear": (
        "“{name}”的办理结果“{outcomes}”不知道算同意、不同意还是弃权",
        "请写进属性 yes_outcomes、no_outcomes 或 abstain_outcomes",
        "it is not said what the outcome “{outcomes}” of “{name}” counts as",
        "name it in yes_outcomes, no_outcomes or abstain_outcomes",
    ),
    "vote_outcome_missing": (
        "“{name}”的办理结果里没有一个算作“{kind_zh}”",
        "请在 outcomes 里补上，或写进 yes_outcomes、no_outcomes",
        "no outcome of “{name}” {kind_en}",
        "add one to outcomes, or name it in yes_outcomes or no_outcomes",
    ),
    "sealed_with_form": (
        "“{name}”是密封表决，但挂了表单：各人填写的内容会成为办件变量，别人看得到",
        "请去掉表单，或把字段都设为只读",
        "“{name}” is a sealed vote with a form: what people fill in becomes variables that others can see",
        "remove the form, or make its fields read-only",
    ),
}
