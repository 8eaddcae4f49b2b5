"""What is remembered of erased texts; the audit log is looked up by subject."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "erased_texts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, index=True),
        sa.Column("turn", sa.Integer(), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "erasure_salt",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("salt", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def downgrade() -> None:
    op.drop_index("ix_audit_subject", "audit")
    for table in ("erasure_salt", "erased_texts"):
        op.drop_table(table)
