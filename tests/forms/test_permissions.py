from forms.definition import Form
from forms.permissions import check_rule, public, resolve
from forms.presentation import visible

FORM = Form.from_document(
    {
        "id": "f",
        "title": "表",
        "components": [
            {"type": "textfield", "key": "name", "label": "名称"},
            {"type": "textfield", "key": "fixed", "label": "固定", "readonly": True},
            {"type": "group", "label": "组", "components": [{"type": "textfield", "key": "secret", "label": "秘密"}]},
            {"type": "text", "text": "说明"},
        ],
    }
)


def test_without_a_rule_everything_can_be_edited_but_what_the_form_fixes() -> None:
    assert resolve(FORM, None) == {"name": "edit", "fixed": "read", "secret": "edit"}


def test_the_star_is_for_what_no_entry_names() -> None:
    assert resolve(FORM, "*: read; name: edit; secret: hidden") == {"name": "edit", "fixed": "read", "secret": "hidden"}
    assert resolve(FORM, "name：edit；*：read") == {"name": "edit", "fixed": "read", "secret": "read"}


def test_hidden_fields_are_neither_in_the_permissions_nor_in_the_form() -> None:
    modes = resolve(FORM, "secret: hidden")
    assert public(modes) == {"name": "edit", "fixed": "read"}
    document = visible(FORM, modes)
    assert [component["type"] for component in document["components"]] == ["textfield", "textfield", "text"]


def test_entries_that_cannot_be_read_are_found() -> None:
    problems = check_rule(FORM, "*: read; name: write; nothing; other: edit")
    assert [(problem.code, dict(problem.values)) for problem in problems] == [
        ("bad_field_rule", {"entry": "name: write"}),
        ("bad_field_rule", {"entry": "nothing"}),
        ("rule_for_unknown_field", {"key": "other"}),
    ]
    assert check_rule(None, "other: edit") == []
