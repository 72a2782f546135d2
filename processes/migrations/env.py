"""Alembic's environment: the database of the application context, the tables of processes.models."""

from alembic import context
from alembic.autogenerate.api import AutogenContext

import processes.models  # noqa: F401 - defines the tables
from processes.db import Base, Json, Moment, Packed, db


def render_item(type_: str, item: object, _: AutogenContext) -> str | bool:
    """Write our column types as what the database stores, so that migrations do not depend on our code."""
    if type_ == "type" and isinstance(item, Moment):
        return "sa.String(27)"
    if type_ == "type" and isinstance(item, Json):
        return "sa.Text()"
    if type_ == "type" and isinstance(item, Packed):
        return "sa.LargeBinary()"
    return False


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
