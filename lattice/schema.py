"""The tables, as SQLAlchemy Core. People read them with plain SQL: their names are a promise.

The migrations under `lattice.migrations` make these tables, and the view `directed_move` with
every move in both directions; a test holds tables and migrations together.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

REVISIONS = ("0001", "0002", "0003")
"""Every schema revision that this version knows, oldest first; the last one is current."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

database_info = Table(
    "database_info",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

lattice = Table(
    "lattice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("description", Text),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

data_object = Table(
    "data_object",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lattice_id", ForeignKey("lattice.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text),
    Column("size", Float),
    Column("cost", Float),
    Column("owner", Text),
    Column("variant_of", ForeignKey("data_object.id")),
    Column("fingerprint", Text),
    Column("attributes", JSON),
    UniqueConstraint("lattice_id", "position"),
    UniqueConstraint("lattice_id", "name"),
)

training_set = Table(
    "training_set",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lattice_id", ForeignKey("lattice.id"), nullable=False),
    Column("members", LargeBinary, nullable=False),
    Column("rank", Integer, nullable=False),
    UniqueConstraint("lattice_id", "members"),
)

move = Table(
    "move",
    metadata,
    Column("lower_id", ForeignKey("training_set.id"), primary_key=True),
    Column("object_id", ForeignKey("data_object.id"), primary_key=True),
    Column("upper_id", ForeignKey("training_set.id"), nullable=False),
    Index("ix_move_upper_id", "upper_id"),
    sqlite_with_rowid=False,
)

evaluation_set = Table(
    "evaluation_set",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lattice_id", ForeignKey("lattice.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text),
    Column("size", Float),
    Column("members", LargeBinary),
    UniqueConstraint("lattice_id", "name"),
)

metric = Table(
    "metric",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lattice_id", ForeignKey("lattice.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("range_low", Float),
    Column("range_high", Float),
    Column("unit", Text),
    UniqueConstraint("lattice_id", "name"),
)

protocol = Table(
    "protocol",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lattice_id", ForeignKey("lattice.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("definition", JSON, nullable=False),
    UniqueConstraint("lattice_id", "name"),
)

measure = Table(
    "measure",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("evaluation_set_id", ForeignKey("evaluation_set.id"), nullable=False),
    Column("metric_id", ForeignKey("metric.id"), nullable=False),
    Column("protocol_id", ForeignKey("protocol.id"), nullable=False),
    Column("domain", JSON),
    UniqueConstraint("evaluation_set_id", "metric_id", "protocol_id"),
)

result_set = Table(
    "result_set",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lattice_id", ForeignKey("lattice.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("title", Text),
    Column("description", Text),
    Column("source", Text),
    Column("licence", Text),
    Column("design", Text, nullable=False),
    Column("replicate_kind", Text, nullable=False),
    Column("blocks", Text),
    Column("imported_at", Text, nullable=False),
    Column("imported_by", Text, nullable=False),
    UniqueConstraint("lattice_id", "digest"),
)

source_file = Table(
    "source_file",
    metadata,
    Column("result_set_id", ForeignKey("result_set.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("number", Integer),
    Column("unit", Text),
)

evaluation = Table(
    "evaluation",
    metadata,
    Column("training_set_id", ForeignKey("training_set.id"), primary_key=True),
    Column("measure_id", ForeignKey("measure.id"), primary_key=True),
    Column("replicate", BigInteger, primary_key=True),
    Column("inner_replicate", BigInteger, primary_key=True),
    Column("result_set_id", ForeignKey("result_set.id"), primary_key=True),
    Column("seed_label", Text),
    Column("origin", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("superseded_by", ForeignKey("result_set.id")),
    Column("file_number", Integer),
    Column("place", Integer),
    Column("attributes", Text),
    sqlite_with_rowid=False,
)

unscored_set = Table(  # which result set lists a training set without any score
    "unscored_set",
    metadata,
    Column("training_set_id", ForeignKey("training_set.id"), primary_key=True),
    Column("result_set_id", ForeignKey("result_set.id"), primary_key=True),
    sqlite_with_rowid=False,
)

recent_write = Table(  # which sets the last writes touched, for readers that follow them
    "recent_write",
    metadata,
    Column("lattice_id", ForeignKey("lattice.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("state_before", Text, nullable=False),
    Column("set_ids", LargeBinary, nullable=False),
)

lock = Table(
    "lock",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("doing", Text, nullable=False),
    Column("since", Text, nullable=False),
)
