"""Answers about semivalues: their cells, what is missing, and real and strange lattices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.errors import BadQuestion
from lattice.facade import LatticeDatabase
from lattice.importing.mapping import parse
from lattice.model import Values
from lattice.values import grounds, semivalues, weights
from lattice.values.assumptions import Assumed
from lattice.values.catalog import Options, quantity
from lattice.values.grounds import Ground
from tests.values.filled import filled
from tests.values.games import airport, airport_shapley, by_orders, shapley_weights, table

RESULTS = Path(__file__).parent.parent / "results"
QUICK = settings(deadline=None, max_examples=40)
M = 4
NAMES = ("A", "B", "C", "D")
LONG = tuple(chr(ord("A") + each) for each in range(30))


def answer(ground: Ground, name: str = "shapley", assume: Assumed | None = None) -> Values:
    asked = quantity(name, ground.m, Options())
    return semivalues.describe(ground, asked, LONG[: ground.m], assume=assume, limit=1_000)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LatticeDatabase]:
    place = tmp_path_factory.mktemp("published") / "published.db"
    with lattice.create(str(place)) as database:
        folders = ("taskgrouping", "domainbed-vlcs", "fedshapley")
        database.import_files([RESULTS / each / "manifest.toml" for each in folders])
        yield database


# ------------------------------------------------------------------ cells


@QUICK
@given(
    st.lists(st.floats(-1, 1), min_size=1 << M, max_size=1 << M),
    st.sets(st.integers(0, (1 << M) - 1), max_size=10),
    st.sampled_from(["shapley", "banzhaf", "shapley-interaction", "banzhaf-interaction"]),
)
def test_cells_and_their_weights_make_the_value(
    scores: list[float], hidden: set[int], name: str
) -> None:
    ground = filled(M, {mask: each for mask, each in enumerate(scores) if mask not in hidden})
    asked = quantity(name, M, Options())
    found = answer(ground, name)
    lacking: dict[str, float] = {}
    for item, value in enumerate(found.items):
        cells = semivalues.cells(ground, asked, NAMES, item, limit=1_000)
        sizes = [abs(each.weight) for each in cells.items]
        assert sizes == sorted(sizes, reverse=True)
        assert (cells.name, cells.total, value.needed) == (value.name, len(sizes), len(sizes))
        there = [each for each in cells.items if each.cell is not None]
        assert value.used == len(there)
        assert value.coverage == pytest.approx(sum(abs(each.weight) for each in there) / sum(sizes))
        assert cells.status == ("exact" if value.value is not None else "unavailable")
        if value.value is not None:
            total = sum(each.weight * each.cell.mean for each in there if each.cell)
            assert value.value == pytest.approx(total, abs=1e-9)
        for each in cells.items:
            if each.cell is None:
                key = each.training_set.name
                lacking[key] = lacking.get(key, 0.0) + abs(each.weight)
    assert found.missing_total == len(lacking)
    shown = {each.training_set.name: each.weight for each in found.missing}
    assert shown == pytest.approx(lacking)
    assert list(shown.values()) == sorted(shown.values(), reverse=True)


def test_cells_come_page_by_page() -> None:
    ground, asked = filled(M, dict.fromkeys(range(16), 0.0)), quantity("shapley", M, Options())
    pages = [
        semivalues.cells(ground, asked, NAMES, 0, start=start, limit=6) for start in (0, 6, 12)
    ]
    assert [each.next for each in pages] == ["6", "12", None]
    sets = [each.training_set.name for page in pages for each in page.items]
    assert len(set(sets)) == 16


def test_lower_is_better_keeps_the_unit_and_turns_the_ranks() -> None:
    costs = [3.0, 1.0, 4.0, 1.5]
    higher = answer(filled(M, table(airport(costs), M)))
    lower = answer(filled(M, table(airport(costs), M), direction="lower"))
    assert [each.value for each in higher.items] == pytest.approx(airport_shapley(costs))
    assert [each.value for each in lower.items] == [each.value for each in higher.items]
    assert [each.rank and each.rank.place for each in higher.items] == [2, 4, 1, 3]
    assert [each.rank and each.rank.place for each in lower.items] == [3, 1, 4, 2]


# ------------------------------------------------------------------ many units


def test_of_thirty_units_the_answer_says_how_little_is_known() -> None:
    """No table: the empty set, the singles, all but each and the whole of 2^30 sets."""
    m, full = 30, (1 << 30) - 1
    stored = {0: 0.0, full: 1.0}
    stored.update({1 << each: 0.1 for each in range(m)})
    stored.update({full ^ 1 << each: 0.9 + 0.001 * each for each in range(m)})
    ground = filled(m, stored, ends=(0.0, 1.0))
    found = answer(ground)
    p = shapley_weights(m)
    assert found.status == "bounded"
    assert found.missing_total == 2**30 - len(stored)
    assert [each.training_set.rank for each in found.missing] == [2] * len(found.missing)
    for unit, each in enumerate(found.items):
        assert (each.used, each.needed) == (62, 2**30)
        known = {
            mask: score * (p[mask.bit_count() - 1] if mask >> unit & 1 else -p[mask.bit_count()])
            for mask, score in stored.items()
        }
        amounts = [
            p[mask.bit_count() - 1] if mask >> unit & 1 else p[mask.bit_count()] for mask in stored
        ]
        assert each.coverage == pytest.approx(sum(amounts) / 2)
        positive = 1 - sum(p[mask.bit_count() - 1] for mask in stored if mask >> unit & 1)
        negative = 1 - sum(p[mask.bit_count()] for mask in stored if not mask >> unit & 1)
        assert each.bounds is not None
        ends = sum(known.values()) - negative, sum(known.values()) + positive
        assert (each.bounds.low, each.bounds.high) == pytest.approx(ends)
    with pytest.raises(BadQuestion, match="too many for 30"):
        answer(ground, assume=Assumed("monotone"))


def test_answers_do_not_depend_on_whether_there_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(4)
    cells = {mask: draw.random(3).tolist() for mask in range(1 << M) if mask not in (3, 9)}
    for scores in (cells, {**cells, 3: [0.5, 0.2, 0.1], 9: [0.1, 0.2, 0.3]}):
        for name in ("shapley", "banzhaf", "shapley-interaction"):
            monkeypatch.undo()
            tabled = answer(filled(M, scores, ends=(0.0, 1.0)), name)
            monkeypatch.setattr(grounds, "MOST_TABLED", 2)
            stored = answer(filled(M, scores, ends=(0.0, 1.0)), name)
            assert (stored.status, stored.missing_total) == (tabled.status, tabled.missing_total)
            assert stored.missing == tabled.missing
            for one, other in zip(tabled.items, stored.items, strict=True):
                for field in ("name", "used", "needed", "method", "replicates", "note"):
                    assert getattr(other, field) == getattr(one, field)
                for field in ("value", "standard_error", "low", "high", "coverage"):
                    assert getattr(other, field) == pytest.approx(getattr(one, field))
                assert (one.bounds is None) == (other.bounds is None)
                if one.bounds and other.bounds:
                    assert other.bounds.low == pytest.approx(one.bounds.low)
                    assert other.bounds.high == pytest.approx(one.bounds.high)


def test_a_lattice_without_any_set_knows_nothing() -> None:
    for taken in (None, 0.5):
        found = answer(filled(M, {}, taken=taken))
        assert found.status == "unavailable"
        assert found.missing_total == (16 if taken is None else 15)
        assert [each.used for each in found.items] == [0 if taken is None else 1] * M


# ------------------------------------------------------------------ strange scores


def test_constant_scores_are_worth_nothing_exactly() -> None:
    found = answer(filled(M, {mask: [0.5, 0.5, 0.5] for mask in range(16)}))
    for each in found.items:
        assert (each.status, each.value, each.standard_error) == ("exact", 0, 0)
        assert (each.low, each.high) == (0, 0)
        assert each.rank is not None
        assert each.rank.place == 1
    assert answer(filled(M, dict.fromkeys(range(16), 0.5))).items[0].value == 0


def test_one_seed_is_complete_and_its_error_unknown() -> None:
    found = answer(filled(M, {mask: float(mask) for mask in range(16)}))
    assert found.status == "exact"
    assert {each.note for each in found.items} == {"one replicate: error unknown"}
    assert {(each.standard_error, each.low, each.method) for each in found.items} == {
        (None, None, None)
    }


# ------------------------------------------------------------------ real lattices


def test_taskgrouping_is_five_games_of_four_with_a_measured_baseline(
    published: LatticeDatabase,
) -> None:
    grouping = published["taskgrouping"]
    index = grouping.index()
    for place, measure in enumerate(index.measures):
        found = grouping.value(measure=measure.name)
        own = measure.name.removeprefix("loss/")
        base = 1 << index.universe.position[own]
        others = [each for each in range(5) if 1 << each != base]
        mean = index.columns[place].mean

        def game(mask: int, base: int = base, others: list[int] = others, mean=mean) -> float:  # type: ignore[no-untyped-def]
            full = base | sum(1 << others[each] for each in range(4) if mask >> each & 1)
            return float(mean[index.row_of(full)])

        assert found.status == "exact"
        assert (found.held.name, found.missing_total) == (own, 0)
        assert found.baseline is not None
        assert (found.baseline.origin, found.baseline.score) == ("measured", game(0))
        assert [each.value for each in found.items] == pytest.approx(by_orders(game, 4), abs=1e-9)
        assert [each.name for each in found.items] == [
            index.universe.names[each] for each in others
        ]
        with pytest.raises(BadQuestion, match="is not defined for"):
            grouping.value(measure=measure.name, given="empty")


def test_a_third_of_the_sets_of_domainbed_gives_no_value(published: LatticeDatabase) -> None:
    bed = published["domainbed-vlcs"]
    measure = bed.index().measures[0]
    found = bed.value(measure=measure.name)
    assert found.missing_total == 6
    assert {each.value for each in found.items} == {None}
    assert {each.training_set.rank for each in found.missing} == {0, 1, 4}
    assert {each.coverage for each in found.items} == {0.5}
    ranged = measure.metric.low is not None and measure.metric.high is not None
    assert found.status == ("bounded" if ranged else "unavailable")


def test_measured_empty_sets_need_no_word(published: LatticeDatabase) -> None:
    """FedShapley trains on nobody as well: the score of the untrained model."""
    clients = published["fedshapley"]
    found = clients.value()
    assert found.status == "exact"
    assert found.notes == ()
    assert found.baseline is not None
    assert found.baseline.origin == "measured"
    values = [each.value or 0 for each in found.items]
    assert sum(values) == pytest.approx(found.together.value if found.together else None)
    assert {each.method for each in found.items} == {"limit"}  # two unlabelled runs


def test_variants_are_valued_where_they_are_asked_for(tmp_path: Path) -> None:
    rows = {"": 0.1, "a": 0.5, "b": 0.3, "a+b": 0.7, "noisy": 0.4, "b+noisy": 0.5}
    file = tmp_path / "mixes.csv"
    lines = [f"{each or 'empty'},{score}" for each, score in rows.items()]
    file.write_text("\n".join(["train_set,accuracy", *lines]), encoding="utf-8")
    said = '[[objects]]\nname = "a"\n[[objects]]\nname = "b"\n[[objects]]\nname = "noisy"\nvariant_of = "a"\n'
    mapping = parse(said, "mixes.toml")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], into="mixes", mapping=mapping)
        mixes = database["mixes"]
        clean = mixes.value()
        assert {each.name: each.value for each in clean.items} == pytest.approx(
            {"a": 0.4, "b": 0.2}
        )
        dirty = mixes.value(of="b+noisy")
        assert {each.name: each.value for each in dirty.items} == pytest.approx(
            {"noisy": 0.25, "b": 0.15}
        )
        with pytest.raises(lattice.errors.LatticeError, match="variants"):
            mixes.value(of="a+noisy")


def test_owners_are_units_of_what_they_own(tmp_path: Path) -> None:
    game = airport([1.0, 2.0, 4.0])
    rows = [
        f"{''.join('abc'[each] for each in range(3) if mask >> each & 1)},{game(mask)}"
        for mask in range(1, 8)
    ]
    file = tmp_path / "owned.csv"
    file.write_text("\n".join(["train_set,accuracy", *rows]), encoding="utf-8")
    owners = "".join(
        f'[[objects]]\nname = "{name}"\nowner = "{owner}"\n'
        for name, owner in zip("abc", "xyx", strict=True)
    )
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], into="owned", mapping=parse(owners, "owners.toml"))
        owned = database["owned"]
        found = owned.value(by="owner", empty=0)
        grouped = owned.value(groups={"x": ["a", "c"], "y": "b"}, empty=0)
    assert [(each.name, each.value) for each in found.items] == [("x", 3.0), ("y", 1.0)]
    assert [each.value for each in grouped.items] == [3.0, 1.0]
    assert weights.shapley(2).tolist() == pytest.approx([0.5, 0.5])
