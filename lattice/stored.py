"""What storage hands out besides the model: rows with their ids, and columns as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lattice.model import DataObject, Draws, Measure, ReplicateKind
from lattice.subsets import Words

Identifiers = NDArray[np.int64]
"""Ids of rows in one table."""

Labels = dict[tuple[int, int], str]
"""Labels of replicates, by the place of their measure in the catalog and by their number."""


@dataclass(frozen=True)
class Catalog:
    """What a lattice's rows and columns are called, with the ids they have in the database."""

    id: int
    name: str
    title: str | None
    description: str | None
    revision: int
    state: str
    objects: tuple[DataObject, ...]
    object_ids: tuple[int, ...]
    measures: tuple[Measure, ...]
    measure_ids: tuple[int, ...]


@dataclass(frozen=True)
class StoredSets:
    """The training sets of a lattice: ids (N,), words (N, W)."""

    ids: Identifiers
    words: Words


@dataclass(frozen=True)
class StoredEvaluations:
    """The valid evaluations of a lattice as columns, one entry per evaluation.

    `measure` indexes the catalog's measures and `scope` the tuple `scopes`: replicates of one
    number are the same block only within one scope, all of whose replicates are of one kind.
    A scope keeps its name when others are added.
    """

    training_set_id: Identifiers
    measure: Identifiers
    replicate: Identifiers
    inner_replicate: Identifiers
    scope: Identifiers
    score: NDArray[np.float64]
    declared: NDArray[np.bool_]
    scopes: tuple[ReplicateKind, ...]
    scope_names: tuple[str, ...]


@dataclass(frozen=True)
class StoredDesigns:
    """How the sets under one measure were chosen: by which of the `draws` each was first.

    `words` (N, W) and `first` (N,) are None where all were chosen alike.
    """

    draws: tuple[Draws, ...]
    words: Words | None
    first: Identifiers | None


class Tally(NamedTuple):
    """How many evaluations, in how many cells."""

    evaluations: int
    cells: int
