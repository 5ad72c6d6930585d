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


# ------------------------------------------------------------------ long


def long_columns(selection: Selection) -> list[str]:
    """The header of the long form."""
    names = ["training_set", "metric", "evaluation_set", "protocol"]
    return [*names, *replicate_columns(selection), "score", "origin"]


def _long_rows(block: Block, selection: Selection) -> Iterator[list[Any]]:
    names = [selection.speller.spell(mask) for mask in masks_of_words(block.words)]
    parts = {each: selection.parts(each) for each in selection.measures}
    for each in valid_scores(block, selection):
        yield [
            names[each.row],
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
        for block in _blocks(selection, progress):
            rows = list(_long_rows(block, selection))
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
    types = [arrow.float64() if name == "score" else arrow.string() for name in columns]
    schema = arrow.schema(list(zip(columns, types, strict=True)))
    sets = scores = 0
    with arrow.parquet.ParquetWriter(stream, schema) as writer:
        for block in _blocks(selection, progress):
            rows = list(_long_rows(block, selection))
            found = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
            arrays = [
                arrow.array(values, type=kind) for values, kind in zip(found, types, strict=True)
            ]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))
            sets += len({row[0] for row in rows})
            scores += len(rows)
    return Written(sets, scores)


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
        leading = ["training_set", *["protocol"] * self.has_protocol]
        self.header = [*leading, *replicate_columns(selection), *self.measures]


def write_wide(selection: Selection, stream: BinaryIO, progress: Progress) -> Written:
    """Write a row per training set and replicate, a column per measure; missing is blank.

    Measures of several protocols stand in rows of their own, so that an import tells them apart.
    """
    columns = _Columns(selection)
    sets = scores = 0
    with _text(stream) as text:
        writer = _csv_writer(text, columns.header)
        for block in _blocks(selection, progress):
            found = valid_scores(block, selection)
            writer.writerows(_wide_rows(block, found, columns, selection))
            sets += len(block.words)
            scores += len(found)
    return Written(sets, scores)


def _wide_rows(
    block: Block, scores: Sequence[Score], columns: _Columns, selection: Selection
) -> Iterator[list[str]]:
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
    masks = masks_of_words(block.words)
    for key in sorted(rows):
        first, fields = rows[key]
        yield [
            selection.speller.spell(masks[key[0]]),
            *[columns.protocols[key[1]]] * columns.has_protocol,
            *replicate_fields(first, selection),
            *fields,
        ]


# ------------------------------------------------------------------ text


def _blocks(selection: Selection, progress: Progress) -> Iterator[Block]:
    done, total = 0, selection.header.sets
    for block in selection.portable.blocks:
        yield block
        done += len(block.words)
        progress(f"writing {selection.header.lattice.name}", done, total)


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
