"""Makes every specimen of the corpus, each in a folder of its own."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ACCURACY = ("--metric", "accuracy", "--direction", "higher")
GOOD = "train_set,accuracy\nA,0.5\nAB,0.75\n"
Make = Callable[[Path], None]


@dataclass(frozen=True)
class Refused:
    """A specimen, the arguments beside `import`, and what the refusal has to say.

    `make` writes what `arguments` name into the working directory.
    """

    make: Make
    arguments: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """A specimen that is readable, and all its scores by the names in their sets."""

    make: Make
    arguments: tuple[str, ...]
    scores: dict[frozenset[str], float]


def file(name: str | bytes, content: str | bytes) -> Make:
    """Writes one file of this content."""

    def make(folder: Path) -> None:
        (folder / os.fsdecode(name)).write_bytes(
            content.encode() if isinstance(content, str) else content
        )

    return make


def table(content: str | bytes, *arguments: str, says: tuple[str, ...]) -> Refused:
    """A text table called t.csv that is refused."""
    return Refused(file("t.csv", content), ("t.csv", *arguments), ("t.csv", *says))


def score(text: str) -> str:
    """A table with this text for a score in line 3, and numbers around it."""
    return f"train_set,accuracy\nA,0.5\nAB,{text}\nB,0.25\nC,0.125\n"


def npz(**arrays: Any) -> bytes:
    """An archive of arrays; objects are pickled."""
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def npy(array: Any) -> bytes:
    """An array's file; objects are pickled."""
    stream = io.BytesIO()
    np.save(stream, np.asarray(array))
    return stream.getvalue()


GAME: dict[str, Any] = {
    "values": np.array([0.25, 0.5]),
    "coalitions": np.array([[0, 1], [1, 1]]),
    "n_players": 2,
}


def zipped(members: dict[str, str]) -> bytes:
    """A zip archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def encrypted() -> bytes:
    """A game's archive whose members say that they are encrypted."""
    content = bytearray(npz(**GAME))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(sign)
        while start >= 0:
            content[start + place] |= 1
            start = content.find(sign, start + 4)
    return bytes(content)


def traversing() -> bytes:
    """A game's archive with members whose names leave the folder."""
    stream = io.BytesIO(npz(**GAME))
    with zipfile.ZipFile(stream, "a") as archive:
        for name in ("../../escaped.npy", "/tmp/escaped.npy", "..\\escaped.npy"):
            archive.writestr(name, npy([1.0]))
    return stream.getvalue()


def bomb(megabytes: int) -> bytes:
    """A game's archive whose `values` are so many megabytes of zeros, packed a thousand to one."""
    header = io.BytesIO()
    count = megabytes * 2**20 // 8
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (count,)}
    )
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(header.getvalue()) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = start + block * megabytes + packer.flush()
    check = zlib.crc32(header.getvalue())
    zeros = bytes(2**20)
    for _ in range(megabytes):
        check = zlib.crc32(zeros, check)
    size, name = len(header.getvalue()) + megabytes * 2**20, b"values.npy"
    sizes = struct.pack("<III", check, len(packed), size)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes
    local += struct.pack("<HH", len(name), 0) + name + packed
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    entry += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    stream = io.BytesIO(local + entry + end)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("coalitions.npy", npy(np.eye(2)))
        archive.writestr("n_players.npy", npy(2))
    return stream.getvalue()


def endless_shape() -> bytes:
    """An array's file whose header claims a million million rows."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "|b1", "fortran_order": False, "shape": (10**12, 8)}
    )
    return stream.getvalue() + bytes(64)


def fifo(name: str) -> Make:
    """Makes a named pipe that nobody writes into."""
    return lambda folder: os.mkfifo(folder / name)


def nothing(folder: Path) -> None:
    """Makes nothing: what is imported is there already, or is not there at all."""


def copy_of_the_database(folder: Path) -> None:
    """Makes another lattice database."""
    shutil.copyfile(folder / "lattice.db", folder / "other.db")


def link(name: str, target: str) -> Make:
    """Makes a symbolic link."""
    return lambda folder: (folder / name).symlink_to(target)


def all_of(*makes: Make) -> Make:
    """Makes several specimens."""

    def make(folder: Path) -> None:
        for each in makes:
            each(folder)

    return make


def sheet() -> bytes:
    """What a spreadsheet program saves: a zip archive of XML."""
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": "<worksheet><sheetData/></worksheet>",
        }
    )


def parquet() -> bytes:
    """A whole Parquet file."""
    import pyarrow as pa  # type: ignore[import-untyped]
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    stream = io.BytesIO()
    pq.write_table(pa.table({"train_set": ["A", "AB"], "accuracy": [0.5, 0.75]}), stream)
    return stream.getvalue()


PAGE = """<!DOCTYPE html>
<html lang="en">
<head><title>Sign in, please</title></head>
<body>
<p>You have to sign in to see results.csv, or to download it.</p>
</body>
</html>
"""


def run_files(folder: Path) -> None:
    """Two runs among links that lead in circles, and a pipe that nobody writes into."""
    runs = folder / "runs"
    (runs / "a").mkdir(parents=True)
    (runs / "a" / "results.json").write_text('{"train_set": "A", "accuracy": 0.5}')
    (runs / "b").mkdir()
    (runs / "b" / "results.json").write_text('{"train_set": "AB", "accuracy": 0.75}')
    (runs / "b" / "again").symlink_to("..")
    (runs / "loop").symlink_to("loop")
    (runs / "c").symlink_to("a")
    os.mkfifo(runs / "a" / "pipe.json")


def pickled(value: object) -> bytes:
    """A pickle."""
    return pickle.dumps(value)


def zipped_text(text: str) -> bytes:
    """A gzip file."""
    return gzip.compress(text.encode())


def as_json(value: object) -> str:
    """A JSON text."""
    return json.dumps(value)
