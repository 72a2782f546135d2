"""Bytes and XML that were made to hurt a parser."""

from collections.abc import Iterator

from benchmarks.hostile_files.graphs import chain
from benchmarks.hostile_files.pieces import (
    END,
    HEAD,
    MEGABYTE,
    START,
    TAIL,
    TASK,
    Files,
    Shape,
    around,
    attributes,
    flow,
    named,
    process,
    repeated,
)


def _with_prolog(prolog: str) -> Files:
    return {"a.bpmn": around(TASK)["a.bpmn"].replace(b"<bpmn:definitions", prolog.encode() + b"<bpmn:definitions", 1)}


def entity_bomb() -> Files:
    """A billion laughs."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    return _with_prolog(f"<!DOCTYPE x [{entities}]>")


def quadratic_entities() -> Files:
    """One long entity, meant to be named very often."""
    return _with_prolog(f'<!DOCTYPE x [<!ENTITY e "{"a" * 100_000}">]>')


def outside_doctype() -> Files:
    """A document type that lies elsewhere, with a parameter entity."""
    return _with_prolog('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "file:///dev/zero"> %p;]>')


def doctype_behind_comments() -> Files:
    """A document type behind megabytes of comments and instructions."""
    return _with_prolog(repeated("<!-- - -><?a ?>", 2 * MEGABYTE) + "--><!DOCTYPE x>")


def open_comment_prolog() -> Files:
    """Comments before the root, the last of which never closes."""
    return _with_prolog("<!--x-->" * 200_000 + "<!-- ")


def many_instructions() -> Files:
    """Processing instructions everywhere."""
    return around(TASK.replace("/>", ">" + repeated("<?a b?>", 4 * MEGABYTE) + "</bpmn:userTask>"))


def spaces_before_root() -> Files:
    """Megabytes of white space before the declaration."""
    return {"a.bpmn": b" \n" * (2 * MEGABYTE) + around(TASK)["a.bpmn"]}


def unclosed_declaration() -> Files:
    """A declaration that does not end."""
    return {"a.bpmn": b"<?xml " + b"a='b' " * 700_000}


def deep_nesting() -> Files:
    """Elements within elements, nothing else."""
    return {"a.bpmn": (HEAD + "<a>" * 700_000).encode()}


def deep_subprocesses() -> Files:
    """Sub-processes within sub-processes as deep as the reader lets them be."""
    inside = '<bpmn:task id="t"/>'
    for n in range(190):
        inside = f'<bpmn:subProcess id="{"it" if n == 189 else f"s{n}"}">{inside}</bpmn:subProcess>'
    return around(inside)


def hundred_thousand_elements() -> Files:
    """Very many tasks."""
    return process(START, *(f'<bpmn:task id="t{n}"/>' for n in range(100_000)))


def many_tiny_elements() -> Files:
    """As many elements as five megabytes hold."""
    return {"a.bpmn": (HEAD + "<a/>" * 1_200_000 + TAIL).encode()}


def extension_elements() -> Files:
    """Just under the number of elements that are let through, all of them vendors' additions."""
    inside = "<camunda:properties>" + '<camunda:property name="a" value="b"/>' * 59_000 + "</camunda:properties>"
    return around(f'<bpmn:userTask id="it"><bpmn:extensionElements>{inside}</bpmn:extensionElements></bpmn:userTask>')


def unknown_elements() -> Files:
    """Elements that no standard knows, each a finding."""
    return process(START, *("<bpmn:nonsense/>" for _ in range(59_000)))


def giant_attribute() -> Files:
    """A name of four megabytes."""
    return around(f'<bpmn:userTask id="it" name="{"名" * (4 * MEGABYTE // 3)}"/>')


def many_attributes() -> Files:
    """Hundreds of thousands of attributes on one element."""
    return around(f'<bpmn:userTask id="it" {attributes("a{0}", 300_000)}/>')


def attributes_everywhere() -> Files:
    """As many attributes as are let through, on very many elements."""
    some = attributes("a{0}", 90)
    return process(START, *(f'<bpmn:task id="t{n}" {some}/>' for n in range(5_500)))


def many_namespaces() -> Files:
    """Prefixes declared by the hundred thousand."""
    return around(f'<bpmn:userTask id="it" {attributes("xmlns:n{0}", 200_000)}/>')


def namespaces_again() -> Files:
    """The prefix of BPMN means something else inside, and the standard prefix is declared anew on every element."""
    inner = '<bpmn:userTask xmlns:bpmn="other" id="it"/>'
    return process(
        START, END, inner, *(f'<b:task xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" id="t{n}"/>' for n in range(20_000))
    )


def giant_documentation() -> Files:
    """Four megabytes of documentation."""
    return around(f'<bpmn:userTask id="it"><bpmn:documentation>{"字" * MEGABYTE}</bpmn:documentation></bpmn:userTask>')


def cdata_sections() -> Files:
    """A condition in hundreds of thousands of CDATA sections."""
    condition = "<![CDATA[a]]>" * 300_000
    return process(
        START, END, flow("f", "start", "end").replace("></", f"><bpmn:conditionExpression>{condition}</bpmn:conditionExpression></")
    )


def xincludes() -> Files:
    """Includes of files and addresses."""
    one = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    return around(TASK, *[one] * 20_000)


def nul() -> Files:
    """NUL bytes at the end of megabytes of lines."""
    return {"a.bpmn": around(TASK)["a.bpmn"] + b"\n" * (4 * MEGABYTE) + b"\x00"}


def utf_16() -> Files:
    """A long diagram in UTF-16."""
    text = next(iter(chain(1_900).values())).decode().replace("UTF-8", "UTF-16")
    return {"a.bpmn": text.encode("utf-16")}


def utf_32() -> Files:
    """A diagram in UTF-32."""
    return {"a.bpmn": next(iter(around(TASK).values())).decode().encode("utf-32")}


def utf_7() -> Files:
    """A declared encoding that hides signs."""
    return {"a.bpmn": next(iter(around(TASK).values())).decode().replace("UTF-8", "UTF-7").encode("utf-7")}


def wrong_encoding() -> Files:
    """GBK bytes that say they are UTF-8, after megabytes of good ones."""
    return {"a.bpmn": HEAD.encode() + b"\n" * (4 * MEGABYTE) + "办结".encode("gbk")}


def double_mark() -> Files:
    """Two byte order marks."""
    return {"a.bpmn": b"\xef\xbb\xbf" * 2 + next(iter(around(TASK).values()))}


def odd_ids() -> Files:
    """Ids with every sign that some other language minds."""
    signs = "&lt;script&gt;;'`${x}../%00\u202e\U0001f4a5"
    return process(START, END, *(f'<bpmn:task id="t{n}{signs}"/>' for n in range(2_000)))


def equal_ids() -> Files:
    """The same id on everything."""
    return process(*['<bpmn:task id="t"/>'] * 50_000)


def flows_without_ids() -> Files:
    """Flows without id, all between the same two nodes."""
    one = '<bpmn:sequenceFlow sourceRef="start" targetRef="end"/>'
    return process(START, END, *[one] * 50_000)


_PLAIN: tuple[Shape, ...] = (
    entity_bomb,
    quadratic_entities,
    outside_doctype,
    doctype_behind_comments,
    open_comment_prolog,
    many_instructions,
    spaces_before_root,
    unclosed_declaration,
    deep_nesting,
    deep_subprocesses,
    hundred_thousand_elements,
    many_tiny_elements,
    extension_elements,
    unknown_elements,
    giant_attribute,
    many_attributes,
    attributes_everywhere,
    many_namespaces,
    namespaces_again,
    giant_documentation,
    cdata_sections,
    xincludes,
    nul,
    utf_16,
    utf_32,
    utf_7,
    wrong_encoding,
    double_mark,
    odd_ids,
    equal_ids,
    flows_without_ids,
)


def shapes() -> Iterator[tuple[str, Shape]]:
    """All shapes of this kind by name."""
    yield from named(_PLAIN)
