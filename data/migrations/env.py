"""Alembic's entry: runs the migrations on the connection that `open_database` hands over."""

from alembic import context

import data.erasure.tables
import data.night.tables  # noqa: F401 - with these, all tables are known
from data.tables import Base

connection = context.config.attributes["connection"]
# each revision is whole or not there: a process may be killed at any moment
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
