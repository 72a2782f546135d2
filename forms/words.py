"""What is said about a wrong value, in Chinese and English: what is wrong and what to do, never a code."""

from typing import Any, Final

#: code -> (Chinese, English); the names in braces are filled in where the fault is found
WORDS: Final[dict[str, tuple[str, str]]] = {
    "required_text": ("请填写{label}。", "Please fill in {label}."),
    "required_choice": ("请选择{label}。", "Please choose {label}."),
    "required_file": ("请上传{label}。", "Please upload {label}."),
    "required_rows": ("请至少填写一项{label}。", "Please add at least one entry to {label}."),
    "required_tick": ("请勾选“{label}”。", "Please tick “{label}”."),
    "not_text": ("这里要填文字。", "Text is expected here."),
    "not_number": ("请填数字，例如 20。", "Please enter a number, for example 20."),
    "not_whole": ("请填整数，例如 20。", "Please enter a whole number, for example 20."),
    "too_many_decimals": ("小数最多 {decimals} 位，请改短。", "At most {decimals} decimals, please shorten."),
    "number_too_large": ("这个数太大，请核对。", "This number is too large, please check it."),
    "below_minimum": ("不能小于 {minimum}，请改大。", "Must be at least {minimum}."),
    "above_maximum": ("不能大于 {maximum}，请改小。", "Must be at most {maximum}."),
    "not_money": ("请填金额，例如 4999.99。", "Please enter an amount, for example 4999.99."),
    "money_decimals": ("金额最多两位小数，例如 4999.99。", "An amount has at most two decimals, for example 4999.99."),
    "not_date": ("请填真实的日期，例如 2026-11-23。", "Please enter a real date, for example 2026-11-23."),
    "not_time": ("请填时间，例如 09:30。", "Please enter a time, for example 09:30."),
    "not_datetime": ("请填日期和时间，例如 2026-11-23T09:30。", "Please enter a date and time, for example 2026-11-23T09:30."),
    "not_yes_no": ("请选“是”或“否”。", "Please choose yes or no."),
    "not_an_option": ("请从给出的选项中选择。", "Please choose one of the options."),
    "chosen_twice": ("同一项选了两次，请去掉一个。", "The same entry was given twice, please remove one."),
    "not_a_list": ("这里可以有多项，要用列表。", "Several entries are possible here: a list is expected."),
    "not_a_row": ("每一项都要是一组字段。", "Each entry must be a group of fields."),
    "unknown_user": ("没有这个人员，请重新选择。", "There is no such person, please choose again."),
    "not_in_group": ("这个人员不是{groups}，请重新选择。", "This person is not {groups}, please choose again."),
    "unknown_department": ("没有这个部门，请重新选择。", "There is no such department, please choose again."),
    "unknown_attachment": ("这个附件找不到了，请重新上传。", "This attachment cannot be found, please upload it again."),
    "not_phone": (
        "请填手机号或带区号的电话，例如 0512-57200000。",
        "Please enter a mobile number, or a telephone number with its area code.",
    ),
    "not_email": ("请填邮箱地址，例如 name@example.cn。", "Please enter a mail address, for example name@example.cn."),
    "not_id_number": ("身份证号码不对，请核对 18 位号码。", "The identity number is wrong, please check all 18 characters."),
    "not_credit_code": ("统一社会信用代码不对，请核对 18 位代码。", "The credit code is wrong, please check all 18 characters."),
    "too_short": ("至少要 {minimum} 个字，现在 {length} 个。", "At least {minimum} characters, now {length}."),
    "too_long": ("最多 {maximum} 个字，现在 {length} 个，请改短。", "At most {maximum} characters, now {length}, please shorten."),
    "too_few": ("至少要 {minimum} 项，现在 {length} 项。", "At least {minimum} entries, now {length}."),
    "too_many": ("最多 {maximum} 项，现在 {length} 项，请去掉一些。", "At most {maximum} entries, now {length}, please remove some."),
    "pattern": ("写法不对，请按说明填写。", "This is not written as asked, please see the hint."),
    "bad_characters": ("含有无法保存的字符，请删去后再填。", "Holds characters that cannot be stored, please remove them."),
    "read_only": ("这一项现在不能修改，请保持原样。", "This field cannot be changed now, please leave it as it is."),
    "not_shown": ("按您所填的内容，不需要填写这一项。", "With what you filled in, this field is not needed."),
    "unknown_field": ("表单里没有这一项，请去掉。", "The form has no such field, please remove it."),
    "bad_name": ("名称不能以下划线开头。", "A name must not begin with an underscore."),
    "not_an_object": ("表单内容要是一组字段。", "The content of a form must be an object of fields."),
}

#: faults of form documents, rules of fields and outcomes, for those who draw them
PROBLEM_WORDS: Final[dict[str, tuple[str, str]]] = {
    "not_an_object": ("这里要是一个 JSON 对象。", "A JSON object is expected here."),
    "not_a_list": ("这里要是一个列表。", "A list is expected here."),
    "not_text": ("{property} 要是文字，最多 2000 字。", "{property} must be text of at most 2000 characters."),
    "not_yes_no": ("{property} 要是 true 或 false。", "{property} must be true or false."),
    "missing_id": (
        "表单没有 id。请写上表单的 id，图中的 formKey 用它找表单。",
        "The form has no id. Please give it one; formKey finds it by that.",
    ),
    "unknown_schema": ("不认识的表单版本 {schema}，请用 1。", "Unknown schema {schema}, please use 1."),
    "too_deep": ("分组嵌套太深，最多 {maximum} 层。", "Groups are nested too deeply, at most {maximum} levels."),
    "too_many_components": ("组件太多，最多 {maximum} 个。", "Too many components, at most {maximum}."),
    "unknown_type": ("不支持的组件类型 {type}，请换一种。", "The component type {type} is not supported, please use another."),
    "unknown_kind": ("不认识的字段种类 {kind}，请查看文档中的种类。", "Unknown field kind {kind}, see the documented ones."),
    "unknown_subtype": (
        "不认识的日期种类 {subtype}，请用 date、time 或 datetime。",
        "Unknown subtype {subtype}, use date, time or datetime.",
    ),
    "kind_on_wrong_type": (
        "种类 {kind} 不能用在 {type} 上，请换组件类型。",
        "The kind {kind} cannot stand on {type}, please change the type.",
    ),
    "missing_key": ("字段没有 key，或 key 太长。请写上英文或中文名称。", "The field has no key, or one that is too long."),
    "key_underscore": ("字段名 {key} 不能以下划线开头，请改名。", "The key {key} must not begin with an underscore."),
    "bad_key": ("字段名 {key} 含有点、括号、引号或换行，请改名。", "The key {key} holds a dot, bracket, quote or line break."),
    "duplicate_key": ("字段名 {key} 重复了，请改名。", "The key {key} is used twice, please rename one."),
    "unsupported": ("不支持 {property}，请去掉它。", "{property} is not supported, please remove it."),
    "limit_without_effect": ("{limit} 对这种字段不起作用，可以去掉。", "{limit} has no effect on such a field and can be removed."),
    "bad_limit": ("限制 {limit} 的值 {value} 不对，请填数字。", "The limit {limit} has a wrong value {value}, please give a number."),
    "limits_crossed": ("下限 {minimum} 大于上限 {maximum}，请改正。", "The lower limit {minimum} is above the upper limit {maximum}."),
    "bad_pattern": ("格式 {pattern} 不能使用：{reason}。", "The pattern {pattern} cannot be used: {reason}."),
    "unknown_validation_type": ("不认识的校验种类 {type}，请用 email 或 phone。", "Unknown validationType {type}, use email or phone."),
    "no_options": ("选择字段没有选项，请在 values 里写上。", "The choice has no options, please list them under values."),
    "bad_option": ("选项要有文字的 value 和 label。", "An option needs a text value and label."),
    "duplicate_option": ("选项 {value} 重复了，请去掉一个。", "The option {value} is listed twice, please remove one."),
    "bad_condition": ("显示条件 {condition} 不能使用，请查看允许的写法。", "The condition {condition} cannot be used."),
    "bad_default": ("默认值 {value} 与字段种类不符，请改正。", "The default value {value} does not fit the field."),
    "bad_field_rule": (
        "字段权限“{entry}”看不懂，请写成“字段: edit”，edit 可换 read 或 hidden。",
        "The field rule “{entry}” should be “key: edit”, read or hidden.",
    ),
    "rule_for_unknown_field": ("字段权限里的 {key} 不在表单中，请改正。", "The field rule names {key}, which the form does not have."),
    "bad_outcome": (
        "结果“{entry}”看不懂，请写成“agree:同意”或“disagree:不同意:required”。",
        "The outcome “{entry}” should be “value:label” or “value:label:required”.",
    ),
    "duplicate_outcome": ("结果 {value} 写了两次，请去掉一个。", "The outcome {value} is given twice, please remove one."),
}


def describe(code: str, lang: str = "zh", **values: Any) -> str:
    """The sentence for a fault of a form document, in Chinese unless `lang` is "en"."""
    return PROBLEM_WORDS[code][1 if lang == "en" else 0].format(**values)


def say(code: str, lang: str = "zh", **values: Any) -> str:
    """The sentence for a fault, in Chinese unless `lang` is "en"."""
    return WORDS[code][1 if lang == "en" else 0].format(**values)
