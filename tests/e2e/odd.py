"""Lattices that a map has to stand: large, tiny, empty, with long names, without moves or cells."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import product
from pathlib import Path

import lattice

OBJECTS = 15
LONG = ("a" * 99 + "…" + "z" * 100, "<b>bold</b> " + "x" * 188, "y" * 200)


def big_score(bits: tuple[int, ...]) -> float:
    """A score that grows with the rank and differs within it; no two thousandths of it are alike."""
    weight = sum((place * place + 3) % 11 * bit for place, bit in enumerate(bits))
    return round(0.3 + 0.03 * sum(bits) + 0.002 * weight, 6)


def big_rows() -> list[tuple[tuple[int, ...], float]]:
    return [(bits, big_score(bits)) for bits in product((0, 1), repeat=OBJECTS)]


def make(place: Path) -> None:
    """Make a database of odd lattices."""
    folder = place.parent
    tables: dict[str, tuple[Iterable[str], Iterable[tuple[object, ...]]]] = {
        "big": (
            (*(f"o{each}" for each in range(OBJECTS)), "accuracy"),
            ((*bits, score if sum(bits) else "") for bits, score in big_rows()),
        ),
        "one": (("only", "accuracy"), [(0, 0.5), (1, 0.7)]),
        "long": (
            (*LONG, "accuracy"),
            [(*bits, sum(bits) / 3) for bits in product((0, 1), repeat=3)],
        ),
        "sparse": (
            (*"abcdef", "accuracy", "f1"),
            [(1, 1, 0, 0, 0, 0, 0.4, 1), (0, 0, 1, 1, 0, 0, 0.6, 1), (0, 0, 0, 0, 1, 1, 0.5, 1)],
        ),
    }
    with lattice.create(str(place)) as database:
        for name, (header, rows) in tables.items():
            path = folder / f"{name}.csv"
            quoted = (f'"{each}"' for each in header)
            lines = (",".join(map(str, row)) for row in rows)
            path.write_text("\n".join([",".join(quoted), *lines]) + "\n")
            database.import_files([path], into=name)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(
            "DELETE FROM evaluation WHERE measure_id IN (SELECT measure.id FROM measure JOIN metric"
            " ON metric.id = measure.metric_id WHERE metric.name = 'f1')"
        )
        connection.execute("INSERT INTO lattice (name, revision, state) VALUES ('empty', 1, 'ab')")
        connection.commit()
