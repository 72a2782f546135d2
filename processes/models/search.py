"""What search looks through: a text for each case, and an index of its trigrams, kept by the database itself.

SQLite has the index `case_text` (FTS5), which triggers keep beside the table; PostgreSQL has one of pg_trgm, where the extension can be
created. Both find a part of a text of three characters or more; shorter ones are looked for in the texts. The migrations hold their own
copy of these statements, as migrations do.
"""

from typing import Any

from sqlalchemy import DDL, ForeignKey, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from processes.db import Base


class CaseSearch(Base):
    """The text by which a case is found: title, number and the columns of its process, folded (processes/search_text.py)."""

    __tablename__ = "case_search"
    #: by which the index knows the row; never changes
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    instance_id: Mapped[str] = mapped_column(String(26), ForeignKey("process_instance.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(Text)


SQLITE = (
    "CREATE VIRTUAL TABLE case_text USING fts5(text, content='case_search', content_rowid='number', columnsize=0, "
    "tokenize='trigram case_sensitive 1')",
    "CREATE TRIGGER case_search_added AFTER INSERT ON case_search "
    "BEGIN INSERT INTO case_text (rowid, text) VALUES (new.number, new.text); END",
    "CREATE TRIGGER case_search_gone AFTER DELETE ON case_search "
    "BEGIN INSERT INTO case_text (case_text, rowid, text) VALUES ('delete', old.number, old.text); END",
    "CREATE TRIGGER case_search_changed AFTER UPDATE OF text ON case_search "
    "BEGIN INSERT INTO case_text (case_text, rowid, text) VALUES ('delete', old.number, old.text); "
    "INSERT INTO case_text (rowid, text) VALUES (new.number, new.text); END",
)
POSTGRESQL = (
    "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; "
    "CREATE INDEX IF NOT EXISTS ix_case_search_text ON case_search USING gin (text gin_trgm_ops); "
    "EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'search without an index: %', SQLERRM; END $$",
)

for _dialect, _statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for _statement in _statements:
        _ddl: Any = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(CaseSearch.__table__, "after_create", _ddl.execute_if(dialect=_dialect))
