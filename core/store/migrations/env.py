"""Runs the migrations on the connection that `core.store.database` puts into the config.

Alembic loads this file by its path, as part of no package: imports cannot be relative.
"""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
LOCKS = {"postgresql": "SELECT pg_advisory_xact_lock(6174)", "sqlite": "BEGIN IMMEDIATE"}
connection.execute(text(LOCKS[connection.dialect.name]))  # one server migrates at a time
context.configure(connection=connection, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
