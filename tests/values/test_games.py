"""A lattice as a game of shapiq, and side by side with shapiq and pyDVL."""

from __future__ import annotations

import json
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapiq

import lattice
from lattice.errors import BadQuestion
from lattice.values.games import scores_of
from tests.values.filled import filled

ABCD = "accuracy/ABCD"
RESULTS = Path(__file__).parents[1] / "results"
#: Made by `python -m benchmarks.record_pydvl`.
RECORDED = json.loads((RESULTS / "pydvl/values.json").read_text(encoding="utf-8"))


def test_sets_of_units_are_looked_up() -> None:
    ground = filled(3, {mask: mask / 10 for mask in range(8)}, taken=0.05)
    membership = np.array(
        [[mask >> each & 1 for each in range(3)] for mask in range(8)], dtype=bool
    )
    assert scores_of(ground, membership) == pytest.approx(
        [0.05, *(mask / 10 for mask in range(1, 8))]
    )


def test_sets_that_are_missing_are_named() -> None:
    ground = filled(3, {0: 0.1, 7: 0.2})
    asked = np.array([[mask >> each & 1 for each in range(3)] for mask in range(8)], dtype=bool)
    with pytest.raises(BadQuestion, match="No score of A, B, AB, C and 2 more"):
        scores_of(ground, asked)


def test_without_shapiq_the_extra_is_named(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shapiq", None)
    with (
        lattice.open(str(bundled)) as database,
        pytest.raises(BadQuestion, match=r"datalattice\[shapiq\]"),
    ):
        database["covertype"].shapiq_game(measure=ABCD, empty=0)


def test_a_game_takes_no_options_of_values(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion, match="takes no beta"):
        database["covertype"].shapiq_game(measure=ABCD, beta=(1, 1))


def test_california_has_the_values_and_indices_that_shapiq_computes(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        game = housing.shapiq_game(measure="@gradient_boosting")
        computer = shapiq.ExactComputer(game=game, n_players=game.n_players)
        for quantity, index in (("shapley", "SV"), ("banzhaf", "BV")):
            ours = [
                each.value for each in housing.value(quantity, measure="@gradient_boosting").items
            ]
            theirs = computer(index, 1).get_n_order_values(1)
            assert ours == pytest.approx(theirs.tolist(), abs=1e-9)
        for quantity, index in (("shapley-interaction", "SII"), ("banzhaf-interaction", "BII")):
            found = housing.value(quantity, measure="@gradient_boosting").items
            theirs = computer(index, 2).get_n_order_values(2)
            wanted = [theirs[pair] for pair in combinations(range(10), 2)]
            assert [each.value for each in found] == pytest.approx(wanted, abs=1e-9)
        triples = housing.value("dividends", measure="@gradient_boosting", order=3).items
        theirs = computer("Moebius", 10)
        for each in triples:
            wanted = theirs[tuple("abcdefghij".index(name) for name in each.objects)]
            assert each.value == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("recorded", RECORDED["values"], ids=lambda each: each["lattice"])
def test_shapley_values_are_those_of_pydvl(
    recorded: dict[str, Any], bundled: Path, tmp_path: Path
) -> None:
    with lattice.open(str(bundled)) as database, lattice.create(str(tmp_path / "a.db")) as other:
        if recorded["lattice"] not in database:
            database = other
            database.import_files([RESULTS / "adult-n14/manifest.toml"])
        found = database[recorded["lattice"]].value(measure=recorded["measure"])
    assert [each.value for each in found.items] == pytest.approx(recorded["shapley"], abs=1e-9)


def test_a_game_of_groups_with_missing_cells_refuses_only_these(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        game = covertype.shapiq_game(measure=ABCD, groups=["pair=A,C"])
        assert game([("pair",), ("B", "pair")]) == pytest.approx([0.5233, 0.5175], abs=5e-5)
        with pytest.raises(BadQuestion, match="No score of empty"):
            game(np.zeros((1, 3), dtype=bool))
        based = covertype.shapiq_game(measure=ABCD, groups=["pair=A,C"], empty=0.1)
        values = shapiq.ExactComputer(game=based, n_players=3)("SV", 1).get_n_order_values(1)
        ours = covertype.value(measure=ABCD, groups=["pair=A,C"], empty=0.1).items
        assert [each.value for each in ours] == pytest.approx(values.tolist(), abs=1e-9)
