"""Variables of cases that have ended, packed.

Expand only: a nullable column; what ended before keeps its variables where they are.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('process_instance', sa.Column('packed_variables', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column('process_instance', 'packed_variables')
