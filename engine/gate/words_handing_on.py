"""Sentences about handing tasks on."""

TABLE: dict[str, tuple[str, str, str, str]] = {
    "handing_on_unknown": (
        "“{name}”的属性 {property} 是“{value}”，不知道是什么意思",
        "请填 allowed（可以）、reason（要写明原因）或 forbidden（不可以），或去掉这个属性",
        "the property {property} of “{name}” is “{value}”, which means nothing",
        "write allowed, reason (one has to be given) or forbidden, or take the property away",
    ),
}
