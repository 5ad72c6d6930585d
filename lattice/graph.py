"""The networkx view of a lattice, which copies nothing, and plain copies of it.

Stored sets are nodes, named by their canonical spelling and in display order; every edge adds one
object. A node has its `key`, its `rank` and `scores`, a dictionary by measure name; an edge has
the `object` that it adds and `delta`, by measure name the score after minus the score before.
Missing cells are in neither dictionary.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.errors import LatticeError
from lattice.index import MISSING, LatticeIndex
from lattice.subsets import key_of_mask, masks_of_words

if TYPE_CHECKING:
    _Graph = nx.DiGraph[str]
else:
    _Graph = nx.DiGraph  # it takes no parameter at run time

Rows = NDArray[np.int64]
_ENTRIES_AT_ONCE = 2**18
_NEIGHBORS_HELD, _NAMES_HELD = 2**12, 2**17


def to_networkx(index: LatticeIndex, rows: Rows | None = None) -> nx.DiGraph[str]:
    """A plain copy, which is the asker's own: of all sets, or of those at `rows`, and their moves.

    Raises:
        OutOfTime: the deadline has passed.
    """
    access = _Access(index)
    graph: nx.DiGraph[str] = nx.DiGraph(state=index.state)
    chosen = np.arange(len(index)) if rows is None else np.unique(rows)
    for part in access.parts(chosen):
        stop_if_late("copying sets into a graph")
        graph.add_nodes_from(
            (name, access.node(row).copy())
            for row, name in zip(part.tolist(), access.names(part), strict=True)
        )
    named = dict(zip(chosen.tolist(), graph, strict=True))
    for lower, position, upper in index.lookup.covering_pairs(chosen):
        stop_if_late("copying moves into a graph")
        inside = np.isin(lower, chosen) & np.isin(upper, chosen)
        lower, position, upper = lower[inside], position[inside], upper[inside]
        edges = access.edges(lower, upper, position)
        graph.add_edges_from(
            (named[low], named[high], attributes.copy())
            for low, high, attributes in zip(lower.tolist(), upper.tolist(), edges, strict=True)
        )
    return graph


class LatticeGraph(_Graph):
    """A lattice as a read-only directed graph that reads the index where it is asked.

    networkx's algorithms run on it, and so do its views (`subgraph`, `reverse(copy=False)`,
    `to_undirected(as_view=True)`). `copy()` of it or of a view is a plain graph. A weight is a
    function of an edge, `lambda lower, upper, edge: ...`. Nodes are found by their canonical
    spelling alone, as iteration gives it (`lattice.resolve` finds it for any other): two names of
    one node would confuse every algorithm.
    """

    def __new__(cls, index: LatticeIndex | None = None) -> nx.DiGraph[str]:  # type: ignore[misc]
        """A view of the index; a plain empty graph without one, as networkx asks for to copy."""
        return nx.DiGraph() if index is None else super().__new__(cls)

    def __init__(self, index: LatticeIndex) -> None:
        super().__init__(state=index.state)
        nx.freeze(self)
        access = _Access(index)
        self._node = _Nodes(access)
        self._adj = _Adjacency(access, up=True)
        self._pred = _Adjacency(access, up=False)
        self._access = access

    def size(self, weight: str | None = None) -> Any:
        """How many moves there are, or the sum of an attribute over them."""
        return self._access.moves if weight is None else super().size(weight)

    def __reduce__(self) -> NoReturn:
        raise nx.NetworkXError("A view of a lattice cannot be pickled; pickle its copy().")


class Attributes(dict[str, Any]):
    """What a node or an edge carries, made when it is asked for: to be read, not changed."""

    def copy(self) -> dict[str, Any]:
        """A plain dictionary of plain dictionaries."""
        return {
            name: value.copy() if isinstance(value, Attributes) else value
            for name, value in self.items()
        }

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise nx.NetworkXError("A view of a lattice is only to be read; change its copy().")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (self.copy(),)


class _Nodes(Mapping[str, Attributes]):
    """All nodes with what they carry."""

    def __init__(self, access: _Access) -> None:
        self._access = access

    def __len__(self) -> int:
        return len(self._access.index)

    def __iter__(self) -> Iterator[str]:
        for part in self._access.parts():
            yield from self._access.names(part)

    def __contains__(self, name: object) -> bool:
        return self._access.row_of(name) != MISSING

    def __getitem__(self, name: str) -> Attributes:
        return self._access.node(self._access.stored_row(name))


class _Adjacency(_Nodes):
    """All nodes with their neighbors across one kind of move."""

    def __init__(self, access: _Access, *, up: bool) -> None:
        super().__init__(access)
        self._up = up

    def __getitem__(self, name: str) -> _Neighbors:  # type: ignore[override]
        return self._access.neighbors(self._access.stored_row(name), self._up)

    def items(self) -> ItemsView[str, _Neighbors]:  # type: ignore[override]
        """All of them, read many at once."""
        return _Everything(self, self._access, self._up)


class _Everything(ItemsView[str, Any]):
    """All nodes with their neighbors, read many at once."""

    def __init__(self, mapping: _Adjacency, access: _Access, up: bool) -> None:
        super().__init__(mapping)
        self._access, self._up = access, up

    def __iter__(self) -> Iterator[tuple[str, _Neighbors]]:
        for part in self._access.parts():
            yield from zip(
                self._access.names(part), self._access.all_neighbors(part, self._up), strict=True
            )


class _Neighbors(Mapping[str, Attributes]):
    """The neighbors of one node across one kind of move, in display order."""

    def __init__(self, access: _Access, row: int, positions: Rows, others: Rows, up: bool) -> None:
        self._access, self._row, self._up = access, row, up
        self._positions, self._others = positions, others

    def __len__(self) -> int:
        return len(self._others)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __contains__(self, name: object) -> bool:
        return self._access.row_of(name) in self._places

    def __getitem__(self, name: str) -> Attributes:
        place = self._places.get(self._access.row_of(name))
        if place is None:
            raise KeyError(name)
        return self._edges(slice(place, place + 1))[0]

    def items(self) -> ItemsView[str, Attributes]:
        """All of them, their attributes made at once."""
        return dict(zip(self._names, self._edges(slice(None)), strict=True)).items()

    @cached_property
    def _names(self) -> Sequence[str]:
        return self._access.names(self._others)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {row: place for place, row in enumerate(self._others.tolist())}

    def _edges(self, which: slice) -> list[Attributes]:
        others, positions = self._others[which], self._positions[which]
        own = np.full(len(others), self._row)
        lower, upper = (own, others) if self._up else (others, own)
        return self._access.edges(lower, upper, positions)


class _Access:
    """Reads nodes and edges out of an index; the last ones that were asked for are held."""

    def __init__(self, index: LatticeIndex) -> None:
        self.index = index
        self.neighbors = lru_cache(maxsize=_NEIGHBORS_HELD)(self._neighbors)
        self._measures = [
            (measure.name, column.mean)
            for measure, column in zip(index.measures, index.columns, strict=True)
        ]
        self._rows: dict[str, int] = {}

    @cached_property
    def moves(self) -> int:
        """How many edges there are."""
        every = np.arange(len(self.index))
        return sum(len(lower) for lower, _, _ in self.index.lookup.covering_pairs(every))

    def parts(self, rows: Rows | None = None) -> Iterator[Rows]:
        """The rows (left out, all) in parts whose neighbors fit into memory."""
        rows = np.arange(len(self.index)) if rows is None else rows
        step = max(1, _ENTRIES_AT_ONCE // max(1, self.index.universe.n))
        return (rows[start : start + step] for start in range(0, len(rows), step))

    # -------------------------------------------------------- names

    def names(self, rows: Rows) -> list[str]:
        """The names of the sets at `rows`."""
        spell = self.index.universe.spell
        names = [spell(mask) for mask in masks_of_words(self.index.words[rows])]
        if len(self._rows) + len(names) > _NAMES_HELD:
            self._rows.clear()
        self._rows.update(zip(names, rows.tolist(), strict=True))
        return names

    def row_of(self, name: object) -> int:
        """The row of the set of this name, or MISSING (-1)."""
        if not isinstance(name, str):
            return MISSING
        row = self._rows.get(name)
        if row is None:
            row = self._read(name)
        return row

    def _read(self, name: str) -> int:
        try:
            mask = self.index.universe.read(name)
        except LatticeError:
            return MISSING
        return self.index.row_of(mask) if self.index.universe.spell(mask) == name else MISSING

    def stored_row(self, name: str) -> int:
        """The row of the set of this name.

        Raises:
            KeyError: there is none.
        """
        row = self.row_of(name)
        if row == MISSING:
            raise KeyError(name)
        return row

    # -------------------------------------------------------- attributes

    def node(self, row: int) -> Attributes:
        """What one node carries."""
        mask = self.index.mask_of(row)
        scores = {name: float(mean[row]) for name, mean in self._measures}
        return Attributes(
            key=key_of_mask(mask),
            rank=mask.bit_count(),
            scores=Attributes({name: score for name, score in scores.items() if score == score}),
        )

    def edges(self, lower: Rows, upper: Rows, positions: Rows) -> list[Attributes]:
        """What the edges between two rows each carry, by which an object is added."""
        objects = self.index.universe.names
        deltas = {name: (mean[upper] - mean[lower]).tolist() for name, mean in self._measures}
        return [
            Attributes(
                object=objects[position],
                delta=Attributes(
                    {
                        name: delta
                        for name, found in deltas.items()
                        if (delta := found[place]) == delta
                    }
                ),
            )
            for place, position in enumerate(positions.tolist())
        ]

    # -------------------------------------------------------- neighbors

    def _neighbors(self, row: int, up: bool) -> _Neighbors:
        return next(self.all_neighbors(np.array([row]), up))

    def all_neighbors(self, rows: Rows, up: bool) -> Iterator[_Neighbors]:
        """The neighbors of each of the rows that have one object more (`up`) or less."""
        places, positions, others = self.index.lookup.around(rows)
        wanted = (others > rows[places]) == up
        places, positions, others = places[wanted], positions[wanted], others[wanted]
        ends = np.searchsorted(places, np.arange(1, len(rows) + 1)).tolist()
        display = slice(None) if up else slice(None, None, -1)
        start = 0
        for row, end in zip(rows.tolist(), ends, strict=True):
            yield _Neighbors(
                self, row, positions[start:end][display], others[start:end][display], up
            )
            start = end
