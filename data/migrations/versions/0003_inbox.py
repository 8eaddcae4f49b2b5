"""A key of the sender's own for each remark, so that what is sent again is not there twice."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("remarks", sa.Column("key", sa.String(64)))
    op.create_index("ix_remarks_key", "remarks", ["key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_remarks_key", "remarks")
    op.drop_column("remarks", "key")
