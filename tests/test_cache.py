"""Files of packed arrays: equal to what they were made from, and never needed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import lattice
from lattice import cache
from lattice.cache import cache_folder
from lattice.facade import LatticeDatabase, indexes
from lattice.importing.mapping import parse
from lattice.index import LatticeIndex
from tests.arrays import differences

MAPPING = parse('[sets]\nspelling = "letters"\n[replicates]\nkind = "shared"\n', "m.toml")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are kept in this test, of lattices of any size."""
    monkeypatch.setenv("LATTICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(indexes, "WORTH_KEEPING", 0)
    return tmp_path / "cache"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[LatticeDatabase]:
    with lattice.create(str(tmp_path / "x.db")) as opened:
        add(opened, tmp_path, "A,1,0.5,0.1\nA,2,0.7,0.2\nAB,1,0.6,0.3\n{},2,,0.25\n")
        yield opened


def add(database: LatticeDatabase, folder: Path, lines: str, name: str = "x") -> None:
    path = folder / f"{time.monotonic_ns()}.csv"
    path.write_text(f"train_set,seed,accuracy,loss\n{lines}", encoding="utf-8")
    database.import_files([path], into=name, mapping=MAPPING)


def opened_anew(database: LatticeDatabase, name: str = "x") -> LatticeIndex:
    with lattice.open(database.place) as other:
        return other[name].index()


def read_anew(database: LatticeDatabase, monkeypatch: pytest.MonkeyPatch) -> LatticeIndex:
    """The index as it is read where no file may be used."""
    with monkeypatch.context() as patch:
        patch.setenv("LATTICE_CACHE", "off")
        return opened_anew(database)


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.*"))


def is_mapped(index: LatticeIndex) -> bool:
    """Whether the words stand in a file: then their memory is nobody's own."""
    return not index.words.flags.owndata and not index.words.flags.writeable


def test_a_state_is_kept_once_and_mapped_by_the_next_process(
    database: LatticeDatabase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = database["x"].index()
    (kept,) = files(folder)
    assert kept.stem == first.state
    before = kept.read_bytes()
    second = opened_anew(database)
    assert is_mapped(second)
    assert not is_mapped(first)
    assert differences(second, read_anew(database, monkeypatch)) == []
    assert kept.read_bytes() == before
    for array in (second.words, second.columns[0].by_replicate, second.lookup.table):
        assert array is not None
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("n", [10, 40, 100])
def test_every_way_of_lookup_is_kept(
    n: int, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wide.csv"
    draw = np.random.default_rng(n)
    rows = np.unique(draw.random((50, n)) < 0.3, axis=0)
    header = ",".join([*(f"object{k}" for k in range(n)), "accuracy"])
    lines = [f"{','.join(map(str, row.astype(int)))},{k / 100}" for k, row in enumerate(rows)]
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    with lattice.create(str(tmp_path / "wide.db")) as database:
        database.import_files([path], into="x")
        first = database["x"].index()
        second = opened_anew(database)
        assert is_mapped(second)
        everything = np.arange(len(first))
        assert second.lookup.find(first.words).tolist() == everything.tolist()
        found, again = first.lookup.around(everything), second.lookup.around(everything)
        assert [each.tolist() for each in found] == [each.tolist() for each in again]
        assert differences(second, read_anew(database, monkeypatch)) == []


def test_the_next_state_is_derived_from_a_kept_one_and_the_old_file_goes(
    database: LatticeDatabase, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database["x"].index()
    (old,) = files(folder)
    add(database, tmp_path, "BC,1,0.9,0.8\n")
    assert differences(opened_anew(database), read_anew(database, monkeypatch)) == []
    assert files(folder) == [old]  # one set more is not worth a file
    monkeypatch.setattr(indexes, "FOLLOWED_SETS", 2)
    add(database, tmp_path, "CD,1,0.1,0.8\n")
    assert differences(opened_anew(database), read_anew(database, monkeypatch)) == []
    (new,) = files(folder)
    assert new.stem == database["x"].state


def test_after_an_undo_nothing_old_is_used(
    database: LatticeDatabase, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, tmp_path, "BC,1,0.9,0.8\n")
    database["x"].index()
    database["x"].undo(str(database["x"].result_sets()[-1].result_set.id))
    index = opened_anew(database)
    assert len(index) == 3
    assert differences(index, read_anew(database, monkeypatch)) == []
    assert [each.stem for each in files(folder)] == [index.state]


def _cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _cut_header(whole: bytes) -> bytes:
    return whole[:40]


def _empty(_: bytes) -> bytes:
    return b""


def _foreign(_: bytes) -> bytes:
    return b"PK\x03\x04" + b"\0" * 4_000


def _no_json(whole: bytes) -> bytes:
    return whole.replace(b'{"state"', b'["state"', 1)


def _objects(whole: bytes) -> bytes:
    return whole.replace(b'"<u8"', b'"|O8"', 1)


def _far_away(whole: bytes) -> bytes:
    start = whole.index(b"{")
    end = whole.index(b"}") + 1
    header = json.loads(whole[start:end])
    header["arrays"][0][3] = 10**9
    text = json.dumps(header).encode()
    length = len(text).to_bytes(8, "little")
    return whole[: start - 8] + length + text + whole[len(whole) - header["length"] :]


def _other_state(whole: bytes) -> bytes:
    at = whole.index(b'"state": "') + len(b'"state": "')
    return whole[:at] + b"0" * 32 + whole[at + 32 :]


def _unequal(whole: bytes) -> bytes:
    return whole.replace(b'"ranks", "<i4", [3]', b'"ranks", "<i4", [2]', 1)


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,
        _cut_header,
        _empty,
        _foreign,
        _no_json,
        _objects,
        _far_away,
        _other_state,
        _unequal,
    ],
)
def test_a_file_that_cannot_be_used_is_made_anew(
    spoil: Callable[[bytes], bytes], database: LatticeDatabase, folder: Path
) -> None:
    first = database["x"].index()
    (kept,) = files(folder)
    whole = kept.read_bytes()
    assert spoil(whole) != whole
    kept.write_bytes(spoil(whole))
    assert differences(opened_anew(database), first) == []
    assert kept.read_bytes() == whole
    assert is_mapped(opened_anew(database))


def test_nothing_is_kept_where_it_is_switched_off(
    database: LatticeDatabase, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATTICE_CACHE", "off")
    with lattice.open(database.place) as other:
        assert len(other["x"].index()) == 3
    assert not folder.exists()
    assert not Path("off").exists()


def test_a_folder_that_cannot_be_made_is_no_obstacle(
    database: LatticeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("LATTICE_CACHE", str(tmp_path / "file"))
    assert len(opened_anew(database)) == 3
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


def test_small_lattices_and_those_in_memory_are_not_kept(
    database: LatticeDatabase, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "WORTH_KEEPING", 7)
    opened_anew(database)
    assert files(folder) == []
    monkeypatch.setattr(indexes, "WORTH_KEEPING", 6)
    opened_anew(database)
    assert len(files(folder)) == 1
    with lattice.create("sqlite://") as volatile:
        add(volatile, tmp_path, "A,1,0.5,0.1\nB,1,0.5,0.1\nC,1,0.5,0.1\n")
        assert len(volatile["x"].index()) == 3
    assert len(files(folder)) == 1


def test_lattices_and_databases_do_not_share_files(
    database: LatticeDatabase, tmp_path: Path, folder: Path
) -> None:
    add(database, tmp_path, "B,1,0.5,0.1\n", "y")
    with lattice.create(str(tmp_path / "other.db")) as other:
        add(other, tmp_path, "C,1,0.5,0.1\n")
        states = {database["x"].index().state, database["y"].index().state}
        states.add(other["x"].index().state)
    assert {each.stem for each in files(folder)} == states
    assert len({each.parent for each in files(folder)}) == 3


def test_the_files_that_were_not_used_for_longest_make_room(
    database: LatticeDatabase, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("y", "z"):
        add(database, tmp_path, "B,1,0.5,0.1\n", name)
    states = {}
    for age, name in enumerate(("x", "y")):
        states[name] = database[name].index().state
        (path,) = folder.rglob(f"{states[name]}.*")
        os.utime(path, (1_000 + age, 1_000 + age))
    opened_anew(database)  # x is used again: now y is older
    size = max(each.stat().st_size for each in files(folder))
    monkeypatch.setattr(cache, "LARGEST_CACHE", 2 * size)
    states["z"] = database["z"].index().state
    assert {each.stem for each in files(folder)} == {states["x"], states["z"]}


@pytest.mark.skipif(os.name == "nt", reason="Windows has a place of its own")
def test_the_folder_is_where_the_user_keeps_such_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATTICE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/datalattice")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert cache_folder() == Path("/home/someone/.cache/datalattice")
    monkeypatch.setenv("LATTICE_CACHE", "/elsewhere")
    assert cache_folder() == Path("/elsewhere")
