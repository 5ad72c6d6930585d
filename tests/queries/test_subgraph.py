from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import lattice
from lattice.errors import BadQuestion, UnknownMeasure
from lattice.model import Subgraph
from lattice.subsets import mask_of_key


def ranks_of(answer: Subgraph) -> Counter[int]:
    return Counter(mask_of_key(key).bit_count() for key in answer.keys)


def test_a_small_lattice_is_given_whole_with_its_cells(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        answer = toy.subgraph(measure="C")
        bare = toy.subgraph()
    assert (answer.measure, answer.total, answer.shown) == ("accuracy/C", 4, 4)
    assert answer.keys == ("~03", "~07", "~0d", "~0f")
    assert answer.means == (0.45, 0.75, 0.82, 0.85)
    assert answer.standard_errors == (None, None, None, None)
    assert answer.replicates == (1, 1, 1, 1)
    assert bare.keys == answer.keys
    assert (bare.measure, bare.means, bare.replicates) == (None, (None,) * 4, (0,) * 4)


def test_columns_agree_with_the_cells_of_the_grid(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        answer = housing.subgraph(measure="@decision_tree")
        pages = [housing.grid(measures=["@decision_tree"], start=s, limit=600) for s in (0, 600)]
    rows = [row for page in pages for row in page.items]
    assert answer.keys == tuple(row.training_set.key for row in rows)
    cells = [row.cells[0] for row in rows]
    assert answer.means == tuple(cell and cell.mean for cell in cells)
    assert answer.standard_errors == tuple(cell and cell.standard_error for cell in cells)
    assert answer.replicates == tuple(cell.replicates for cell in cells if cell)


def test_a_declared_score_has_no_error(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["california-housing"].subgraph(measure="@random_forest")
    assert (answer.keys[0], answer.means[0], answer.standard_errors[0]) == ("~", 0.0, None)
    assert all(error is not None and error > 0 for error in answer.standard_errors[1:])


def test_missing_cells_are_none(tmp_path: Path) -> None:
    file = tmp_path / "gaps.csv"
    file.write_text("train_set,accuracy/x,accuracy/y\nA,0.5,0.4\nAB,,0.6\n", encoding="utf-8")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        answer = database["gaps"].subgraph(measure="x")
    assert (answer.means, answer.replicates) == ((0.5, None), (1, 0))


@pytest.mark.parametrize("most", [1, 5, 10, 11, 12, 50, 100, 257, 500, 1_000, 1_023])
def test_a_sample_never_gives_more_than_asked_and_says_the_total(bundled: Path, most: int) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        whole = housing.subgraph(measure="@random_forest")
        answer = housing.subgraph(measure="@random_forest", most=most)
    assert answer.total == whole.total == whole.shown == 1_024
    assert answer.shown == len(answer.keys) == len(answer.means) == len(answer.replicates)
    assert 1 <= answer.shown <= most
    assert len(set(answer.keys)) == answer.shown
    place = {key: row for row, key in enumerate(whole.keys)}
    rows = [place[key] for key in answer.keys]
    assert rows == sorted(rows)
    assert answer.means == tuple(whole.means[row] for row in rows)


@pytest.mark.parametrize("most", [11, 50, 257, 1_000])
def test_a_sample_shows_every_rank_in_proportion_to_its_size(bundled: Path, most: int) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        sizes, shown = (ranks_of(housing.subgraph(most=count)) for count in (1_024, most))
    assert set(shown) == set(sizes) == set(range(11))
    for rank, size in sizes.items():
        assert shown[rank] <= max(1, size * most / 1_024)
    for rank, size in sizes.items():
        for other, other_size in sizes.items():
            if size > other_size:
                assert shown[rank] >= shown[other]


@pytest.mark.parametrize("most", [0, -1, 16_385])
def test_a_subgraph_of_no_or_too_many_sets_is_refused(bundled: Path, most: int) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion, match="1 to 16,384"):
        database["toy"].subgraph(most=most)


def test_an_unknown_measure_is_refused(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(UnknownMeasure):
        database["toy"].subgraph(measure="F1")


@pytest.mark.parametrize("most", [1, 300, 1_024])
def test_parts_from_a_start_on_are_all_sets_once_and_no_sample(bundled: Path, most: int) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        whole = housing.subgraph(measure="@random_forest", where="rank>6")
        starts = range(0, whole.total, most) if most > 1 else range(0, 3)
        parts = [
            housing.subgraph(measure="@random_forest", where="rank>6", most=most, start=start)
            for start in starts
        ]
        beyond = housing.subgraph(where="rank>6", start=whole.total)
    keys = [key for part in parts for key in part.keys]
    assert keys == list(whole.keys[: len(keys)])
    assert len(keys) == (whole.total if most > 1 else 3)
    assert [mean for part in parts for mean in part.means] == list(whole.means[: len(keys)])
    assert {part.total for part in (*parts, beyond)} == {whole.total}
    assert beyond.shown == 0
