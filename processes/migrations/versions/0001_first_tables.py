"""First tables.

Revision ID: 0001
Revises: 
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH {each} EXECUTE FUNCTION refuse_change()
"""


def protect(table: str) -> None:
    """Let the database refuse to change or delete rows of an append-only table."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(SQLITE.format(table=table, verb=verb))
        return
    op.execute(POSTGRESQL_FUNCTION)
    for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(POSTGRESQL.format(table=table, verb=verb, each=each))


def upgrade() -> None:
    op.create_table('act',
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('actor', sa.String(length=100), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=True),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq')
    )
    op.create_index(op.f('ix_act_at'), 'act', ['at'], unique=False)

    op.create_table('attachment',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('uploaded_by', sa.String(length=100), nullable=False),
    sa.Column('uploaded_at', sa.String(27), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_attachment_sha256'), 'attachment', ['sha256'], unique=False)
    op.create_index(op.f('ix_attachment_uploaded_by'), 'attachment', ['uploaded_by'], unique=False)

    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('works', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('day', 'version')
    )
    op.create_table('calendar_year',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('loaded_at', sa.String(27), nullable=False),
    sa.PrimaryKeyConstraint('year')
    )
    op.create_table('chain_head',
    sa.Column('chain', sa.String(length=20), nullable=False),
    sa.Column('last_seq', sa.Integer(), nullable=False),
    sa.Column('last_hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('chain')
    )
    op.create_table('department',
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('parent', sa.String(length=60), nullable=True),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['parent'], ['department.code'], ),
    sa.PrimaryKeyConstraint('code'),
    sa.UniqueConstraint('name')
    )
    op.create_table('deployment',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('deployed_by', sa.String(length=100), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('findings', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_deployment_digest'), 'deployment', ['digest'], unique=False)

    op.create_table('draft',
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('variables', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.String(27), nullable=False),
    sa.PrimaryKeyConstraint('subject', 'login')
    )
    op.create_table('idempotency_key',
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_digest', sa.String(length=64), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('login', 'path', 'key')
    )
    op.create_index(op.f('ix_idempotency_key_at'), 'idempotency_key', ['at'], unique=False)

    op.create_table('number_series',
    sa.Column('series', sa.String(length=100), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'year')
    )
    op.create_table('phrase',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('used', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_phrase_login'), 'phrase', ['login'], unique=False)

    op.create_table('role',
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('description', sa.String(length=300), nullable=True),
    sa.PrimaryKeyConstraint('code'),
    sa.UniqueConstraint('name')
    )
    op.create_table('decision_definition',
    sa.Column('id', sa.String(length=280), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('deployment_id', sa.String(length=26), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key', 'version')
    )
    op.create_index(op.f('ix_decision_definition_deployment_id'), 'decision_definition', ['deployment_id'], unique=False)
    op.create_index(op.f('ix_decision_definition_key'), 'decision_definition', ['key'], unique=False)

    op.create_table('deployment_file',
    sa.Column('deployment_id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'], ),
    sa.PrimaryKeyConstraint('deployment_id', 'name')
    )
    op.create_table('form_definition',
    sa.Column('id', sa.String(length=280), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('deployment_id', sa.String(length=26), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key', 'version')
    )
    op.create_index(op.f('ix_form_definition_deployment_id'), 'form_definition', ['deployment_id'], unique=False)
    op.create_index(op.f('ix_form_definition_key'), 'form_definition', ['key'], unique=False)

    op.create_table('person',
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('department', sa.String(length=60), nullable=True),
    sa.Column('phone', sa.String(length=30), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.String(27), nullable=False),
    sa.Column('password', sa.String(length=200), nullable=True),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('failed_sign_ins', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.String(27), nullable=True),
    sa.ForeignKeyConstraint(['department'], ['department.code'], ),
    sa.PrimaryKeyConstraint('login')
    )
    op.create_index(op.f('ix_person_department'), 'person', ['department'], unique=False)

    op.create_table('process_definition',
    sa.Column('id', sa.String(length=280), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('version_tag', sa.String(length=100), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('deployment_id', sa.String(length=26), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('deployed_at', sa.String(27), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('compiled', sa.LargeBinary(), nullable=False),
    sa.Column('outline', sa.Text(), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key', 'version')
    )
    op.create_index(op.f('ix_process_definition_deployment_id'), 'process_definition', ['deployment_id'], unique=False)
    op.create_index(op.f('ix_process_definition_key'), 'process_definition', ['key'], unique=False)

    op.create_table('account_role',
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('role', sa.String(length=30), nullable=False),
    sa.ForeignKeyConstraint(['login'], ['person.login'], ),
    sa.PrimaryKeyConstraint('login', 'role')
    )
    op.create_table('holding',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('role', sa.String(length=60), nullable=False),
    sa.Column('department', sa.String(length=60), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['department'], ['department.code'], ),
    sa.ForeignKeyConstraint(['login'], ['person.login'], ),
    sa.ForeignKeyConstraint(['role'], ['role.code'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('login', 'role', 'department', 'valid_from')
    )
    op.create_index(op.f('ix_holding_login'), 'holding', ['login'], unique=False)
    op.create_index('ix_holding_role', 'holding', ['role'], unique=False)

    op.create_table('post',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('department', sa.String(length=60), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=True),
    sa.Column('head', sa.Boolean(), nullable=False),
    sa.Column('main', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['department'], ['department.code'], ),
    sa.ForeignKeyConstraint(['login'], ['person.login'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_post_department'), 'post', ['department'], unique=False)
    op.create_index(op.f('ix_post_login'), 'post', ['login'], unique=False)

    op.create_table('process_instance',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('definition_id', sa.String(length=280), nullable=False),
    sa.Column('definition_key', sa.String(length=255), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('business_key', sa.String(length=100), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('started_by', sa.String(length=100), nullable=False),
    sa.Column('started_for', sa.String(length=100), nullable=True),
    sa.Column('started_at', sa.String(27), nullable=False),
    sa.Column('ended_at', sa.String(27), nullable=True),
    sa.Column('due_at', sa.String(27), nullable=True),
    sa.Column('revises', sa.String(length=26), nullable=True),
    sa.Column('end_events', sa.Text(), nullable=False),
    sa.Column('variables', sa.Text(), nullable=False),
    sa.Column('engine_state', sa.LargeBinary(), nullable=False),
    sa.Column('last_seq', sa.Integer(), nullable=False),
    sa.Column('last_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['definition_id'], ['process_definition.id'], ),
    sa.ForeignKeyConstraint(['revises'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_process_instance_business_key'), 'process_instance', ['business_key'], unique=False)
    op.create_index('ix_process_instance_definition', 'process_instance', ['definition_key', 'state', 'id'], unique=False)
    op.create_index(op.f('ix_process_instance_definition_id'), 'process_instance', ['definition_id'], unique=False)
    op.create_index(op.f('ix_process_instance_revises'), 'process_instance', ['revises'], unique=False)
    op.create_index('ix_process_instance_starter', 'process_instance', ['started_by', 'id'], unique=False)
    op.create_index('ix_process_instance_state', 'process_instance', ['state', 'id'], unique=False)

    op.create_table('responsibility_line',
    sa.Column('id', sa.String(length=26), nullable=False),
    sa.Column('leader', sa.String(length=100), nullable=False),
    sa.Column('department', sa.String(length=60), nullable=True),
    sa.Column('line', sa.String(length=60), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['department'], ['department.code'], ),
    sa.ForeignKeyConstraint(['leader'], ['person.login'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_responsibility_line_department'), 'responsibility_line', ['department'], unique=False)
    op.create_index(op.f('ix_responsibility_line_leader'), 'responsibility_line', ['leader'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.String(27), nullable=False),
    sa.Column('seen_at', sa.String(27), nullable=False),
    sa.Column('expires_at', sa.String(27), nullable=False),
    sa.Column('secret', sa.String(length=64), nullable=False),
    sa.Column('address', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['login'], ['person.login'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_sign_in_expires_at'), 'sign_in', ['expires_at'], unique=False)
    op.create_index(op.f('ix_sign_in_login'), 'sign_in', ['login'], unique=False)

    op.create_table('start_subscription',
    sa.Column('definition_id', sa.String(length=280), nullable=False),
    sa.Column('element_id', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=True),
    sa.Column('due_at', sa.String(27), nullable=True),
    sa.Column('due', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['definition_id'], ['process_definition.id'], ),
    sa.PrimaryKeyConstraint('definition_id', 'element_id')
    )
    op.create_index('ix_start_subscription_due', 'start_subscription', ['due_at'], unique=False)
    op.create_index('ix_start_subscription_name', 'start_subscription', ['kind', 'name'], unique=False)

    op.create_table('token',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('scope', sa.Text(), nullable=True),
    sa.Column('created_at', sa.String(27), nullable=False),
    sa.Column('revoked_at', sa.String(27), nullable=True),
    sa.ForeignKeyConstraint(['login'], ['person.login'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_token_login'), 'token', ['login'], unique=False)

    op.create_table('attachment_use',
    sa.Column('attachment_id', sa.String(length=26), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('field', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], ),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('attachment_id', 'instance_id')
    )
    op.create_index('ix_attachment_use_instance', 'attachment_use', ['instance_id'], unique=False)

    op.create_table('incident',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('definition_key', sa.String(length=255), nullable=False),
    sa.Column('element_id', sa.String(length=255), nullable=True),
    sa.Column('element_name', sa.String(length=255), nullable=True),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.String(length=60), nullable=True),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('details', sa.Text(), nullable=False),
    sa.Column('raised_at', sa.String(27), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('resolved_at', sa.String(27), nullable=True),
    sa.Column('resolved_by', sa.String(length=100), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_incident_instance', 'incident', ['instance_id'], unique=False)
    op.create_index('ix_incident_state', 'incident', ['state', 'raised_at'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('element_id', sa.String(length=255), nullable=False),
    sa.Column('element_name', sa.String(length=255), nullable=True),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('topic', sa.String(length=255), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('due_at', sa.String(27), nullable=False),
    sa.Column('created_at', sa.String(27), nullable=False),
    sa.Column('retries', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(length=100), nullable=True),
    sa.Column('locked_until', sa.String(27), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_job_due', 'job', ['state', 'due_at'], unique=False)
    op.create_index('ix_job_instance', 'job', ['instance_id', 'state'], unique=False)
    op.create_index('ix_job_topic', 'job', ['state', 'topic', 'due_at'], unique=False)

    op.create_table('notice',
    sa.Column('id', sa.String(length=100), nullable=False),
    sa.Column('login', sa.String(length=100), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=True),
    sa.Column('user_task_id', sa.String(length=60), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('read_at', sa.String(27), nullable=True),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_notice_instance_id'), 'notice', ['instance_id'], unique=False)
    op.create_index('ix_notice_login', 'notice', ['login', 'read_at', 'at'], unique=False)

    op.create_table('register_row',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('register', sa.String(length=100), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('definition_key', sa.String(length=255), nullable=False),
    sa.Column('business_key', sa.String(length=100), nullable=True),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('values', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_register_row_instance_id'), 'register_row', ['instance_id'], unique=False)
    op.create_index('ix_register_row_list', 'register_row', ['register', 'at'], unique=False)

    op.create_table('step',
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(27), nullable=False),
    sa.Column('actor', sa.String(length=100), nullable=False),
    sa.Column('actor_name', sa.String(length=100), nullable=False),
    sa.Column('on_behalf_of', sa.String(length=100), nullable=True),
    sa.Column('engine_version', sa.String(length=20), nullable=False),
    sa.Column('definition_id', sa.String(length=280), nullable=False),
    sa.Column('trigger', sa.Text(), nullable=False),
    sa.Column('context', sa.Text(), nullable=False),
    sa.Column('events', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('instance_id', 'seq')
    )
    op.create_table('subscription',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('element_id', sa.String(length=255), nullable=False),
    sa.Column('created_at', sa.String(27), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_subscription_instance', 'subscription', ['instance_id'], unique=False)
    op.create_index('ix_subscription_name', 'subscription', ['kind', 'name'], unique=False)

    op.create_table('user_task',
    sa.Column('id', sa.String(length=60), nullable=False),
    sa.Column('instance_id', sa.String(length=26), nullable=False),
    sa.Column('definition_key', sa.String(length=255), nullable=False),
    sa.Column('definition_id', sa.String(length=280), nullable=False),
    sa.Column('element_definition_id', sa.String(length=280), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('element_id', sa.String(length=255), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('business_key', sa.String(length=100), nullable=True),
    sa.Column('list_name', sa.String(length=100), nullable=True),
    sa.Column('form_key', sa.String(length=255), nullable=True),
    sa.Column('assignee', sa.String(length=255), nullable=True),
    sa.Column('candidate_users', sa.Text(), nullable=False),
    sa.Column('candidate_groups', sa.Text(), nullable=False),
    sa.Column('properties', sa.Text(), nullable=False),
    sa.Column('local', sa.Text(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.String(27), nullable=False),
    sa.Column('due_at', sa.String(27), nullable=True),
    sa.Column('follow_up_at', sa.String(27), nullable=True),
    sa.Column('sort_due', sa.String(length=27), nullable=False),
    sa.Column('claimed_at', sa.String(27), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('completed_at', sa.String(27), nullable=True),
    sa.Column('completed_by', sa.String(length=100), nullable=True),
    sa.Column('outcome', sa.String(length=100), nullable=True),
    sa.Column('opinion', sa.Text(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['instance_id'], ['process_instance.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_user_task_assignee', 'user_task', ['assignee', 'instance_id'], unique=False)
    op.create_index('ix_user_task_done', 'user_task', ['completed_by', 'completed_at'], unique=False)
    op.create_index('ix_user_task_element', 'user_task', ['definition_key', 'element_id', 'state'], unique=False)
    op.create_index('ix_user_task_instance', 'user_task', ['instance_id', 'state'], unique=False)
    op.create_index('ix_user_task_state', 'user_task', ['state', 'sort_due', 'id'], unique=False)

    op.create_table('inbox_entry',
    sa.Column('holder', sa.String(length=270), nullable=False),
    sa.Column('sort_due', sa.String(length=27), nullable=False),
    sa.Column('user_task_id', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['user_task_id'], ['user_task.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('holder', 'sort_due', 'user_task_id')
    )
    op.create_index(op.f('ix_inbox_entry_user_task_id'), 'inbox_entry', ['user_task_id'], unique=False)
    protect("step")
    protect("act")


def downgrade() -> None:

    op.drop_table('inbox_entry')

    op.drop_table('user_task')

    op.drop_table('subscription')
    op.drop_table('step')

    op.drop_table('register_row')

    op.drop_table('notice')

    op.drop_table('job')

    op.drop_table('incident')

    op.drop_table('attachment_use')

    op.drop_table('token')

    op.drop_table('start_subscription')

    op.drop_table('sign_in')

    op.drop_table('responsibility_line')

    op.drop_table('process_instance')

    op.drop_table('post')

    op.drop_table('holding')
    op.drop_table('account_role')

    op.drop_table('process_definition')

    op.drop_table('person')

    op.drop_table('form_definition')
    op.drop_table('deployment_file')

    op.drop_table('decision_definition')
    op.drop_table('role')

    op.drop_table('phrase')
    op.drop_table('number_series')

    op.drop_table('idempotency_key')
    op.drop_table('draft')

    op.drop_table('deployment')
    op.drop_table('department')
    op.drop_table('chain_head')
    op.drop_table('calendar_year')
    op.drop_table('calendar_day')

    op.drop_table('attachment')

    op.drop_table('act')
