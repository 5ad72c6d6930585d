from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

import lattice
from lattice import schema
from lattice.database import alembic_config, create_database
from lattice.resources import bundled_manifests, migrations_folder

FROZEN = Path(__file__).parent / "databases"


@contextmanager
def transaction(place: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def made_of(place: Path) -> list[tuple[str, str]]:
    """The statements that make every table, index and view, without Alembic's own."""
    with closing(sqlite3.connect(place)) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master"
            " WHERE sql IS NOT NULL AND tbl_name != 'alembic_version' ORDER BY name"
        )
        return [(name, " ".join(sql.split())) for name, sql in rows]


@pytest.fixture
def fresh(database_place: Path) -> Path:
    create_database(str(database_place)).close()
    return database_place


def test_there_is_one_newest_revision_and_the_schema_names_it(fresh: Path) -> None:
    with transaction(fresh) as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
    assert scripts.get_heads() == [schema.REVISIONS[-1]]
    oldest_first = [each.revision for each in scripts.walk_revisions()][::-1]
    assert tuple(oldest_first) == schema.REVISIONS


def test_every_script_is_beside_the_others() -> None:
    scripts = sorted(path.name for path in (migrations_folder() / "versions").glob("v*.py"))
    assert [name[1:5] for name in scripts] == list(schema.REVISIONS)


def test_a_fresh_database_has_the_newest_revision(fresh: Path) -> None:
    with closing(sqlite3.connect(fresh)) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found == [(schema.REVISIONS[-1],)]


def test_a_fresh_database_equals_the_schema(fresh: Path) -> None:
    with transaction(fresh) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_difference_from_the_schema_would_be_seen(fresh: Path) -> None:
    with transaction(fresh) as connection:
        connection.exec_driver_sql("ALTER TABLE lattice ADD COLUMN extra TEXT")
        context = MigrationContext.configure(connection)
        assert len(compare_metadata(context, schema.metadata)) == 1


def test_primary_keys_and_foreign_keys_are_those_of_the_schema(fresh: Path, tmp_path: Path) -> None:
    direct = tmp_path / "direct.db"
    with transaction(direct) as connection:
        schema.metadata.create_all(connection)
    with closing(sqlite3.connect(fresh)) as one, closing(sqlite3.connect(direct)) as other:
        for table in schema.metadata.tables:
            for pragma in ("table_info", "foreign_key_list"):
                columns = "name, pk, [notnull]" if pragma == "table_info" else "[from], [table]"
                query = f"SELECT {columns} FROM pragma_{pragma}('{table}') ORDER BY 1"
                assert one.execute(query).fetchall() == other.execute(query).fetchall(), table


def test_moves_and_evaluations_have_no_row_ids(fresh: Path) -> None:
    without = {name for name, sql in made_of(fresh) if "WITHOUT ROWID" in sql}
    assert {"move", "evaluation"} <= without


def test_moves_are_found_from_both_ends(fresh: Path) -> None:
    statements = dict(made_of(fresh))
    assert statements["directed_move"].startswith("CREATE VIEW directed_move")
    assert "upper_id" in statements["ix_move_upper_id"]


def test_downgrade_and_upgrade_come_back_to_the_same_schema(fresh: Path) -> None:
    before = made_of(fresh)
    with transaction(fresh) as connection:
        command.downgrade(alembic_config(connection), "base")
    assert made_of(fresh) == []
    with transaction(fresh) as connection:
        command.upgrade(alembic_config(connection), "head")
    assert made_of(fresh) == before
    with lattice.open(str(fresh)) as database:
        database.import_files(bundled_manifests()[-1:])
        assert database["toy"].show().summary.training_sets == 4


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_database_of_every_released_revision_is_kept(revision: str) -> None:
    frozen = FROZEN / f"{revision}.sqlite"
    assert frozen.stat().st_size < 200_000
    with closing(sqlite3.connect(f"file:{frozen}?mode=ro&immutable=1", uri=True)) as connection:
        found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found == [(revision,)]


@pytest.mark.parametrize("revision", schema.REVISIONS)
def test_a_database_of_every_released_revision_opens_and_answers(
    revision: str, tmp_path: Path, read_tables: Callable[[Path], dict[str, list[object]]]
) -> None:
    place = tmp_path / "old.db"
    shutil.copyfile(FROZEN / f"{revision}.sqlite", place)
    with lattice.open(str(place)) as database:
        toy = database["toy"]
        around = toy.neighbors("ABCD")
        without_b = next(each for each in around.neighbors if each.removed == ("B",))
        assert [round(each.value or 0, 9) for each in without_b.deltas] == [
            -0.14,
            -0.33,
            -0.03,
            -0.02,
        ]
        assert toy.show().summary.training_sets == 4
        assert toy.show().summary.moves == 3
        assert toy.show().summary.evaluations == 16
        again = database.import_files([path for path in bundled_manifests() if "toy" in str(path)])
        assert again.imported[0].already_imported
    assert read_tables(place)["alembic_version"] == [(schema.REVISIONS[-1],)]


def test_an_upgraded_lattice_is_read_whole_and_followed_from_then_on(tmp_path: Path) -> None:
    place = tmp_path / "old.db"
    shutil.copyfile(FROZEN / "0002.sqlite", place)
    more = tmp_path / "more.csv"
    more.write_text("train_set,accuracy\nA,0.5\n", encoding="utf-8")
    with lattice.open(str(place)) as database:
        before = database["toy"].index()
        with closing(sqlite3.connect(place)) as connection:
            assert connection.execute("SELECT * FROM recent_write").fetchall() == []
            revision = connection.execute("SELECT revision FROM lattice").fetchone()[0]
        database.import_files([more], into="toy")
        with closing(sqlite3.connect(place)) as connection:
            found = connection.execute("SELECT revision, state_before FROM recent_write").fetchall()
        assert found == [(revision + 1, before.state)]
        after = database["toy"].index()
    assert len(after) == len(before) + (before.row_of(1) < 0)
    assert after.row_of(1) >= 0
