"""Reminders, copies and circulated cases, tasks put aside, urgency; versions of drafts, the order of phrases.

Expand only: new tables and new nullable columns.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reminder',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('user_task_id', sa.String(length=60), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('receivers', sa.Text(), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_reminder_instance', 'reminder', ['instance_id'])
    op.create_index('ix_reminder_task', 'reminder', ['user_task_id', 'login', 'at'])
    op.create_table('delivery',
    sa.Column('id', sa.String(length=70), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('definition_key', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('circulation', sa.String(length=60), nullable=True),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('given_by', sa.String(length=100), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('user_task_id', sa.String(length=60), nullable=True),
    sa.Column('element_name', sa.String(length=255), nullable=True),
    sa.Column('occasion', sa.String(length=100), nullable=False),
    sa.Column('receipt_at', sa.String(27), nullable=True),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_delivery_circulation', 'delivery', ['circulation', 'login'])
    op.create_index('ix_delivery_instance', 'delivery', ['instance_id', 'login'])
    op.create_index('ix_delivery_login', 'delivery', ['login', 'at', 'id'])
    op.create_table('delivery_read',
    sa.Column('delivery_id', sa.String(length=70), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('delivery_id')
    )
    op.create_index(op.f('ix_delivery_read_instance_id'), 'delivery_read', ['instance_id'])
    op.create_table('snooze',
    sa.Column('user_task_id', sa.String(length=60), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('until', sa.String(27), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.PrimaryKeyConstraint('user_task_id', 'login')
    )
    op.create_index('ix_snooze_login', 'snooze', ['login', 'until'])
    op.add_column('user_task', sa.Column('urgency', sa.Integer(), nullable=True))
    op.add_column('inbox_entry', sa.Column('follow_up', sa.String(length=27), nullable=True))
    op.add_column('draft', sa.Column('version', sa.Integer(), nullable=True))
    op.add_column('draft', sa.Column('other', sa.Text(), nullable=True))
    op.add_column('draft', sa.Column('other_at', sa.String(27), nullable=True))
    op.add_column('phrase', sa.Column('used_at', sa.String(27), nullable=True))
    op.add_column('phrase', sa.Column('place', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('phrase', 'place')
    op.drop_column('phrase', 'used_at')
    op.drop_column('draft', 'other_at')
    op.drop_column('draft', 'other')
    op.drop_column('draft', 'version')
    op.drop_column('inbox_entry', 'follow_up')
    op.drop_column('user_task', 'urgency')
    op.drop_table('snooze')
    op.drop_table('delivery_read')
    op.drop_table('delivery')
    op.drop_table('reminder')
