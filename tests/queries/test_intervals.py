from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lattice
from lattice.errors import BadQuestion, BadSpelling
from lattice.model import DataObject
from lattice.notation import Universe
from lattice.queries.admissible import counts_between
from lattice.queries.intervals import interval
from tests.queries.sampled import NAMES, Members, name_of, sample

MODERATE = settings(max_examples=120, deadline=None)


def members_of(mask: int) -> Members:
    return frozenset(each for each in range(8) if mask >> each & 1)


@given(
    seed=st.integers(0, 10**6),
    one=st.integers(0, 63),
    other=st.integers(0, 63),
    variants=st.booleans(),
    sort=st.sampled_from([None, 0, 1]),
)
@MODERATE
def test_an_interval_holds_what_lies_between(
    seed: int, one: int, other: int, variants: bool, sort: int | None
) -> None:
    found = sample(seed, n=6, density=0.6, replicates=3, variants=variants)
    assume({members_of(one), members_of(other)} <= set(found.admissible()))
    answer = interval(found.index, (one, other), (0, 1), sort=sort, limit=1_000)
    lower, upper = members_of(one & other), members_of(one | other)
    between = [each for each in found.stored if lower <= each <= upper]
    possible = [each for each in found.admissible() if lower <= each <= upper]
    if sort is not None:
        sign = 1 if sort == 0 else -1

        def worth(each: Members) -> tuple[bool, bool, float]:
            score, declared = found.mean(sort, each), each in found.declared[sort]
            return score is None, declared, 0.0 if declared else -sign * (score or 0.0)

        between = sorted(between, key=worth)
    assert [each.training_set.name for each in answer.items] == [name_of(each) for each in between]
    assert answer.total == len(between)
    assert answer.free == tuple(NAMES[each] for each in sorted(upper - lower))
    for item, each in zip(answer.items, between, strict=True):
        assert item.added == tuple(NAMES[place] for place in sorted(each - lower))
        means = [None if cell is None else cell.mean for cell in item.cells]
        assert means == [
            None if mean is None else pytest.approx(mean)
            for mean in (found.mean(0, each), found.mean(1, each))
        ]
    assert [each.rank for each in answer.ranks] == list(range(len(lower), len(upper) + 1))
    for rank in answer.ranks:
        assert rank.stored == sum(len(each) == rank.rank for each in between)
        assert rank.possible == sum(len(each) == rank.rank for each in possible)
        assert rank.scored == tuple(
            sum(len(each) == rank.rank and bool(found.cells[m][each]) for each in between)
            for m in (0, 1)
        )
    assert answer.completeness == pytest.approx(len(between) / len(possible))
    for corner, members in ((answer.lower, lower), (answer.upper, upper)):
        assert corner.training_set.name == name_of(members)
        assert corner.stored == (members in found.stored)
    crossing = not (one & ~other == 0 or other & ~one == 0)
    assert any("neither of" in note for note in answer.notes) == crossing
    inadmissible = len({found.bases[each] for each in upper if each < 6}) < len(upper)
    assert any("two variants" in note for note in answer.notes) == inadmissible


@given(st.integers(0, 10**6), st.integers(0, 9), st.integers(1, 9))
@MODERATE
def test_a_page_is_a_part_of_the_whole(seed: int, start: int, limit: int) -> None:
    found = sample(seed, n=4, density=0.8)
    whole = interval(found.index, (0, 15), (0,), sort=0, limit=1_000)
    page = interval(found.index, (0, 15), (0,), sort=0, start=start, limit=limit)
    assert page.items == whole.items[start : start + limit]
    assert (page.total, page.ranks) == (whole.total, whole.ranks)
    assert page.next == (str(start + limit) if start + limit < whole.total else None)


def test_counts_beyond_what_json_carries_are_not_given() -> None:
    found = sample(1, n=4)
    answer = interval(found.index, (0, 15), ())
    assert [each.possible for each in answer.ranks] == [1, 4, 6, 4, 1]
    universe = Universe(tuple(DataObject(f"x{each}", each) for each in range(3_000)))
    counts, total = counts_between(universe, 0, 2**3_000 - 1)
    assert total == 2**3_000
    assert counts[:3].tolist() == [1, 3_000, math.comb(3_000, 2)]
    assert counts[1_500] == math.inf


# ------------------------------------------------------------------ through the facade


def test_the_interval_of_covertype_between_a_and_all(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].interval("A", "ABCD", measures=["accuracy/ABCD"])
    assert answer.total == 8
    assert answer.completeness == 1
    assert [each.stored for each in answer.ranks] == [1, 3, 3, 1]
    scores = [each.cells[0].mean for each in answer.items if each.cells[0]]
    assert (min(scores), max(scores)) == pytest.approx((0.472083, 0.6))


def test_sets_that_do_not_hold_each_other_span_from_meet_to_join(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].interval("AB", "BC")
        turned = database["covertype"].interval("ABC", "B")
        alone = database["covertype"].interval("B", "B")
    assert (answer.lower.training_set.name, answer.upper.training_set.name) == ("B", "ABC")
    assert answer.notes == ("neither of AB and BC holds the other: from their meet to join",)
    assert [each.training_set.name for each in answer.items] == ["B", "AB", "BC", "ABC"]
    assert turned.items == answer.items
    assert "the first set is the larger one" in turned.notes[0]
    assert (alone.total, alone.completeness, alone.notes) == (1, 1, ())


def test_ends_need_not_be_stored(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["toy"].interval("empty", "all")
        assert not answer.lower.stored
        assert answer.lower.cells == (None,) * 4
        assert answer.completeness == 4 / 16
        with pytest.raises(BadSpelling):
            database["toy"].interval("", "all")
        with pytest.raises(BadQuestion):
            database["toy"].interval("A", "all", start=-1)
