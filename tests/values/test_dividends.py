"""Dividends against their definition, their order on the page, and what is said with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.errors import BadQuestion
from lattice.model import ReplicateKind, Value, Values
from lattice.values import dividends
from lattice.values.assumptions import Assumed, read
from lattice.values.grounds import Ground
from lattice.web.app import create_app
from tests.queries.errors_by_hand import error_of
from tests.values.filled import filled
from tests.values.games import Game, airport, dividend, squared, table, total, unanimity
from tests.values.test_envelopes import monotone_tables

M = 4
NAMES = "ABCD"
QUICK = settings(deadline=None, max_examples=40)
ABCD = "accuracy/ABCD"


def answer(
    ground: Ground, *, order: int | None = None, assume: Assumed | None = None, limit: int = 200
) -> Values:
    return dividends.describe(ground, NAMES[: ground.m], order=order, assume=assume, limit=limit)


def mask_of(item: Value) -> int:
    return sum(1 << NAMES.index(each) for each in item.objects)


def test_a_sum_of_unanimity_games_is_taken_apart() -> None:
    game = total([(2.0, unanimity(0b0011)), (-3.0, unanimity(0b1110)), (0.5, unanimity(0b1000))])
    found = answer(filled(M, table(game, M))).items
    assert [(each.name, each.value) for each in found[:3]] == [
        ("B+C+D", -3),
        ("A+B", 2),
        ("D", 0.5),
    ]
    assert {each.value for each in found[3:]} == {0}
    assert len(found) == 15


@pytest.mark.parametrize("game", [squared, airport([3.0, 1.0, 4.0, 1.5])])
def test_dividends_are_those_of_the_definition(game: Game) -> None:
    found = answer(filled(M, table(game, M))).items
    for each in found:
        assert each.value == pytest.approx(dividend(game, mask_of(each)), abs=1e-12)
        assert (each.status, each.needed) == ("exact", 1 << len(each.objects))


@QUICK
@given(st.lists(st.floats(-1, 1), min_size=1 << M, max_size=1 << M))
def test_the_largest_come_first_and_all_add_up(scores: list[float]) -> None:
    found = answer(filled(M, dict(enumerate(scores))))
    sizes = [abs(each.value or 0) for each in found.items]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(each.value or 0 for each in found.items) == pytest.approx(
        scores[-1] - scores[0], abs=1e-9
    )
    for own in range(1, 1 << M):
        within = sum(each.value or 0 for each in found.items if mask_of(each) & ~own == 0)
        assert within == pytest.approx(scores[own] - scores[0], abs=1e-9)


def test_an_order_and_pages_choose_what_is_listed() -> None:
    ground = filled(M, table(airport([3.0, 1.0, 4.0, 1.5]), M))
    pairs = answer(ground, order=2)
    assert pairs.total == 6
    assert {len(each.objects) for each in pairs.items} == {2}
    first = answer(ground, limit=4)
    rest = dividends.describe(ground, NAMES, start=4, limit=100)
    assert (first.next, first.total, rest.next) == ("4", 15, None)
    assert first.items + rest.items == answer(ground).items


@QUICK
@given(
    monotone_tables(M), st.sets(st.integers(0, (1 << M) - 1), max_size=12), st.sampled_from([1, -1])
)
def test_a_dividend_is_exact_where_all_within_is_there_and_else_bounded(
    scores: list[float], hidden: set[int], sign: int
) -> None:
    shown = {mask: sign * each for mask, each in enumerate(scores) if mask not in hidden}
    ends = (0.0, 20.0) if sign > 0 else (-20.0, 0.0)
    ground = filled(M, shown, direction="higher" if sign > 0 else "lower", ends=ends)
    for assumed in ("range", "monotone"):
        found = answer(ground, assume=read(assumed))
        for each in found.items:
            own = mask_of(each)
            wanted = sign * dividend(lambda mask: scores[mask], own)
            lacking = [mask for mask in hidden if mask & ~own == 0]
            assert each.used == (1 << own.bit_count()) - len(lacking)
            if not lacking:
                assert each.value == pytest.approx(wanted, abs=1e-9)
                continue
            assert each.value is None
            assert each.bounds is not None
            assert each.bounds.low - 1e-9 <= wanted <= each.bounds.high + 1e-9
            if assumed == "range":
                assert each.bounds.sharp
                assert each.bounds.high - each.bounds.low == pytest.approx(20 * len(lacking))
        assert found.status == ("exact" if not hidden else "bounded")
        assert found.missing_total == len(hidden)


def test_without_a_range_sets_above_a_missing_cell_are_unavailable() -> None:
    scores = {mask: float(mask) for mask in range(1 << M) if mask != 0b0011}
    found = answer(filled(M, scores))
    assert found.status == "unavailable"
    unknown = [each.name for each in found.items if each.status == "unavailable"]
    assert unknown == ["A+B", "A+B+C", "A+B+D", "A+B+C+D"]
    assert [each.name for each in found.items[-4:]] == unknown
    assert all("no declared range" in (each.note or "") for each in found.items[-4:])
    assert [(each.training_set.name, each.weight) for each in found.missing] == [("AB", 4.0)]
    singles = answer(filled(M, scores), order=1)
    assert (singles.status, singles.missing_total, singles.missing) == ("exact", 0, ())


@pytest.mark.parametrize("kind", ["shared", "independent", "unlabelled"])
@pytest.mark.parametrize("lacking", [0, 5])
def test_errors_are_those_of_plain_loops(kind: ReplicateKind, lacking: int) -> None:
    draw = np.random.default_rng(8)
    cells: list[Sequence[float]] = [draw.random(4).tolist() for _ in range(1 << M)]
    for mask in range(lacking):
        cells[mask] = cells[mask][:3]
    ground = filled(M, dict(enumerate(cells)), kind=kind)
    replicates = [dict(enumerate(each)) for each in cells]
    for item in answer(ground).items:
        own = mask_of(item)
        weights = [
            0 if mask & ~own else (-1) ** (own.bit_count() - mask.bit_count())
            for mask in range(1 << M)
        ]
        known = error_of(replicates, weights, [kind] * 4)
        assert known is not None
        assert item.method == known[0]
        assert item.standard_error == pytest.approx(known[1])
        assert item.low is not None
        assert item.value is not None
        half = stats.t.ppf(0.95, known[2]) * known[1]
        assert item.value - item.low == pytest.approx(half)


def test_the_largest_of_noise_says_how_optimistic_it_is() -> None:
    draw = np.random.default_rng(9)
    tables = draw.normal(size=(6, 1 << M))
    ground = filled(M, {mask: tables[:, mask].tolist() for mask in range(1 << M)})
    found = answer(ground)
    assert found.optimism is not None
    by_block = np.array(
        [
            [dividend(lambda mask, t=each: float(t[mask]), own) for own in range(1, 1 << M)]  # type: ignore[misc]
            for each in tables
        ]
    )
    assert found.optimism.apparent == pytest.approx(np.abs(by_block.mean(axis=0)).max())
    assert found.optimism.apparent == pytest.approx(abs(found.items[0].value or 0))
    held_out = []
    for chooser, scorer in ((by_block[::2], by_block[1::2]), (by_block[1::2], by_block[::2])):
        place = np.abs(chooser.mean(axis=0)).argmax()
        held_out.append(np.sign(chooser[:, place].mean()) * scorer[:, place].mean())
    assert found.optimism.cross_fitted == pytest.approx(np.mean(held_out))
    one = answer(filled(M, dict(enumerate(tables[0]))))
    assert one.optimism is not None
    assert one.optimism.note == "chosen on the same scores: optimistic"


def test_what_has_no_dividend_is_refused(bundled: Path) -> None:
    with pytest.raises(BadQuestion, match=r"23 units have 2\^23 sets"):
        dividends.describe(filled(23, {0: 0.0}), [str(each) for each in range(23)])
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        with pytest.raises(BadQuestion, match="No set of these units has 5"):
            covertype.value("dividends", measure=ABCD, order=5)
        with pytest.raises(BadQuestion, match="takes none"):
            covertype.value("shapley", measure=ABCD, order=2)
        for text in ("A+E", "A+A", "", "A+"):
            with pytest.raises(BadQuestion, match="no set of units"):
                covertype.value_cells("dividends", text, measure=ABCD)
        assert covertype.value_cells("dividends", "C+A", measure=ABCD).name == "A+C"


def test_names_with_plus_signs_are_read() -> None:
    ground = filled(3, {mask: float(mask) for mask in range(8)})
    found = dividends.cells(ground, ["a+b", "a", "b"], "a+b")
    assert found.total == 2
    assert dividends.cells(ground, ["a+b", "a", "b"], "a+b+a").total == 4


def test_the_command_and_the_api_answer_alike(bundled: Path) -> None:
    asked = ["california-housing", "dividends", "-m", "@decision_tree", "--order", "2"]
    said = ["value", *asked, "--limit", "5", "--db", str(bundled)]
    printed = CliRunner().invoke(app, [*said, "--json"])
    assert printed.exit_code == 0, printed.output
    with lattice.open(str(bundled)) as database:
        client = create_app(database).test_client()
        answered = client.get(
            "/api/v1/lattices/california-housing/values/dividends"
            "?measure=@decision_tree&order=2&limit=5"
        )
        housing = database["california-housing"]
        pair = housing.value_cells("dividends", "h+j", measure="@decision_tree")
    assert json.loads(printed.stdout) == answered.get_json()
    found = answered.get_json()
    assert (found["items"][0]["name"], found["total"]) == ("h+j", 45)
    cells = {each.training_set.name: each for each in pair.items}
    known = sum(each.weight * (each.cell.mean if each.cell else 0) for each in cells.values())
    assert found["items"][0]["value"] == pytest.approx(known)
    shown = CliRunner(env={"COLUMNS": "80"}).invoke(app, said)
    assert "5 of 45 shown" in shown.stdout
    assert "on blocks that did not (cross-fitted, 30 blocks)" in shown.stdout.replace(
        "\n", " "
    ).replace("  ", " ")
    assert max(map(len, shown.stdout.splitlines())) <= 80
