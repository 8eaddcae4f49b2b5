"""A key of a message's words, so that what was decided about the same words is known.

Items from before have none: they are matched with nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("review_items", sa.Column("said", sa.String(16)))
    op.create_index("ix_review_items_said", "review_items", ["said"])


def downgrade() -> None:
    op.drop_index("ix_review_items_said", "review_items")
    op.drop_column("review_items", "said")
