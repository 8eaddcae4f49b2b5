"""Indexes in the order that the charts add up, so that a year of days is read without sorting."""

from alembic import op

revision = "0008"
down_revision = "0007"

TIMES = ("day", "language", "release", "speaker", "bucket", "answers")
TURNS = ("day", "language", "release", "route", "turns", "negative", "up", "down")


def upgrade() -> None:
    op.create_index("ix_daily_times_charts", "daily_times", TIMES)
    op.create_index("ix_daily_turns_charts", "daily_turns", TURNS)


def downgrade() -> None:
    op.drop_index("ix_daily_turns_charts", "daily_turns")
    op.drop_index("ix_daily_times_charts", "daily_times")
