from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import lattice
from lattice.facade import LatticeDatabase
from lattice.importing.mapping import parse
from lattice.model import ImportedResults

ImportText = Callable[..., ImportedResults]


@pytest.fixture
def database(database_place: Path) -> Iterator[LatticeDatabase]:
    """An empty database."""
    with lattice.create(str(database_place)) as opened:
        yield opened


@pytest.fixture
def import_text(
    database: LatticeDatabase, write_file: Callable[[str, str | bytes], Path]
) -> ImportText:
    """Imports a file of this content, with a mapping given as TOML, into the lattice `test`."""

    def run(
        content: str | bytes,
        mapping: str | None = None,
        *,
        name: str = "table.csv",
        into: str | None = "test",
    ) -> ImportedResults:
        path = write_file(name, content)
        reading = None if mapping is None else parse(mapping, "mapping.toml")
        (done,) = database.import_files([path], into=into, mapping=reading).imported
        return done

    return run


@pytest.fixture
def scores(database: LatticeDatabase) -> Callable[..., dict[tuple[str, str], float | None]]:
    """The mean of every cell of a lattice, by training set and measure; None where missing."""

    def read(
        name: str = "test", measures: Sequence[str] | None = None
    ) -> dict[tuple[str, str], float | None]:
        grid = database[name].grid(measures=measures, limit=1000)
        return {
            (row.training_set.name, measure.name): None if cell is None else cell.mean
            for row in grid.items
            for measure, cell in zip(grid.measures, row.cells, strict=True)
        }

    return read
