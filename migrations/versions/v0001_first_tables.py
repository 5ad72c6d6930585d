"""The first tables.

Revision: 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables of the first version."""
    op.create_table(
        "database_info",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.execute("INSERT INTO database_info (key, value) VALUES ('needs datalattice', '0.1')")
    op.create_table(
        "lattice",
        _identifier(),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "data_object",
        _identifier(),
        _reference("lattice_id", "lattice"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("size", sa.Float),
        sa.Column("cost", sa.Float),
        sa.Column("owner", sa.Text),
        _reference("variant_of", "data_object", nullable=True),
        sa.Column("fingerprint", sa.Text),
        sa.Column("attributes", sa.JSON),
        sa.UniqueConstraint("lattice_id", "position"),
        sa.UniqueConstraint("lattice_id", "name"),
    )
    op.create_table(
        "training_set",
        _identifier(),
        _reference("lattice_id", "lattice"),
        sa.Column("members", sa.LargeBinary, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.UniqueConstraint("lattice_id", "members"),
    )
    op.create_table(
        "move",
        _reference("lower_id", "training_set", primary_key=True),
        _reference("object_id", "data_object", primary_key=True),
        _reference("upper_id", "training_set"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_move_upper_id", "move", ["upper_id"])
    op.create_table(
        "evaluation_set",
        _identifier(),
        _reference("lattice_id", "lattice"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("label", sa.Text),
        sa.Column("size", sa.Float),
        sa.Column("members", sa.LargeBinary),
        sa.UniqueConstraint("lattice_id", "name"),
    )
    op.create_table(
        "metric",
        _identifier(),
        _reference("lattice_id", "lattice"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("range_low", sa.Float),
        sa.Column("range_high", sa.Float),
        sa.Column("unit", sa.Text),
        sa.UniqueConstraint("lattice_id", "name"),
    )
    op.create_table(
        "protocol",
        _identifier(),
        _reference("lattice_id", "lattice"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.UniqueConstraint("lattice_id", "name"),
    )
    op.create_table(
        "measure",
        _identifier(),
        _reference("evaluation_set_id", "evaluation_set"),
        _reference("metric_id", "metric"),
        _reference("protocol_id", "protocol"),
        sa.Column("domain", sa.JSON),
        sa.UniqueConstraint("evaluation_set_id", "metric_id", "protocol_id"),
    )
    op.create_table(
        "result_set",
        _identifier(),
        _reference("lattice_id", "lattice"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("licence", sa.Text),
        sa.Column("design", sa.Text, nullable=False),
        sa.Column("replicate_kind", sa.Text, nullable=False),
        sa.Column("blocks", sa.Text),
        sa.Column("imported_at", sa.Text, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.UniqueConstraint("lattice_id", "digest"),
    )
    op.create_table(
        "source_file",
        _reference("result_set_id", "result_set", primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
    )
    op.create_table(
        "evaluation",
        _reference("training_set_id", "training_set", primary_key=True),
        _reference("measure_id", "measure", primary_key=True),
        sa.Column("replicate", sa.BigInteger, primary_key=True),
        sa.Column("inner_replicate", sa.BigInteger, primary_key=True),
        _reference("result_set_id", "result_set", primary_key=True),
        sa.Column("seed_label", sa.Text),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        _reference("superseded_by", "result_set", nullable=True),
        sqlite_with_rowid=False,
    )
    op.execute(
        "CREATE VIEW directed_move AS"
        " SELECT lower_id AS from_id, upper_id AS to_id, 'add' AS kind, object_id FROM move"
        " UNION ALL"
        " SELECT upper_id AS from_id, lower_id AS to_id, 'remove' AS kind, object_id FROM move"
    )


def downgrade() -> None:
    """Drop everything."""
    op.execute("DROP VIEW directed_move")
    for table in (
        "evaluation",
        "source_file",
        "result_set",
        "measure",
        "protocol",
        "metric",
        "evaluation_set",
        "move",
        "training_set",
        "data_object",
        "lattice",
        "database_info",
    ):
        op.drop_table(table)


def _identifier() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=False)


def _reference(
    name: str, table: str, *, nullable: bool = False, primary_key: bool = False
) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id")
    return sa.Column(name, sa.Integer, key, nullable=nullable, primary_key=primary_key)
