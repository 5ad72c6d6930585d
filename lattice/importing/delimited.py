"""Opens comma-, tab- and semicolon-separated files: header, and rows in batches with their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused, MappingRefused, closest, did_you_mean
from lattice.importing.mapping import is_name

_Item = TypeVar("_Item")
ROWS_PER_BATCH = 8_192
SAMPLE_ROWS = 5_000
_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True)
class Batch:
    """Some rows of a table, the line on which each ends, and how far into the file they reach."""

    lines: NDArray[np.int64]
    rows: list[list[str]]
    bytes_read: int


@dataclass(frozen=True)
class Table:
    """A delimited text file with a header."""

    path: Path
    name: str
    delimiter: str
    header: tuple[str, ...]

    def index(self, column: str) -> int:
        """Where a column stands.

        Raises:
            MappingRefused: the header has no such column.
        """
        if column in self.header:
            return self.header.index(column)
        near = closest(column, self.header)
        raise MappingRefused(
            f"{self.name}, line 1: there is no column {column!r}.",
            hint=did_you_mean(near) or f"Its columns are {', '.join(self.header[:12])}.",
            suggestions=near,
        )

    def batches(self) -> Iterator[Batch]:
        """All rows below the header.

        Raises:
            ImportRefused: a row with the wrong number of fields, or bytes that are no UTF-8.
        """
        width = len(self.header)
        lines: list[int] = []
        rows: list[list[str]] = []
        with self.path.open("r", encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            for row in _explained(reader, self.path):
                if reader.line_num == 1 or not row:
                    continue
                if len(row) != width:
                    raise ImportRefused(
                        f"{self.name}, line {reader.line_num}: {len(row)} fields where the header"
                        f" has {width}.",
                        hint="Mend the row, or quote a field that holds the delimiter.",
                    )
                lines.append(reader.line_num)
                rows.append(row)
                if len(rows) == ROWS_PER_BATCH:
                    yield Batch(np.array(lines), rows, _position(text))
                    lines, rows = [], []
            if rows:
                yield Batch(np.array(lines), rows, self.path.stat().st_size)

    def sample(self) -> list[list[str]]:
        """The first rows, from which roles are inferred."""
        rows: list[list[str]] = []
        for batch in self.batches():
            rows += batch.rows
            if len(rows) >= SAMPLE_ROWS:
                break
        if not rows:
            raise ImportRefused(
                f"{self.name} has a header and no rows.", hint="There is nothing to import."
            )
        return rows


def open_table(path: Path) -> Table:
    """Read the header and find the delimiter.

    Raises:
        ImportRefused: the file is empty, binary, or its header repeats a name.
    """
    with path.open("rb") as stream:
        start = stream.read(65_536)
    if not start.strip():
        raise ImportRefused(f"{path.name} is empty.", hint="There is nothing to import.")
    if b"\0" in start:
        raise ImportRefused(
            f"{path.name} is no text file.",
            hint="Tables (CSV, TSV), coalition games (.npz) and mappings (.toml) can be imported.",
        )
    with path.open("r", encoding="utf-8-sig", newline="") as text:
        first = next(_explained(_limited_lines(text, path.name), path))
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader([first], delimiter=delimiter, strict=True)
    header = tuple(name.strip() for name in next(_explained(reader, path)))
    for column in header:
        if header.count(column) > 1:
            shown = repr(column) if column else "an empty name"
            raise ImportRefused(
                f"{path.name}, line 1: the header has {shown} twice.",
                hint="Give every column a name of its own.",
            )
        if column and not is_name(column):
            raise ImportRefused(
                f"{path.name}, line 1: {column[:80]!r} cannot be the name of a column.",
                hint="Names hold no line breaks or tabs, and at most 10,000 characters.",
            )
    return Table(path, path.name, delimiter, header)


def _limited_lines(text: TextIO, name: str) -> Iterator[str]:
    line = text.readline(csv.field_size_limit() * 8)
    if not line.endswith(("\n", "\r")) and len(line) == csv.field_size_limit() * 8:
        raise ImportRefused(f"{name}, line 1: the line is too long.", hint="Is this a table?")
    yield line


def _explained(items: Iterator[_Item], path: Path) -> Iterator[_Item]:
    """The items, with errors of decoding and of the CSV format said in our words."""
    while True:
        try:
            item = next(items)
        except StopIteration:
            return
        except UnicodeDecodeError as error:
            raise ImportRefused(
                f"{path.name}, line {_undecodable_line(path)}: byte"
                f" {error.object[error.start]:#04x} is no UTF-8.",
                hint="Save the file as UTF-8.",
            ) from error
        except csv.Error as error:
            line = getattr(items, "line_num", 1)
            raise ImportRefused(
                f"{path.name}, line {line}: {error}.", hint="Check the quotes up to this line."
            ) from error
        yield item


def _undecodable_line(path: Path) -> int:
    """The first line that is no UTF-8; the decoder itself reads ahead in blocks."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _position(text: TextIO) -> int:
    return text.buffer.tell()
