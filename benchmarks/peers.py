"""What answers are held against: igraph, Kuzu and plain SQL on the same lattice; an own check."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from benchmarks.lattices import Example

Scores = NDArray[np.float64]

NEIGHBORS = """
SELECT kind, object_id, to_id, there.score, there.score - here.score
FROM directed_move
JOIN evaluation AS here ON here.training_set_id = from_id
JOIN evaluation AS there ON there.training_set_id = to_id
WHERE from_id = ? AND here.measure_id = 1 AND there.measure_id = 1
"""
"""One set's neighbors with scores and deltas; both primary keys begin with what is asked for."""

BULK = "SELECT training_set_id, score FROM evaluation"


class Igraph:
    """The moves of a lattice as an undirected igraph graph."""

    def __init__(self, example: Example) -> None:
        import igraph

        moves = np.stack([example.lower, example.upper], axis=1)
        self._graph = igraph.Graph(n=len(example.index), edges=moves)

    def path(self, source: int, target: int) -> list[int]:
        """Rows of a path with the fewest moves."""
        found: list[int] = self._graph.get_shortest_path(source, target)
        return found


class Sql:
    """Statements that sqlite3 prepares once, on the database that the importer wrote.

    The file is mapped into memory, which is the fastest that SQLite can read it.
    """

    def __init__(self, example: Example) -> None:
        self.connection = sqlite3.connect(f"file:{example.place}?mode=ro", uri=True)
        self.connection.execute(f"PRAGMA mmap_size = {2**34}")
        members = dict(self.connection.execute("SELECT members, id FROM training_set"))
        words = example.index.words[:, 0].astype("<u8")
        packed = (word.tobytes().rstrip(b"\0") for word in words)
        self.identifiers = [members[each] for each in packed]

    def neighbors(self, identifier: int) -> list[tuple[str, int, int, float, float]]:
        """(kind, object, neighbor, its score, delta) of every stored neighbor."""
        return self.connection.execute(NEIGHBORS, (identifier,)).fetchall()


class Kuzu:
    """The sets with their scores and the moves of a lattice in a Kuzu database.

    The number of the set stands in the text of the query: version 0.11 finds it by its primary
    key then, and reads all sets where it is a parameter of a prepared query, which is slower.
    """

    QUERY = (
        "MATCH (here:TrainingSet {{id: {}}})-[move:Move]-(there:TrainingSet)"
        " RETURN there.id, there.score, there.score - here.score"
    )

    def __init__(self, example: Example, folder: Path) -> None:
        import kuzu

        place = folder / f"{example.name}.kuzu"
        fresh = not place.exists()
        database = kuzu.Database(str(place), buffer_pool_size=2**31)
        self._connection = kuzu.Connection(database, num_threads=1)
        if fresh:
            self._fill(example, folder)

    def _fill(self, example: Example, folder: Path) -> None:
        import pyarrow as pa  # type: ignore[import-untyped]
        import pyarrow.parquet as pq  # type: ignore[import-untyped]

        score = example.index.columns[0].mean
        tables = {
            "TrainingSet": {"id": np.arange(len(score)), "score": score},
            "Move": {"lower": example.lower, "upper": example.upper},
        }
        self._connection.execute(
            "CREATE NODE TABLE TrainingSet (id INT64 PRIMARY KEY, score DOUBLE)"
        )
        self._connection.execute("CREATE REL TABLE Move (FROM TrainingSet TO TrainingSet)")
        for name, columns in tables.items():
            file = folder / f"{name}.parquet"
            pq.write_table(pa.table(columns), file)
            self._connection.execute(f"COPY {name} FROM '{file}'")
            file.unlink()

    def neighbors(self, row: int) -> list[list[float]]:
        """[neighbor, its score, delta] of every stored neighbor."""
        answer = self._connection.execute(self.QUERY.format(row))
        rows: list[list[float]] = answer.get_all()
        answer.close()
        return rows


class Check:
    """Best floors and fewest moves another way: components and breadth-first trees of scipy."""

    def __init__(self, example: Example) -> None:
        self._example = example

    @cached_property
    def labels(self) -> NDArray[np.int32]:
        """The component of every set, shape (N,)."""
        everything = np.ones(len(self._example.index), dtype=np.bool_)
        return connected_components(self._graph(everything, 0, 0), directed=False)[1]

    def widest(self, goodness: Scores, source: int, target: int, rows: list[int]) -> None:
        """Whether `rows` is a path with the best possible floor and then the fewest moves."""
        assert (rows[0], rows[-1]) == (source, target)
        inner = goodness[rows[1:-1]]
        words = self._example.index.words[rows]
        assert (np.bitwise_count(words[1:] ^ words[:-1]).sum(axis=1) == 1).all()
        if len(inner) == 0:
            return
        floor = inner.min()
        above = self._graph(goodness > floor, source, target)
        _, label = connected_components(above, directed=False)
        assert label[source] != label[target], "a better floor is possible"
        assert self._moves(goodness >= floor, source, target) == len(rows) - 1

    def fewest(self, source: int, target: int) -> int:
        """Number of moves, every stored set allowed."""
        return self._moves(np.ones(len(self._example.index), dtype=np.bool_), source, target)

    def _moves(self, allowed: NDArray[np.bool_], source: int, target: int) -> int:
        graph = self._graph(allowed, source, target)
        _, before = breadth_first_order(graph, source, directed=False)
        moves, here = 0, target
        while here != source:
            here, moves = before[here], moves + 1
            assert here >= 0, "there is no path"
        return moves

    def _graph(self, allowed: NDArray[np.bool_], source: int, target: int) -> csr_array:
        enterable = allowed.copy()
        enterable[[source, target]] = True
        keep = enterable[self._example.lower] & enterable[self._example.upper]
        lower, upper = self._example.lower[keep], self._example.upper[keep]
        size = len(enterable)
        return csr_array((np.ones(len(lower), dtype=np.int8), (lower, upper)), shape=(size, size))


def chain_from_empty(n: int, goodness: Scores, words: NDArray[np.uint64]) -> tuple[float, float]:
    """(best floor, best mean) over all adds-only paths from empty to all, complete lattice.

    The floor is strictly between the ends, the mean over all sets but the first. Computed over
    masks in the order of their number, which no engine here does.
    """
    by_mask = np.empty(1 << n)
    by_mask[words[:, 0].astype(np.int64)] = goodness
    inner = by_mask.copy()
    inner[[0, -1]] = np.inf
    floor, total = np.full(1 << n, -np.inf), np.full(1 << n, -np.inf)
    floor[0], total[0] = np.inf, 0.0
    masks = np.arange(1 << n)
    by_rank = np.argsort(np.bitwise_count(masks), kind="stable")
    counts = np.cumsum(np.bincount(np.bitwise_count(masks)))
    for rank in range(1, n + 1):
        layer = by_rank[counts[rank - 1] : counts[rank]]
        for position in range(n):
            holders = layer[layer >> position & 1 == 1]
            below = holders ^ 1 << position
            floor[holders] = np.maximum(floor[holders], np.minimum(floor[below], inner[holders]))
            total[holders] = np.maximum(total[holders], total[below] + by_mask[holders])
    return float(floor[-1]), float(total[-1] / n)


@contextmanager
def sql(example: Example) -> Iterator[Sql]:
    """Plain SQL on the example's database."""
    opened = Sql(example)
    with closing(opened.connection):
        yield opened
