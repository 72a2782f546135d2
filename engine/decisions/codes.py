"""The sentences for what can go wrong with decisions: code -> Chinese sentence, Chinese hint, English sentence, English hint.

PROBLEMS are found when a file is read, FAILURES when a decision is made; a failure inside a cell has a code of the expressions.
"""

from collections.abc import Mapping
from typing import Final

Words = tuple[str, str, str, str]

PROBLEMS: Final[Mapping[str, Words]] = {
    "not_xml": (
        "文件不是完整的 XML（{reason}）",
        "请用建模工具重新导出",
        "the file is no well-formed XML ({reason})",
        "export it again from the modeler",
    ),
    "not_dmn": (
        "文件不是 DMN 决策（根元素是 {found}）",
        "请用建模工具导出 DMN 1.1 至 1.5",
        "the file is no DMN (its root is {found})",
        "export DMN 1.1 to 1.5 from the modeler",
    ),
    "no_decision": (
        "文件里没有决策",
        "请画出至少一个决策",
        "the file holds no decision",
        "draw at least one decision",
    ),
    "too_many_decisions": (
        "文件里有 {count} 个决策，超过 {maximum} 个",
        "请拆成几个文件",
        "the file holds {count} decisions, more than {maximum}",
        "split it into several files",
    ),
    "decisions_weight": (
        "文件里的决策连同各自需要的决策太大（{weight}），超过 {maximum}",
        "请拆成几个文件，或减少对大表的依赖",
        "the decisions of the file, each with all that it requires, are too large ({weight}), more than {maximum}",
        "split it into several files, or let fewer decisions require large tables",
    ),
    "decisions_text": (
        "文件里的表达式和单元格共 {length} 个字符，超过 {maximum} 个",
        "请拆成几个文件",
        "the expressions and cells of the file have {length} characters, more than {maximum}",
        "split it into several files",
    ),
    "decision_chain": (
        "决策“{name}”一个需要一个，超过 {maximum} 层",
        "请减少层数",
        "the decision “{name}” stands behind more than {maximum} others that require each other",
        "let fewer decisions require each other",
    ),
    "decision_without_id": (
        "决策“{name}”没有编号（id）",
        "请给决策填写编号",
        "the decision “{name}” has no id",
        "give it an id",
    ),
    "decision_id_twice": (
        "编号“{id}”有两个决策在用",
        "请改掉其中一个的编号",
        "two decisions have the id “{id}”",
        "change one of them",
    ),
    "knowledge_model": (
        "业务知识模型“{name}”没有用 FEEL 写的规则，不能执行",
        "请用文字表达式或决策表写出它的规则",
        "the business knowledge model “{name}” has no rules in FEEL, so it is not executed",
        "write its rules as a literal expression or a table",
    ),
    "decision_logic": (
        "决策“{name}”用的是“{kind}”，暂不支持",
        "请改成决策表或文字表达式",
        "the decision “{name}” is a “{kind}”, which is not supported",
        "draw a decision table or a literal expression",
    ),
    "no_logic": (
        "决策“{name}”里还没有规则，流程不能使用它",
        "请画出决策表，或删去这个决策",
        "the decision “{name}” has no rules yet, processes cannot use it",
        "draw its table, or remove it",
    ),
    "hit_policy": (
        "决策“{name}”的命中策略“{policy}”不存在",
        "可以用的命中策略：{allowed}",
        "the decision “{name}” has the unknown hit policy “{policy}”",
        "hit policies are: {allowed}",
    ),
    "aggregation": (
        "决策“{name}”的汇总方式“{aggregation}”不能用",
        "汇总只用于 COLLECT，方式为 SUM、MIN、MAX 或 COUNT",
        "the aggregation “{aggregation}” of the decision “{name}” cannot be used",
        "only COLLECT aggregates, by SUM, MIN, MAX or COUNT",
    ),
    "aggregation_outputs": (
        "决策“{name}”汇总时只能有一个输出列",
        "请只留一个输出列，或去掉汇总",
        "the decision “{name}” can aggregate only one output",
        "keep one output, or collect without aggregation",
    ),
    "no_output_values": (
        "决策“{name}”按输出值的先后选取，但没有列出输出值",
        "请在输出列里按先后填写允许的值",
        "the decision “{name}” chooses by the order of output values, but none are listed",
        "list the allowed values of the output in their order",
    ),
    "input_without_expression": (
        "决策“{name}”的输入列“{column}”没有表达式",
        "请填写变量名，例如 amount",
        "the input “{column}” of the decision “{name}” has no expression",
        "name a variable, such as amount",
    ),
    "input_values": (
        "决策“{name}”输入列“{column}”的允许值（{text}）读不懂，查找遗漏时不考虑",
        '请写成 "a","b" 或 [1..10]',
        "the allowed values of the input “{column}” ({text}) of the decision “{name}” are not understood and not looked at for gaps",
        'write them as "a","b" or [1..10]',
    ),
    "no_output": (
        "决策“{name}”没有输出列",
        "请添加输出列",
        "the decision “{name}” has no output",
        "add an output",
    ),
    "output_name": (
        "决策“{name}”的输出列名“{output}”不能作变量名，或已经用过",
        "请用汉字或字母开头的名字，各列互不相同",
        "the output name “{output}” of the decision “{name}” is no variable name, or is used twice",
        "use different names that begin with a letter",
    ),
    "output_spaced": (
        '决策“{name}”的输出列名“{output}”里有空格或符号，流程的表达式只能写 variable("{output}") 来读取',
        "请用不带空格的名字",
        'the output name “{output}” of the decision “{name}” has blanks or signs, and is read only as variable("{output}")',
        "use a name without blanks",
    ),
    "table_size": (
        "决策“{name}”有 {count} 行或列，超过 {maximum}",
        "请拆成几个决策",
        "the decision “{name}” has {count} rows or columns, more than {maximum}",
        "split it into several decisions",
    ),
    "no_rules": (
        "决策“{name}”一条规则也没有",
        "请添加规则",
        "the decision “{name}” has no rule",
        "add rules",
    ),
    "rule_cells": (
        "决策“{name}”第 {rule} 条规则的格数与列数不一致",
        "请用建模工具重新保存",
        "rule {rule} of the decision “{name}” has not one cell for each column",
        "save it again with the modeler",
    ),
    "decision_cell": (
        "决策“{name}”第 {rule} 条规则“{column}”一格（{text}）：{reason_zh}",
        "{reason_hint_zh}。文字要放在半角双引号里",
        "rule {rule}, “{column}” of the decision “{name}” ({text}): {reason_en}",
        "{reason_hint_en}. Put text between double quotation marks",
    ),
    "decision_expression_refused": (
        "决策“{name}”的“{column}”（{text}）：{reason_zh}",
        "{reason_hint_zh}",
        "“{column}” of the decision “{name}” ({text}): {reason_en}",
        "{reason_hint_en}",
    ),
    "decision_language": (
        "决策“{name}”用了“{language}”写的表达式，不能执行",
        "请改用 FEEL",
        "the decision “{name}” holds an expression in “{language}”, which is not executed",
        "write it in FEEL",
    ),
    "cell_reads_variable": (
        "决策“{name}”第 {rule} 条规则“{column}”一格的 {text} 没有引号，会当作变量名",
        '如果是文字，请写成 "{text}"',
        "{text} in rule {rule}, “{column}” of the decision “{name}” has no quotation marks and is read as a variable",
        'if it is text, write "{text}"',
    ),
    "decision_cycle": (
        "决策互相需要，成了圈：{decisions}",
        "请去掉其中一条依赖",
        "decisions require each other in a circle: {decisions}",
        "remove one of the requirements",
    ),
    "required_decision": (
        "决策“{name}”需要的“{required}”不在这个文件里",
        "请把它画进同一个文件",
        "the decision “{name}” requires “{required}”, which is not in this file",
        "draw it in the same file",
    ),
    "required_without_logic": (
        "决策“{name}”需要的“{required}”还没有规则",
        "请补上它的决策表",
        "the decision “{name}” requires “{required}”, which has no rules yet",
        "draw its table",
    ),
    "rules_overlap": (
        "决策“{name}”的规则 {first} 和规则 {second} 会同时命中（例如 {example}），而命中策略是唯一（UNIQUE）",
        "请改掉重叠的条件，或换用 FIRST",
        "rules {first} and {second} of the decision “{name}” can match together (for example {example}), but its hit policy is UNIQUE",
        "separate their conditions, or use FIRST",
    ),
    "rules_gap": (
        "决策“{name}”有的情形没有规则，例如 {example}",
        "请补上规则，或给输出填写默认值",
        "the decision “{name}” has no rule for some cases, for example {example}",
        "add a rule, or give the output a default",
    ),
    "coverage_cut": (
        "决策“{name}”太大（{rules} 条规则，{columns} 列），重叠和遗漏没有查完",
        "请拆成几个决策，或自行核对规则",
        "the decision “{name}” is too large ({rules} rules, {columns} columns) to be searched completely for overlaps and gaps",
        "split it into several decisions, or check its rules by hand",
    ),
}

FAILURES: Final[Mapping[str, Words]] = {
    "no_unique": (
        "决策“{decision}”同时命中规则 {rules}，而命中策略是唯一（UNIQUE）",
        "请更正变量，或修改决策表里重叠的条件",
        "rules {rules} of the decision “{decision}” match together, but its hit policy is UNIQUE",
        "correct the variables, or the overlapping conditions",
    ),
    "any_differs": (
        "决策“{decision}”命中的规则 {rules} 给出的结果不一样",
        "请更正变量，或修改决策表",
        "rules {rules} of the decision “{decision}” match and give different results",
        "correct the variables, or the table",
    ),
    "input_type": (
        "决策“{decision}”的输入“{input}”应是 {type}，得到的是“{value}”",
        "请更正变量后重试",
        "the input “{input}” of the decision “{decision}” should be {type}, not “{value}”",
        "correct the variable and try again",
    ),
    "output_type": (
        "决策“{decision}”的输出“{output}”应是 {type}，得到的是“{value}”",
        "请修改决策表",
        "the output “{output}” of the decision “{decision}” should be {type}, not “{value}”",
        "correct the table",
    ),
    "several_rules": (
        "决策命中了不止一条规则，流程只要一行结果",
        "请修改命中策略，或改用列表作结果",
        "more than one rule of the decision matches, the process wants one row",
        "change the hit policy, or map the result as a list",
    ),
    "several_outputs": (
        "决策有不止一个输出列，流程只要一个值",
        "请改用整行作结果（singleResult）",
        "the decision has more than one output, the process wants one value",
        "map the result as singleResult",
    ),
}

WORDS: Final[Mapping[str, Words]] = {**PROBLEMS, **FAILURES}
