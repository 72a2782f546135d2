"""What a step holds, packed into one column; the dictionary that it is packed with.

Expand only: nullable columns, a new table, append-only.

Revision ID: 0005
Revises: 0004
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

#: it never changes: processes/packing.py has its digest
CODEC = "deflate-1"
DICTIONARY = Path(__file__).parents[2] / "codecs" / f"{CODEC}.txt"
SQLITE = """
CREATE TRIGGER step_codec_no_{verb} BEFORE {verb} ON step_codec
BEGIN SELECT RAISE(ABORT, 'step_codec is append-only'); END
"""
POSTGRESQL = """
CREATE TRIGGER step_codec_no_{verb} BEFORE {verb} ON step_codec
FOR EACH {each} EXECUTE FUNCTION refuse_change()
"""


def protect() -> None:
    """Let the database refuse to change or delete dictionaries."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(SQLITE.format(verb=verb))
        return
    for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(POSTGRESQL.format(verb=verb, each=each))


def upgrade() -> None:
    op.add_column('step', sa.Column('codec', sa.String(length=20), nullable=True))
    op.add_column('step', sa.Column('content', sa.LargeBinary(), nullable=True))
    codecs = op.create_table('step_codec',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('dictionary', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.bulk_insert(codecs, [{"name": CODEC, "dictionary": DICTIONARY.read_bytes()}])
    protect()


def downgrade() -> None:
    op.drop_table('step_codec')
    op.drop_column('step', 'content')
    op.drop_column('step', 'codec')
