"""Answers about stored sets that no chain of moves connects."""

from __future__ import annotations

from msgspec import Struct

from lattice.model.answers import Status, TrainingSet


class Jump(Struct, frozen=True, gc=False):
    """A step between two stored sets that differ in more than one object.

    `objects` counts the added and the removed ones.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    objects: int


class Gap(Struct, frozen=True, gc=False):
    """Two stored sets, the first on the source's side and the second on the target's.

    `objects` counts the objects in which they differ.
    """

    here: TrainingSet
    there: TrainingSet
    objects: int


class NoPath(Struct, frozen=True, gc=False):
    """Why no chain of moves leads from one stored set to another, and what would make one.

    `around_source` counts the usable sets that moves reach from the source, `around_target` those
    from which moves reach the target, both with the end itself; `components` counts the connected
    parts of all usable sets (`None` where moves go one way only). `nearest` are the closest sets
    of the two sides. `fewest` is the smallest number of sets that would have to be trained for a
    path, and `to_train` such sets in the order of the path (the first ones, where they are many).
    `status` is `exact`, `bounded` where `fewest` is only a lower limit (`to_train` is empty
    then), or `unavailable` where no training could make a path, or a deadline stopped the search
    (`notes` says which).
    """

    source: TrainingSet
    target: TrainingSet
    around_source: int
    around_target: int
    components: int | None
    nearest: Gap | None
    status: Status
    fewest: int | None
    to_train: tuple[TrainingSet, ...]
    notes: tuple[str, ...]
