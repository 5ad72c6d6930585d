"""Owen values against all orders in which blocks come together, and what is said with them."""

from __future__ import annotations

import json
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
from lattice.importing.mapping import parse
from lattice.model import Values
from lattice.values import owen
from lattice.values.assumptions import Assumed, read
from lattice.values.grounds import Ground
from lattice.web.app import create_app
from tests.values.filled import filled
from tests.values.games import (
    Game,
    airport,
    by_orders,
    by_orders_of_blocks,
    gloves,
    squared,
    table,
    total,
    unanimity,
)
from tests.values.test_envelopes import monotone_tables

QUICK = settings(deadline=None, max_examples=40)
Blocks = tuple[tuple[int, ...], ...]
M = 5
BLOCKS: Blocks = ((0, 3), (1,), (2, 4))
ABCD = "accuracy/ABCD"


def in_blocks(ground: Ground, blocks: Blocks) -> Ground:
    masks = tuple(sum(1 << each for each in block) for block in blocks)
    return Ground(ground.index, 0, 0, masks, ground.taken)


def answer(ground: Ground, blocks: Blocks, assume: Assumed | None = None) -> Values:
    names = [f"block{place}" for place in range(len(blocks))]
    return owen.describe(owen.structure(in_blocks(ground, blocks), names), assume)


def values(ground: Ground, blocks: Blocks) -> list[float | None]:
    return [each.value for each in answer(ground, blocks).items]


@pytest.mark.parametrize(
    "game",
    [
        squared,
        airport([3.0, 1.0, 4.0, 1.0, 5.0]),
        gloves(0b10011),
        unanimity(0b01101),
        total([(2.0, unanimity(0b00011)), (-0.5, unanimity(0b11100)), (1.0, squared)]),
    ],
)
@pytest.mark.parametrize(
    "blocks", [BLOCKS, ((0, 1, 2, 3, 4),), ((0, 1), (2, 3), (4,)), ((0,), (1, 2, 3, 4))]
)
def test_owen_values_are_the_mean_over_orders_of_blocks(game: Game, blocks: Blocks) -> None:
    wanted = by_orders_of_blocks(game, blocks)
    assert values(filled(M, table(game, M)), blocks) == pytest.approx(wanted, abs=1e-9)


def test_a_carrier_shares_by_block_and_then_within_the_block() -> None:
    # Carrier A, B, D in blocks AD, B and CE: A and D halve what their block gets.
    ground = filled(M, table(unanimity(0b01011), M))
    assert values(ground, BLOCKS) == pytest.approx([1 / 4, 1 / 2, 0, 1 / 4, 0], abs=1e-12)


def test_one_block_of_all_is_shapley() -> None:
    game = airport([2.0, 2.0, 7.0, 1.0, 3.0])
    found = values(filled(M, table(game, M)), ((0, 1, 2, 3, 4),))
    assert found == pytest.approx(by_orders(game, M), abs=1e-12)


@QUICK
@given(st.lists(st.floats(-1, 1), min_size=1 << M, max_size=1 << M))
def test_a_block_gets_what_it_would_get_as_one_player(scores: list[float]) -> None:
    found = answer(filled(M, dict(enumerate(scores))), BLOCKS)
    assert found.status == "exact"
    shares = [each.value or 0 for each in found.items]
    assert sum(shares) == pytest.approx(scores[-1] - scores[0], abs=1e-9)
    unions = [sum(1 << each for each in block) for block in BLOCKS]

    def quotient(mask: int) -> float:
        return scores[sum(union for place, union in enumerate(unions) if mask >> place & 1)]

    whole = [sum(shares[each] for each in block) for block in BLOCKS]
    assert whole == pytest.approx(by_orders(quotient, len(BLOCKS)), abs=1e-9)


def test_sets_that_split_two_blocks_are_not_needed() -> None:
    game = airport([3.0, 1.0, 4.0, 1.0, 5.0])
    masks = [sum(1 << each for each in block) for block in BLOCKS]

    def splits(mask: int) -> bool:
        return sum(0 < (mask & block) < block and (mask & block) != block for block in masks) > 1

    scores = {mask: each for mask, each in table(game, M).items() if not splits(mask)}
    assert len(scores) < 1 << M
    found = answer(filled(M, scores), BLOCKS)
    assert (found.status, found.missing_total) == ("exact", 0)
    assert [each.needed for each in found.items] == [16, 8, 16, 16, 16]
    assert [each.value for each in found.items] == pytest.approx(by_orders_of_blocks(game, BLOCKS))


@QUICK
@given(
    monotone_tables(M),
    st.sets(st.integers(1, (1 << M) - 2), min_size=1, max_size=20),
    st.booleans(),
)
def test_bounds_hold_what_is_hidden_and_shrink_as_cells_arrive(
    scores: list[float], hidden: set[int], lower: bool
) -> None:
    sign = -1 if lower else 1
    wanted = np.array(by_orders_of_blocks(lambda mask: sign * scores[mask], BLOCKS))
    ends = (-20.0, 0.0) if lower else (0.0, 20.0)
    shown = {mask: sign * each for mask, each in enumerate(scores) if mask not in hidden}
    before = {"range": np.inf, "monotone": np.inf}
    for mask in [None, *sorted(hidden)]:
        if mask is not None:
            shown[mask] = sign * scores[mask]
        ground = filled(M, shown, direction="lower" if lower else "higher", ends=ends)
        for assumed in before:
            found = answer(ground, BLOCKS, read(assumed)).items
            low = np.array(
                [each.value if each.bounds is None else each.bounds.low for each in found]
            )
            high = np.array(
                [each.value if each.bounds is None else each.bounds.high for each in found]
            )
            assert (low <= wanted + 1e-9).all()
            assert (wanted <= high + 1e-9).all()
            assert (high - low).sum() <= before[assumed] + 1e-9
            before[assumed] = (high - low).sum()
    assert before == pytest.approx({"range": 0, "monotone": 0}, abs=1e-9)


def test_range_bounds_are_reached_by_the_ends() -> None:
    scores = table(airport([0.3, 0.1, 0.4, 0.1, 0.5]), M)
    hidden = [0b00000, 0b01000, 0b11111, 0b10110, 0b00001]
    known = {mask: each for mask, each in scores.items() if mask not in hidden}
    found = answer(filled(M, known, ends=(0.0, 1.0)), BLOCKS).items
    reached = [
        by_orders_of_blocks(
            lambda mask, corner=corner: (  # type: ignore[misc]
                float(corner >> hidden.index(mask) & 1) if mask in hidden else scores[mask]
            ),
            BLOCKS,
        )
        for corner in range(1 << len(hidden))
    ]
    for place, each in enumerate(found):
        assert each.bounds is not None
        assert each.bounds.sharp
        assert each.bounds.low == pytest.approx(min(values[place] for values in reached))
        assert each.bounds.high == pytest.approx(max(values[place] for values in reached))


def test_monotone_bounds_are_called_outer_where_sets_split_blocks() -> None:
    scores: dict[int, float] = {0: 0.0, 0b111: 1.0}
    sharp = answer(filled(3, scores), ((0, 1), (2,)), Assumed("monotone")).items[0].bounds
    outer = answer(filled(3, {**scores, 0b101: 0.5}), ((0, 1), (2,)), Assumed("monotone"))
    split = answer(filled(4, {0: 0.0, 15: 1.0, 0b0101: 0.5}), ((0, 1), (2, 3)), Assumed("monotone"))
    assert sharp is not None
    assert sharp.sharp
    assert outer.items[0].bounds is not None
    assert outer.items[0].bounds.sharp  # AC holds a part of the first block only
    assert split.items[0].bounds is not None
    assert not split.items[0].bounds.sharp


def test_missing_cells_are_listed_by_what_they_weigh_in_all_values() -> None:
    found = answer(filled(M, {}, ends=(0.0, 1.0)), BLOCKS)
    by_cell: dict[str, float] = {}
    structure = owen.structure(in_blocks(filled(M, {}), BLOCKS), ["x", "y", "z"])
    for unit in "ABCDE":
        for each in owen.cells(structure, unit).items:
            name = each.training_set.name
            by_cell[name] = by_cell.get(name, 0.0) + abs(each.weight)
    assert found.missing_total == len(by_cell)
    assert {each.training_set.name: each.weight for each in found.missing} == pytest.approx(
        {name: by_cell[name] for name in (each.training_set.name for each in found.missing)}
    )
    lightest = min(each.weight for each in found.missing)
    assert sorted(by_cell.values(), reverse=True)[len(found.missing) - 1] == pytest.approx(lightest)


def test_errors_are_those_of_the_values_block_by_block() -> None:
    draw = np.random.default_rng(3)
    tables = draw.random((4, 1 << M))
    ground = filled(M, {mask: tables[:, mask].tolist() for mask in range(1 << M)})
    per_block = np.array(
        [by_orders_of_blocks(lambda mask, t=each: float(t[mask]), BLOCKS) for each in tables]  # type: ignore[misc]
    )
    for place, each in enumerate(answer(ground, BLOCKS).items):
        assert each.method == "paired"
        assert each.value == pytest.approx(per_block[:, place].mean())
        assert each.standard_error == pytest.approx(stats.sem(per_block[:, place]))


def test_a_structure_is_refused_where_there_is_none_or_too_much_of_it(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        with pytest.raises(BadQuestion, match="need blocks of objects"):
            covertype.value("owen", measure=ABCD)
        with pytest.raises(BadQuestion, match="Saturation counts units"):
            covertype.value("owen", measure=ABCD, groups=["x=A,B"], assume="saturated=2")
        with pytest.raises(BadQuestion, match="more than one group"):
            covertype.value("owen", measure=ABCD, groups=["x=A,B", "y=B,C"])
        with pytest.raises(BadQuestion, match="some alone cannot be named"):
            covertype.value("owen", measure=ABCD, groups=["x=A,B"], units=["A"])
        with pytest.raises(BadQuestion, match="values themselves"):
            covertype.value_differences("owen", measure=ABCD, groups=["x=A,B"])
        with pytest.raises(BadQuestion, match="values themselves"):
            covertype.fairness("owen", measure=ABCD, groups=["x=A,B"])
        with pytest.raises(BadQuestion, match="nothing that is valued"):
            covertype.value_cells("owen", "x", measure=ABCD, groups=["x=A,B"])
    many = filled(25, {0: 0.0})
    with pytest.raises(BadQuestion, match=r"2\^25 here, and at most 2\^22"):
        answer(many, (tuple(range(24)), (24,)))


def test_covertype_in_a_block_of_two_areas(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        found = covertype.value("owen", measure=ABCD, groups={"pair": "A,C"}, empty=0)
        index = covertype.index()
        place = [each.name for each in index.measures].index(ABCD)
        mean = index.columns[place].mean
    wanted = by_orders_of_blocks(
        lambda mask: float(mean[index.row_of(mask)]) if mask else 0.0, ((0, 2), (1,), (3,))
    )
    assert [each.value for each in found.items] == pytest.approx(wanted, abs=1e-12)
    assert [(each.name, each.objects) for each in found.blocks] == [
        ("pair", ("A", "C")),
        ("B", ("B",)),
        ("D", ("D",)),
    ]
    assert "-1/3 in blocks of 1, -1/6 in blocks of 2" in found.notes[1]


def test_owners_are_blocks(tmp_path: Path) -> None:
    file = tmp_path / "owned.csv"
    game = airport([1.0, 2.0, 4.0])
    rows = [
        f"{''.join('abc'[i] for i in range(3) if mask >> i & 1)},{game(mask)}"
        for mask in range(1, 8)
    ]
    file.write_text("\n".join(["train_set,accuracy", *rows]), encoding="utf-8")
    owners = "".join(
        f'[[objects]]\nname = "{name}"\nowner = "{owner}"\n'
        for name, owner in (("a", "Ada"), ("b", "Bo"), ("c", "Ada"))
    )
    mapping = parse(owners, "owners.toml")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], into="owned", mapping=mapping)
        found = database["owned"].value("owen", by="owner", empty=0)
    wanted = by_orders_of_blocks(game, ((0, 2), (1,)))
    assert [each.value for each in found.items] == pytest.approx(wanted)
    assert [each.name for each in found.blocks] == ["Ada", "Bo"]


def test_the_command_and_the_api_answer_alike(bundled: Path) -> None:
    asked = ["covertype", "owen", "--group", "pair=A,C", "--empty", "0", "-m", ABCD]
    path = f"values/owen?group=pair%3DA,C&empty=0&measure={ABCD}"
    for more, where in (([], path), (["--cells", "A"], path.replace("?", "/cells?unit=A&"))):
        said = ["value", *asked, *more, "--limit", "200", "--db", str(bundled)]
        printed = CliRunner().invoke(app, [*said, "--json"])
        assert printed.exit_code == 0, printed.output
        with lattice.open(str(bundled)) as database:
            client = create_app(database).test_client()
            answered = client.get(f"/api/v1/lattices/covertype/{where}")
        assert json.loads(printed.stdout) == answered.get_json()
    table_ = CliRunner(env={"COLUMNS": "80"}).invoke(app, ["value", *asked, "--db", str(bundled)])
    assert "pair stays together (A, C): +0.2953 in all." in table_.stdout
    assert max(map(len, table_.stdout.splitlines())) <= 80
