"""What the night was taught, who is at work, and how each night went."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "taught",
        sa.Column("turn", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("session", sa.String(64), nullable=False, index=True),
        sa.Column("verdict", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("labels", sa.String(512), nullable=False),
        sa.Column("mood", sa.Double(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("exam", sa.Boolean(), nullable=False),
        sa.Column("learned", sa.String(64)),
    )
    op.create_table(
        "nights",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("desk", sa.String(64), nullable=False, index=True),
        sa.Column("began", MOMENT, nullable=False, index=True),
        sa.Column("ended", MOMENT),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("release", sa.String(64)),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(96), primary_key=True),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("leases", "nights", "taught"):
        op.drop_table(table)
