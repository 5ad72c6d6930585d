"""Where an evaluation stood, what else its source says, sets without a score, and locks.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that may be empty, and the table of who holds a lock."""
    op.add_column("source_file", sa.Column("number", sa.Integer))
    op.add_column("source_file", sa.Column("unit", sa.Text))
    op.add_column("evaluation", sa.Column("file_number", sa.Integer))
    op.add_column("evaluation", sa.Column("place", sa.Integer))
    op.add_column("evaluation", sa.Column("attributes", sa.Text))
    op.create_table(
        "lock",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("doing", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
    )
    op.create_table(
        "unscored_set",
        sa.Column(
            "training_set_id", sa.Integer, sa.ForeignKey("training_set.id"), primary_key=True
        ),
        sa.Column("result_set_id", sa.Integer, sa.ForeignKey("result_set.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.execute("UPDATE database_info SET value = '0.2' WHERE key = 'needs datalattice'")


def downgrade() -> None:
    """Take them away."""
    op.execute("UPDATE database_info SET value = '0.1' WHERE key = 'needs datalattice'")
    op.drop_table("unscored_set")
    op.drop_table("lock")
    for column in ("attributes", "place", "file_number"):
        op.drop_column("evaluation", column)
    for column in ("unit", "number"):
        op.drop_column("source_file", column)
