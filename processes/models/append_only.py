"""Triggers in the database that forbid changing or deleting what is append-only: steps and acts.

They come with `create_all`; the migrations hold their own copy, as migrations do.
"""

from typing import Any

from sqlalchemy import DDL, Table, event

from processes.models.instances import Act, Step

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
VERBS = ("UPDATE", "DELETE")


def statements(table: str, dialect: str) -> list[str]:
    """The statements that make `table` append-only on a dialect (sqlite or postgresql)."""
    template = SQLITE if dialect == "sqlite" else POSTGRESQL
    made = [template.format(table=table, verb=verb.lower(), VERB=verb).strip() for verb in VERBS]
    if dialect == "sqlite":
        return made
    return [POSTGRESQL_FUNCTION.strip(), *made, POSTGRESQL_TRUNCATE.format(table=table).strip()]


def _protect(table: Table) -> None:
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect):
            ddl: Any = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


for _model in (Step, Act):
    assert isinstance(_model.__table__, Table)
    _protect(_model.__table__)
