"""Pictures of signatures that decisions bear.

Expand only: a new table and a nullable column.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('signature',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('stamped', sa.Boolean(), nullable=False),
    sa.Column('uploaded_at', sa.String(27), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_signature_login', 'signature', ['login'])
    op.create_index('ix_signature_sha256', 'signature', ['sha256'])
    op.add_column('person', sa.Column('signature', sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column('person', 'signature')
    op.drop_index('ix_signature_sha256', 'signature')
    op.drop_index('ix_signature_login', 'signature')
    op.drop_table('signature')
