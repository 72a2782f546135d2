"""The English texts of the pages: complete, and nothing Chinese outside the catalogue."""

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
