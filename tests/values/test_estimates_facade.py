"""Estimates as people ask for them: facade, command and API alike, from how result sets were drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.encoding import to_json
from lattice.errors import BadQuestion
from lattice.facade.databases import LatticeDatabase
from lattice.importing.mapping import parse
from lattice.web.app import create_app
from tests.values.hidden import Flags, anchors, families

M = 6
NAMES = "abcdef"
TABLE = families(8)["concave"][: 1 << M] / 4
Write = Callable[[str, Flags, str], Path]


def spelled(mask: int) -> str:
    return "".join(name for each, name in enumerate(NAMES) if mask >> each & 1) or "{}"


def some(share: float, seed: int = 1) -> Flags:
    return np.asarray((np.random.default_rng(seed).random(1 << M) < share) | anchors(M))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[LatticeDatabase]:
    with lattice.create(str(tmp_path / "a.db")) as opened:
        yield opened


@pytest.fixture
def add(database: LatticeDatabase, tmp_path: Path) -> Callable[..., None]:
    """Adds sets of the table to the lattice `drawn`, as one result set."""

    def add(name: str, kept: Flags, said: str) -> None:
        rows = [f"{spelled(mask)},{float(TABLE[mask])!r}" for mask in np.flatnonzero(kept).tolist()]
        file = tmp_path / f"{name}.csv"
        file.write_text("training_set,accuracy\n" + "\n".join(rows) + "\n", encoding="utf-8")
        objects = "".join(f'[[objects]]\nname = "{each}"\n' for each in NAMES)
        metric = '[[metrics]]\nname = "accuracy"\ndirection = "higher"\nrange = [0, 1]\n'
        report = database.import_files(
            [file], into="drawn", mapping=parse(f"{said}\n{metric}{objects}", name)
        )
        assert report.imported

    return add


def test_estimates_stand_beside_bounds(database: LatticeDatabase, add: Callable[..., None]) -> None:
    add("one", some(0.8), 'design = "random"')
    answer = database["drawn"].value("shapley")
    assert answer.status == "estimated"
    for each in answer.items:
        assert each.status == "estimated"
        assert each.value is None
        assert each.estimate is not None
        assert each.bounds is not None
        assert each.bounds.low <= each.estimate.value <= each.bounds.high
        assert (each.estimate.method, each.estimate.design) == ("stratified", "random")
        assert each.estimate.assumption is None
    without = database["drawn"].value("shapley", estimate="none")
    assert without.status == "bounded"
    assert all(each.estimate is None for each in without.items)


def test_what_is_exact_is_not_estimated(
    database: LatticeDatabase, add: Callable[..., None]
) -> None:
    add("one", np.ones(1 << M, dtype=np.bool_), "")
    answer = database["drawn"].value("shapley", estimate="stratified")
    assert answer.status == "exact"
    assert all(each.estimate is None for each in answer.items)


def test_unknown_and_planned_sets_are_said_to_be_taken_as_random(
    database: LatticeDatabase, add: Callable[..., None]
) -> None:
    add("one", some(0.8), 'design = "planner"')
    estimate = database["drawn"].value("shapley").items[0].estimate
    assert estimate is not None
    assert estimate.design == "planner"
    assert estimate.assumption == "assumes cells missing at random"


def test_a_set_that_several_report_was_chosen_by_the_first(
    database: LatticeDatabase, add: Callable[..., None]
) -> None:
    first, later = some(0.7), some(0.7, seed=2)
    add("one", first, 'design = "random"')
    add("two", later, 'design = "planner"')
    stored = database["drawn"]
    index = stored.index()
    drawn = stored.designs.of(index, 0)
    assert [each.design for each in drawn.draws] == ["random", "planner"]
    assert drawn.of_row is not None
    masks = [index.mask_of(row) for row in range(len(index))]
    assert drawn.of_row.tolist() == [0 if first[mask] else 1 for mask in masks]
    assert stored.designs.of(index, 0) is drawn
    answer = stored.value("banzhaf").items[0].estimate
    assert answer is not None
    assert answer.design == "random"


def test_designed_chains_are_used_and_found_ones_refused(
    database: LatticeDatabase, add: Callable[..., None]
) -> None:
    draw = np.random.default_rng(4)
    orders = [draw.permutation(M) for _ in range(12)]
    kept = anchors(M)
    for order in orders:
        kept[np.cumsum(1 << order)] = True
    chains = [[NAMES[each] for each in order.tolist()] for order in orders]
    add("one", kept, f'design = "chains"\n[draws]\nchains = {json.dumps(chains)}')
    estimate = database["drawn"].value("shapley").items[0].estimate
    assert estimate is not None
    assert (estimate.method, estimate.sampled) == ("chains", 12)
    with pytest.raises(BadQuestion, match="values of single units"):
        database["drawn"].value_differences("shapley", estimate="chains")


def test_found_chains_are_refused(database: LatticeDatabase, add: Callable[..., None]) -> None:
    add("one", some(0.8), "")
    with pytest.raises(BadQuestion, match="get no interval"):
        database["drawn"].value("shapley", estimate="chains")
    with pytest.raises(BadQuestion, match="no estimate"):
        database["drawn"].value("shapley", estimate="magic")
    for quantity in ("leave-one-out", "owen"):
        with pytest.raises(BadQuestion, match=f"no estimates of {quantity}"):
            database["drawn"].value(quantity, estimate="stratified")


def test_the_command_and_the_api_say_the_same(
    database: LatticeDatabase, add: Callable[..., None], tmp_path: Path
) -> None:
    add("one", some(0.7), 'design = "random"\n[draws]\nprobability = 0.5')
    url = str(tmp_path / "a.db")
    client = create_app(database).test_client()
    runner = CliRunner()
    for method in ("stratified", "reuse"):
        answer = json.loads(to_json(database["drawn"].value("banzhaf", estimate=method)))
        path = f"/api/v1/lattices/drawn/values/banzhaf?estimate={method}"
        assert client.get(path).get_json() == answer
        said = ["value", "drawn", "banzhaf", "--estimate", method, "--db", url]
        assert json.loads(runner.invoke(app, [*said, "--json"]).stdout) == answer
        shown = runner.invoke(app, said).stdout
        assert "~+0." in shown
        assert f"estimated ({method}, design random" in shown
        assert "Bounds (within the metric's range): a {" in " ".join(shown.split())
        assert max(len(line) for line in shown.splitlines()) <= 80
    refused = client.get("/api/v1/lattices/drawn/values/shapley?estimate=reuse")
    assert refused.status_code == 400
    assert "same weight" in refused.get_json()["detail"]
