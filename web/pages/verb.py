"""One thing that somebody can do with a task or a case besides deciding."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done: `name` in a form, the words of its button, and the page that asks."""

    name: str
    words: str
    href: str
    #: ends or undoes something
    stops: bool = False
