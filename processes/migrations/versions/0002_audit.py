"""Daily heads over all cases, the algorithm of each hash, seals and holds of retention, windows of refused attempts.

Expand only: new tables, new nullable columns, one index; the trigger that keeps steps from deletion lets go those of sealed cases.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH {each} EXECUTE FUNCTION refuse_change()
"""
UNSEALED = "NOT EXISTS (SELECT 1 FROM retention_seal WHERE instance_id = OLD.instance_id)"
SQLITE_UNSEALED = f"""
CREATE TRIGGER step_no_delete BEFORE DELETE ON step WHEN {UNSEALED}
BEGIN SELECT RAISE(ABORT, 'step is append-only'); END
"""
POSTGRESQL_UNSEALED_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_unsealed() RETURNS trigger AS $$
BEGIN IF {UNSEALED} THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; RETURN OLD; END
$$ LANGUAGE plpgsql
"""
POSTGRESQL_UNSEALED = """
CREATE TRIGGER step_no_delete BEFORE DELETE ON step
FOR EACH ROW EXECUTE FUNCTION refuse_unsealed()
"""


def on_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def protect(table: str) -> None:
    """Let the database refuse to change or delete rows of an append-only table."""
    if on_sqlite():
        for verb in ("update", "delete"):
            op.execute(SQLITE.format(table=table, verb=verb))
        return
    for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(POSTGRESQL.format(table=table, verb=verb, each=each))


def let_sealed_steps_go() -> None:
    """Replace the trigger on deleting steps by one that asks whether the case is sealed."""
    if on_sqlite():
        op.execute("DROP TRIGGER step_no_delete")
        op.execute(SQLITE_UNSEALED)
        return
    op.execute("DROP TRIGGER step_no_delete ON step")
    op.execute(POSTGRESQL_UNSEALED_FUNCTION)
    op.execute(POSTGRESQL_UNSEALED)


def upgrade() -> None:
    op.add_column('step', sa.Column('algorithm', sa.String(length=20), nullable=True))
    op.add_column('act', sa.Column('algorithm', sa.String(length=20), nullable=True))
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index(
        'ix_process_instance_ended', 'process_instance', ['ended_at'], unique=False, sqlite_where=ended, postgresql_where=ended
    )
    op.create_table('audit_head',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('missed', sa.Integer(), nullable=False),
    sa.Column('algorithm', sa.String(length=20), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('acts', sa.Integer(), nullable=False),
    sa.Column('acts_end', sa.String(length=64), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq'),
    sa.UniqueConstraint('hash')
    )
    op.create_table('audit_leaf',
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('last_seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last_hash', sa.String(length=64), nullable=False),
    sa.Column('head', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('instance_id', 'last_seq')
    )
    op.create_index('ix_audit_leaf_head', 'audit_leaf', ['head', 'instance_id'], unique=False)
    op.create_table('retention_seal',
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('business_key', sa.String(length=100), nullable=True),
    sa.Column('definition_id', sa.String(length=280), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('started_at', sa.String(27), nullable=False),
    sa.Column('ended_at', sa.String(27), nullable=False),
    sa.Column('end_events', sa.Text(), nullable=False),
    sa.Column('first_seq', sa.Integer(), nullable=False),
    sa.Column('last_seq', sa.Integer(), nullable=False),
    sa.Column('last_hash', sa.String(length=64), nullable=False),
    sa.Column('attachments', sa.Text(), nullable=False),
    sa.Column('act', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('instance_id')
    )
    op.create_table('legal_hold',
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('held_by', sa.String(length=100), nullable=False),
    sa.Column('held_at', sa.String(27), nullable=False),
    sa.PrimaryKeyConstraint('instance_id')
    )
    op.create_table('refusal_window',
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('since', sa.String(27), nullable=False),
    sa.Column('written', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('login')
    )
    op.create_index('ix_refusal_window_since', 'refusal_window', ['since'], unique=False)
    for table in ('audit_head', 'audit_leaf', 'retention_seal'):
        protect(table)
    let_sealed_steps_go()


def downgrade() -> None:
    for table in ('refusal_window', 'legal_hold', 'retention_seal', 'audit_leaf', 'audit_head'):
        op.drop_table(table)
    op.drop_index('ix_process_instance_ended', 'process_instance')
