"""Saved filters of lists, and with which a list opens.

Expand only: new tables.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_filter',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('owner', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('box', sa.String(length=20), nullable=False),
    sa.Column('conditions', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('shared_kind', sa.String(length=20), nullable=True),
    sa.Column('shared_with', sa.String(length=60), nullable=True),
    sa.Column('created_at', sa.String(27), nullable=False),
    sa.ForeignKeyConstraint(['owner'], ['person.login'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_saved_filter_owner', 'saved_filter', ['owner', 'position'])
    op.create_index('ix_saved_filter_shared', 'saved_filter', ['shared_kind', 'shared_with'])
    op.create_table('default_filter',
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('box', sa.String(length=20), nullable=False),
    sa.Column('filter_id', sa.String(length=26), nullable=False),
    sa.ForeignKeyConstraint(['filter_id'], ['saved_filter.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['login'], ['person.login'], ),
    sa.PrimaryKeyConstraint('login', 'box')
    )


def downgrade() -> None:
    op.drop_table('default_filter')
    op.drop_table('saved_filter')
