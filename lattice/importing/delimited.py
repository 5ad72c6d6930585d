"""Opens delimited text files as tables: header, and rows in batches with their lines."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing.mapping import TableFormat, is_name
from lattice.importing.sources import WHAT_CAN_BE_READ
from lattice.importing.table import Batch, Table, chosen_rows

ROWS_PER_BATCH = 8_192
_FIELDS_PER_BATCH = 500_000
_LONGEST_LINE = 4 * 2**20
_DELIMITERS = (",", "\t", ";", "|")
_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class _File:
    """A text file and how it is to be cut into fields."""

    path: Path
    encoding: str
    delimiter: str
    has_header: bool
    lines: re.Pattern[str] | None

    def text(self) -> TextIO:
        return self.path.open("r", encoding=self.encoding, newline="")


def open_delimited(path: Path, said: TableFormat) -> Table:
    """Read the header and find the delimiter.

    Raises:
        ImportRefused: the file is empty, binary, in another encoding, or its header repeats a
            name.
        MappingRefused: the encoding or the pattern of lines is none.
    """
    encoding = _encoding(path, said)
    lines = _pattern(path, said.lines)
    first = _first_line(path, encoding, lines)
    delimiter = said.delimiter or _delimiter(first, said)
    file = _File(path, encoding, delimiter, not said.header, lines)
    header = said.header or tuple(name.strip() for name in _fields(file, first))
    _refuse_bad_header(path.name, header)
    table = Table(
        name=path.name,
        files=(path.name,),
        unit="line",
        header=header,
        size=path.stat().st_size,
        open=lambda: _batches(file, header),
        first_place="" if said.header else f"line {_line_of(file, first)}",
    )
    return chosen_rows(table, said)


def _line_of(file: _File, first: str) -> int:
    with file.text() as text:
        return next(number for number, line in enumerate(text, start=1) if line == first)


def _batches(file: _File, header: tuple[str, ...]) -> Iterator[Batch]:
    """All rows, in batches of bounded size."""
    many = max(16, min(ROWS_PER_BATCH, _FIELDS_PER_BATCH // max(1, len(header))))
    size = file.path.stat().st_size
    waiting_for_header = file.has_header
    with file.text() as text:
        source = _Lines(text, file)
        reader = csv.reader(source, delimiter=file.delimiter, strict=True)
        numbered = _numbered(reader, source, file)
        while chunk := list(islice(numbered, many)):
            if waiting_for_header:
                waiting_for_header = False
                chunk = chunk[1:]
            for line, row in chunk:
                if len(row) != len(header):
                    _refuse_ragged(file.path.name, line, row, header)
            if not chunk:
                continue
            places = np.array([line for line, _ in chunk], dtype=np.int64)
            columns = list(zip(*(row for _, row in chunk), strict=True))
            yield Batch(places, columns, min(size, source.characters))


class _Lines:
    """The lines of a file that count, none of them endless; `number` is the last one's."""

    def __init__(self, text: TextIO, file: _File) -> None:
        self._text, self._file = text, file
        self.number = 0
        self.characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            try:
                line = self._text.readline(_LONGEST_LINE)
            except UnicodeDecodeError as error:
                raise _undecodable(self._file, error) from error
            except UnicodeError as error:
                raise ImportRefused(
                    f"{self._file.path.name}: {error}.",
                    hint="Correct table.encoding in the mapping, or save the file as UTF-8.",
                ) from error
            if not line:
                raise StopIteration
            self.number += 1
            self.characters += len(line)
            if len(line) == _LONGEST_LINE:
                raise ImportRefused(
                    f"{self._file.path.name}, line {self.number}: the line is longer than"
                    f" {_LONGEST_LINE:,} characters.",
                    hint="Is this a table? Large arrays are read from .npy, .npz or Parquet.",
                )
            if "\0" in line:
                raise _binary(self._file.path)
            if self._file.lines is None or self._file.lines.search(line):
                return line


def _numbered(
    reader: Iterator[list[str]], source: _Lines, file: _File
) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the line on which it starts."""
    start = 0
    while True:
        start = source.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _not_csv(file, start, source.number, error) from error
        if file.lines is not None:
            start = source.number
        if any(row):  # a row without any text is none: spreadsheets leave some at the end
            yield start, row


def _not_csv(file: _File, start: int, end: int, error: csv.Error) -> ImportRefused:
    where = f"{file.path.name}, line {start}"
    if "field larger" in str(error):
        return ImportRefused(
            f"{where}: a field has more than {csv.field_size_limit():,} characters.",
            hint="Is a quote missing at its end, or is this no table?",
        )
    if "end of data" in str(error):
        return ImportRefused(
            f"{where}: a quote opens here and is not closed before the file ends (line {end}).",
            hint="Close it, or take it out; within quoted fields a quote is written twice.",
        )
    if "new-line" in str(error):
        return ImportRefused(
            f"{where}: the line ends are mixed up.",
            hint="Save the file with one kind of line end.",
        )
    return ImportRefused(f"{where}: {error}.", hint="Check the quotes on this line.")


def _refuse_ragged(name: str, line: int, row: Sequence[str], header: Sequence[str]) -> None:
    raise ImportRefused(
        f"{name}, line {line}: {len(row)} fields where the header has {len(header)}.",
        hint="Mend the row, or quote a field that holds the delimiter.",
    )


# ------------------------------------------------------------------ the start of a file


def _encoding(path: Path, said: TableFormat) -> str:
    """The encoding that the mapping says, UTF-8 with or without its mark otherwise."""
    with path.open("rb") as stream:
        start = stream.read(65_536)
    if not start.removeprefix(codecs.BOM_UTF8).strip():
        raise ImportRefused(f"{path.name} is empty.", hint="There is nothing to import.")
    try:
        known = codecs.lookup(said.encoding)
        "".encode(said.encoding)  # refuses codecs that make no text
    except (LookupError, UnicodeError) as error:
        raise MappingRefused(
            f"table.encoding: {said.encoding!r} is no encoding.",
            hint='Write for example encoding = "latin-1" or "utf-16".',
        ) from error
    if known.name != "utf-8":
        return known.name
    if start.startswith(_BYTE_ORDER_MARKS):
        raise ImportRefused(
            f"{path.name} is UTF-16 text.",
            hint='Say it in a mapping: [table] encoding = "utf-16"; or save it as UTF-8.',
        )
    if b"\0" in start:
        raise _binary(path)
    return "utf-8-sig"


def _binary(path: Path) -> ImportRefused:
    return ImportRefused(f"{path.name} is no text file.", hint=WHAT_CAN_BE_READ)


def _pattern(path: Path, lines: str | None) -> re.Pattern[str] | None:
    if lines is None:
        return None
    try:
        return re.compile(lines)
    except re.error as error:
        raise MappingRefused(
            f"table.lines is no regular expression: {error}.",
            hint=f"It picks the lines of {path.name} that are rows.",
        ) from error


def _first_line(path: Path, encoding: str, lines: re.Pattern[str] | None) -> str:
    """The first line that counts."""
    file = _File(path, encoding, ",", True, lines)
    with file.text() as text:
        first = next((line for line in _Lines(text, file) if line.strip()), None)
    if first is None:
        raise ImportRefused(
            f"{path.name}: no line has what table.lines looks for.", hint="Change the pattern."
        )
    return first


def _delimiter(first: str, said: TableFormat) -> str:
    """The sign that the first line has most of; a decimal comma is none."""
    outside = re.sub(r'"[^"]*"|\[[^\]]*\]', "", first)
    signs = [sign for sign in _DELIMITERS if sign != said.decimal and sign in outside]
    return max(signs or _DELIMITERS, key=outside.count)


def _fields(file: _File, line: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line), delimiter=file.delimiter, strict=True))
    except csv.Error:  # a name of several lines: read on as the rows are
        with file.text() as text:
            source = _Lines(text, file)
            reader = csv.reader(source, delimiter=file.delimiter, strict=True)
            return next(row for _, row in _numbered(reader, source, file))


def _refuse_bad_header(name: str, header: Sequence[str]) -> None:
    for column, times in Counter(header).items():
        if times > 1:
            shown = repr(column) if column else "an empty name"
            raise ImportRefused(
                f"{name}, line 1: the header has {shown} twice.",
                hint="Give every column a name of its own; a file without a header line needs"
                ' [table] header = ["...", "..."] in a mapping.',
            )
        if column and not is_name(column):
            raise ImportRefused(
                f"{name}, line 1: {column[:80]!r} cannot be the name of a column.",
                hint="Names hold no line breaks or tabs, and at most 10,000 characters.",
            )


def _undecodable(file: _File, error: UnicodeDecodeError) -> ImportRefused:
    byte = error.object[error.start]
    return ImportRefused(
        f"{file.path.name}, line {_undecodable_line(file)}: byte {byte:#04x} is no"
        f" {'UTF-8' if file.encoding.startswith('utf-8') else file.encoding}.",
        hint='Save the file as UTF-8, or say its encoding in a mapping: [table] encoding = "latin-1".',
    )


def _undecodable_line(file: _File) -> int:
    """The first line that cannot be decoded; the decoder itself reads ahead in blocks."""
    with file.path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode(file.encoding)
            except UnicodeDecodeError:
                return number
    return 1
