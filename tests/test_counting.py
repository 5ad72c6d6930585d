from __future__ import annotations

from pathlib import Path

import pytest

import lattice
from lattice.facade import LatticeDatabase, counting
from lattice.storage import Snapshot

ROWS = "train_set,accuracy\nA,0.5\nAB,0.6\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where counts are kept, of however few evaluations."""
    place = tmp_path / "cache"
    monkeypatch.setenv("LATTICE_CACHE", str(place))
    monkeypatch.setattr(counting, "WORTH_KEEPING", 0)
    return place


def add(database: LatticeDatabase, folder: Path, text: str) -> None:
    path = folder / "scores.csv"
    path.write_text(text, encoding="utf-8")
    database.import_files([path], into="x")


def notes(folder: Path) -> list[Path]:
    return sorted(folder.rglob("counts-*"))


def refuse_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("counted again")

    monkeypatch.setattr(Snapshot, "summary", never)


def test_a_state_is_counted_once_by_all_who_ask(
    database_place: Path, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lattice.create(str(database_place)) as database:
        add(database, tmp_path, ROWS)
        first = database["x"].show()
        assert (first.summary.moves, first.summary.training_sets, first.cells_per_measure) == (
            1,
            2,
            (2,),
        )
        refuse_to_count(monkeypatch)
        assert database["x"].show() == first
        assert database.lattices() == (first.summary,)
    assert len(notes(folder)) == 1
    with lattice.open(str(database_place)) as again:
        assert again.lattices() == (first.summary,)
        assert again["x"].show() == first


def test_another_state_is_counted_anew_and_only_the_newest_is_kept(
    database_place: Path, tmp_path: Path, folder: Path
) -> None:
    with lattice.create(str(database_place)) as database:
        add(database, tmp_path, ROWS)
        database["x"].show()
        add(database, tmp_path, "train_set,accuracy\nB,0.4\n")
        assert database["x"].show().summary.moves == 2
        assert database.lattices()[0].training_sets == 3
        (note,) = notes(folder)
        assert note.name.endswith(database["x"].state)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"summary": {"name": 1}, "cells": []}'])
def test_a_note_that_cannot_be_read_is_not_used(
    database_place: Path, tmp_path: Path, folder: Path, content: str
) -> None:
    with lattice.create(str(database_place)) as database:
        add(database, tmp_path, ROWS)
        expected = database["x"].show()
    (note,) = notes(folder)
    note.write_text(content, encoding="utf-8")
    with lattice.open(str(database_place)) as again:
        assert again["x"].show() == expected
