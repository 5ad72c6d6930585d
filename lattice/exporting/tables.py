"""Writes the valid scores of a lattice as tables: CSV, wide or long, and Parquet.

Both forms can be imported again into the same cells. What a file cannot leave blank there (the
replicate of a row, its protocol) is therefore written wherever it matters, and left out where it
says nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from lattice.errors import BadQuestion
from lattice.exporting.rows import (
    Score,
    Selection,
    Written,
    replicate_columns,
    replicate_fields,
    valid_scores,
)
from lattice.importing.records import UNNAMED, Progress
from lattice.notation import measure_name
from lattice.portable import Block
from lattice.subsets import masks_of_words

_OTHER_DELIMITERS = ("\t", ";", "|")


# ------------------------------------------------------------------ sets


def set_columns(selection: Selection) -> list[str]:
    """The columns that name a row's set, and its step on a path."""
    return ["training_set", *["step"] * selection.stepped]


def _set_fields(block: Block, first: int, selection: Selection) -> list[list[Any]]:
    """The fields of each set of a block, of which the first is the one number `first` of all."""
    return [
        [selection.speller.spell(mask), *[first + place] * selection.stepped]
        for place, mask in enumerate(masks_of_words(block.words))
    ]


# ------------------------------------------------------------------ long


def long_columns(selection: Selection) -> list[str]:
    """The header of the long form."""
    parts = ["metric", "evaluation_set", "protocol"]
    return [*set_columns(selection), *parts, *replicate_columns(selection), "score", "origin"]


def _long_rows(block: Block, first: int, selection: Selection) -> Iterator[list[Any]]:
    sets = _set_fields(block, first, selection)
    parts = {each: selection.parts(each) for each in selection.measures}
    for each in valid_scores(block, selection):
        yield [
            *sets[each.row],
            *parts[each.measure],
            *replicate_fields(each, selection),
            each.score,
            each.origin,
        ]


def write_long(selection: Selection, stream: BinaryIO, progress: Progress) -> Written:
    """Write a row per score."""
    sets = scores = 0
    with _text(stream) as text:
        writer = _csv_writer(text, long_columns(selection))
        for first, block in _blocks(selection, progress):
            rows = list(_long_rows(block, first, selection))
            writer.writerows([*row[:-2], repr(row[-2]), row[-1]] for row in rows)
            sets += len({row[0] for row in rows})
            scores += len(rows)
    return Written(sets, scores)


def write_parquet(selection: Selection, stream: BinaryIO, progress: Progress) -> Written:
    """Write a row per score, with typed columns.

    Raises:
        BadQuestion: pyarrow is not installed.
    """
    arrow: Any = need_pyarrow()
    columns = long_columns(selection)
    types = [_arrow_type(arrow, name) for name in columns]
    schema = arrow.schema(list(zip(columns, types, strict=True)))
    sets = scores = 0
    with arrow.parquet.ParquetWriter(stream, schema) as writer:
        for first, block in _blocks(selection, progress):
            rows = list(_long_rows(block, first, selection))
            found = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
            arrays = [
                arrow.array(values, type=kind) for values, kind in zip(found, types, strict=True)
            ]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))
            sets += len({row[0] for row in rows})
            scores += len(rows)
    return Written(sets, scores)


def _arrow_type(arrow: Any, column: str) -> Any:
    kinds = {"score": arrow.float64(), "step": arrow.int64()}
    return kinds.get(column, arrow.string())


def need_pyarrow() -> Any:
    """The module that writes Parquet.

    Raises:
        BadQuestion: it is not installed.
    """
    try:
        import pyarrow as arrow  # type: ignore[import-untyped]
        import pyarrow.parquet  # type: ignore[import-untyped]
    except ImportError as error:
        raise BadQuestion(
            "Parquet files are written with pyarrow, which is not installed.",
            hint="pip install 'datalattice[parquet]'",
        ) from error
    return arrow


# ------------------------------------------------------------------ wide


class _Columns:
    """The columns of the wide form: a protocol is a column of its own unless it is unnamed."""

    def __init__(self, selection: Selection) -> None:
        parts = {each: selection.parts(each) for each in selection.measures}
        self.protocols = list(dict.fromkeys(protocol for *_, protocol in parts.values()))
        self.has_protocol = self.protocols != [UNNAMED]
        self.measures = list(
            dict.fromkeys(
                measure_name(metric, column, None) for metric, column, _ in parts.values()
            )
        )
        self.of_measure = {
            each: (self.protocols.index(protocol), self.measures.index(f"{metric}/{column}"))
            for each, (metric, column, protocol) in parts.items()
        }
        leading = [*set_columns(selection), *["protocol"] * self.has_protocol]
        self.header = [*leading, *replicate_columns(selection), *self.measures]


def write_wide(selection: Selection, stream: BinaryIO, progress: Progress) -> Written:
    """Write a row per training set and replicate, a column per measure; missing is blank.

    Measures of several protocols stand in rows of their own, so that an import tells them apart.
    """
    columns = _Columns(selection)
    sets = scores = 0
    with _text(stream) as text:
        writer = _csv_writer(text, columns.header)
        for first, block in _blocks(selection, progress):
            found = valid_scores(block, selection)
            writer.writerows(_wide_rows(block, first, found, columns, selection))
            sets += len(block.words)
            scores += len(found)
    return Written(sets, scores)


def _wide_rows(
    block: Block, start: int, scores: Sequence[Score], columns: _Columns, selection: Selection
) -> Iterator[list[Any]]:
    rows: dict[tuple[int, int, int, int], tuple[Score | None, list[str]]] = {}
    for each in scores:
        protocol, column = columns.of_measure[each.measure]
        key = (each.row, protocol, each.replicate, each.inner)
        _, fields = rows.setdefault(key, (each, [""] * len(columns.measures)))
        fields[column] = repr(each.score)
    scored = {row for row, *_ in rows}
    for row in range(len(block.words)):
        if row not in scored:
            rows[row, 0, 0, 0] = (None, [""] * len(columns.measures))
    sets = _set_fields(block, start, selection)
    for key in sorted(rows):
        first, fields = rows[key]
        yield [
            *sets[key[0]],
            *[columns.protocols[key[1]]] * columns.has_protocol,
            *replicate_fields(first, selection),
            *fields,
        ]


# ------------------------------------------------------------------ text


def _blocks(selection: Selection, progress: Progress) -> Iterator[tuple[int, Block]]:
    """Each block, with how many sets there were before it."""
    done = 0
    for block in selection.portable.blocks:
        yield done, block
        done += len(block.words)
        progress(f"writing {selection.header.lattice.name}", done, selection.sets)


class _text:
    """The stream as UTF-8 text, left open at the end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._wrapper = io.TextIOWrapper(stream, encoding="utf-8", newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self._wrapper

    def __exit__(self, *_: object) -> None:
        self._wrapper.flush()
        self._wrapper.detach()


def _csv_writer(text: io.TextIOWrapper, header: Sequence[str]) -> Any:
    """A writer that has written the header, quoted where a sign in it could be a delimiter."""
    doubtful = any(sign in name for name in header for sign in _OTHER_DELIMITERS)
    plain = csv.writer(text, lineterminator="\n")
    quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    (quoted if doubtful else plain).writerow(header)
    return plain
