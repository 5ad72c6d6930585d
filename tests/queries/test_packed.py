"""Packed subgraphs, read here by hand, hold what the JSON answer holds, bit by bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import lattice
from lattice.subsets import mask_of_key

_TYPES = {"F64": "<f8", "U32": "<u4", "BOOL": "?"}


def read(packed: bytes) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
    start = 8 + int.from_bytes(packed[:8], "little")
    assert start % 8 == 0
    header = json.loads(packed[8:start])
    about = header.pop("__metadata__")
    arrays, end = {}, 0
    for name, each in header.items():
        first, last = each["data_offsets"]
        assert first == end
        end = last
        values = np.frombuffer(packed[start + first : start + last], _TYPES[each["dtype"]])
        arrays[name] = values.reshape(each["shape"])
    assert len(packed) == start + end
    return about, arrays


def masks(words: NDArray[Any]) -> list[int]:
    return [sum(int(word) << 32 * at for at, word in enumerate(row)) for row in words]


@pytest.mark.parametrize(
    ("name", "measure", "where", "most"),
    [
        ("toy", "C", None, 16_384),
        ("toy", None, None, 16_384),
        ("covertype", "ABCD", "rank>1", 16_384),
        ("covertype", "ABCD", "rank>9", 16_384),
        ("california-housing", "@decision_tree", None, 300),
        ("california-housing", "@random_forest", None, 16_384),
    ],
)
def test_packed_columns_are_those_of_the_json_answer(
    bundled: Path, name: str, measure: str | None, where: str | None, most: int
) -> None:
    with lattice.open(str(bundled)) as database:
        listed = database[name].subgraph(measure=measure, where=where, most=most)
        packed = database[name].packed_subgraph(measure=measure, where=where, most=most)
    about, arrays = read(packed)
    shown = listed.shown
    assert about.get("measure") == listed.measure
    assert int(about["total"]) == listed.total
    assert masks(arrays["words"]) == [mask_of_key(key) for key in listed.keys]
    for column in ("means", "standard_errors"):
        values = np.broadcast_to(arrays[column], shown).tolist()
        assert [None if value != value else value for value in values] == list(
            getattr(listed, column)
        )
    for column in ("replicates", "declared"):
        assert np.broadcast_to(arrays[column], shown).tolist() == list(getattr(listed, column))


def test_alike_entries_are_sent_once_and_missing_ones_are_nan(tmp_path: Path) -> None:
    file = tmp_path / "gaps.csv"
    file.write_text("train_set,accuracy/x\nA,0.1\nAB,0.30000000000000004\nB,0.2\n", "utf-8")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        about, arrays = read(database["gaps"].packed_subgraph(measure="x"))
        bare = read(database["gaps"].packed_subgraph())[1]
    assert about == {"total": "3", "objects": "2", "measure": "accuracy/x"}
    assert arrays["words"].tolist() == [[1], [2], [3]]
    assert arrays["means"].tolist() == [0.1, 0.2, 0.30000000000000004]
    assert np.isnan(arrays["standard_errors"]).tolist() == [True]
    assert arrays["replicates"].tolist() == [1]
    assert np.isnan(bare["means"]).tolist() == [True]


@pytest.mark.parametrize("objects", [31, 32, 33, 64, 65, 130])
def test_sets_of_many_objects_take_as_many_words_as_they_need(tmp_path: Path, objects: int) -> None:
    names = [f"o{position}" for position in range(objects)]
    chosen = [names[:1], names[-1:], names]
    rows = "".join(f"{'+'.join(each)},{score}\n" for score, each in enumerate(chosen))
    file = tmp_path / "wide.csv"
    file.write_text(f"train_set,accuracy\n{rows}", encoding="utf-8")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        listed = database["wide"].subgraph()
        about, arrays = read(database["wide"].packed_subgraph())
    assert int(about["objects"]) == objects
    assert arrays["words"].shape == (3, -(-objects // 32))
    assert masks(arrays["words"]) == [mask_of_key(key) for key in listed.keys]
