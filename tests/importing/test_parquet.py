from __future__ import annotations

import datetime
import json
import math
import pickle
import random
import sys
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import pytest

from lattice.errors import ImportRefused
from lattice.importing import parquet
from lattice.importing.parquet import open_parquet
from lattice.importing.table import Table

WriteFile = Callable[[str, str | bytes], Path]
Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Saves columns, given by name or as a table, as results.parquet."""

    def write(columns: Any, **options: Any) -> Path:
        path = tmp_path / "results.parquet"
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        pyarrow.parquet.write_table(table, path, **options)
        return path

    return write


def columns_of(table: Table) -> dict[str, list[str]]:
    """All texts of every column."""
    found: dict[str, list[str]] = {name: [] for name in table.header}
    for batch in table.batches():
        for name, texts in zip(table.header, batch.columns, strict=True):
            assert len(texts) == len(batch)
            found[name] += texts
    return found


def texts_of(save: Save, values: Any, kind: Any = None) -> list[str]:
    """The texts of one column."""
    return columns_of(open_parquet(save({"column": pa.array(values, kind)})))["column"]


def test_a_table_says_what_it_is(save: Save) -> None:
    path = save({"train_set": ["A", "AB"], "accuracy": [0.5, 0.75]})
    table = open_parquet(path)
    assert table.header == ("train_set", "accuracy")
    assert (table.name, table.files) == ("results.parquet", ("results.parquet",))
    assert (table.unit, table.size, table.kind) == ("row", 2, "Parquet table")
    assert table.start == "results.parquet"
    (batch,) = table.batches()
    assert table.at(batch, 1) == "results.parquet, row 2"
    assert columns_of(table) == {"train_set": ["A", "AB"], "accuracy": ["0.5", "0.75"]}
    assert columns_of(table) == columns_of(table)


def test_rows_are_counted_through_all_batches(save: Save) -> None:
    numbers = list(range(20_000))
    table = open_parquet(save({"number": numbers}, row_group_size=7_000))
    batches = list(table.batches())
    assert len(batches) > 2
    assert max(map(len, batches)) <= 8192
    assert np.concatenate([batch.places for batch in batches]).tolist() == [
        number + 1 for number in numbers
    ]
    assert [batch.done for batch in batches] == np.cumsum([len(each) for each in batches]).tolist()
    assert batches[-1].done == table.size == 20_000
    assert columns_of(table)["number"] == [str(number) for number in numbers]


def test_wide_tables_and_long_lists_come_in_smaller_batches(save: Save, monkeypatch: Any) -> None:
    monkeypatch.setattr(parquet, "_BATCH_FIELDS", 100)
    wide = open_parquet(save({f"c{number}": [1.5] * 30 for number in range(20)}))
    assert [len(batch) for batch in wide.batches()] == [5] * 6
    lists = save({"set": [[row * 50 + i for i in range(50)] for row in range(6)]})
    monkeypatch.setattr(parquet, "_BATCH_BYTES", 1_000)
    batches = list(open_parquet(lists).batches())
    assert max(map(len, batches)) <= 3
    assert sum(map(len, batches)) == 6


def test_every_float_comes_back_exactly(save: Save) -> None:
    chance = np.random.default_rng(1)
    numbers = chance.integers(0, 2**64, 2_000, dtype=np.uint64).view(np.float64)
    numbers = np.append(numbers[np.isfinite(numbers)], [0.1, 1e-5, 1e300, 5e-324, -0.0])
    texts = texts_of(save, numbers)
    assert [float(text).hex() for text in texts] == [number.hex() for number in numbers.tolist()]
    assert texts[-5:] == ["0.1", "1e-05", "1e+300", "5e-324", "-0.0"]


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()])
def test_a_float_that_is_no_number_is_nan_and_a_null_is_blank(save: Save, kind: Any) -> None:
    numbers = np.array([0.5, math.nan, 7, math.inf, -math.inf], dtype=kind.to_pandas_dtype())
    values = pa.array(numbers, kind, mask=np.array([False, False, True, False, False]))
    assert texts_of(save, values) == ["0.5", "nan", "", "inf", "-inf"]


def test_a_short_float_is_spelled_as_the_float64_that_it_is(save: Save) -> None:
    (text,) = texts_of(save, [0.1], pa.float32())
    assert float(text) == float(np.float32(0.1))


TEXTS: dict[str, tuple[Any, Any, list[str]]] = {
    "truths": ([True, False, None], pa.bool_(), ["1", "0", ""]),
    "bytes": ([-128, 127, None], pa.int8(), ["-128", "127", ""]),
    "long numbers": ([2**64 - 1, 0, None], pa.uint64(), [str(2**64 - 1), "0", ""]),
    "texts": (["wiki", "", None, " ü "], pa.string(), ["wiki", "", "", " ü "]),
    "large texts": (["wiki", None], pa.large_string(), ["wiki", ""]),
    "nothing": ([None, None], pa.null(), ["", ""]),
    "lists of texts": (
        [["wiki", "code"], [], None, ['a"b', "ü"], ["a", None]],
        pa.list_(pa.string()),
        ['["wiki", "code"]', "[]", "", '["a\\"b", "ü"]', '["a", null]'],
    ),
    "lists of numbers": ([[0, 3], [12]], pa.list_(pa.int32()), ["[0, 3]", "[12]"]),
    "large lists": ([["a"]], pa.large_list(pa.large_string()), ['["a"]']),
    "pairs": ([[1, 2], [3, 4]], pa.list_(pa.int64(), 2), ["[1, 2]", "[3, 4]"]),
    "decimals": ([Decimal("1.20"), None], pa.decimal128(5, 2), ["1.20", ""]),
    "days": ([datetime.date(2026, 1, 31), None], pa.date32(), ["2026-01-31", ""]),
    "times": ([datetime.datetime(2026, 1, 31, 9)], pa.timestamp("s"), ["2026-01-31 09:00:00.000"]),
}


@pytest.mark.parametrize(("values", "kind", "texts"), TEXTS.values(), ids=TEXTS.keys())
def test_values_become_texts(save: Save, values: Any, kind: Any, texts: list[str]) -> None:
    assert texts_of(save, values, kind) == texts


def test_a_time_with_a_zone_is_a_text(save: Save) -> None:
    noon = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    (text,) = texts_of(save, [noon], pa.timestamp("us", "UTC"))
    assert text.startswith("2026-01-31 12:00:00")


def test_categories_are_decoded(save: Save) -> None:
    names = pa.array(["b", "a", None, "b"]).dictionary_encode()
    numbers = pa.array([3, None, 3, 5]).dictionary_encode()
    table = open_parquet(save({"name": names, "number": numbers}))
    assert columns_of(table) == {"name": ["b", "a", "", "b"], "number": ["3", "", "3", "5"]}


def test_a_list_is_json(save: Save) -> None:
    lists = [["a", "b+c"], ['"', "\\", "\n"], []]
    assert [json.loads(text) for text in texts_of(save, lists)] == lists


def test_a_column_may_have_any_name(save: Save) -> None:
    table = open_parquet(save({"eval.acc": [1], "eval": [2], "a b": [3], "": [4]}))
    assert columns_of(table) == {"eval.acc": ["1"], "eval": ["2"], "a b": ["3"], "": ["4"]}


def test_a_nameless_index_of_numbers_is_no_column(save: Save) -> None:
    table = open_parquet(save({"accuracy": [0.5], "__index_level_0__": [17]}))
    assert columns_of(table) == {"accuracy": ["0.5"]}
    table = open_parquet(save({"accuracy": [0.5], "__index_level_0__": ["AB"]}))
    assert columns_of(table) == {"accuracy": ["0.5"], "__index_level_0__": ["AB"]}


def test_a_table_without_rows_says_so(save: Save) -> None:
    table = open_parquet(save({"accuracy": pa.array([], pa.float64())}))
    assert table.size == 0
    with pytest.raises(ImportRefused, match=r"results\.parquet has no rows"):
        table.sample()


def test_a_long_text_that_is_repeated_is_one_text(save: Save) -> None:
    """A hundred megabytes, were every row to have a text of its own."""
    path = save({"note": ["x" * 100_000] * 1_000})
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    try:
        (batch,) = open_parquet(path).batches()
        assert tracemalloc.get_traced_memory()[1] < 2**22
    finally:
        tracemalloc.stop()
    assert {len(text) for text in batch.columns[0]} == {100_000}


# ------------------------------------------------------------------ bad files


@pytest.mark.parametrize(
    "values",
    [
        pa.array([{"a": 1}]),
        pa.array([b"bytes"]),
        pa.array([[0.5]]),
        pa.array([[["a"]]]),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        pa.array([datetime.timedelta(1)]),
    ],
    ids=lambda values: str(values.type),
)
def test_a_column_that_is_neither_text_nor_number_is_refused(save: Save, values: Any) -> None:
    with pytest.raises(ImportRefused, match=r"results\.parquet: the column 'odd' holds") as caught:
        open_parquet(save({"accuracy": [0.5], "odd": values}))
    assert str(values.type).split("<")[0] in caught.value.message
    assert caught.value.hint


def test_two_columns_of_one_name_are_refused(save: Save) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(ImportRefused, match="there are two columns 'a'"):
        open_parquet(save(table))


def test_a_table_without_columns_is_refused(save: Save) -> None:
    with pytest.raises(ImportRefused, match=r"results\.parquet has no columns"):
        open_parquet(save({}))


def test_what_is_no_parquet_is_refused(save: Save, write_file: WriteFile) -> None:
    whole = save({"a": list(range(1000))}).read_bytes()
    for content in (b"", b"PAR1", b"a,b\n1,2\n", pickle.dumps([1]), whole[:-9], whole[:50]):
        with pytest.raises(ImportRefused, match=r"^x\.parquet is no readable Parquet") as caught:
            open_parquet(write_file("x.parquet", content))
        assert "\n" not in caught.value.message
        assert caught.value.hint
    with pytest.raises(ImportRefused, match="is no readable Parquet file"):
        open_parquet(Path("missing.parquet"))


def test_texts_that_are_no_utf_8_are_refused(save: Save, write_file: WriteFile) -> None:
    content = save({"a": ["mango", "melon"]}, compression="none").read_bytes()
    path = write_file("x.parquet", content.replace(b"mango", b"man\xffo"))
    with pytest.raises(ImportRefused, match=r"x\.parquet is no readable Parquet file"):
        columns_of(open_parquet(path))


def test_a_broken_file_is_refused_and_never_crashes(save: Save, write_file: WriteFile) -> None:
    whole = save({"a": list(range(50)), "b": [f"t{number}" for number in range(50)]}).read_bytes()
    chance = random.Random(3)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert outcome(write_file("x.parquet", bytes(broken))).startswith(("read", "x.parquet"))


def outcome(path: Path) -> str:
    """What came of reading a file: `read`, or why it was refused."""
    try:
        columns_of(open_parquet(path))
    except ImportRefused as error:
        return error.message
    return "read"


def test_a_bomb_is_not_unpacked(save: Save, monkeypatch: Any) -> None:
    path = save({"zeros": np.zeros(2**20)}, use_dictionary=False, compression="zstd")
    monkeypatch.setattr(parquet, "_LARGEST_BYTES", 2**22)
    with pytest.raises(ImportRefused, match=r"results\.parquet unpacks to 8,\d+,\d+ bytes"):
        open_parquet(path)


def test_without_pyarrow_the_message_names_the_extra(save: Save, monkeypatch: Any) -> None:
    path = save({"a": [1]})
    for module in ("pyarrow", "pyarrow.compute", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportRefused, match=r"results\.parquet: Parquet files are read") as caught:
        open_parquet(path)
    assert caught.value.hint == "pip install 'datalattice[parquet]'"
