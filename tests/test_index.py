from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import lattice
from lattice.importing.mapping import Mapping, Replicates, Sets, parse
from lattice.index import MISSING, LatticeIndex, ScoreColumn, score_columns
from lattice.model import Cell, ReplicateKind

TABLE = """\
train_set,seed,accuracy/A,accuracy/B,loss/A
ABC,1,0.9,0.8,0.20
ABC,2,0.7,,0.30
B,1,0.5,0.6,
AC,1,,0.4,0.50
AC,2,,0.6,0.70
A,1,0.3,0.2,0.90
"""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LatticeIndex]:
    file = tmp_path / "small.csv"
    file.write_text(TABLE, encoding="utf-8")
    with lattice.create(str(tmp_path / "x.db")) as database:
        mapping = Mapping(sets=Sets("letters"), replicates=Replicates("shared"))
        database.import_files([file], mapping=mapping)
        yield database["small"].index()


def column_of(index: LatticeIndex, name: str) -> ScoreColumn:
    return index.columns[[each.name for each in index.measures].index(name)]


# ------------------------------------------------------------------ rows


def test_rows_are_in_display_order(index: LatticeIndex) -> None:
    assert [index.training_set(row).name for row in range(len(index))] == ["A", "B", "AC", "ABC"]
    assert [index.mask_of(row) for row in range(4)] == [0b001, 0b010, 0b101, 0b111]
    assert index.ranks.tolist() == [1, 1, 2, 3]


def test_every_stored_set_is_found_at_its_row_and_others_are_missing(index: LatticeIndex) -> None:
    stored = {0b001: 0, 0b010: 1, 0b101: 2, 0b111: 3}
    assert {mask: index.row_of(mask) for mask in range(8)} == {
        mask: stored.get(mask, MISSING) for mask in range(8)
    }
    assert index.row_of(1 << 40) == MISSING
    assert index.row_of(1 << 400) == MISSING


def test_a_row_is_named_by_key_spelling_and_rank(index: LatticeIndex) -> None:
    named = index.training_set(2)
    assert (named.key, named.name, named.rank) == ("~05", "AC", 2)


def test_the_nearest_sets_differ_in_the_fewest_objects(index: LatticeIndex) -> None:
    assert [each.name for each in index.nearest(0b011)] == ["A", "B", "ABC"]
    assert [each.name for each in index.nearest(0b100, 2)] == ["AC", "A"]
    assert [each.name for each in index.nearest(0b000, 9)] == ["A", "B", "AC", "ABC"]


def test_arrays_of_an_index_cannot_be_written(index: LatticeIndex) -> None:
    column = index.columns[0]
    for array in (index.words, column.mean, column.by_replicate, column.count, column.declared):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


# ------------------------------------------------------------------ cells


def test_a_cell_is_the_mean_of_its_replicates(index: LatticeIndex) -> None:
    cell = column_of(index, "accuracy/A").cell(3)
    assert cell is not None
    assert cell.mean == pytest.approx(0.8)
    assert cell.standard_error == pytest.approx(0.1)  # sd .1414 over sqrt(2)
    assert (cell.replicates, cell.origin) == (2, "measured")


def test_one_replicate_has_an_unknown_error(index: LatticeIndex) -> None:
    assert column_of(index, "accuracy/B").cell(3) == Cell(0.8, None, 1, "measured")
    assert column_of(index, "accuracy/A").cell(1) == Cell(0.5, None, 1, "measured")


def test_a_missing_cell_is_none_and_not_zero(index: LatticeIndex) -> None:
    assert column_of(index, "accuracy/A").cell(2) is None
    assert column_of(index, "loss/A").cell(1) is None
    assert math.isnan(column_of(index, "loss/A").mean[1])


def test_cells_come_in_the_order_asked_for(index: LatticeIndex) -> None:
    names = [each.name for each in index.measures]
    asked = (names.index("loss/A"), names.index("accuracy/B"))
    cells = index.cells(2, asked)
    assert [cell and cell.mean for cell in cells] == pytest.approx([0.6, 0.5])


def test_goodness_turns_lower_is_better_around(index: LatticeIndex) -> None:
    names = [each.name for each in index.measures]
    higher = index.goodness(names.index("accuracy/A"))
    lower = index.goodness(names.index("loss/A"))
    assert higher == pytest.approx([0.3, 0.5, math.nan, 0.8], nan_ok=True)
    assert lower == pytest.approx([-0.9, math.nan, -0.6, -0.25], nan_ok=True)


def test_declared_cells_are_labelled_and_have_no_error(tmp_path: Path) -> None:
    file = tmp_path / "game.csv"
    file.write_text("train_set,seed,accuracy\n{},1,0\n{},2,0\nA,1,0.5\nA,2,0.7\n", encoding="utf-8")
    mapping = Mapping(sets=Sets("letters", declared=("empty",)), replicates=Replicates("shared"))
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=mapping)
        column = database["game"].index().columns[0]
    assert column.cell(0) == Cell(0.0, None, 2, "declared")
    assert column.declared.tolist() == [True, False]
    measured = column.cell(1)
    assert measured is not None
    assert measured.origin == "measured"
    assert measured.standard_error == pytest.approx(0.1)


def test_nested_replicates_of_a_file_are_averaged_within_the_outer_ones(tmp_path: Path) -> None:
    file = tmp_path / "nested.csv"
    file.write_text(
        "train_set,seed,inner_seed,accuracy\n"
        "A,1,1,0.1\nA,1,2,0.3\nA,1,3,0.5\nA,2,1,0.7\nA,2,2,0.9\n",
        encoding="utf-8",
    )
    mapping = parse('[sets]\nspelling = "letters"\n[replicates]\nkind = "nested"\n', "m.toml")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=mapping)
        column = database["nested"].index().columns[0]
    assert sorted(column.by_replicate[0].tolist()) == pytest.approx([0.3, 0.8])
    cell = column.cell(0)
    assert cell is not None
    assert cell.mean == pytest.approx(0.55)
    assert cell.standard_error == pytest.approx(0.25)
    assert cell.replicates == 2
    assert column.kinds == ("nested", "nested")


@pytest.mark.parametrize("blocks", [None, "splits"])
def test_a_replicate_that_two_files_report_counts_once(tmp_path: Path, blocks: str | None) -> None:
    (tmp_path / "one.csv").write_text(
        "train_set,seed,accuracy\nA,1,0.5\nA,2,0.7\n", encoding="utf-8"
    )
    (tmp_path / "two.csv").write_text(
        "train_set,seed,accuracy\nA,2,0.7\nA,3,0.9\n", encoding="utf-8"
    )
    mapping = Mapping(sets=Sets("letters"), replicates=Replicates("shared", blocks))
    with lattice.create(str(tmp_path / "x.db")) as database:
        for name in ("one", "two"):
            database.import_files([tmp_path / f"{name}.csv"], into="both", mapping=mapping)
        cell = database["both"].index().columns[0].cell(0)
    assert cell is not None
    assert cell.replicates == 3
    assert cell.mean == pytest.approx(0.7)
    assert cell.standard_error == pytest.approx(0.2 / math.sqrt(3))


def test_an_inner_replicate_that_two_files_report_counts_once(tmp_path: Path) -> None:
    header = "train_set,seed,inner_seed,accuracy\n"
    (tmp_path / "one.csv").write_text(f"{header}A,1,1,0.1\nA,1,2,0.3\n", encoding="utf-8")
    (tmp_path / "two.csv").write_text(f"{header}A,1,1,0.1\nA,2,1,0.4\n", encoding="utf-8")
    mapping = Mapping(sets=Sets("letters"), replicates=Replicates("nested", "splits"))
    with lattice.create(str(tmp_path / "x.db")) as database:
        for name in ("one", "two"):
            database.import_files([tmp_path / f"{name}.csv"], into="both", mapping=mapping)
        column = database["both"].index().columns[0]
    assert sorted(column.by_replicate[0].tolist()) == pytest.approx([0.2, 0.4])


# ------------------------------------------------------------------ score_columns


def columns(
    evaluations: list[tuple[int, int, int, int, float]],
    *,
    inner: tuple[int, ...] | None = None,
    measures: int = 1,
    rows: int = 2,
    scopes: tuple[ReplicateKind, ...] = ("shared",),
    declared: frozenset[int] = frozenset(),
) -> tuple[ScoreColumn, ...]:
    """Columns from evaluations (row, measure, replicate, scope, score)."""
    whole = np.array([each[:4] for each in evaluations], dtype=np.int64).reshape(-1, 4)
    return score_columns(
        measures,
        rows,
        row=whole[:, 0],
        measure=whole[:, 1],
        replicate=whole[:, 2],
        inner_replicate=np.array(inner or [0] * len(evaluations), dtype=np.int64),
        scope=whole[:, 3],
        score=np.array([each[4] for each in evaluations], dtype=np.float64),
        declared=np.array([each in declared for each in range(len(evaluations))], dtype=np.bool_),
        scopes=scopes,
    )


def test_each_measure_has_its_own_column_with_nan_where_a_replicate_lacks() -> None:
    first, second = columns(
        [(0, 0, 7, 0, 0.1), (1, 1, 5, 0, 0.4), (1, 0, 7, 0, 0.2), (1, 0, 9, 0, 0.3)], measures=2
    )
    assert first.by_replicate == pytest.approx(np.array([[0.1, math.nan], [0.2, 0.3]]), nan_ok=True)
    assert second.by_replicate == pytest.approx(np.array([[math.nan], [0.4]]), nan_ok=True)
    assert first.count.tolist() == [1, 2]


def test_a_measure_without_evaluations_has_only_missing_cells() -> None:
    _, second = columns([(0, 0, 1, 0, 0.5)], measures=2)
    assert second.count.tolist() == [0, 0]
    assert second.cell(0) is None
    assert second.kinds == ("unlabelled",)


def test_inner_replicates_are_averaged_before_anything_else() -> None:
    (column,) = columns(
        [(0, 0, 1, 0, 0.0), (0, 0, 1, 0, 1.0), (0, 0, 1, 0, 2.0), (0, 0, 2, 0, 5.0)],
        inner=(1, 2, 3, 1),
        scopes=("nested",),
    )
    assert column.by_replicate[0].tolist() == [1.0, 5.0]
    assert column.mean[0] == 3.0
    assert column.standard_error[0] == pytest.approx(math.sqrt(8 / 2))
    assert column.count[0] == 2


def test_the_same_replicate_in_a_later_scope_counts_once() -> None:
    (column,) = columns(
        [(0, 0, 1, 1, 0.5), (0, 0, 1, 0, 0.5), (0, 0, 2, 1, 0.9), (1, 0, 1, 1, 0.3)],
        scopes=("shared", "independent"),
    )
    assert column.count.tolist() == [2, 1]
    assert column.mean.tolist() == pytest.approx([0.7, 0.3])


def test_equal_seeds_of_two_scopes_are_different_blocks() -> None:
    (column,) = columns([(0, 0, 1, 0, 0.1), (1, 0, 1, 1, 0.2)], scopes=("shared", "independent"))
    assert column.by_replicate == pytest.approx(
        np.array([[0.1, math.nan], [math.nan, 0.2]]), nan_ok=True
    )
    assert column.kinds == ("shared", "independent")


def test_declared_evaluations_mark_their_cell() -> None:
    (column,) = columns([(0, 0, 1, 0, 0.0), (1, 0, 1, 0, 0.2)], declared=frozenset({0}))
    assert column.declared.tolist() == [True, False]
    assert column.cell(0) == Cell(0.0, None, 1, "declared")
