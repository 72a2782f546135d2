"""Sentences about sending tasks back."""

TABLE: dict[str, tuple[str, str, str, str]] = {
    "send_back_unknown": (
        "“{name}”的属性 {property} 是“{value}”，不知道是什么意思{guess_zh}",
        "请填其中之一：{known}，或去掉这个属性",
        "the property {property} of “{name}” is “{value}”, which means nothing{guess_en}",
        "write one of {known}, or take the property away",
    ),
}
