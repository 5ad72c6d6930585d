"""Lattices that no picture is made for, and a server that can be stopped and started again."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from itertools import product
from pathlib import Path

import lattice

MARKUP = '<img src=x onerror="alert(1)">'
LONG = "w" * 200
OBJECTS = 5_000
MEASURES = 24


def make(place: Path) -> None:
    """A database of strange lattices."""
    pairs = list(product((0, 1), repeat=2))
    tables: dict[str, tuple[Iterable[str], Iterable[tuple[object, ...]]]] = {
        "one": (("only", "accuracy"), [(0, 0.5), (1, 0.7)]),
        "names": ((MARKUP, LONG, "accuracy"), [(*bits, sum(bits) / 2) for bits in pairs]),
        "sparse": (
            (*"abcdef", "accuracy", "f1"),
            [(1, 1, 0, 0, 0, 0, 0.4, 1), (0, 0, 1, 1, 0, 0, 0.6, 1), (0, 0, 0, 0, 1, 1, 0.5, 1)],
        ),
        "wide": (
            (*(f"o{each:04}" for each in range(OBJECTS)), "accuracy"),
            [(*(int(each < last) for each in range(OBJECTS)), last / 9) for last in (1, 2, 3)],
        ),
        "measured": (
            ("a", "b", *(f"accuracy/slice {each:02}" for each in range(MEASURES))),
            [(*bits, *(sum(bits) / (each + 2) for each in range(MEASURES))) for bits in pairs],
        ),
    }
    with lattice.create(str(place)) as database:
        for name, (header, rows) in tables.items():
            database.import_files([write(place.parent / f"{name}.csv", header, rows)], into=name)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(
            "DELETE FROM evaluation WHERE measure_id IN (SELECT measure.id FROM measure JOIN metric"
            " ON metric.id = measure.metric_id WHERE metric.name = 'f1')"
        )
        connection.execute("INSERT INTO lattice (name, revision, state) VALUES ('empty', 1, 'ab')")
        connection.commit()


def write(path: Path, header: Iterable[str], rows: Iterable[tuple[object, ...]]) -> Path:
    named = ",".join('"' + each.replace('"', '""') + '"' for each in header)
    path.write_text("\n".join([named, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


class Server:
    """`lattice serve` on one port, whenever it runs."""

    def __init__(self, place: Path, *options: str) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.command = [sys.executable, "-m", "lattice.cli", "serve", "--port", str(self.port)]
        self.command += ["--json", "--db", str(place), *options]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert json.loads(self.process.stdout.readline())["address"].rstrip("/") == self.address

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.communicate()
            self.process = None
