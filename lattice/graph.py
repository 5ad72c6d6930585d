"""The networkx view of a lattice: stored sets are nodes, adding an object is an edge."""

from __future__ import annotations

import networkx as nx
import numpy as np

from lattice.index import LatticeIndex


def to_networkx(index: LatticeIndex) -> nx.DiGraph[str]:
    """A plain copy as a directed graph, every edge from the smaller to the larger set.

    Nodes are spelled as people write sets, with `key`, `rank` and `scores` (a dictionary by
    measure name, without missing cells); edges carry the `object` that is added.
    """
    graph: nx.DiGraph[str] = nx.DiGraph(state=index.state)
    names = [index.training_set(row) for row in range(len(index))]
    for row, named in enumerate(names):
        scores = {
            measure.name: cell.mean
            for measure, column in zip(index.measures, index.columns, strict=True)
            if (cell := column.cell(row)) is not None
        }
        graph.add_node(named.name, key=named.key, rank=named.rank, scores=scores)
    for position, lower, upper in index.lookup.covering_pairs(np.arange(len(index))):
        added = index.universe.names[position]
        pairs = zip(lower.tolist(), upper.tolist(), strict=True)
        graph.add_edges_from(
            (names[low].name, names[high].name, {"object": added}) for low, high in pairs
        )
    return graph
