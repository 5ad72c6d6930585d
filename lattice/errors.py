"""Every way in which this library refuses, as one tree.

    LatticeError
    ├── DatabaseError
    │   ├── MissingDatabase      there is no database at this place
    │   ├── NotALattice          a database, but not one of ours
    │   ├── NewerDatabase        written by a newer version than this one
    │   ├── DatabaseBusy         somebody else is writing
    │   └── DatabaseReadOnly     it cannot be written
    ├── Unknown
    │   ├── UnknownLattice       no lattice of this name
    │   ├── UnknownObject        no data object of this name
    │   ├── UnknownMeasure       no measure of this spelling
    │   └── SetNotStored         a possible set that the lattice does not hold
    ├── Ambiguous                a spelling with several readings; all are listed
    ├── BadSpelling              a text that cannot be a set
    ├── BadQuestion              a parameter that makes no sense here
    ├── OutOfTime                a deadline passed before there was an answer
    ├── ImportRefused            a file that cannot be imported; says file and line
    │   └── MappingRefused       the mapping itself is wrong
    └── Conflict                 what is imported disagrees with what is stored

A message is one sentence on what is wrong and where; `hint` says what to do next.
`slug` is stable: it names the error in the JSON API and may be relied upon.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager


class LatticeError(Exception):
    """Root of the tree: a mistake or a circumstance that a person can act on.

    Args:
        message: one sentence: what is wrong, where, and what was expected.
        hint: what to do next; may be empty.
        suggestions: texts that were probably meant, closest first.

    `subject` is the text of the asker that it speaks of, where there is one (see `about`).
    """

    slug = "error"

    def __init__(self, message: str, *, hint: str = "", suggestions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.suggestions = tuple(suggestions)
        self.subject = ""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class DatabaseError(LatticeError):
    """The database cannot be used as asked."""

    slug = "database"


class MissingDatabase(DatabaseError):
    """There is no database at this place."""

    slug = "missing-database"


class NotALattice(DatabaseError):
    """The file or database is not one of ours."""

    slug = "not-a-lattice-database"


class NewerDatabase(DatabaseError):
    """The schema is newer than this version of the library."""

    slug = "newer-database"


class DatabaseBusy(DatabaseError):
    """Another process is writing."""

    slug = "database-busy"


class DatabaseReadOnly(DatabaseError):
    """The database cannot be written."""

    slug = "database-read-only"


class Unknown(LatticeError):
    """A name that is not there; the closest ones are offered."""

    slug = "unknown"


class UnknownLattice(Unknown):
    """No lattice of this name."""

    slug = "unknown-lattice"


class UnknownObject(Unknown):
    """No data object of this name."""

    slug = "unknown-object"


class UnknownMeasure(Unknown):
    """No measure of this spelling."""

    slug = "unknown-measure"


class SetNotStored(Unknown):
    """A set that could exist but that this lattice does not hold."""

    slug = "set-not-stored"


class Ambiguous(LatticeError):
    """A spelling with more than one reading; `suggestions` lists them."""

    slug = "ambiguous"


class BadSpelling(LatticeError):
    """A text that cannot be read as a set."""

    slug = "bad-spelling"


class BadQuestion(LatticeError):
    """A parameter that makes no sense for this lattice."""

    slug = "bad-question"


class OutOfTime(LatticeError):
    """A deadline passed before there was an answer."""

    slug = "out-of-time"


class ImportRefused(LatticeError):
    """A file that cannot be imported; nothing was written."""

    slug = "import-refused"


class MappingRefused(ImportRefused):
    """A mapping that does not follow its schema, or does not fit its file."""

    slug = "mapping-refused"


class Conflict(LatticeError):
    """What is imported disagrees with what is stored; nothing was written."""

    slug = "conflict"


class about(AbstractContextManager[None]):
    """Note on every refusal inside the block that it speaks of this text of the asker."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __exit__(self, _: object, error: BaseException | None, *__: object) -> None:
        if isinstance(error, LatticeError):
            error.subject = error.subject or self._text


def closest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The known names most like `name`, best first; empty when none is near."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=count, cutoff=0.6)
    return tuple(by_fold[match] for match in found)


def did_you_mean(suggestions: Sequence[str]) -> str:
    """A hint that offers `suggestions`, or an empty text when there are none."""
    return f"Did you mean {' or '.join(suggestions)}?" if suggestions else ""
