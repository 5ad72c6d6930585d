"""The index of the latest state, however it came about: read, derived, kept, or only in part."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
import pytest

import lattice
from lattice.errors import SetNotStored
from lattice.facade import LatticeDatabase, indexes
from lattice.importing.mapping import parse
from lattice.index import LatticeIndex
from lattice.model import OnConflict
from lattice.packing import Packed, derived, packed
from tests.arrays import differences

CHOICES: tuple[OnConflict, ...] = ("keep", "replace", "new-replicate")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[LatticeDatabase]:
    with lattice.create(str(tmp_path / "x.db")) as opened:
        yield opened


def read_anew(place: str, name: str) -> LatticeIndex:
    """The index as a process that knows nothing yet reads it."""
    with lattice.open(place) as other:
        return other[name].index()


class Changes:
    """Imports of random tables and undos, in random order."""

    def __init__(self, database: LatticeDatabase, folder: Path, seed: int) -> None:
        self.database, self.folder, self.chance = database, folder, Random(seed)
        self.results: list[int] = []
        self.number = 0

    def import_table(self) -> None:
        chance = self.chance
        self.number += 1
        letters = "ABCDEFG"[: chance.randint(3, 7)]
        columns = chance.sample(["accuracy/x", "accuracy/y", "loss/x"], chance.randint(1, 3))
        nested = chance.random() < 0.25
        header = ["train_set", "seed", *(["inner_seed"] if nested else []), *columns]
        lines = {}
        for _ in range(chance.randint(1, 12)):
            members = "".join(each for each in letters if chance.random() < 0.5) or "{}"
            for seed in chance.sample([1, 2, 3], chance.randint(1, 3)):
                for inner in chance.sample([1, 2], 2) if nested else [None]:
                    key = [members, str(seed), *([] if inner is None else [str(inner)])]
                    scores = [f"{chance.randint(1, 9) / 10}" for _ in columns]
                    lines[tuple(key)] = ",".join([*key, *scores])
        kind = "nested" if nested else chance.choice(["shared", "independent", "unlabelled"])
        if kind == "unlabelled":  # one score a cell
            lines = {key[:1]: line for key, line in lines.items()}
        blocks = 'blocks = "splits"' if kind == "shared" and chance.random() < 0.5 else ""
        path = self.folder / f"{self.number}.csv"
        path.write_text("\n".join([",".join(header), *lines.values(), ""]), encoding="utf-8")
        mapping = parse(
            f'[sets]\nspelling = "letters"\n[replicates]\nkind = "{kind}"\n{blocks}\n', "m.toml"
        )
        report = self.database.import_files(
            [path], into="x", mapping=mapping, on_conflict=chance.choice(CHOICES)
        )
        (imported,) = report.imported
        assert imported.result_set is not None
        self.results.append(imported.result_set)

    def undo(self) -> None:
        which = self.chance.choice(self.results)
        self.results.remove(which)
        self.database["x"].undo(str(which))

    def any(self) -> None:
        if len(self.results) > 1 and self.chance.random() < 0.2:
            self.undo()
        else:
            self.import_table()


def arrays_now(database: LatticeDatabase) -> Packed:
    with database._storage.reading() as snapshot:
        catalog = snapshot.catalog("x")
        return packed(catalog, snapshot.training_sets(catalog), snapshot.evaluations(catalog))


@pytest.mark.parametrize("seed", range(12))
def test_an_index_that_follows_equals_one_read_anew(
    seed: int, database: LatticeDatabase, tmp_path: Path
) -> None:
    changes = Changes(database, tmp_path, seed)
    changes.import_table()
    for _ in range(7):
        changes.any()
        following = database["x"].index()
        assert differences(following, read_anew(database.place, "x")) == []
        assert not following.partial


@pytest.mark.parametrize("seed", range(100, 112))
def test_arrays_derived_over_several_imports_equal_packed_ones(
    seed: int, database: LatticeDatabase, tmp_path: Path
) -> None:
    changes = Changes(database, tmp_path, seed)
    changes.import_table()
    old, followed = arrays_now(database), 0
    for step in range(1, 5):
        changes.import_table()
        with database._storage.reading() as snapshot:
            catalog = snapshot.catalog("x")
            touched = snapshot.sets_touched_since(catalog, old.revision, old.state)
            assert touched is not None
            assert catalog.revision == old.revision + step
            stored = snapshot.training_sets(catalog, touched)
            new = derived(old, catalog, stored, snapshot.evaluations(catalog, touched))
            if new is None:  # objects or scopes came in another order: read as a whole
                continue
            followed += 1
            assert differences(new.index(catalog), arrays_now(database).index(catalog)) == []
    assert followed > 0


def table(folder: Path, name: str, lines: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(f"train_set,accuracy\n{lines}", encoding="utf-8")
    return path


def touched_since(database: LatticeDatabase, revision: int, state: str) -> list[str] | None:
    with database._storage.reading() as snapshot:
        catalog = snapshot.catalog("x")
        ids = snapshot.sets_touched_since(catalog, revision, state)
        if ids is None:
            return None
        index = database["x"].index()
        words = snapshot.training_sets(catalog, ids).words
        return [index.training_set(row).name for row in index.lookup.find(words).tolist()]


def test_what_an_import_touched_is_known_and_an_undo_breaks_the_thread(
    database: LatticeDatabase, tmp_path: Path
) -> None:
    mapping = parse('[sets]\nspelling = "letters"\n', "m.toml")
    database.import_files([table(tmp_path, "1", "A,1\nB,2\n")], into="x", mapping=mapping)
    first = arrays_now(database)
    database.import_files([table(tmp_path, "2", "AB,3\n")], into="x", mapping=mapping)
    second = arrays_now(database)
    third = database.import_files([table(tmp_path, "3", "B,2\nC,4\n")], into="x", mapping=mapping)
    assert sorted(touched_since(database, first.revision, first.state) or []) == ["AB", "B", "C"]
    assert sorted(touched_since(database, second.revision, second.state) or []) == ["B", "C"]
    assert touched_since(database, first.revision, second.state) is None  # of another history
    database["x"].undo(str(third.imported[0].result_set))
    assert touched_since(database, second.revision, second.state) is None
    assert touched_since(database, first.revision, first.state) is None


def test_a_restored_file_is_not_followed_from_what_came_after(tmp_path: Path) -> None:
    mapping = parse('[sets]\nspelling = "letters"\n', "m.toml")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([table(tmp_path, "1", "A,1\n")], into="x", mapping=mapping)
    copy = (tmp_path / "x.db").read_bytes()
    states = []
    for name, line in (("2", "B,2\n"), ("3", "C,3\n")):
        (tmp_path / "x.db").write_bytes(copy)
        with lattice.open(str(tmp_path / "x.db")) as database:
            database.import_files([table(tmp_path, name, line)], into="x", mapping=mapping)
            states.append(arrays_now(database))
    assert states[0].revision == states[1].revision
    with lattice.open(str(tmp_path / "x.db")) as database:
        database.import_files([table(tmp_path, "4", "D,4\n")], into="x", mapping=mapping)
        assert touched_since(database, states[0].revision, states[0].state) is None
        assert touched_since(database, states[1].revision, states[1].state) == ["D"]


def test_writes_of_others_are_seen_at_the_next_question(tmp_path: Path) -> None:
    mapping = parse('[sets]\nspelling = "letters"\n', "m.toml")
    place = str(tmp_path / "x.db")
    with lattice.create(place) as writing, lattice.create(place) as reading:
        writing.import_files([table(tmp_path, "1", "A,1\n")], into="x", mapping=mapping)
        seen = reading["x"]
        assert len(seen.index()) == 1
        assert seen.index() is seen.index()
        for number, letter in enumerate("BCDE", start=2):
            before = seen.state
            path = table(tmp_path, letter, f"{letter},{number}\n")
            writing.import_files([path], into="x", mapping=mapping)
            assert seen.state == writing["x"].state != before
            assert len(seen.index()) == number
            assert seen.show().summary.training_sets == number


def test_threads_get_whole_answers_while_another_imports(
    database: LatticeDatabase, tmp_path: Path
) -> None:
    mapping = parse('[sets]\nspelling = "letters"\n', "m.toml")
    database.import_files([table(tmp_path, "0", "A,0.5\n")], into="x", mapping=mapping)
    stop, wrong = threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            index, shown = database["x"].index(), database["x"].show().summary
            if int(index.columns[0].count.sum()) != len(index):  # every set has one score
                wrong.append("an index of two states")
            if shown.cells != shown.training_sets:
                wrong.append("counts of two states")

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for each in threads:
        each.start()
    for number, letter in enumerate("BCDEFGH"):
        database.import_files(
            [table(tmp_path, letter, f"{letter},0.{number}\n")], into="x", mapping=mapping
        )
    stop.set()
    for each in threads:
        each.join()
    assert wrong == []
    assert len(database["x"].index()) == 8


# ------------------------------------------------------------------ a part


@pytest.fixture
def cold(
    database: LatticeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> LatticeDatabase:
    """A lattice of 60 sets that is read in part, as one of many thousand would be."""
    monkeypatch.setattr(indexes, "LARGE", 20)
    sets = [set(each) for size in range(8) for each in combinations("ABCDEFG", size)]
    chosen = Random(6).sample(sets, 60)
    lines = [
        f"{''.join(sorted(each)) or '{}'},{seed},{len(each)}.{seed},{seed}"
        for each in chosen
        for seed in (1, 2)
    ]
    path = tmp_path / "cold.csv"
    path.write_text("\n".join(["train_set,seed,accuracy,loss", *lines]), encoding="utf-8")
    mapping = parse('[sets]\nspelling = "letters"\n[replicates]\nkind = "shared"\n', "m.toml")
    database.import_files([path], into="x", mapping=mapping)
    return database


@pytest.mark.parametrize("radius", [0, 1, 2])
def test_a_part_holds_all_sets_within_a_radius_with_their_cells(
    radius: int, cold: LatticeDatabase
) -> None:
    whole = read_anew(cold.place, "x")
    for row in range(0, len(whole), 9):
        with lattice.open(cold.place) as other:
            name = whole.training_set(row).name
            part, here = other["x"]._around(name, radius)
        assert (part.partial, part.total) == (True, 60)
        apart = [int(each).bit_count() for each in whole.words[:, 0] ^ whole.words[row, 0]]
        near = np.flatnonzero(np.array(apart) <= radius)
        assert part.words.tolist() == whole.words[near].tolist()
        assert part.training_set(here) == whole.training_set(row)
        measures = tuple(range(len(whole.measures)))
        for place, each in enumerate(near.tolist()):
            assert part.cells(place, measures) == whole.cells(each, measures)
        assert part.state == whole.state


def test_a_question_about_a_part_is_answered_as_by_the_whole(cold: LatticeDatabase) -> None:
    names = [each.training_set.name for each in cold["x"].sets().items]
    for name in names[::7]:
        with lattice.open(cold.place) as other:
            part = other["x"].set(name), other["x"].neighbors(name)
        assert part == (cold["x"].set(name), cold["x"].neighbors(name))


def test_a_few_named_sets_are_held_together(cold: LatticeDatabase) -> None:
    whole = read_anew(cold.place, "x")
    names = [whole.training_set(row).name for row in (3, 11, 40)]
    with lattice.open(cold.place) as other:
        part = other["x"]._holding(names)
    assert [part.training_set(row).name for row in range(len(part))] == names
    assert (part.partial, part.total) == (True, 60)


def test_the_nearest_sets_of_a_missing_one_are_looked_for_in_the_whole(
    cold: LatticeDatabase,
) -> None:
    whole = read_anew(cold.place, "x")
    absent = next(mask for mask in range(128) if whole.row_of(mask) < 0)
    name = whole.universe.spell(absent)
    asks: list[Callable[[lattice.Lattice], object]] = [
        lambda asked: asked._around(name),
        lambda asked: asked._holding([name]),
    ]
    for ask in asks:
        with lattice.open(cold.place) as other, pytest.raises(SetNotStored) as refused:
            ask(other["x"])
        assert refused.value.suggestions == tuple(each.name for each in whole.nearest(absent))
        assert refused.value.subject == name


def test_who_asks_on_gets_the_whole(cold: LatticeDatabase) -> None:
    name = cold["x"].sets().items[0].training_set.name
    with lattice.open(cold.place) as other:
        partial = [other["x"]._around(name)[0].partial for _ in range(12)]
    assert partial == [True] * 8 + [False] * 4


def test_a_part_too_large_to_look_up_is_the_whole(
    cold: LatticeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = cold["x"].sets().items[0].training_set.name
    monkeypatch.setattr(indexes, "MOST_LOOKUPS", 7)
    for radius, partial in ((0, True), (1, False)):
        with lattice.open(cold.place) as other:
            assert other["x"]._around(name, radius)[0].partial == partial
