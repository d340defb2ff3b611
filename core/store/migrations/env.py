"""How Alembic reaches the database: by the connection that `core.store.database` gives it."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
TURNS = {"postgresql": "SELECT pg_advisory_xact_lock(6174)", "sqlite": "BEGIN IMMEDIATE"}
connection.execute(text(TURNS[connection.dialect.name]))  # servers may start together
context.configure(connection=connection, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
