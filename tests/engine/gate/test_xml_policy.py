"""Rows 1 to 8 of the threat model: hostile and broken files end as findings."""

import gzip
import io
import socket
import time
import zipfile

import pytest

from tests.engine.gate.drawing import END, START, around, codes, diagram, finding, flow, reading

GOOD = around('<bpmn:userTask id="it" camunda:assignee="wang"/>')


def _with_doctype(doctype: str, encoding: str = "UTF-8") -> bytes:
    text = (
        GOOD.decode().replace("<bpmn:definitions", f"{doctype}\n<bpmn:definitions", 1).replace('encoding="UTF-8"', f'encoding="{encoding}"')
    )
    return text.encode(encoding)


def test_a_good_file_is_accepted_without_a_word() -> None:
    assert reading(GOOD).findings == []


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:PORT/p.dtd"> %p;]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:PORT/x.dtd">',
        '<!DOCTYPE x [<!ENTITY e "harmless">]>',
        "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
        + "".join(f"<!ENTITY b{n} '{'&b' + str(n - 1) + ';' if n else '&a;'}'>" for n in range(30))
        + "]>",
        f"<!DOCTYPE x [<!ENTITY a '{'a' * 100_000}'>]>",
        "<!-- first --><?pi x?>\n <!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_document_type_is_refused_before_anything_is_fetched(doctype: str, encoding: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        began = time.monotonic()
        found = finding(_with_doctype(doctype.replace("PORT", str(listener.getsockname()[1])), encoding), "xml_doctype")
        assert time.monotonic() - began < 1
        assert found.severity == "error"
        assert found.line is not None
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_document_type_that_is_only_text_is_accepted() -> None:
    inside = "<bpmn:documentation><![CDATA[<!DOCTYPE html>]]></bpmn:documentation>"
    assert reading(around(f'<bpmn:userTask id="it" camunda:assignee="wang">{inside}</bpmn:userTask><!-- <!DOCTYPE x> -->')).findings == []


@pytest.mark.parametrize("encoding", ["UTF-7", "GBK", "ISO-8859-1", "UTF-32", "EBCDIC-CP-US", "nonsense"])
def test_other_encodings_are_refused(encoding: str) -> None:
    assert finding(GOOD.replace(b"UTF-8", encoding.encode()), "xml_encoding").values["encoding"] == encoding.lower()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_in_its_usual_forms_is_accepted(encoding: str) -> None:
    name = "UTF-8" if encoding == "utf-8-sig" else "UTF-16"
    content = around('<bpmn:userTask id="it" name="财政局审核" camunda:assignee="wang"/>').decode().replace("UTF-8", name).encode(encoding)
    result = reading(content)
    assert result.findings == []
    assert result.processes[0].outline["elements"]["it"]["name"] == "财政局审核"


def test_a_declaration_that_the_bytes_contradict_is_refused() -> None:
    assert "xml_encoding" in codes(GOOD.decode().encode("utf-16"))
    assert "xml_encoding" in codes(GOOD.replace(b"UTF-8", b"UTF-16"))


def test_bytes_outside_of_the_encoding_are_refused_with_their_line() -> None:
    content = GOOD.replace("流程".encode(), "流程".encode("gbk"))
    found = finding(content, "xml_bad_bytes")
    assert found.line == content.count(b"\n", 0, content.index("流程".encode("gbk"))) + 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \n\t", "file_empty"),
        (gzip.compress(GOOD), "file_compressed"),
        (b"PK\x03\x04" + b"0" * 40, "file_compressed"),
        (b"<html><body>login</body></html>", "file_html"),
        (b"<!DOCTYPE html>\n<html/>", "file_html"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "not_bpmn"),
        (b"just words", "xml_syntax"),
        (GOOD[: len(GOOD) // 2], "xml_syntax"),
        (GOOD.replace(b'id="it"', b'id="it" id="it"'), "xml_syntax"),
        (GOOD.replace(b"name=", b"name=&undefined; x="), "xml_syntax"),
        (GOOD.replace("流程".encode(), b"a\x00b"), "xml_nul"),
        (GOOD.replace("流程".encode(), b"&#0;"), "xml_syntax"),
        (GOOD.replace(b"http://www.omg.org/spec/BPMN/20100524/MODEL", b"http://example.org"), "not_bpmn"),
    ],
)
def test_what_is_no_diagram_is_refused(content: bytes, code: str) -> None:
    found = finding(content, code)
    assert found.severity == "error"
    assert found.message("zh")
    assert found.hint("en")


def test_a_zip_under_the_name_of_a_diagram_is_never_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.bpmn", GOOD)
    assert codes(packed.getvalue()) == {"file_compressed"}


def test_a_cut_off_file_names_the_line() -> None:
    cut = GOOD[: GOOD.index(b'id="out"')]
    assert finding(cut, "xml_syntax").line == cut.count(b"\n") + 1


def test_a_file_over_the_limit_is_refused_unread() -> None:
    found = finding(b"<" * 2_000, "file_too_large", max_file_bytes=1_000)
    assert found.values == {"size": 2_000, "limit": 1_000}


def test_a_huge_attribute_is_refused() -> None:
    assert "xml_attribute_too_long" in codes(around(f'<bpmn:userTask id="it" name="{"x" * 200_000}"/>'))


def test_very_many_attributes_are_refused_quickly() -> None:
    attributes = " ".join(f'camunda:x{n}="1"' for n in range(30_000))
    began = time.monotonic()
    assert "xml_too_many_attributes" in codes(around(f'<bpmn:userTask id="it" {attributes}/>'))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("depth", [250, 300_000])
def test_deep_nesting_is_refused_quickly(depth: int) -> None:
    began = time.monotonic()
    assert codes(b"<a>" * depth + b"</a>" * depth) & {"xml_too_deep", "xml_syntax"}
    assert time.monotonic() - began < 2


def test_very_many_elements_are_refused() -> None:
    assert "xml_too_many_elements" in codes(diagram(START, "<bpmn:documentation/>" * 60_001))


def test_nothing_is_included_from_elsewhere() -> None:
    secret = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    inside = around(f'<bpmn:userTask id="it" camunda:assignee="wang">{secret}</bpmn:userTask>')
    beside = around(
        '<bpmn:userTask id="it" camunda:assignee="wang"/>',
        beside='<bpmn:import importType="http://www.w3.org/2001/XMLSchema" location="file:///etc/passwd" namespace="x"/>' + secret,
    )
    for content in (inside, beside):
        result = reading(content)
        assert {one.code for one in result.findings} == {"import_not_followed"}
        assert not result.refused
        assert "root:" not in str(result.processes[0].outline)


def test_a_style_sheet_is_not_followed() -> None:
    content = GOOD.replace(
        b"<bpmn:definitions", b'<?xml-stylesheet href="http://127.0.0.1:1/x.xsl" type="text/xsl"?>\n<bpmn:definitions', 1
    )
    assert reading(content).findings == []


def test_a_diagram_without_interchange_is_accepted() -> None:
    assert b"bpmndi" not in GOOD
    assert reading(GOOD).processes[0].compiled


def test_lines_count_from_the_declaration() -> None:
    content = diagram(START, END, flow("f", "start", "nowhere"))
    assert finding(content, "flow_target_missing").line == content[: content.index(b'id="f"')].count(b"\n") + 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (("</bpmn:process>", "</bpmn:proces>"), "不配对"),
        (("</bpmn:definitions>", ""), "文件不完整"),
        (('camunda:assignee="wang"', "camunda:assignee=wang"), "引号"),
        (('camunda:assignee="wang"', 'other:assignee="wang"'), "前缀 other"),
        (('camunda:assignee="wang"', 'camunda:assignee="a & b"'), "&amp;"),
        (('camunda:assignee="wang"', 'id="x"'), "写了两次"),
    ],
)
def test_what_the_parser_complains_of_is_said_in_chinese(damage: tuple[str, str], words: str) -> None:
    found = finding(GOOD.decode().replace(*damage).encode(), "xml_syntax")
    assert words in found.message("zh")
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in found.message("en"))
