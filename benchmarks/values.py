"""Values: exact and bounded from tables, against one pass over the table; shapiq and pyDVL beside."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from itertools import combinations
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

import lattice
from benchmarks.harness import (
    OBJECTS,
    Comparison,
    compare,
    pairs_wanted,
    timed,
)
from benchmarks.lattices import complete, kept_folder
from lattice.facade import Lattice
from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import DataObject, Draws, EvaluationSet, Measure, Metric, Protocol
from lattice.notation import Universe
from lattice.resources import bundled_manifests
from lattice.values import weights
from lattice.values.assumptions import Assumed
from lattice.values.bounds import by_envelope, by_range
from lattice.values.envelopes import envelope
from lattice.values.estimates import stratified
from lattice.values.estimates.designs import Drawn, readings
from lattice.values.estimates.seeds import seeds
from lattice.values.estimates.stratified import Sums
from lattice.values.grounds import Ground, Scores
from lattice.values.planning import aims
from lattice.values.planning.sampling import by_sample
from lattice.values.planning.variance import by_variance
from lattice.values.planning.width import by_width
from lattice.values.ranked import RankedSums, interactions, semivalues

ROOT = Path(__file__).parent.parent
HALF_OBJECTS = 16
MONOTONE = Assumed("monotone")


def comparisons() -> Iterator[object]:
    """The rows of this benchmark."""
    with kept_folder() as folder:
        with complete(folder, OBJECTS) as example:
            yield from _exact(example.index)
            yield from _whole_answers(example.stored)
        yield from _bounded()
        yield from _planned()
        yield from _estimated()
        yield from _beside(folder)


# ------------------------------------------------------------------ against one pass


def _ground(index: LatticeIndex) -> Ground:
    """All objects, with the table of their scores made before anything is timed."""
    ground = Ground(index, 0, 0, tuple(1 << each for each in range(index.universe.n)))
    assert ground.there.any()
    return ground


def _exact(index: LatticeIndex) -> Iterator[Comparison]:
    """Sums over a complete table in the memory."""
    ground = _ground(index)
    v, m = ground.scores, ground.m
    size = f"of {m} objects from 2^{m} sets"
    for name, sums, at_most in (
        ("Shapley values", semivalues(weights.shapley(m)), 30),
        ("Banzhaf values", semivalues(weights.banzhaf(m)), 30),
        ("Shapley interactions of all pairs", interactions(weights.shapley(m - 1)), 50),
        ("Banzhaf interactions of all pairs", interactions(weights.banzhaf(m - 1)), 50),
    ):
        _check(sums, ground)
        yield compare(
            f"{name} {size}",
            partial(sums.over, ground, v),
            "one pass v.sum() over the table",
            v.sum,
            pairs=pairs_wanted(30),
            at_most=at_most,
        )


def _check(sums: RankedSums, ground: Ground) -> None:
    """The first and the last value once more, cell by cell."""
    found = sums.over(ground, ground.scores)
    for item in (0, len(sums.items) - 1):
        wanted = sums.of_cells(ground, item) @ ground.scores
        assert np.isclose(found[item], wanted, atol=1e-9), (found[item], wanted)


def _whole_answers(stored: Lattice) -> Iterator[Comparison]:
    """The facade's answers: the table is looked up, values are named and ranked."""
    v = stored.index().columns[0].mean
    for quantity, limit in (("shapley", 200), ("shapley-interaction", 200), ("dividends", 20)):
        yield compare(
            f"the facade's whole answer for {quantity} of {OBJECTS} objects",
            partial(stored.value, quantity, limit=limit),
            "one pass v.sum() over the table",
            v.sum,
            pairs=pairs_wanted(5),
        )


# ------------------------------------------------------------------ bounds


def _bounded() -> Iterator[Comparison]:
    """Bounds with half of the cells missing, against the exact values of the full table."""
    whole = _random(HALF_OBJECTS, missing=False)
    part = _random(HALF_OBJECTS, missing=True)
    sums = semivalues(weights.shapley(HALF_OBJECTS))
    exact = sums.over(whole, whole.scores)

    def monotone() -> Any:
        return by_envelope(part, sums, envelope(part, MONOTONE))

    for name, call in (("range", partial(by_range, part, sums)), ("monotone", monotone)):
        found = call()
        assert found is not None
        assert (found.low - 1e-9 <= exact).all()
        assert (exact <= found.high + 1e-9).all()
        yield compare(
            f"{name} bounds of {HALF_OBJECTS} Shapley values, half of 2^{HALF_OBJECTS} sets missing",
            call,
            "the exact values of the full table",
            partial(sums.over, whole, whole.scores),
            pairs=pairs_wanted(30),
            at_most=10,
        )


def _planned() -> Iterator[Comparison]:
    """The next cells to train with half of the cells missing, against the values of the full table."""
    whole = _random(HALF_OBJECTS, missing=False)
    part = _random(HALF_OBJECTS, missing=True)
    sums = semivalues(weights.shapley(HALF_OBJECTS))
    aim = aims.of_values(part, tuple(part.index.universe.names), "shapley", "", sums)
    price = aims.Prices(1.0, np.zeros(HALF_OBJECTS))
    for name, call in (
        ("range bounds", partial(by_width, aim, None, price, 20)),
        ("monotone bounds", partial(by_width, aim, MONOTONE, price, 20)),
        ("variance", partial(by_variance, aim, None, price, 20)),
        ("strata", partial(by_sample, aim, price, 20, 0)),
    ):
        yield compare(
            f"the next 20 cells for {HALF_OBJECTS} Shapley values by {name}, half of"
            f" 2^{HALF_OBJECTS} sets missing",
            call,
            "the exact values of the full table",
            partial(sums.over, whole, whole.scores),
            pairs=pairs_wanted(10),
        )


def _estimated() -> Iterator[Comparison]:
    """The default estimate with half of the cells missing, against the exact values of the table."""
    whole = _random(HALF_OBJECTS, missing=False)
    part = _random(HALF_OBJECTS, missing=True)
    sums = semivalues(weights.shapley(HALF_OBJECTS))
    exact = sums.over(whole, whole.scores)
    drawn = Drawn((Draws("random"),))

    def estimate() -> Sums:
        reading = readings(part, drawn)[0]
        return stratified.estimated(part, sums, reading, seeds(part)[0])

    found = estimate()
    there = ~np.isnan(found.value)
    assert there.any()
    assert (np.abs(found.value - exact)[there] <= 5 * found.standard_error[there]).all()
    yield compare(
        f"stratified estimates of {HALF_OBJECTS} Shapley values, half of 2^{HALF_OBJECTS} sets missing",
        estimate,
        "the exact values of the full table",
        partial(sums.over, whole, whole.scores),
        pairs=pairs_wanted(30),
        at_most=50,
    )


def _random(n: int, *, missing: bool) -> Ground:
    """Monotone scores between 0 and 1 of all sets, or of half of them with all anchors."""
    draw = np.random.default_rng(12)
    sets = np.arange(1 << n, dtype=np.uint64)
    effects = draw.random(n) / n
    scores = ((sets[:, None] >> np.arange(n, dtype=np.uint64)) & np.uint64(1)) @ effects
    kept = draw.random(1 << n) < 0.5 if missing else np.ones(1 << n, dtype=np.bool_)
    rank = np.bitwise_count(sets)
    kept |= (rank <= 1) | (rank >= n - 1)
    words = sets[kept][:, None]
    measure = Measure(
        "accuracy/test",
        Metric("accuracy", "higher", 0.0, 1.0),
        EvaluationSet("test"),
        Protocol("default", "0"),
    )
    index = LatticeIndex(
        "random",
        Universe(tuple(DataObject(f"o{each}", each) for each in range(n))),
        (measure,),
        words,
        np.bitwise_count(words[:, 0]).astype(np.int32),
        (ScoreColumn.of(scores[kept][:, None], ("shared",), np.zeros(len(words), dtype=np.bool_)),),
    )
    return _ground(index)


# ------------------------------------------------------------------ peers


@dataclass(frozen=True)
class _Case:
    name: str
    lattice: str
    measure: str


CASES = (
    _Case("California housing, 10 objects", "california-housing", "@gradient_boosting"),
    _Case("Adult, 14 objects", "adult-14", "accuracy"),
)


def _beside(folder: Path) -> Iterator[Comparison]:
    """shapiq and pyDVL on real tables, their answers compared with ours first."""
    place = folder / "real.db"
    with (lattice.open if place.exists() else lattice.create)(str(place)) as database:
        if not database.lattices():
            database.import_files(
                [*bundled_manifests(), ROOT / "tests/results/adult-n14/manifest.toml"]
            )
        for case in CASES:
            stored = database[case.lattice]
            yield from _shapiq(case, stored)
            yield from _pydvl(case, stored)


def _shapiq(case: _Case, stored: Lattice) -> Iterator[Comparison]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shapiq
    game = stored.shapiq_game(measure=case.measure)
    ground = table(stored, case)
    m = ground.m
    for name, sums, index, order in (
        ("Shapley values", semivalues(weights.shapley(m)), "SV", 1),
        ("Banzhaf values", semivalues(weights.banzhaf(m)), "BV", 1),
        ("Shapley interactions of all pairs", interactions(weights.shapley(m - 1)), "SII", 2),
    ):

        def theirs(index: str = index, order: int = order) -> Any:
            return shapiq.ExactComputer(game=game, n_players=m)(index, order)

        def ours(sums: RankedSums = sums) -> Scores:
            return sums.over(ground, ground.scores)

        items = combinations(range(m), order)
        values = theirs().get_n_order_values(order)
        assert np.allclose(ours(), [values[each] for each in items], atol=1e-9)
        yield compare(
            f"{name}, {case.name}",
            ours,
            f"shapiq {version('shapiq')}",
            theirs,
            pairs=pairs_wanted(5),
        )


def table(stored: Lattice, case: _Case) -> Ground:
    """The ground of a case, with its table made."""
    index = stored.index()
    (place,) = (
        place for place, each in enumerate(index.measures) if case.measure.strip("@") in each.name
    )
    ground = _ground(index)
    return replace(ground, measure=place) if place else ground


def _pydvl(case: _Case, stored: Lattice) -> Iterator[Comparison]:
    """Shapley values by pyDVL, in a process of its own that times itself."""
    ground = table(stored, case)
    sums = semivalues(weights.shapley(ground.m))
    with peer() as pydvl:
        if pydvl is None:
            print(f"{case.name}: no pyDVL in .venv/pydvl", file=sys.stderr)
            return
        ours, theirs = [], []
        for _ in range(pairs_wanted(2)):
            ours.append(timed(partial(sums.over, ground, ground.scores)))
            answer = pydvl.values(ground.scores)
            theirs.append(answer["seconds"])
            assert np.allclose(answer["values"], sums.over(ground, ground.scores), atol=1e-9)
        yield Comparison(f"Shapley values, {case.name}", "pyDVL", tuple(ours), tuple(theirs))


class _Pydvl(AbstractContextManager["_Pydvl"]):
    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [str(python), str(Path(__file__).with_name("pydvl_values.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def values(self, scores: Scores) -> dict[str, Any]:
        """Its values of a table, and the seconds that they took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(scores.tolist()) + "\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@contextmanager
def peer() -> Iterator[_Pydvl | None]:
    """pyDVL where `make bench` has put it; None where it is not."""
    python = Path(sys.prefix) / "pydvl/bin/python"
    if not python.exists():
        yield None
        return
    with _Pydvl(python) as peer:
        yield peer
