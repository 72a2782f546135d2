"""The index of user tasks by state holds those that are open; nobody is led by it to what is over, which is most.

Expand only: an index.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

OPEN = sa.text('completed_at IS NULL')
COLUMNS = ['state', 'sort_due', 'id']


def upgrade() -> None:
    op.drop_index('ix_user_task_state', table_name='user_task')
    op.create_index('ix_user_task_state', 'user_task', COLUMNS, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index('ix_user_task_state', table_name='user_task')
    op.create_index('ix_user_task_state', 'user_task', COLUMNS)
