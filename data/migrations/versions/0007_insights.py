"""What the charts are drawn from, counted by day, and the alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def key(name: str, kind: sa.types.TypeEngine) -> sa.Column:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def count(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "daily_turns",
        key("day", sa.Date()),
        key("language", sa.String(8)),
        key("intent", sa.String(64)),
        key("route", sa.String(16)),
        key("reason", sa.String(64)),
        key("release", sa.String(64)),
        *map(count, ("turns", "negative", "up", "down")),
    )
    op.create_table(
        "daily_conversations",
        key("day", sa.Date()),
        key("language", sa.String(8)),
        key("intent", sa.String(64)),
        key("release", sa.String(64)),
        *map(count, ("conversations", "answered", "handed_off", "csat_count", "csat_sum")),
    )
    op.create_table(
        "daily_times",
        key("day", sa.Date()),
        key("speaker", sa.String(8)),
        key("language", sa.String(8)),
        key("intent", sa.String(64)),
        key("release", sa.String(64)),
        key("bucket", sa.Integer()),
        count("answers"),
    )
    op.create_table(
        "counted_days",
        key("day", sa.Date()),
        sa.Column("counted", MOMENT, nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        count("negative"),
        sa.Column("expected", sa.Double(), nullable=False),
        count("limit"),
        sa.Column("found", MOMENT, nullable=False),
        count("attempts"),
        sa.Column("next_attempt", MOMENT, nullable=False),
        sa.Column("sent", MOMENT),
        sa.UniqueConstraint("day", "intent"),
    )


def downgrade() -> None:
    for table in ("alerts", "counted_days", "daily_times", "daily_conversations", "daily_turns"):
        op.drop_table(table)
