"""What the parts of a DMN file are called and hold, whatever version and whoever drew them."""

from typing import Any


def local_name(element: Any) -> str:
    """The element's name without its namespace; no name for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def named(element: Any, name: str) -> Any:
    """The first child of this name, or None."""
    return next((child for child in element if local_name(child) == name), None)


def text_of(element: Any) -> str:
    """The text in the `text` child; nothing when there is none."""
    child = named(element, "text") if element is not None else None
    return "".join(child.itertext()).strip() if child is not None else ""


def plain(text: str) -> str:
    """The text of an expression without the `=` that some modelers write before it."""
    return text[1:].strip() if text.startswith("=") and not text.startswith("==") else text


def type_of(element: Any) -> str:
    """The type that a column or variable names; DMN 1.1 modelers also write it as a child."""
    if element is None:
        return ""
    child = named(element, "typeRef")
    return str(element.get("typeRef") or ("" if child is None else child.text) or "").strip()
