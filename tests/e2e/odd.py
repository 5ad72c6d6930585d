"""Lattices that an explorer has to stand: large, tiny, empty, with odd names, without moves or cells."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from itertools import product
from pathlib import Path

import lattice

MARKUP = '<img src=x onerror="alert(1)">'
LONG = "w" * 200
LONG_ALIKE = ("a" * 99 + "…" + "z" * 100, "<b>bold</b> " + "x" * 188, "y" * 200)
BIG = 15
WIDE = 5_000
MEASURES = 24
Table = tuple[Iterable[str], Iterable[Iterable[object]]]


def big_score(bits: tuple[int, ...]) -> float:
    """A score that grows with the rank and differs within it; no two thousandths of it are alike."""
    weight = sum((place * place + 3) % 11 * bit for place, bit in enumerate(bits))
    return round(0.3 + 0.03 * sum(bits) + 0.002 * weight, 6)


def big_rows() -> list[tuple[tuple[int, ...], float]]:
    return [(bits, big_score(bits)) for bits in product((0, 1), repeat=BIG)]


def big() -> Table:
    rows = [(*bits, score if sum(bits) else "") for bits, score in big_rows()]
    return [*(f"o{each}" for each in range(BIG)), "accuracy"], rows


def sparse() -> Table:
    """No moves, and, see `make`, no cell under f1."""
    rows = [(1, 1, 0, 0, 0, 0, 0.4, 1), (0, 0, 1, 1, 0, 0, 0.6, 1), (0, 0, 0, 0, 1, 1, 0.5, 1)]
    return [*"abcdef", "accuracy", "f1"], rows


def complete(*names: str) -> Callable[[], Table]:
    bits = list(product((0, 1), repeat=len(names)))
    return lambda: ([*names, "accuracy"], [(*each, sum(each) / len(names)) for each in bits])


def wide() -> Table:
    """Far more objects than sets."""
    rows = [(*(int(each < last) for each in range(WIDE)), last / 9) for last in (1, 2, 3)]
    return [*(f"o{each:04}" for each in range(WIDE)), "accuracy"], rows


def measured() -> Table:
    rows = [
        (*bits, *(sum(bits) / (each + 2) for each in range(MEASURES)))
        for bits in product((0, 1), repeat=2)
    ]
    return ["a", "b", *(f"accuracy/slice {each:02}" for each in range(MEASURES))], rows


TABLES: dict[str, Callable[[], Table]] = {
    "big": big,
    "one": complete("only"),
    "names": complete(MARKUP, LONG),
    "long": complete(*LONG_ALIKE),
    "sparse": sparse,
    "wide": wide,
    "measured": measured,
}


def make(place: Path, *names: str) -> None:
    """Make a database of some odd lattices, and one that is empty."""
    with lattice.create(str(place)) as database:
        for name in names:
            path = write(place.parent / f"{name}.csv", *TABLES[name]())
            database.import_files([path], into=name)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(
            "DELETE FROM evaluation WHERE measure_id IN (SELECT measure.id FROM measure JOIN metric"
            " ON metric.id = measure.metric_id WHERE metric.name = 'f1')"
        )
        connection.execute("INSERT INTO lattice (name, revision, state) VALUES ('empty', 1, 'ab')")
        connection.commit()


def write(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> Path:
    named = ",".join('"' + each.replace('"', '""') + '"' for each in header)
    path.write_text("\n".join([named, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path
