"""The English texts of the pages: complete, and nothing Chinese outside the catalogue."""

import ast
import re
from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.architecture.sources import ROOT

CATALOGUE = ROOT / "web/translations/en/LC_MESSAGES/messages.po"
METHODS = [("web/templates/**.html", "jinja2"), ("web/pages/**.py", "python")]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: a language is called by its own name
NAMES = ("简体中文",)


def _wanted() -> set[str]:
    found = extract_from_dir(ROOT, METHODS, keywords={**DEFAULT_KEYWORDS, "_": None}, comment_tags=())
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def _translated() -> dict[str, str]:
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="en")
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def test_every_text_of_the_pages_has_an_english_one() -> None:
    translated = _translated()
    assert sorted(text for text in _wanted() if not translated.get(text)) == []


def test_the_catalogue_holds_nothing_that_no_page_says() -> None:
    assert sorted(set(_translated()) - _wanted()) == []


def test_the_english_texts_have_the_same_places_to_fill() -> None:
    place = re.compile(r"%\(\w+\)[sd]")
    assert [text for text, english in _translated().items() if set(place.findall(text)) != set(place.findall(english))] == []


def test_no_template_says_anything_chinese_outside_the_catalogue() -> None:
    said = re.compile(r"_\((\"[^\"]*\"|'[^']*')[^)]*\)|\{#.*?#\}", re.DOTALL)
    bare = []
    for path in sorted(Path(ROOT / "web/templates").rglob("*.html")):
        text = said.sub("", path.read_text("utf-8"))
        for name in NAMES:
            text = text.replace(name, "")
        bare += [f"{path.name}: {line.strip()[:80]}" for line in text.splitlines() if CHINESE.search(line)]
    assert bare == []


def test_the_english_texts_are_english_and_certain() -> None:
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="en")
    assert [message.id for message in catalogue if message.id and (message.fuzzy or CHINESE.search(str(message.string)))] == []
    assert list(catalogue.obsolete) == []


#: Chinese in page modules that is no text of a page: what is typed or drawn, and the diagram that a new process begins with
TYPED = {
    "modeler.py": ("<?xml",),
    "workdays.py": ("放假", "上班"),
    "casework.py": ("不同意", "不通过", "退回", "驳回", "否决"),
    "tasks.py": ("不",),
}


def test_no_page_module_says_anything_chinese_outside_the_catalogue() -> None:
    bare = []
    for path in sorted((ROOT / "web/pages").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        said = {id(part) for call in ast.walk(tree) if _translates(call) for part in ast.walk(call)} | _docstrings(tree)
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said)
        bare += [f"{path.name}: {text.value[:60]}" for text in texts if CHINESE.search(text.value) and not _is_typed(path.name, text.value)]
    assert bare == []


def _translates(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_", "gettext")


def _docstrings(tree: ast.AST) -> set[int]:
    owners = [node for node in ast.walk(tree) if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))]
    return {id(owner.body[0].value) for owner in owners if owner.body and isinstance(owner.body[0], ast.Expr)}


def _is_typed(module: str, text: str) -> bool:
    return text.startswith(TYPED.get(module, ("\0",)))
