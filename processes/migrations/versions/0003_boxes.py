"""Boxes of very many tasks: what they are filtered by stands in the inbox entries; indexes of the cases that somebody has running.

Expand only: new nullable columns, filled from the tasks, and indexes.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

FILL = """
UPDATE inbox_entry SET
    definition_key = (SELECT definition_key FROM user_task WHERE user_task.id = inbox_entry.user_task_id),
    list_name = (SELECT list_name FROM user_task WHERE user_task.id = inbox_entry.user_task_id)
"""
RUNNING = sa.text('ended_at IS NULL')
FOR_SOMEBODY = sa.text('started_for IS NOT NULL')


def upgrade() -> None:
    op.add_column('inbox_entry', sa.Column('definition_key', sa.String(length=255), nullable=True))
    op.add_column('inbox_entry', sa.Column('list_name', sa.String(length=100), nullable=True))
    op.execute(FILL)
    op.create_index('ix_inbox_entry_list', 'inbox_entry', ['holder', 'list_name', 'sort_due', 'user_task_id'])
    op.create_index('ix_inbox_entry_definition', 'inbox_entry', ['holder', 'definition_key', 'sort_due', 'user_task_id'])
    op.create_index(
        'ix_process_instance_running', 'process_instance', ['started_by', 'id'], sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    op.create_index(
        'ix_process_instance_started_for', 'process_instance', ['started_for', 'id'], sqlite_where=FOR_SOMEBODY, postgresql_where=FOR_SOMEBODY
    )


def downgrade() -> None:
    op.drop_index('ix_process_instance_started_for', 'process_instance')
    op.drop_index('ix_process_instance_running', 'process_instance')
    op.drop_index('ix_inbox_entry_definition', 'inbox_entry')
    op.drop_index('ix_inbox_entry_list', 'inbox_entry')
    op.drop_column('inbox_entry', 'list_name')
    op.drop_column('inbox_entry', 'definition_key')
