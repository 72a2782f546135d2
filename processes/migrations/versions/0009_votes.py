"""Joint decisions with their running sums, and signers of user tasks.

Expand only: a new table and a new nullable column.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('vote',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('element_definition_id', sa.String(length=280), nullable=False),
    sa.Column('element_id', sa.String(length=255), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('people', sa.Text(), nullable=False),
    sa.Column('sealed', sa.String(length=10), nullable=False),
    sa.Column('sequential', sa.Boolean(), nullable=False),
    sa.Column('tally', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.String(length=60), nullable=True),
    sa.Column('early', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.String(27), nullable=False),
    sa.Column('closed_at', sa.String(27), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_vote_instance', 'vote', ['instance_id', 'element_id'])
    op.add_column('user_task', sa.Column('signing', sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column('user_task', 'signing')
    op.drop_table('vote')
