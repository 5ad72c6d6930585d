"""What every question to a lattice needs: the index of its state, sets and measures by name."""

from __future__ import annotations

from collections.abc import Sequence

from lattice.errors import BadQuestion, BadSpelling, SetNotStored, about, closest, did_you_mean
from lattice.facade.counting import Counts
from lattice.facade.designs import Designs
from lattice.facade.indexes import Indexes
from lattice.index import MISSING, LatticeIndex
from lattice.model import LatticeDetail
from lattice.notation import Universe, find_measure
from lattice.storage import Storage
from lattice.stored import Labels

LARGEST_PAGE = 1_000


class Asking:
    """A lattice that can be asked: base of one class per kind of question."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage = storage
        self._indexes = Indexes(storage, name)
        self.name = name
        self.counts = Counts(storage.identity, name)
        self.designs = Designs(storage, name)
        self._shown: LatticeDetail | None = None

    @property
    def state(self) -> str:
        """The token of the last write; it changes with every change."""
        return self._storage.state(self.name)

    def index(self) -> LatticeIndex:
        """The index of the latest state, read again only when the lattice has changed."""
        return self._indexes.latest()

    # -------------------------------------------------------- for the questions

    def _row(self, index: LatticeIndex, text: str) -> int:
        mask = _read(index.universe, text)
        with about(text):
            row = index.row_of(mask)
            if row == MISSING:
                near = tuple(each.name for each in index.nearest(mask))
                raise SetNotStored(
                    f"The training set {index.universe.spell(mask)} is not stored in"
                    f" {self.name!r}.",
                    hint=f"Nearest stored sets: {', '.join(near)}." if near else "",
                    suggestions=near,
                )
        return row

    def _around(self, text: str, radius: int = 1) -> tuple[LatticeIndex, int]:
        """An index that holds a set and all that differ from it in at most `radius` objects.

        Returns:
            the index, which may be partial, and the set's row in it.

        Raises:
            SetNotStored: the set is not there.
        """
        index = self._indexes.around(lambda universe: [_read(universe, text)], radius)
        if index.partial and index.row_of(_read(index.universe, text)) == MISSING:
            index = self.index()  # the nearest sets may be any
        return index, self._row(index, text)

    def _labelled(self, text: str) -> tuple[LatticeIndex, int, Labels]:
        """An index that holds a set, the set's row in it, and what its replicates are called.

        Raises:
            SetNotStored: the set is not there.
        """
        index, labels = self._indexes.labelled(lambda universe: [_read(universe, text)])
        if len(index) == 0:
            index = self.index()  # the nearest sets may be any
        return index, self._row(index, text), labels

    def _holding(self, texts: Sequence[str]) -> LatticeIndex:
        """An index that holds these sets, and may hold no others.

        Raises:
            SetNotStored: one of them is not there.
        """
        index = self._indexes.around(lambda universe: [_read(universe, each) for each in texts], 0)
        if index.partial and any(
            index.row_of(_read(index.universe, each)) == MISSING for each in texts
        ):
            index = self.index()
        for each in texts:
            self._row(index, each)
        return index

    def _chosen(self, index: LatticeIndex, measures: Sequence[str] | None) -> tuple[int, ...]:
        if measures is None:
            return tuple(range(len(index.measures)))
        return tuple(measure_in(index, text) for text in measures)


def _read(universe: Universe, text: str) -> int:
    """The mask of a set; refusals name the text."""
    if not isinstance(text, str):
        raise BadSpelling(f"{text!r} is no text.", hint="Spell a set, for example 'A+B' or 'AB'.")
    with about(text):
        return universe.read(text)


def measure_in(index: LatticeIndex, text: str) -> int:
    """The index of the measure that the text spells; refusals name the text."""
    with about(text):
        return find_measure(text, index.measures)


def refuse_other_than(options: tuple[str, ...], said: str, parameter: str) -> None:
    """Refuse a word that is none of the options.

    Raises:
        BadQuestion: says which words there are.
    """
    if said not in options:
        near = closest(said, options)
        raise BadQuestion(
            f"{said!r} is no {parameter}.",
            hint=did_you_mean(near) or f"It can be {' or '.join(options)}.",
            suggestions=near,
        )


def checked_page(start: int, limit: int) -> tuple[int, int]:
    """The page, if it can be given.

    Raises:
        BadQuestion: no such page.
    """
    if start < 0 or not 1 <= limit <= LARGEST_PAGE:
        raise BadQuestion(
            f"A page cannot start at {start} with {limit} rows.",
            hint=f"Ask for 1 to {LARGEST_PAGE:,} rows from row 0 on.",
        )
    return start, limit
