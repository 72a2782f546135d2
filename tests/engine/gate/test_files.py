"""Names and kinds of files: forms, settings, and what else a model folder holds."""

import pytest

from engine.reading import ReadOptions, read
from tests.engine.gate.drawing import END, START, codes, diagram, finding, flow, reading

PLAIN = diagram(START, END, flow("f", "start", "end"))


@pytest.mark.parametrize(
    "name",
    [
        "../a.bpmn",
        "/etc/a.bpmn",
        "a\\b.bpmn",
        "C:a.bpmn",
        "a/../../b.bpmn",
        "./a.bpmn",
        "a//b.bpmn",
        "",
        "a\x00.bpmn",
        "a\nb.bpmn",
        "x" * 201,
        "\u202ea.bpmn",
    ],
)
def test_names_that_leave_their_folder_or_hide_something_are_refused(name: str) -> None:
    result = reading({name: PLAIN})
    assert [one.code for one in result.findings] == ["file_name"]
    assert result.processes == []


@pytest.mark.parametrize("name", ["请假 流程.bpmn", "a.bpmn20.xml", "a.xml", "forms/a.BPMN", "diagram"])
def test_the_root_element_and_not_the_name_makes_a_diagram(name: str) -> None:
    assert [process.file for process in reading({name: PLAIN}).processes] == [name]


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"MZ"), ("notes.txt", b"hello"), ("other.toml", b"a = 1"), ("a.docx", b"x")])
def test_files_of_other_kinds_are_refused(name: str, content: bytes) -> None:
    assert "file_kind" in codes({name: content, "a.bpmn": PLAIN})


def test_the_rest_of_a_model_folder_is_kept_as_it_is() -> None:
    beside = ["README.md", "registers/x.toml", "texts/x.toml", "tests/x.toml", "pictures/x.png", "__MACOSX/a.bpmn", ".DS_Store"]
    result = reading({"a.bpmn": PLAIN, **dict.fromkeys(beside, b"x")})
    assert (result.other, result.findings) == (beside, [])


def test_a_deployment_defines_something() -> None:
    assert codes({}) == {"nothing_to_deploy"}
    assert codes({"README.md": b"x"}) == {"nothing_to_deploy"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"{", "json_syntax"),
        (b'{"a": 1,\n "b": }', "json_syntax"),
        (b"\xff\xfe", "json_syntax"),
        (b"[]", "json_not_a_form"),
        (b"{}", "json_not_a_form"),
        (b'{"id": "x"}', "json_not_a_form"),
        (b'{"id": 1, "components": []}', "json_not_a_form"),
        (b'{"id": "x", "components": {}}', "json_not_a_form"),
        (b'{"id": "../x", "components": []}', "id_not_a_name"),
        (b'{"id": "x", "components": [], "a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "json_syntax"),
        (b'{"id": "x", "components": [], "a": 1' + b"0" * 5_000 + b"}", "json_syntax"),
        (b'{"id": "x", "components": [], "a": "\\ud800"}', "json_syntax"),
    ],
)
def test_what_is_no_form_is_refused(content: bytes, code: str) -> None:
    assert finding({"x.json": content}, code).file == "x.json"


def test_a_mistake_in_a_form_is_found_by_its_line() -> None:
    assert finding({"x.json": b'{"id": "x",\n "components": oops}'}, "json_syntax").line == 2


def test_a_form_is_read_by_its_id() -> None:
    result = reading({"forms/申请.json": '{"id": "apply", "title": "申请", "components": []}'.encode()})
    assert [(form.key, form.file) for form in result.forms] == [("apply", "forms/申请.json")]


def test_settings_are_read_and_unknown_ones_named() -> None:
    toml = 'title = "项目"\nstarters = ["部门村居"]\ncolour = "red"\n[business_key]\nseries = "s"\npattern = "{year}"\n'
    result = reading({"a.bpmn": PLAIN, "process.toml": toml.encode()})
    assert result.settings == {"title": "项目", "starters": ["部门村居"], "business_key": {"series": "s", "pattern": "{year}"}}
    assert [(one.code, one.severity, one.line, one.values["key"]) for one in result.findings] == [
        ("settings_unknown", "warning", 3, "colour")
    ]


@pytest.mark.parametrize(
    ("toml", "code", "line"),
    [
        (b"title = ", "toml_syntax", 1),
        (b"\xff", "toml_syntax", 1),
        (b'\ntitle = ["a"]', "settings_value", 2),
        (b"starters = [1]", "settings_value", 1),
        (b'title = "' + b"x" * 3_000 + b'"', "settings_value", 1),
        (b'title = "a\\u0000b"', "toml_syntax", 1),
        (b"business_key = {series = 1}", "settings_value", 1),
        (b"business_key = {other = 'x'}", "settings_value", 1),
        (b"\n\ntime_limit = 'soon ('", "unexpected_end", 3),
        (b"\n\namber = 'soon ('", "unexpected_end", 3),
        (b"retention = 'P1H'", "bad_duration", 1),
        (b"title_pattern = '${__class__}'", "underscore_name", 1),
    ],
)
def test_wrong_settings_are_refused(toml: bytes, code: str, line: int) -> None:
    found = finding({"a.bpmn": PLAIN, "process.toml": toml}, code)
    assert (found.severity, found.line) == ("error", line)


def test_one_process_toml_is_enough() -> None:
    assert "settings_twice" in codes({"a.bpmn": PLAIN, "process.toml": b"", "x/process.toml": b""})


def test_findings_come_in_the_order_of_files_and_lines() -> None:
    broken = diagram(START, END, flow("f", "start", "gone"), flow("g", "gone", "end"))
    found = read({"b.bpmn": broken, "a.bpmn": b""}, options=ReadOptions()).findings
    assert [one.file for one in found] == ["b.bpmn"] * (len(found) - 1) + ["a.bpmn"]
    assert [one.line or 0 for one in found[:-1]] == sorted(one.line or 0 for one in found[:-1])
