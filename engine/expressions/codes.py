"""The sentences for what can go wrong with expressions: code -> Chinese sentence, Chinese hint, English sentence, English hint.

The places in braces are the values of ExpressionRefused and ExpressionFailed. `position` counts characters from 1.
"""

from collections.abc import Mapping
from typing import Any, Final

Words = tuple[str, str, str, str]

REFUSALS: Final[Mapping[str, Words]] = {
    "empty": (
        "表达式是空的",
        "请写出表达式，或删去这一处",
        "the expression is empty",
        "write the expression, or remove it",
    ),
    "too_long": (
        "表达式有 {length} 个字符，超过 {maximum} 个",
        "请拆成几步，先用脚本任务算出中间结果",
        "the expression has {length} characters, more than {maximum}",
        "split it: let a script task compute parts of it first",
    ),
    "script_without_result": (
        "脚本最后没有给出结果变量“{name}”的值",
        "请把最后一行写成要得到的值",
        "the script does not end with the value of its result variable “{name}”",
        "let the last line be the value",
    ),
    "script_order": (
        "脚本先用“{name}”算出中间结果，后来又改了它，不能照样翻译",
        "请分成两个脚本任务",
        "the script computes with “{name}” and changes it before the result is used, which cannot be translated",
        "split it into two script tasks",
    ),
    "filled_text": (
        "第 {position} 个字符处的文字“{found}”里有 $，不能照样翻译",
        "请用加号把文字和变量连起来",
        "the text “{found}” at character {position} has a $ in it, which cannot be translated",
        "join texts and variables by a plus sign",
    ),
    "too_deep": (
        "表达式嵌套超过 {maximum} 层",
        "请拆成几步，先用脚本任务算出中间结果",
        "the expression is nested more than {maximum} deep",
        "split it: let a script task compute parts of it first",
    ),
    "too_many_parts": (
        "表达式的组成部分超过 {maximum} 个",
        "请拆成几步，或改用决策表",
        "the expression has more than {maximum} parts",
        "split it, or use a decision table",
    ),
    "bad_number": (
        "第 {position} 个字符处的“{found}”不是数字，也不是变量名",
        "数字后面请不要带单位或字母；变量名不能以数字开头",
        "“{found}” at character {position} is neither a number nor a name",
        "write numbers without units; a name does not begin with a digit",
    ),
    "bad_name": (
        "第 {position} 个字符处的“{name}”不能作变量名",
        "变量名用汉字、字母、数字和下划线，不以数字或下划线开头",
        "“{name}” at character {position} cannot be a name",
        "names consist of letters, digits and underscores and begin with a letter",
    ),
    "underscore_name": (
        "第 {position} 个字符处的“{name}”以下划线开头，不允许使用",
        "请换一个不以下划线开头的名字",
        "“{name}” at character {position} begins with an underscore, which is not allowed",
        "use a name that begins with a letter",
    ),
    "open_string": (
        "第 {position} 个字符处的引号没有结束",
        "请在文字后面补上同样的引号；文字里不能换行",
        "the quotation mark at character {position} is not closed",
        "close the text with the same mark; a text stands on one line",
    ),
    "bad_escape": (
        "第 {position} 个字符处的文字里有“{found}”，它不是可用的字符",
        "请直接写出那个字符",
        "the text at character {position} holds “{found}”, which is no usable character",
        "write the character itself",
    ),
    "full_width": (
        "第 {position} 个字符“{character}”是全角符号",
        "请改用半角符号“{instead}”",
        "“{character}” at character {position} is a full-width sign",
        "write “{instead}” instead",
    ),
    "bad_character": (
        "第 {position} 个字符“{character}”不能出现在表达式里",
        "请删去这个字符",
        "“{character}” at character {position} cannot stand in an expression",
        "remove it",
    ),
    "unexpected": (
        "第 {position} 个字符处的“{found}”放错了地方{expected_zh}",
        "请检查前后的运算符、逗号和括号是否成对",
        "“{found}” at character {position} is out of place{expected_en}",
        "look at the operators, commas and brackets around it",
    ),
    "unexpected_end": (
        "表达式没有写完{expected_zh}",
        "请补全表达式，检查括号是否成对",
        "the expression ends too early{expected_en}",
        "complete it; look at the brackets",
    ),
    "single_equals": (
        "第 {position} 个字符处的“=”不能用来比较",
        "比较请写“==”；表达式里不能给变量赋值",
        "“=” at character {position} does not compare",
        "write “==”; an expression cannot set a variable",
    ),
    "not_supported": (
        "第 {position} 个字符处的“{what}”不在表达式允许的写法之内",
        "请只用运算符、条件式、列表推导和列出的函数",
        "“{what}” at character {position} is not part of the expression language",
        "use operators, conditionals, list comprehensions and the listed functions",
    ),
    "not_callable": (
        "第 {position} 个字符处的括号前面不是函数名",
        "只有列出的函数和方法可以带括号调用",
        "what stands before the bracket at character {position} is not the name of a function",
        "only the listed functions and methods can be called",
    ),
    "unknown_function": (
        "没有函数“{name}”{guess_zh}",
        "可以用的函数：{allowed}。外部的 Java Bean 不能调用，请改为外部任务",
        "there is no function “{name}”{guess_en}",
        "the functions are: {allowed}. Java beans cannot be called: draw external work instead",
    ),
    "unknown_method": (
        "没有方法“{name}”{guess_zh}",
        "可以用的方法：{allowed}。外部的 Java Bean 不能调用，请改为外部任务",
        "there is no method “{name}”{guess_en}",
        "the methods are: {allowed}. Java beans cannot be called: draw external work instead",
    ),
    "execution_member": (
        "不能使用“execution.{name}”",
        "读变量请直接写变量名，或写 execution.getVariable('变量名')；改变量请用脚本任务",
        "“execution.{name}” cannot be used",
        "name the variable itself, or write execution.getVariable('name'); use a script task to set one",
    ),
    "feel_filter": (
        "第 {position} 个字符处的筛选条件没有写明 item",
        "请写成 列表[item.字段 > 5] 的样子",
        "the filter at character {position} does not say item",
        "write list[item.field > 5]",
    ),
    "feel_pattern": (
        "第 {position} 个字符处的“{name}”用了模式匹配，暂不支持",
        "第二个参数请写成引号里的普通文字，不含 . * + ? ( ) [ ] 等符号",
        "“{name}” at character {position} matches a pattern, which is not supported",
        "write plain text between quotation marks as its second argument, without signs such as . * + ? ( ) [ ]",
    ),
    "mixed_template": (
        "“${{…}}”之外还有别的文字，不能当作一个值",
        "请把整个表达式写进同一个“${{…}}”里",
        "there is text outside of “${{…}}”, so that this is not one value",
        "put the whole expression into one “${{…}}”",
    ),
    "open_expression": (
        "第 {position} 个字符处的“${{”没有用“}}”结束",
        "请补上右花括号",
        "“${{” at character {position} is not closed by “}}”",
        "add the closing brace",
    ),
    "not_an_assignment": (
        "脚本里有一行不是“变量 = 表达式”（“{found}”）",
        "脚本每一行都写成“变量名 = 表达式”；不能用 if、for、import 等语句",
        "a line of the script is not “name = expression” (“{found}”)",
        "write each line as “name = expression”; statements such as if, for, import cannot be used",
    ),
    "reserved_name": (
        "“{name}”是保留的词，不能给它赋值",
        "请换一个变量名",
        "“{name}” is a reserved word and cannot be set",
        "use another name",
    ),
}

FAILURES: Final[Mapping[str, Words]] = {
    "unknown_variable": (
        "变量“{name}”还没有值",
        "请补上这个变量后重试，或检查变量名是否写对",
        "the variable “{name}” has no value",
        "set it and try again, or check its name",
    ),
    "type": (
        "“{operator}”不能用在{left_zh}和{right_zh}之间",
        "请检查两边的变量是不是同一类值",
        "“{operator}” does not work between {left} and {right}",
        "check that both sides are of one kind",
    ),
    "budget": (
        "计算量超过上限（{limit}）",
        "请减少要处理的数据，或拆成几步",
        "the computation exceeds a limit ({limit})",
        "let it handle less, or split it",
    ),
    "division_by_zero": (
        "除数是零",
        "请检查作除数的变量",
        "division by zero",
        "check the variable that divides",
    ),
    "number_too_large": (
        "数字太大或太小",
        "请检查参与计算的数字",
        "a number is too large or too small",
        "check the numbers that go in",
    ),
    "no_such_entry": (
        "对象里没有“{name}”这一项",
        "请检查名称；不一定有的项用 对象.get('名称')",
        "the object has no entry “{name}”",
        "check the name; use object.get('name') for one that may be missing",
    ),
    "no_entries": (
        "{kind_zh}里取不出“{name}”",
        "点号前面应是一个对象",
        "“{name}” cannot be read from {kind}",
        "what stands before the point must be an object",
    ),
    "no_such_index": (
        "位置 {index} 超出范围（共 {length} 项）",
        "位置从 0 数起；请先检查列表的长度",
        "place {index} is out of range (there are {length})",
        "places count from 0; check the length first",
    ),
    "wrong_argument": (
        "函数“{function}”不能用{kind_zh}作参数",
        "请检查传给函数的变量",
        "the function “{function}” does not take {kind}",
        "check the variable that is given to it",
    ),
    "function_failed": (
        "函数“{function}”算不出结果",
        "请检查参数的个数和内容",
        "the function “{function}” gave no result",
        "check how many and which arguments it is given",
    ),
    "foreign_value": (
        "遇到了不认识的值（{type}）",
        "变量只能是文字、数字、是否、列表、对象或空值",
        "met a value of an unknown kind ({type})",
        "variables are text, numbers, yes/no, lists, objects or nothing",
    ),
    "not_single": (
        "这里需要单个的值，得到的是{kind_zh}",
        "请取出其中一项，或用 join 连成文字",
        "a single value is needed here, not {kind}",
        "take one item, or make text of it with join",
    ),
    "not_yes_no": (
        "条件的结果不是“是”或“否”（得到“{value}”）",
        "请写成比较，例如 金额 >= 5000",
        "the condition is neither true nor false (it gave “{value}”)",
        "write a comparison, such as amount >= 5000",
    ),
    "nothing_to_choose": (
        "“{function}”没有可以比较的值",
        "请先检查列表是不是空的",
        "“{function}” has nothing to choose from",
        "check first whether the list is empty",
    ),
    "too_many_digits": (
        "小数位数超过 {maximum} 位",
        "请减少小数位数",
        "more than {maximum} decimals",
        "ask for fewer decimals",
    ),
    "bad_key": (
        "“{key}”不能作对象的项名",
        "项名是文字，不以下划线开头",
        "“{key}” cannot name an entry of an object",
        "names of entries are texts that do not begin with an underscore",
    ),
    "misplaced_range": (
        "区间只能放在 in 的右边",
        "请写成 变量 in [1..10]",
        "a range stands only on the right of in",
        "write variable in [1..10]",
    ),
    "date_out_of_range": (
        "日期超出公元 1 年到 9999 年",
        "请检查日期和时长",
        "the date lies outside of the years 1 to 9999",
        "check the date and the duration",
    ),
    "working_days": (
        "工作日天数 {count} 不在 0 到 {maximum} 之间",
        "请检查工作日天数",
        "{count} working days are not between 0 and {maximum}",
        "check the number of working days",
    ),
    "working_hours": (
        "工作小时数 {count} 不在 0 到 {maximum} 之间",
        "请检查工作小时数",
        "{count} working hours are not between 0 and {maximum}",
        "check the number of working hours",
    ),
}

WORDS: Final[Mapping[str, Words]] = {**REFUSALS, **FAILURES}


class _Values(dict[str, Any]):
    """Values for a sentence; one that is missing shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(code: str, values: Mapping[str, Any], language: str = "zh", words: Mapping[str, Words] = WORDS) -> tuple[str, str]:
    """The sentence and the hint for a code in "zh" or "en"; a code without words is shown as it is."""
    if code not in words:
        return code, ""
    shown = _Values({name: "、".join(map(str, value)) if isinstance(value, list) else value for name, value in values.items()})
    first = 0 if language == "zh" else 2
    found = words[code]
    return found[first].format_map(shown), found[first + 1].format_map(shown)
