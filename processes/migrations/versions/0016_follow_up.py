"""An index of the inbox entries that are to be looked at later, of which there are few.

Expand only: an index.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

LATER = sa.text('follow_up IS NOT NULL')


def upgrade() -> None:
    op.create_index('ix_inbox_entry_follow_up', 'inbox_entry', ['holder', 'follow_up'], sqlite_where=LATER, postgresql_where=LATER)


def downgrade() -> None:
    op.drop_index('ix_inbox_entry_follow_up', 'inbox_entry')
