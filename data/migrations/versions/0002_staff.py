"""Who owns a conversation, what people said in it, users, the audit log, turns' vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("person", sa.String(64)),
        sa.Column("waiting_since", MOMENT),
        sa.Column("closed", MOMENT),
        sa.Column("csat", sa.Integer()),
    ):
        op.add_column("conversations", column)
    op.create_index("ix_conversations_owner", "conversations", ["owner"])
    # who already waited has waited since the last message at most
    op.execute("UPDATE conversations SET waiting_since = updated WHERE owner = 'waiting'")
    op.create_table(
        "turn_vectors",
        sa.Column("turn", sa.Integer(), sa.ForeignKey("turns.id"), primary_key=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "remarks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "session", sa.String(64), sa.ForeignKey("conversations.session"), nullable=False, index=True
        ),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", MOMENT),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("user", sa.String(64), nullable=False, index=True),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
    )


def downgrade() -> None:
    for table in ("audit", "users", "remarks", "turn_vectors"):
        op.drop_table(table)
    op.drop_index("ix_conversations_owner", "conversations")
    for column in ("csat", "closed", "waiting_since", "person"):
        op.drop_column("conversations", column)
