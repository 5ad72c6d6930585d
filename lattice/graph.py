"""The networkx view of a lattice: stored sets are nodes, adding an object is an edge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO

import networkx as nx
import numpy as np

from lattice.errors import BadQuestion
from lattice.index import LatticeIndex

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    objects = index.universe.names
    for lower, position, upper in index.lookup.covering_pairs(np.arange(len(index))):
        moves = zip(lower.tolist(), position.tolist(), upper.tolist(), strict=True)
        graph.add_edges_from(
            (names[low].name, names[high].name, {"object": objects[at]}) for low, at, high in moves
        )
    return graph


def write_graphml(
    index: LatticeIndex, measures: Sequence[int], stream: BinaryIO
) -> tuple[int, int]:
    """Write the graph as GraphML, a score as the attribute `score: measure` where it is not
    missing; how many sets and scores were written.

    Raises:
        BadQuestion: a name has a character that XML cannot hold.
    """
    names = [index.measures[each].name for each in measures]
    wrong = next(
        (name for name in (*index.universe.names, *names) if _NOT_IN_XML.search(name)), None
    )
    if wrong is not None:
        raise BadQuestion(
            f"The name {wrong!r} has a character that GraphML cannot hold.",
            hint="Choose another format.",
        )
    graph = to_networkx(index)
    count = 0
    for _, attributes in graph.nodes(data=True):
        scores = attributes.pop("scores")
        found = {f"score: {name}": scores[name] for name in names if name in scores}
        attributes.update(found)
        count += len(found)
    nx.write_graphml(graph, stream)
    return len(index), count
