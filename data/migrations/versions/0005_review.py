"""What is worth reviewing, in groups; who has which open; and verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_feedback_at", "feedback", ["at"])
    op.create_table(
        "review_groups",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("medoid", sa.Integer()),
        sa.Column("centre", sa.LargeBinary(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("uncertainty", sa.Double(), nullable=False),
        sa.Column("dissatisfaction", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False, index=True),
    )
    op.create_table(
        "review_items",
        sa.Column("turn", sa.Integer(), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("group", sa.Integer(), sa.ForeignKey("review_groups.id")),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("reading", sa.String(64)),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("mood", sa.Double(), nullable=False),
        sa.Column("uncertainty", sa.Double(), nullable=False),
        sa.Column("dissatisfaction", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
    )
    op.create_index("ix_review_items_group", "review_items", ["group", "open"])
    op.create_table(
        "review_claims",
        sa.Column(
            "group",
            sa.Integer(),
            sa.ForeignKey("review_groups.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("user", sa.String(64), nullable=False, index=True),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.create_table(
        "review_marks",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("value", sa.String(64), nullable=False),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "turn", sa.Integer(), sa.ForeignKey("turns.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("batch", sa.String(32), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("intents", sa.String(512), nullable=False),
        sa.Column("title", sa.JSON()),
        sa.Column("answer", sa.Text()),
        sa.Column("link", sa.String(160)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("undone_at", MOMENT),
        sa.Column("learned", sa.String(64)),
    )


def downgrade() -> None:
    for table in ("verdicts", "review_marks", "review_claims", "review_items", "review_groups"):
        op.drop_table(table)
    op.drop_index("ix_feedback_at", "feedback")
