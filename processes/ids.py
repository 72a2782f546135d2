"""Opaque identifiers, sorted by age."""

from ulid import ULID


def new_id() -> str:
    """A new identifier of 26 lower-case letters and digits; later ones sort after earlier ones."""
    return str(ULID()).lower()
