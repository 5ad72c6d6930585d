from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice import cache
from lattice.encoding import to_json
from lattice.errors import BadQuestion, UnknownObject
from lattice.facade import indexes
from lattice.importing.mapping import parse
from lattice.model import GroupValues
from lattice.queries.comparison import compare, group_values, groups_by_object
from tests.queries.sampled import NAMES, Sample, mask_of, name_of, sample
from tests.queries.test_deltas import agrees

MODERATE = settings(max_examples=80, deadline=None)


@given(seed=st.integers(0, 10**6), masks=st.lists(st.integers(0, 31), min_size=2, unique=True))
@MODERATE
def test_a_comparison_says_what_differs_and_what_that_changes(seed: int, masks: list[int]) -> None:
    found = sample(seed, n=5, density=0.6)
    masks = masks[:4]
    answer = compare(found.index, masks, (0, 1))
    sets = [frozenset(each for each in range(5) if mask >> each & 1) for mask in masks]
    everywhere, anywhere = frozenset.intersection(*sets), frozenset.union(*sets)
    assert answer.held == tuple(NAMES[each] for each in sorted(everywhere))
    assert answer.meet.training_set.name == name_of(everywhere)
    assert answer.join.training_set.name == name_of(anywhere)
    assert answer.meet.stored == (everywhere in found.stored)
    baseline = sets[0]
    for each, members in zip(answer.sets, sets[1:], strict=True):
        assert set(each.added) == {NAMES[place] for place in members - baseline}
        assert set(each.removed) == {NAMES[place] for place in baseline - members}
        assert each.distance == len(members ^ baseline)
        assert each.stored == (members in found.stored)
        lacking = [one for one in (baseline, members) if one not in found.stored]
        for measure, delta in enumerate(each.deltas):
            match = each.replicates[measure]
            first, second = (found.cells[measure].get(one, {}) for one in (baseline, members))
            assert (match.before, match.after) == (len(first), len(second))
            kinds = {found.kinds[measure][k] for k in {*first, *second}}
            assert set(match.kinds) == kinds
            common = [k for k in first if k in second]
            paired = [k for k in common if found.kinds[measure][k] in ("shared", "nested")]
            assert match.paired == (0 if "unlabelled" in kinds else len(paired))
            if lacking:
                verb = "is" if len(lacking) == 1 else "are"
                assert delta.value is None
                assert delta.note == f"{' and '.join(map(name_of, lacking))} {verb} not stored"
            else:
                agrees(delta, found, measure, baseline, members)


@given(seed=st.integers(0, 10**6), mask=st.integers(1, 31))
@MODERATE
def test_leave_one_out_values_are_scores_with_minus_scores_without(seed: int, mask: int) -> None:
    found = sample(seed, n=5, density=0.7)
    members = frozenset(each for each in range(5) if mask >> each & 1)
    groups = groups_by_object(found.index.universe, mask)
    assert [name for name, _ in groups] == [NAMES[each] for each in sorted(members)]
    groups.append(("two", mask_of(frozenset({0, 1}))))
    answer = group_values(found.index, mask, groups, (0, 1), limit=1_000)
    assert answer.total == len(groups)
    for item, (name, group) in zip(answer.items, groups, strict=True):
        rest = frozenset(each for each in members if not group >> each & 1)
        assert item.group == name
        assert item.without.training_set.name == name_of(rest)
        assert set(item.removed) == {NAMES[each] for each in members - rest}
        for measure, value in enumerate(item.values):
            if members in found.stored and rest in found.stored:
                agrees(value, found, measure, rest, members)
            else:
                assert value.value is None


# ------------------------------------------------------------------ through the facade


def test_housing_compared_with_all_but_one(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        answer = housing.compare("all", "^a", "^j", measures=["@gradient_boosting"])
        around = housing.neighbors("all", measures=["@gradient_boosting"])
    for each in answer.sets:
        (same,) = (one for one in around.neighbors if one.training_set == each.training_set)
        assert each.deltas[0].value == same.deltas[0].value
        assert each.deltas[0].standard_error == pytest.approx(same.deltas[0].standard_error)
        (match,) = each.replicates
        assert (match.before, match.after, match.paired, match.kinds) == (30, 30, 30, ("shared",))
    assert answer.protocols == ("gradient_boosting",)
    assert answer.held == tuple("bcdefghi")
    assert [each.removed for each in answer.sets] == [("a",), ("j",)]


def values_of(answer: GroupValues) -> dict[str, float | None]:
    return {each.group: each.values[0].value for each in answer.items}


def test_groups_of_covertype_stand_in_for_each_other(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        answer = covertype.group_leave_one_out(
            "ABCD", ["A", "BC", "ABC"], measures=["accuracy/ABCD"]
        )
        single = covertype.group_leave_one_out("ABCD", measures=["accuracy/ABCD"])
        pairs = {
            each: covertype.pairs(each, measures=["accuracy/ABCD"]).items[0].deltas[0].value
            for each in "ABCD"
        }
    values = values_of(answer)
    assert values["ABC"] == pytest.approx(0.363333)
    assert values["A"] == pytest.approx(0.057916)
    assert values["BC"] == pytest.approx(0.012916)
    assert [each.without.training_set.name for each in answer.items] == ["BCD", "AD", "D"]
    for name, value in values_of(single).items():
        delta = pairs[name]
        assert delta is not None
        assert value == pytest.approx(-delta)


def test_owners_leave_with_all_their_objects(
    tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    file = write_file("mix.csv", "train_set,accuracy\nabcd,0.9\ncd,0.5\nabd,0.8\n")
    mapping = parse(
        '[sets]\nspelling = "letters"\n'
        + "".join(
            f'[[objects]]\nname = "{name}"\n' + (f'owner = "{owner}"\n' if owner else "")
            for name, owner in {"a": "Ada", "b": "Ada", "c": "Bo", "d": ""}.items()
        ),
        "mix.toml",
    )
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=mapping)
        answer = database["mix"].group_leave_one_out("abcd", by="owner")
        with pytest.raises(BadQuestion, match="holds no object with an owner to leave out"):
            database["mix"].group_leave_one_out("d", by="owner")
    assert values_of(answer) == {"Ada": pytest.approx(0.4), "Bo": pytest.approx(0.1)}
    assert [each.removed for each in answer.items] == [("a", "b"), ("c",)]


def test_comparisons_that_make_no_sense_are_refused(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        with pytest.raises(BadQuestion, match="The set AB is given twice"):
            toy.compare("AB", "ABC", "^CD")
        with pytest.raises(BadQuestion, match="takes 2 to 100 sets, not 1"):
            toy.compare("AB")
        with pytest.raises(UnknownObject):
            toy.compare("AB", "AX")
        with pytest.raises(BadQuestion, match="holds nothing of C"):
            toy.group_leave_one_out("AB", ["C"])
        with pytest.raises(BadQuestion, match="holds no object to leave out"):
            toy.group_leave_one_out("empty")
        with pytest.raises(BadQuestion, match="The group AB is given twice"):
            toy.group_leave_one_out("ABCD", ["AB", "C", "BA"])
        with pytest.raises(BadQuestion, match="Both groups and the grouping by owner"):
            toy.group_leave_one_out("ABCD", ["AB"], by="owner")
        with pytest.raises(BadQuestion, match="'age' is no way to group"):
            toy.group_leave_one_out("AB", by="age")  # type: ignore[arg-type]


def test_a_group_that_reaches_beyond_the_set_is_noted(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].group_leave_one_out("AB", ["BC"])
    assert answer.notes == ("BC is not wholly in AB",)
    assert answer.items[0].removed == ("B",)


def test_samples_are_of_every_kind() -> None:
    """The random lattices of these tests have every way of pairing, or they would show nothing."""
    seen: set[str | None] = set()
    for seed in range(60):
        found: Sample = sample(seed, n=3)
        masks = [mask_of(each) for each in found.stored]
        if len(masks) > 1:
            for each in compare(found.index, masks, (0, 1)).sets:
                seen |= {delta.method for delta in each.deltas}
    assert seen == {None, "paired", "partly paired", "independent", "limit"}


@pytest.mark.parametrize(
    "ask",
    [
        lambda lattice: lattice.neighbors("abc", measures=["@decision_tree"]),
        lambda lattice: lattice.neighbors("abc", measures=["@decision_tree"], moves=["swap"]),
        lambda lattice: lattice.compare("abc", "bcd", "ij", measures=["@decision_tree"]),
        lambda lattice: lattice.group_leave_one_out("abcd", ["ab", "c"]),
        lambda lattice: lattice.squares("abcd", sort="@random_forest", limit=3),
        lambda lattice: lattice.column_moves("abc"),
    ],
)
def test_cold_questions_are_answered_alike_from_a_part_of_the_lattice(
    bundled: Path, ask: Callable[[lattice.Lattice], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    with lattice.open(str(bundled)) as warm:
        warm["california-housing"].index()
        expected = ask(warm["california-housing"])
    monkeypatch.setattr(indexes, "LARGE", 100)
    monkeypatch.setattr(cache.Cache, "load", lambda *_: None)
    monkeypatch.setattr(cache.Cache, "others", lambda *_: [])
    with lattice.open(str(bundled)) as cold:
        housing = cold["california-housing"]
        found = ask(housing)
        assert housing._indexes._held is None
    assert to_json(found) == to_json(expected)
