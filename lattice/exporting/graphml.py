"""Writes a lattice as GraphML: a node per set, an edge per move, scores and deltas on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import BinaryIO

from lattice.errors import BadQuestion
from lattice.exporting.parts import Part
from lattice.exporting.rows import Written
from lattice.importing.records import Progress

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(
    part: Part, measures: Sequence[int], stream: BinaryIO, progress: Progress
) -> Written:
    """Write the sets and the moves between them.

    A score is the attribute `score: measure` of a node, a delta the attribute `delta: measure` of
    an edge, where they are not missing. On a path a node has its number in `step`.

    Raises:
        BadQuestion: a name has a character that XML cannot hold.
    """
    import networkx as nx  # slow to import

    from lattice.graph import to_networkx

    index = part.index
    names = [index.measures[each].name for each in measures]
    wrong = next(
        (name for name in (*index.universe.names, *names) if _NOT_IN_XML.search(name)), None
    )
    if wrong is not None:
        raise BadQuestion(
            f"The name {wrong!r} has a character that GraphML cannot hold.",
            hint="Choose another format.",
        )
    graph = to_networkx(index, part.rows)
    if part.stepped:
        for step, row in enumerate(part.rows.tolist()):
            graph.nodes[index.training_set(row).name]["step"] = step
    count = 0
    for _, attributes in graph.nodes(data=True):
        scores = attributes.pop("scores")
        found = {f"score: {name}": scores[name] for name in names if name in scores}
        attributes.update(found)
        count += len(found)
    for _, _, attributes in graph.edges(data=True):
        deltas = attributes.pop("delta")
        attributes.update({f"delta: {name}": deltas[name] for name in names if name in deltas})
    progress("writing the graph", 0, len(graph))
    nx.write_graphml(graph, stream)
    return Written(len(graph), count)
