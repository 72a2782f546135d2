"""What the XML parser complains of, in Chinese: the complaints that damaged diagrams lead to most."""

import re

_REASONS = (
    (r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)", "第 {1} 行的开始标签 {0} 与结束标签 {2} 不配对"),
    (r"Premature end of data in tag (\S+) line (\d+)", "第 {1} 行的标签 {0} 没有结束，文件不完整"),
    (r"Start tag expected, '<' not found", "缺少开始标签，文件内容不是 XML"),
    (r"Extra content at the end of the document", "文件末尾有多余的内容"),
    (r"Document is empty", "没有内容"),
    (r"StartTag: invalid element name", "标签名不正确"),
    (r"Couldn't find end of Start Tag (\S+)", "开始标签 {0} 没有用 > 结束"),
    (r"expected '>'", "标签没有用 > 结束"),
    (r"Attribute (\S+) redefined", "属性 {0} 写了两次"),
    (r"Namespace prefix (\S+) .*not defined", "命名空间前缀 {0} 没有声明"),
    (r"attributes construct error", "属性之间缺少空格或引号"),
    (r"AttValue: .*", "属性值的引号不正确，或值里有 <"),
    (r"Unescaped '<' not allowed in attributes values", "属性值里的 < 要写成 &lt;"),
    (r"Specification mandates value for attribute (\S+)", "属性 {0} 没有值"),
    (r"xmlParseEntityRef: no name|EntityRef: expecting ';'", "& 要写成 &amp;"),
    (r"Entity '(\S+)' not defined", "不认识的实体 &{0};"),
    (r"(?:PCDATA|CData|Comment|PI|Char).*(?:invalid|out of allowed range).*", "含有 XML 不允许的字符"),
    (r"CData section not finished.*|Unclosed CDATA.*", "CDATA 没有结束"),
    (r"Comment not terminated.*|Double hyphen within comment.*", "注释没有结束，或注释里有两个连字符"),
    (r"XML declaration allowed only at the start of the document", "XML 声明只能在文件开头"),
    (r"error parsing attribute name|Blank needed here|expected '='", "属性的写法不正确：名称、等号、引号和空格"),
    (r"invalid character in attribute value", "属性值里有 XML 不允许的字符"),
    (r"Failed to parse QName '(.*)'", "名称 {0} 的前缀写得不正确"),
    (r"String not closed expecting .*", "引号没有结束"),
    (r"(?:Malformed declaration|parsing XML declaration).*", "XML 声明写得不正确"),
    (r"xmlns:?(\S*): .*", "命名空间 {0} 的地址不正确"),
    (r"ParsePI: .*", "处理指令写得不正确"),
    (r".*(?:Excessive depth|huge input|Buffer size limit).*", "嵌套太深或内容太长"),
)


def in_chinese(reason: str) -> str:
    """The complaint in Chinese; one that is not known stays as it is."""
    for pattern, words in _REASONS:
        found = re.match(pattern, reason)
        if found:
            return words.format(*found.groups())
    return reason
