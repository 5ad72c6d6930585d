"""Opens a Parquet file as a table: every column as texts, in batches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lattice.errors import ImportRefused
from lattice.importing.table import Batch, Table

_BATCH_ROWS, _BATCH_FIELDS, _BATCH_BYTES = 8192, 2**21, 2**23
_LARGEST_BYTES, _LARGEST_RATIO = 2**30, 500
_NAMELESS_INDEX = re.compile(r"__index_level_[0-9]+__")


def open_parquet(path: Path) -> Table:
    """The table that a Parquet file holds.

    A null is a blank, true and false are 1 and 0, a number is spelled so that nothing of it is
    lost, a list is JSON. The whole-numbered index without a name that pandas adds when it saves
    a part of a table is no column.

    Raises:
        ImportRefused: pyarrow is not installed, or this is no readable Parquet file, has two
            columns of one name, or one that cannot be texts.
    """
    arrow = _arrow(path)
    with _explained(path, arrow), arrow.parquet.ParquetFile(path) as file:
        schema, metadata = file.schema_arrow, file.metadata
        size = _unpacked_size(metadata)
    _refuse_bomb(path, size)
    fields = [field for field in schema if not _is_nameless_index(arrow, field)]
    _refuse_columns(path, arrow, fields)
    names = tuple(field.name for field in fields)
    batch_rows = _batch_rows(size, metadata.num_rows, len(names))
    # Read as dictionaries, equal texts are one text however many rows have it.
    as_dictionary = [field.name for field in fields if _is_text(arrow, field.type)]

    def rows() -> Iterator[Batch]:
        done = 0
        with (
            _explained(path, arrow),
            arrow.parquet.ParquetFile(path, read_dictionary=as_dictionary) as file,
        ):
            for batch in file.iter_batches(batch_size=batch_rows):
                batch.validate(full=True)  # a damaged file may number texts that are not there
                places = np.arange(done + 1, done + batch.num_rows + 1)
                done += batch.num_rows
                yield Batch(places, [_texts(arrow, batch.column(name)) for name in names], done)

    return Table(
        name=path.name,
        files=(path.name,),
        unit="row",
        header=names,
        size=metadata.num_rows,
        open=rows,
        kind="Parquet table",
        first_place="",
    )


def _arrow(path: Path) -> ModuleType:
    try:
        import pyarrow as arrow  # type: ignore[import-untyped]
        import pyarrow.compute  # type: ignore[import-untyped]
        import pyarrow.parquet  # type: ignore[import-untyped]
    except ImportError as error:
        raise ImportRefused(
            f"{path.name}: Parquet files are read with pyarrow, which is not installed.",
            hint="pip install 'datalattice[parquet]'",
        ) from error
    return arrow  # type: ignore[no-any-return]


@contextmanager
def _explained(path: Path, arrow: ModuleType) -> Iterator[None]:
    try:
        yield
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        raise ImportRefused(
            f"{path.name} is no readable Parquet file: {reason}.", hint="Was it cut short?"
        ) from error


def _unpacked_size(metadata: Any) -> int:
    """How many bytes all rows are by what the file says.

    Only groups of rows are asked: pyarrow's view of their columns ends the process where the
    metadata are damaged.
    """
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    return sum(group.total_byte_size for group in groups)


def _refuse_bomb(path: Path, size: int) -> None:
    ratio = size / max(1, path.stat().st_size)
    if size > _LARGEST_BYTES and ratio > _LARGEST_RATIO:
        raise ImportRefused(
            f"{path.name} unpacks to {size:,} bytes, {ratio:.0f} times its packed size.",
            hint="No results are that repetitive.",
        )


def _batch_rows(size: int, rows: int, columns: int) -> int:
    """How many rows are read at once: fewer where there are many columns, or long lists."""
    by_bytes = _BATCH_BYTES * rows // max(1, size)
    return max(1, min(_BATCH_ROWS, _BATCH_FIELDS // max(1, columns), by_bytes))


def _refuse_columns(path: Path, arrow: ModuleType, fields: list[Any]) -> None:
    if not fields:
        raise ImportRefused(f"{path.name} has no columns.", hint="There is nothing to import.")
    names: set[str] = set()
    for field in fields:
        if field.name in names:
            raise ImportRefused(
                f"{path.name}: there are two columns {field.name!r}.",
                hint="Give every column a name of its own.",
            )
        names.add(field.name)
        if not _can_be_texts(arrow, field.type):
            raise ImportRefused(
                f"{path.name}: the column {field.name!r} holds {field.type}, which is neither"
                " text nor number.",
                hint="Leave it out, or save it as text.",
            )


def _is_nameless_index(arrow: ModuleType, field: Any) -> bool:
    named = _NAMELESS_INDEX.fullmatch(field.name) is None
    return not named and bool(arrow.types.is_integer(field.type))


def _is_text(arrow: ModuleType, kind: Any) -> bool:
    return bool(arrow.types.is_string(kind) or arrow.types.is_large_string(kind))


def _is_list(arrow: ModuleType, kind: Any) -> bool:
    types = arrow.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _can_be_texts(arrow: ModuleType, kind: Any) -> bool:
    types = arrow.types
    if types.is_dictionary(kind):
        return _can_be_texts(arrow, kind.value_type)
    if _is_list(arrow, kind):
        return _is_text(arrow, kind.value_type) or bool(types.is_integer(kind.value_type))
    # Dates, times and decimals are spelled as Arrow does: who ignores them can keep them.
    plain = (types.is_null, types.is_boolean, types.is_integer, types.is_floating)
    spelled = (types.is_decimal, types.is_date, types.is_time, types.is_timestamp)
    return _is_text(arrow, kind) or any(is_such(kind) for is_such in (*plain, *spelled))


def _texts(arrow: ModuleType, array: Any) -> list[str]:
    """One text for every entry of an Arrow array."""
    types, kind = arrow.types, array.type
    if types.is_dictionary(kind):
        known = [*_texts(arrow, array.dictionary), ""]
        places = array.indices.fill_null(len(known) - 1).to_pylist()
        return [known[place] for place in places]
    if types.is_null(kind):
        return [""] * len(array)
    if types.is_floating(kind):
        return _number_texts(array)
    if _is_list(arrow, kind):
        lists = array.to_pylist()
        return ["" if each is None else json.dumps(each, ensure_ascii=False) for each in lists]
    if types.is_boolean(kind):
        array = arrow.compute.cast(array, arrow.int8())
    texts: list[str] = arrow.compute.cast(array, arrow.string()).fill_null("").to_pylist()
    return texts


def _number_texts(array: Any) -> list[str]:
    """The shortest texts that spell the same float64."""
    numbers = array.to_numpy(zero_copy_only=False).astype(np.float64)
    texts = list(map(repr, numbers.tolist()))
    for blank in np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False)).tolist():
        texts[blank] = ""
    return texts
