"""Changing the database as somebody with full access would: past the triggers that protect it."""

from sqlalchemy import text

from processes.db import db, transaction
from processes.models.append_only import VERBS

PROTECTED = ("step", "act", "audit_head", "audit_leaf", "retention_seal", "step_codec")


def tamper(*statements: str, **values: object) -> None:
    """Run statements against tables that are append-only, without the checks of foreign keys."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    with transaction():
        for table in PROTECTED:
            if on_sqlite:
                for verb in VERBS:
                    db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}"))
            else:
                db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            query = text(statement)
            db.session.execute(query, {name: values[name] for name in query.compile().params})
