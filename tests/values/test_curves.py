"""Curves by plain Python over real scores, planted curves, and rankings of covertype."""

from __future__ import annotations

import json
from itertools import combinations
from math import comb, exp, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

import lattice
from lattice.encoding import to_json
from lattice.errors import BadQuestion
from lattice.facade import Lattice
from lattice.importing.mapping import parse
from lattice.values.curves.fits import fitted

ABCD = "accuracy/ABCD"


def scores_of(chosen: Lattice, measure: str) -> dict[str, float]:
    """The mean of every stored set under one measure, by name."""
    page = chosen.sets(limit=1_000)
    assert page.next is None
    found = {}
    for each in page.items:
        (name,) = (name for name in each.measures if name.split("@")[0] == measure)
        cell = each.cells[each.measures.index(name)]
        if cell is not None:
            found[each.training_set.name] = cell.mean
    return found


# ------------------------------------------------------------------ fits


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("power", lambda x: 0.9 - 0.5 * x**-0.7),
        ("exponential", lambda x: 0.8 - 0.6 * exp(-0.3 * x)),
        ("logarithmic", lambda x: 0.2 + 0.1 * log(x)),
    ],
)
def test_a_planted_curve_is_found_again(name: str, shape: object) -> None:
    x = np.arange(1.0, 13.0)
    y = np.array([shape(each) for each in x.tolist()])  # type: ignore[operator]
    (found,) = (each for each in fitted(x, y, np.ones(12), None) if each.name == name)
    assert found.rmse < 1e-6
    planted = {"power": (0.9, -0.5, 0.7), "exponential": (0.8, -0.6, 0.3)}.get(
        name, (0.2, 0.1, None)
    )
    assert (found.a, found.b) == pytest.approx(planted[:2], abs=1e-3)
    assert found.c == (None if planted[2] is None else pytest.approx(planted[2], abs=1e-3))
    assert found.curve[0].x == 1.0
    assert found.curve[-1].x == pytest.approx(24.0)
    assert [each.extrapolated for each in found.curve] == [
        each.x > 12.0000001 for each in found.curve
    ]


def test_errors_are_over_fits_to_each_block() -> None:
    x = np.arange(1.0, 9.0)
    blocks = np.stack([level + 0.1 * np.log(x) for level in (0.1, 0.2, 0.6)])
    (found,) = (
        each
        for each in fitted(x, blocks.mean(axis=0), np.ones(8), blocks)
        if each.name == "logarithmic"
    )
    assert found.blocks == 3
    assert found.a == pytest.approx(0.3)
    assert found.errors[0] == pytest.approx(np.std([0.1, 0.2, 0.6], ddof=1) / sqrt(3))
    assert found.errors[1] == pytest.approx(0.0, abs=1e-12)
    assert found.errors[2] is None


# ------------------------------------------------------------------ scaling


def test_means_by_rank_are_those_of_plain_python(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        scores = scores_of(database["covertype"], ABCD)
        found = database["covertype"].scaling(measure=ABCD)
    (series,) = found.series
    for point in series.points:
        of_rank = [score for name, score in scores.items() if len(name) == point.x]
        assert point.mean == pytest.approx(sum(of_rank) / len(of_rank))
        assert (point.scored, point.sets) == (len(of_rank), comb(4, int(point.x)))
        assert point.status == "exact"
    assert [each.x for each in series.points] == [1, 2, 3, 4]  # the empty set has no score


def test_housing_is_refitted_in_every_block(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        found = database["california-housing"].scaling(measure="@decision_tree")
        by_size = database["california-housing"].scaling(measure="@decision_tree", axis="size")
    (series,) = found.series
    assert series.points[0].declared
    assert series.points[0].standard_error is None
    assert [each.sets for each in series.points] == [comb(10, each) for each in range(11)]
    assert all(fit.blocks == 30 for fit in series.fits)
    assert all(each is not None for fit in series.fits for each in fit.errors[:2])
    sizes = sum(each.scored for each in by_size.series[0].points)
    assert sizes == 1_024
    assert max(each.x for each in by_size.series[0].points) == 55  # chunks of sizes 1 to 10


def test_strata_split_the_sets_by_who_is_in_them(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        scores = scores_of(database["covertype"], ABCD)
        found = database["covertype"].scaling(measure=ABCD, strata=["B", "D"])
    assert [(each.holding, each.without) for each in found.series] == [
        (("B", "D"), ()),
        (("B",), ("D",)),
        (("D",), ("B",)),
        ((), ("B", "D")),
    ]
    for series in found.series:
        for point in series.points:
            wanted = [
                score
                for name, score in scores.items()
                if len(name) == point.x
                and all(each in name for each in series.holding)
                and not any(each in name for each in series.without)
            ]
            assert point.mean == pytest.approx(sum(wanted) / len(wanted))
            assert point.scored == len(wanted)


def test_means_of_stored_sets_alone_are_called_estimates(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        found = database["toy"].scaling(measure="accuracy/C")
    (series,) = found.series
    assert [(each.x, each.scored, each.sets, each.status) for each in series.points] == [
        (2, 1, 6, "estimated"),
        (3, 2, 4, "estimated"),
        (4, 1, 1, "exact"),
    ]
    assert series.fits == ()
    assert "no curve is fitted" in str(series.note)


# ------------------------------------------------------------------ evaluation sets


def test_larger_evaluation_sets_have_smaller_sampling_errors(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        found = database["covertype"].evaluation_scaling("ABCD", measure=ABCD)
    assert [each.size for each in found.points] == sorted(
        600.0 * each for each in (*[1] * 4, *[2] * 6, *[3] * 4, 4)
    )
    last = found.points[-1]
    assert last.sampling_error == pytest.approx(sqrt(last.cell.mean * (1 - last.cell.mean) / 2_400))


def test_without_sizes_there_is_no_curve(bundled: Path) -> None:
    with (
        lattice.open(str(bundled)) as database,
        pytest.raises(BadQuestion, match="evaluation sets of known size"),
    ):
        database["california-housing"].evaluation_scaling("all", measure="@decision_tree")


# ------------------------------------------------------------------ orders


def test_orders_follow_the_ranking_and_random_is_the_mean_of_every_rank(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        scores = scores_of(database["covertype"], ABCD) | {"empty": 0.0}
        found = database["covertype"].order_curves("shapley", measure=ABCD, empty=0)
    best, worst, removed, random = found.curves
    assert best.units == ("A", "C", "D", "B")
    assert [each.score for each in best.points] == [
        scores[name] for name in ("empty", "A", "AC", "ACD", "ABCD")
    ]
    assert [each.score for each in worst.points] == [
        scores[name] for name in ("empty", "B", "BD", "BCD", "ABCD")
    ]
    assert [each.score for each in removed.points] == [
        scores[name] for name in ("ABCD", "BCD", "BD", "B", "empty")
    ]
    for rank in range(1, 5):
        of_rank = [scores["".join(each)] for each in combinations("ABCD", rank)]
        assert random.points[rank].score == pytest.approx(sum(of_rank) / len(of_rank))
    wanted = sum(each.score or 0.0 for each in best.points[1:]) / 4
    assert best.area.value == pytest.approx(wanted)
    assert found.optimistic
    assert "optimistic" in found.notes[0]


def test_an_order_can_be_given_and_missing_sets_are_named(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        found = database["toy"].order_curves(["A", "B", "C", "D"], measure="accuracy/C")
        assert not found.optimistic
        assert [each.score is None for each in found.curves[0].points] == [
            True,
            True,
            False,
            False,
            False,
        ]
        assert found.curves[0].area.status == "unavailable"
        assert {"empty", "A"} <= {each.name for each in found.missing}
        for wrong in (["A", "B"], ["A", "A", "B", "C"]):
            with pytest.raises(BadQuestion, match="each must be named once"):
                database["toy"].order_curves(wrong, measure="accuracy/C")
        with pytest.raises(BadQuestion, match="not all known"):
            database["toy"].order_curves("shapley", measure="accuracy/C")
        with pytest.raises(BadQuestion, match="ranks none"):
            database["covertype"].order_curves("shapley-interaction", measure=ABCD)


def test_lower_is_better_is_ranked_the_other_way_round(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("train_set,loss\nempty,1.0\nA,0.2\nB,0.9\nAB,0.1\n")
    mapping = parse('[[metrics]]\nname = "loss"\ndirection = "lower"\n', "m.toml")
    with lattice.create(str(tmp_path / "a.db")) as database:
        database.import_files([file], into="t", mapping=mapping)
        assert database["t"].order_curves().curves[0].units == ("A", "B")
        ranks = {each.unit: each.rank for each in database["t"].methods().methods[2].items}
        assert ranks == {"A": 1, "B": 2}


# ------------------------------------------------------------------ methods


def test_methods_hold_the_values_that_each_gives_alone(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covers = database["covertype"]
        found = covers.methods(measure=ABCD, empty=0)
        for method in found.methods:
            beta = {"beta(1, 16)": (1.0, 16.0), "beta(16, 1)": (16.0, 1.0)}.get(method.name)
            name = "beta" if beta else method.name
            alone = covers.value(name, measure=ABCD, empty=0, beta=beta)
            assert [each.value for each in method.items] == pytest.approx(
                [each.value for each in alone.items]
            )
    ranks = {each.name: [one.rank for one in each.items] for each in found.methods}
    assert ranks["leave-one-out"] == [2, 4, 3, 1]
    assert ranks["shapley"] == [1, 4, 2, 3]
    (pair,) = (
        each
        for each in found.agreements
        if (each.first, each.second) == ("leave-one-out", "shapley")
    )
    # Spearman by its formula: 1 - 6 sum d^2 / (n (n^2 - 1)).
    apart = sum((one - other) ** 2 for one, other in zip([2, 4, 3, 1], [1, 4, 2, 3], strict=True))
    assert pair.spearman == pytest.approx(1 - 6 * apart / 60)


def test_bounded_values_have_no_rank_and_agree_with_nobody(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        found = database["toy"].methods(measure="accuracy/C")
    assert {each.rank for method in found.methods for each in method.items} == {None}
    assert all(each.spearman is None for each in found.agreements)
    assert all(each.low is not None for method in found.methods for each in method.items)


def test_constant_scores_agree_with_nobody(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("train_set,accuracy\nempty,0.5\nA,0.5\nB,0.5\nAB,0.5\n")
    with lattice.create(str(tmp_path / "a.db")) as database:
        database.import_files([file], into="t")
        found = database["t"].methods()
        assert {each.spearman for each in found.agreements} == {None}
        assert [each.rank for each in found.methods[0].items] == [1, 1]


@pytest.mark.parametrize("bad", ["scaling", "methods"])
def test_options_of_values_are_refused(bundled: Path, bad: str) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion, match="takes no beta"):
        getattr(database["covertype"], bad)(measure=ABCD, beta=(1.0, 1.0))


def test_the_api_answers_the_same(bundled: Path) -> None:
    from lattice.web.app import create_app

    with lattice.open(str(bundled)) as database:
        client: FlaskClient = create_app(database).test_client()
        covers = database["covertype"]
        for url, wanted in (
            (f"scaling?measure={ABCD}&stratum=B", covers.scaling(measure=ABCD, strata=["B"])),
            (f"methods?measure={ABCD}&empty=0", covers.methods(measure=ABCD, empty=0)),
            (
                f"order-curves?measure={ABCD}&empty=0&ranking=banzhaf",
                covers.order_curves("banzhaf", measure=ABCD, empty=0),
            ),
            (
                f"order-curves?measure={ABCD}&first=B&first=A&first=C&first=D",
                covers.order_curves(["B", "A", "C", "D"], measure=ABCD),
            ),
            (
                f"evaluation-scaling?measure={ABCD}&set=AB",
                covers.evaluation_scaling("AB", measure=ABCD),
            ),
        ):
            answer = client.get(f"/api/v1/lattices/covertype/{url}")
            assert answer.status_code == 200, answer.text
            assert answer.json == json.loads(to_json(wanted))
