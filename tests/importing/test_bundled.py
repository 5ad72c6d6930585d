from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import lattice
from lattice.facade import LatticeDatabase
from lattice.resources import bundled_manifests


@pytest.fixture(scope="module")
def stored(bundled: Path) -> Iterator[LatticeDatabase]:
    with lattice.open(str(bundled)) as database:
        yield database


def test_four_result_sets_are_bundled() -> None:
    assert [path.parent.name for path in bundled_manifests()] == [
        "california-housing",
        "covertype",
        "silo",
        "toy",
    ]


@pytest.mark.parametrize(
    ("name", "objects", "sets", "moves", "measures", "evaluations"),
    [
        # every counted number: the source's rows; moves of a full cube: n * 2^(n-1)
        ("california-housing", 10, 2**10, 10 * 2**9, 3, 3 * 30 * 2**10),
        ("covertype", 4, 15, 4 * 2**3 - 4, 15, 15 * 15),
        ("silo", 1, 2, 1, 7, 14),
        ("toy", 4, 4, 3, 4, 16),
    ],
)
def test_a_bundled_lattice_holds_what_its_source_holds(
    stored: LatticeDatabase,
    name: str,
    objects: int,
    sets: int,
    moves: int,
    measures: int,
    evaluations: int,
) -> None:
    summary = stored[name].show().summary
    assert summary.objects == objects
    assert summary.training_sets == sets
    assert summary.moves == moves
    assert summary.measures == measures
    assert summary.evaluations == evaluations
    assert summary.result_sets == 1
    assert summary.coverage == 1.0
    assert summary.title


def test_every_bundled_result_set_says_source_licence_and_what_it_is(
    stored: LatticeDatabase,
) -> None:
    for name in stored:
        (results,) = stored[name].show().result_sets
        assert results.title
        assert results.description
        assert results.source
        assert results.licence


def test_california_housing_is_the_mean_over_its_files(stored: LatticeDatabase) -> None:
    (manifest,) = (each for each in bundled_manifests() if "california" in str(each))
    files = sorted(manifest.parent.glob("model_name=decision_tree_*.npz"))
    assert len(files) == 30
    values = []
    for path in files:
        with np.load(path) as game:
            coalitions, scores = game["coalitions"], game["values"]
        (row,) = np.flatnonzero((coalitions == [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]).all(axis=1))
        values.append(scores[row])
    housing = stored["california-housing"]
    column = [each.protocol.name for each in housing.show().measures].index("decision_tree")
    cell = housing.set("acj").cells[column]
    assert cell is not None
    assert cell.mean == pytest.approx(np.mean(values), abs=1e-12)
    assert cell.standard_error == pytest.approx(np.std(values, ddof=1) / np.sqrt(30), abs=1e-12)
    assert cell.replicates == 30


def test_the_empty_set_of_california_housing_is_declared(stored: LatticeDatabase) -> None:
    housing = stored["california-housing"]
    cells = housing.set("empty").cells
    assert [(cell.mean, cell.origin) for cell in cells if cell] == [(0.0, "declared")] * 3
    assert housing.show().notes == ("the scores of empty are declared by the source, not measured",)


def test_other_bundled_scores_are_measured(stored: LatticeDatabase) -> None:
    for name in ("covertype", "silo", "toy"):
        assert stored[name].show().notes == ()


def test_silo_is_read_as_perplexity_where_lower_is_better(stored: LatticeDatabase) -> None:
    silo = stored["silo"]
    assert {each.metric.direction for each in silo.show().measures} == {"lower"}
    cells = silo.set("related-series-books").cells
    assert [cell.mean for cell in cells if cell] == [13.0, 12.4, 11.4, 12.9, 13.2, 12.8, 15.1]


def test_importing_the_bundled_result_sets_again_adds_nothing(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        states = [database[name].state for name in database]
        report = database.import_files(bundled_manifests(), dry_run=True)
        assert all(each.already_imported for each in report.imported)
        assert [database[name].state for name in database] == states
