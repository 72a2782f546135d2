"""Handing on: who reassigned or delegated a task and what advice came back, substitutes, successors; the amount of a case.

Expand only: new tables, new nullable columns.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('user_task', sa.Column('reassigned_by', sa.String(length=100), nullable=True))
    op.add_column('user_task', sa.Column('delegated_by', sa.String(length=100), nullable=True))
    op.add_column('user_task', sa.Column('advice', sa.Text(), nullable=True))
    op.add_column('process_instance', sa.Column('amount', sa.BigInteger(), nullable=True))
    op.create_table(
        'handed_on',
        sa.Column('id', sa.String(length=170), nullable=False),
        sa.Column('user_task_id', sa.String(length=60), nullable=False),
        sa.Column('instance_id', sa.String(length=26), nullable=False),
        sa.Column('login', sa.String(length=100), nullable=False),
        sa.Column('verb', sa.String(length=20), nullable=False),
        sa.Column('to', sa.String(length=100), nullable=False),
        sa.Column('at', sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ['instance_id'],
            ['process_instance.id'],
        ),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index(op.f('ix_handed_on_instance_id'), 'handed_on', ['instance_id'])
    op.create_index('ix_handed_on_login', 'handed_on', ['login', 'at'])
    op.create_index('ix_handed_on_task', 'handed_on', ['user_task_id'])
    op.create_table(
        'substitution',
        sa.Column('id', sa.String(length=26), nullable=False),
        sa.Column('principal', sa.String(length=100), nullable=False),
        sa.Column('substitute', sa.String(length=100), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=False),
        sa.Column('processes', sa.Text(), nullable=True),
        sa.Column('up_to', sa.BigInteger(), nullable=True),
        sa.Column('reason', sa.String(length=300), nullable=True),
        sa.Column('created_at', sa.String(27), nullable=False),
        sa.Column('created_by', sa.String(length=100), nullable=False),
        sa.Column('ended_at', sa.String(27), nullable=True),
        sa.Column('ended_by', sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ['principal'],
            ['person.login'],
        ),
        sa.ForeignKeyConstraint(
            ['substitute'],
            ['person.login'],
        ),
        sa.PrimaryKeyConstraint('id'),
    )
    op.create_index(op.f('ix_substitution_principal'), 'substitution', ['principal'])
    op.create_index('ix_substitution_substitute', 'substitution', ['substitute', 'valid_until'])
    op.create_table(
        'succession',
        sa.Column('login', sa.String(length=100), nullable=False),
        sa.Column('successor', sa.String(length=100), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('created_at', sa.String(27), nullable=False),
        sa.Column('created_by', sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ['login'],
            ['person.login'],
        ),
        sa.ForeignKeyConstraint(
            ['successor'],
            ['person.login'],
        ),
        sa.PrimaryKeyConstraint('login'),
    )
    op.create_index(op.f('ix_succession_successor'), 'succession', ['successor'])


def downgrade() -> None:
    op.drop_table('succession')
    op.drop_table('substitution')
    op.drop_table('handed_on')
    op.drop_column('process_instance', 'amount')
    op.drop_column('user_task', 'advice')
    op.drop_column('user_task', 'delegated_by')
    op.drop_column('user_task', 'reassigned_by')
