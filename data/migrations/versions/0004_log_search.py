"""Full-text search over the log, the mood as a column, and an index that answers every filter.

`data.log.words.index_rest` fills what this makes, in steps that are kept one by one.
"""

import sqlalchemy as sa
from alembic import op

from data.log.words import TABLE, create_index

revision = "0004"
down_revision = "0003"

COLUMNS = (
    "id", "session", "number", "at", "language", "intent", "route", "reason", "release", "confidence",
    "sentiment",
)  # fmt: skip


def upgrade() -> None:
    op.add_column("turns", sa.Column("sentiment", sa.Double(), nullable=False, server_default="0"))
    op.create_index("ix_turns_log", "turns", COLUMNS)
    op.create_index("ix_turns_release", "turns", ["release"])
    create_index(op.get_bind())


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {TABLE}_gone")
    op.drop_table(TABLE)
    op.drop_index("ix_turns_release", "turns")
    op.drop_index("ix_turns_log", "turns")
    op.drop_column("turns", "sentiment")
