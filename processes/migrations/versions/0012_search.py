"""The text by which a case is found, with an index of its trigrams; filled with titles and numbers (`banjie rebuild` adds listed columns).

Expand only: a new table.

Revision ID: 0012
Revises: 0011
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

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
BATCH = 5_000
BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")


def _folded(text: str) -> str:
    return BLANK.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _fill() -> None:
    connection, after = op.get_bind(), ""
    cases = sa.text("SELECT id, title, business_key FROM process_instance WHERE id > :after ORDER BY id LIMIT :batch")
    texts = sa.text("INSERT INTO case_search (instance_id, text) VALUES (:id, :text)")
    while rows := connection.execute(cases, {"after": after, "batch": BATCH}).all():
        lines = [(row.id, [line for line in (_folded(row.title), _folded(row.business_key or "")) if line]) for row in rows]
        connection.execute(texts, [{"id": key, "text": "\n" + "\n".join(dict.fromkeys(shown)) + "\n"} for key, shown in lines])
        after = rows[-1].id


def upgrade() -> None:
    op.create_table('case_search',
    sa.Column('number', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('number'),
    sa.UniqueConstraint('instance_id')
    )
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for statement in SQLITE if on_sqlite else ():
        op.execute(sa.text(statement.replace(":", "\\:")))
    _fill()
    for statement in () if on_sqlite else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE case_text')
    op.drop_table('case_search')
