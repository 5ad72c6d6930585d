"""How the training sets with a score under one measure were chosen, by their result sets."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import select

from lattice import schema
from lattice.model import DesignName, Draws
from lattice.storage.snapshot import Snapshot
from lattice.stored import Catalog, StoredDesigns


def stored_designs(snapshot: Snapshot, catalog: Catalog, measure: int) -> StoredDesigns:
    """The designs of one of the catalog's measures, and which of them chose each set first.

    A set that several result sets report was chosen by the one that was imported first: what came
    later had its score before it.
    """
    results, rows = schema.result_set, schema.evaluation
    valid = (rows.c.measure_id == catalog.measure_ids[measure], rows.c.superseded_by.is_(None))
    found = snapshot.connection.execute(
        select(results.c.id, results.c.design, results.c.mapping)
        .where(results.c.lattice_id == catalog.id)
        .order_by(results.c.imported_at, results.c.id)
    ).all()
    draws = tuple(_draws(row.design, row.mapping.get("draws", {})) for row in found)
    if len({(each.design, each.probability) for each in draws}) <= 1:
        return StoredDesigns(draws, None, None)
    place = {row.id: number for number, row in enumerate(found)}
    pairs = snapshot.connection.execute(
        select(rows.c.training_set_id, rows.c.result_set_id).where(*valid).distinct()
    )
    flat = np.array([(row[0], place[row[1]]) for row in pairs], dtype=np.int64).reshape(-1, 2)
    flat = flat[np.lexsort((flat[:, 1], flat[:, 0]))]
    ids, first = np.unique(flat[:, 0], return_index=True)
    return StoredDesigns(draws, snapshot.training_sets(catalog, ids).words, flat[first, 1])


def _draws(design: DesignName, said: dict[str, Any]) -> Draws:
    """The design of a result set, from its mapping."""
    chains = tuple(tuple(each) for each in said.get("chains", ()))
    return Draws(design, said.get("probability"), chains, said.get("antithetic", False))
