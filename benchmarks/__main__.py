"""Runs every benchmark: `python -m benchmarks`, or some of them by name."""

from __future__ import annotations

import platform
import sqlite3
import sys

from benchmarks import coverage, explorer, http, importing, queries, values

ALL = {
    "importing": importing.comparisons,
    "queries": queries.comparisons,
    "values": values.comparisons,
    "coverage": coverage.rows,
    "http": http.comparisons,
    "explorer": explorer.comparisons,
}


def main(names: list[str]) -> None:
    """Print one line per comparison."""
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" {platform.machine()}; a ratio below 1 means that ours is faster."
    )
    for name in names or list(ALL):
        for comparison in ALL[name]():
            print(comparison, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
