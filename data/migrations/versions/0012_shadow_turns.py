"""What a release on trial would have said to customers' messages."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "shadow_turns",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("turn", sa.Integer(), sa.ForeignKey("turns.id", ondelete="CASCADE"), nullable=False),
        sa.Column("trial", sa.String(32), nullable=False),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("route", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("intent", sa.String(64)),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("ms", sa.Double(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_shadow_turns_turn", "shadow_turns", ["turn"])
    op.create_index("ix_shadow_turns_trial", "shadow_turns", ["trial", "same", "turn"])


def downgrade() -> None:
    op.drop_table("shadow_turns")
