"""Import of a complete table against plain sqlite3 writing the same rows into the same schema."""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import lattice
from benchmarks.harness import Comparison, compare

OBJECTS = 16
_COPIED = ("training_set", "move", "evaluation")


def comparisons() -> Iterator[Comparison]:
    """The rows of this benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        yield complete_table(Path(folder))


def complete_table(folder: Path) -> Comparison:
    """A wide CSV of all 2^16 sets: 16 columns of 0/1 and one score."""
    table = folder / "complete.csv"
    write_table(table, OBJECTS)
    places = (folder / f"{number}.db" for number in itertools.count())

    def ours() -> None:
        with lattice.create(str(next(places))) as database:
            database.import_files([table])

    model = folder / "model.db"
    with lattice.create(str(model)) as database:
        database.import_files([table])
    rows, schema = copy_of(model, folder)

    def theirs() -> None:
        place = next(places)
        shutil.copy(schema, place)
        write_rows(place, rows)

    name = f"import of a complete 2^{OBJECTS} wide CSV"
    return compare(name, ours, "plain sqlite3 writing the same rows", theirs)


def write_table(path: Path, n: int) -> None:
    """A complete lattice with random scores, rows in binary order."""
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as text:
        text.write(",".join(f"object{k}" for k in range(n)) + ",accuracy\n")
        for mask in range(1 << n):
            members = ",".join("1" if mask >> k & 1 else "0" for k in range(n))
            text.write(f"{members},{draw.random():.6f}\n")


def copy_of(model: Path, folder: Path) -> tuple[dict[str, list[tuple[object, ...]]], Path]:
    """All bulk rows of an imported database, and the database without them."""
    schema = folder / "schema.db"
    connection = sqlite3.connect(model)
    rows = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in _COPIED}
    connection.execute("PRAGMA foreign_keys = OFF")
    for name in reversed(_COPIED):
        connection.execute(f"DELETE FROM {name}")
    connection.commit()
    connection.execute("VACUUM INTO ?", (str(schema),))
    connection.close()
    return rows, schema


def write_rows(place: Path, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """The floor: one transaction, same pragmas, rows ready in memory."""
    connection = sqlite3.connect(place, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("BEGIN IMMEDIATE")
    for name, content in rows.items():
        marks = ", ".join("?" * len(content[0]))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", content)
    connection.execute("COMMIT")
    connection.close()
