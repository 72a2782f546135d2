"""Triggers in the database that forbid changing or deleting what is append-only: steps, acts, daily heads and their leaves, seals,
dictionaries of codecs.

The steps of a case may go when it has been sealed (processes/retention.py), never before.

They come with `create_all`; the migrations hold their own copy, as migrations do.
"""

from typing import Any

from sqlalchemy import DDL, Connection, Table, event, insert

from processes import packing
from processes.models.audit import AuditHead, AuditLeaf, RetentionSeal
from processes.models.instances import Act, Step, StepCodec

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
POSTGRESQL_TRUNCATE = """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
UNSEALED = "NOT EXISTS (SELECT 1 FROM retention_seal WHERE instance_id = OLD.instance_id)"
SQLITE_UNSEALED = f"""
CREATE TRIGGER {{table}}_no_delete BEFORE DELETE ON {{table}} WHEN {UNSEALED}
BEGIN SELECT RAISE(ABORT, '{{table}} is append-only'); END
"""
POSTGRESQL_UNSEALED_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_unsealed() RETURNS trigger AS $$
BEGIN IF {UNSEALED} THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; RETURN OLD; END
$$ LANGUAGE plpgsql
"""
POSTGRESQL_UNSEALED = """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_unsealed()
"""
VERBS = ("UPDATE", "DELETE")
#: tables whose rows may go with the seal of their case
SEALABLE = (Step.__tablename__,)


def statements(table: str, dialect: str) -> list[str]:
    """The statements that make `table` append-only on a dialect (sqlite or postgresql)."""
    on_sqlite, sealable = dialect == "sqlite", table in SEALABLE
    template, unsealed = (SQLITE, SQLITE_UNSEALED) if on_sqlite else (POSTGRESQL, POSTGRESQL_UNSEALED)
    made = [
        (unsealed if sealable and verb == "DELETE" else template).format(table=table, verb=verb.lower(), VERB=verb).strip()
        for verb in VERBS
    ]
    if on_sqlite:
        return made
    functions = [POSTGRESQL_FUNCTION, *([POSTGRESQL_UNSEALED_FUNCTION] if sealable else [])]
    return [*(function.strip() for function in functions), *made, POSTGRESQL_TRUNCATE.format(table=table).strip()]


def _protect(table: Table) -> None:
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect):
            ddl: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


for _model in (Step, Act, AuditHead, AuditLeaf, RetentionSeal, StepCodec):
    assert isinstance(_model.__table__, Table)
    _protect(_model.__table__)


def _fill(table: Table, connection: Connection, **_: Any) -> None:
    rows = [{"name": name, "dictionary": codec.dictionary} for name, codec in packing.CODECS.items()]
    connection.execute(insert(table), rows)


event.listen(StepCodec.__table__, "after_create", _fill)
