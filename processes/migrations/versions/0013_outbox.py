"""Messages on their way to people outside Banjie, how each person wants them, and which tasks nobody has been told of.

Expand only: two new tables, and a nullable column with an index of the rows that have it.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    op.create_table('outgoing_message',
    sa.Column('id', sa.String(length=140), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('address', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=True),
    sa.Column('user_task_id', sa.String(length=60), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('due_at', sa.String(27), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('sent_with', sa.String(length=140), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_outgoing_message_due', 'outgoing_message', ['due_at', 'id'], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index('ix_outgoing_message_state', 'outgoing_message', ['state', 'at', 'id'])
    op.create_index('ix_outgoing_message_login', 'outgoing_message', ['login', 'channel', 'at'])
    op.create_table('notice_choice',
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('mail_address', sa.String(length=255), nullable=True),
    sa.Column('channels', sa.Text(), nullable=False),
    sa.Column('quiet_from', sa.String(length=5), nullable=True),
    sa.Column('quiet_until', sa.String(length=5), nullable=True),
    sa.Column('digest_at', sa.String(length=5), nullable=True),
    sa.PrimaryKeyConstraint('login')
    )
    op.add_column('user_task', sa.Column('untold', sa.Boolean(), nullable=True))
    op.create_index('ix_user_task_untold', 'user_task', ['id'], sqlite_where=sa.text('untold'), postgresql_where=sa.text('untold'))


def downgrade() -> None:
    op.drop_index('ix_user_task_untold', 'user_task')
    op.drop_column('user_task', 'untold')
    op.drop_table('notice_choice')
    op.drop_table('outgoing_message')
