"""Indexes that cost each step a page: one that no query uses goes, and those of columns that are mostly empty hold only what is there.

Expand only: indexes.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

#: index, table, columns; the first column is empty in most rows, or for long
LEAN = (
    ('ix_user_task_assignee', 'user_task', ['assignee', 'instance_id']),
    ('ix_user_task_done', 'user_task', ['completed_by', 'completed_at']),
    ('ix_process_instance_revises', 'process_instance', ['revises']),
)


def upgrade() -> None:
    op.drop_index('ix_user_task_element', table_name='user_task')
    for name, table, columns in LEAN:
        there = sa.text(f'{columns[0]} IS NOT NULL')
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for name, table, columns in LEAN:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns)
    op.create_index('ix_user_task_element', 'user_task', ['definition_key', 'element_id', 'state'])
