"""Which sets the last writes touched: whoever holds an index follows without reading it all anew.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty: what was written before is read as a whole."""
    op.create_table(
        "recent_write",
        sa.Column("lattice_id", sa.Integer, sa.ForeignKey("lattice.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("state_before", sa.Text, nullable=False),
        sa.Column("set_ids", sa.LargeBinary, nullable=False),
    )
    op.execute("UPDATE database_info SET value = '0.3' WHERE key = 'needs datalattice'")


def downgrade() -> None:
    """Take it away."""
    op.execute("UPDATE database_info SET value = '0.2' WHERE key = 'needs datalattice'")
    op.drop_table("recent_write")
