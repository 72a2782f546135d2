"""Sentences about what elements mean: references, people, forms, work, expressions and vendor parts."""

TABLE: dict[str, tuple[str, str, str, str]] = {}
