"""Imports against plain sqlite3 writing the same rows into the same schema, and their memory."""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

import lattice
from benchmarks.harness import OBJECTS, Comparison, compare, pairs_wanted

PAIRS = pairs_wanted(2)
NEW_SETS = 1_000
MASKS, MASKED_OBJECTS, TESTS = 4_000, 50_000, 20
_COPIED = ("training_set", "move", "evaluation")
_METRIC = ("--metric", "accuracy", "--direction", "higher")


def comparisons() -> Iterator[object]:
    """The rows of this benchmark."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from complete_table(folder)
        yield few_sets_more(folder)
        yield masks(folder)


def complete_table(folder: Path) -> Iterator[object]:
    """A wide CSV of all 2^20 sets: 20 columns of 0/1 and one score."""
    table = folder / "complete.csv"
    write_table(table, OBJECTS, range(1 << OBJECTS))
    model = folder / "model.db"
    yield f"import of a complete 2^{OBJECTS} wide CSV: {measured_alone(model, [table])}"
    rows, schema = copy_of(model, folder)
    places = (folder / f"{number}.db" for number in itertools.count())
    last = folder / "none"

    def fresh() -> Path:
        nonlocal last
        forget(last)
        last = next(places)
        return last

    def ours() -> None:
        with lattice.create(str(fresh())) as database:
            database.import_files([table])

    def theirs() -> None:
        place = fresh()
        shutil.copy(schema, place)
        write_rows(place, rows)

    yield compare(
        f"import of a complete 2^{OBJECTS} wide CSV",
        ours,
        "plain sqlite3 writing the same rows",
        theirs,
        pairs=PAIRS,
        warm_up=False,
    )
    forget(last)


def few_sets_more(folder: Path) -> Comparison:
    """1,000 new sets into a lattice of a million, and into one of their neighbors alone."""
    chosen = random.Random(2).sample(range(1 << OBJECTS), min(NEW_SETS, 1 << OBJECTS - 1))
    new = set(chosen)
    around = {mask ^ 1 << bit for mask in chosen for bit in range(OBJECTS)} - new
    table = folder / "few.csv"
    write_table(table, OBJECTS, chosen)
    large, small = folder / "large.db", folder / "small.db"
    sets = {large: (mask for mask in range(1 << OBJECTS) if mask not in new), small: sorted(around)}
    for place, stored in sets.items():
        rest = folder / f"{place.stem}.csv"
        write_table(rest, OBJECTS, stored)
        with lattice.create(str(place)) as database:
            database.import_files([rest], into="x")

    def imported(place: Path) -> None:
        with lattice.create(str(place)) as database:
            database.import_files([table], into="x", dry_run=True)

    return compare(
        f"import of {len(chosen):,} new sets into a lattice of {(1 << OBJECTS) - len(chosen):,}",
        lambda: imported(large),
        f"the same import into a lattice of their {len(around):,} neighbors alone",
        lambda: imported(small),
    )


def masks(folder: Path) -> str:
    """Mask and score arrays of 50,000 objects: peak memory, and the moves that were planted."""
    draw = np.random.default_rng(3)
    membership = draw.random((MASKS, MASKED_OBJECTS)) < 0.5
    for row in range(0, MASKS, 40):  # a hundred pairs one object apart
        membership[row + 1] = membership[row]
        membership[row + 1, row] ^= True
    np.save(folder / "masks.npy", membership)
    np.save(folder / "scores.npy", draw.random((MASKS, TESTS)))
    files = [folder / "masks.npy", folder / "scores.npy"]
    place = folder / "masks.db"
    said = measured_alone(place, files, *_METRIC)
    with closing(sqlite3.connect(place)) as connection:
        (moves,) = connection.execute("SELECT count(*) FROM move").fetchone()
    planted = MASKS // 40
    return (
        f"import of {MASKS:,} x {MASKED_OBJECTS:,} masks with {TESTS} scores each: {said};"
        f" {moves} of {planted} planted unit moves found; the mask file has"
        f" {membership.nbytes / 2**20:.0f} MiB"
    )


def measured_alone(place: Path, files: list[Path], *options: str) -> str:
    """Import in a process of its own; seconds and peak memory."""
    code = (
        "import sys, time; from lattice.cli import app; start = time.perf_counter();"
        "app(sys.argv[1:], standalone_mode=False); print(time.perf_counter() - start,"
        "*[line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')],"
        "file=sys.stderr)"  # ru_maxrss would count the parent's memory as well
    )
    arguments = ["import", *map(str, files), "--db", str(place), *options]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    seconds, kilobytes = done.stderr.split()[-2:]
    return f"{float(seconds):.1f} s, peak memory {int(kilobytes) / 2**10:.0f} MiB"


def write_table(path: Path, n: int, sets: Iterable[int]) -> None:
    """Sets with random scores; a set has the same score in every table."""
    scores = np.random.default_rng(1).random(1 << n).tolist()
    with path.open("w", encoding="utf-8") as text:
        text.write(",".join(f"object{k}" for k in range(n)) + ",accuracy\n")
        for mask in sets:
            members = ",".join(f"{mask:0{n}b}"[::-1])
            text.write(f"{members},{scores[mask]:.6f}\n")


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
    forget(model)
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


def forget(place: Path) -> None:
    """Delete a database with what stands beside it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{place}{suffix}").unlink(missing_ok=True)
