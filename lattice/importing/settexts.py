"""Reads a table's training-set column: how its texts are spelled, which objects they name.

The column is read through before the records are: once to find how sets are spelled, once for
the names. Nothing of it is kept but the names.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lattice.errors import (
    ImportRefused,
    LatticeError,
    MappingRefused,
    UnknownObject,
    closest,
    did_you_mean,
)
from lattice.importing.mapping import Sets, Spelling, is_name
from lattice.importing.records import Context
from lattice.importing.table import Table
from lattice.model import DataObject
from lattice.notation import RESERVED, Universe, cut_sum, quoted

_SEPARATORS = (",", ";", "|")
_EVALUATED = "{evaluation_set}"
_LONGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class SetTexts:
    """How the texts of one source spell sets.

    `separator` stands between names; `object_of` maps what the source calls objects to their
    names.
    """

    universe: Universe
    spelling: Spelling
    separator: str
    said: Sets
    object_of: dict[str, str] = field(default_factory=dict)

    @property
    def needs_evaluation_set(self) -> bool:
        """Whether what a text means depends on the evaluation set beside it."""
        return any(_EVALUATED in text for text in self.said.aliases.values())

    def read(self, text: str, evaluation_set: str) -> int:
        """The mask of one text.

        Raises:
            LatticeError: it cannot be read as a set.
        """
        text = _within(text.strip(), self.said)
        if text in self.said.aliases:
            evaluated = quoted(self.object_of.get(evaluation_set, evaluation_set))
            return self.universe.read(self.said.aliases[text].replace(_EVALUATED, evaluated))
        mask = self._plain(text)
        if not self.said.complement:
            return mask
        if mask & ~self.universe.base_mask:
            raise ImportRefused(
                f"{text!r} leaves out a variant, but complements hold only base objects.",
                hint="Name the objects that the set holds.",
            )
        return self.universe.base_mask & ~mask

    def _plain(self, text: str) -> int:
        listed = list_literal(text)
        if listed is not None and text not in self.universe.position:
            return self._of_names(listed)
        if text.casefold() == "empty" and text not in self.universe.position:
            return 0
        if self.separator != "+" and not _refers_to_others(text):
            return self._of_names(_pieces(text, self.separator))
        if self.object_of:
            names = _pieces(text, "+")
            if any(name in self.object_of for name in names):
                return self._of_names(names)
        return self.universe.read(text)

    def _of_names(self, names: list[str]) -> int:
        mask = 0
        for name in names:
            position = self.universe.position.get(self.object_of.get(name, name))
            if position is None:
                near = closest(name, self.universe.names)
                raise UnknownObject(
                    f"There is no object {name!r}." if name else "A name is missing in the set.",
                    hint=did_you_mean(near) or "Is the separator right?",
                    suggestions=near,
                )
            if mask >> position & 1:
                raise ImportRefused(
                    f"The set names the object {name!r} twice.", hint="Name it once."
                )
            mask |= 1 << position
        return mask


def list_literal(text: str) -> list[str] | None:
    """The names of a set that is written as a list: `[0, 2]`, `["wiki", "code"]`, `('a',)`."""
    if len(text) < 2 or text[0] + text[-1] not in ("[]", "()"):
        return None
    try:
        found = json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    if isinstance(found, str | int):  # ("a") is no tuple
        found = [found]
    if not isinstance(found, list | tuple):
        return None
    if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in found):
        return None
    return [str(each) for each in found]


def survey(table: Table, column: str | None, context: Context) -> SetTexts:
    """Find how a column's texts spell sets; without a column, how the file's name does.

    Raises:
        ImportRefused: a text can be read in several ways, or names what cannot be a name.
        MappingRefused: the mapping's pattern is no regular expression with one group.
    """
    said = context.mapping.sets
    _refuse_bad_pattern(said)
    texts = _Texts(table, column, context)
    style = _Style()
    for text, at in texts:
        style.note(text, at)
    separator = said.separator or style.separator()
    spelling = said.spelling or _spelling(style, separator, list(context.known))
    names = list(context.known)
    if not context.closed:
        names += _new_names(texts, spelling, separator, context)
    universe = Universe(
        tuple(DataObject(name, position) for position, name in enumerate(names)),
    )
    return SetTexts(universe, spelling, separator, said, context.object_of)


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key under which chunk2 comes before chunk10."""
    pieces = re.split(r"(\d+)", name)
    return [
        (0, int(piece), "") if piece.isdecimal() and piece.isascii() else (1, 0, piece)
        for piece in pieces
        if piece
    ]


@dataclass(frozen=True)
class _Texts:
    """The texts of a column that name objects, with their places; each at least once."""

    table: Table
    column: str | None
    context: Context

    def __iter__(self) -> Iterator[tuple[str, str]]:
        said = self.context.mapping.sets
        if self.column is None:
            yield from self._named(self.context.parts["training_set"], self.table.name, said)
            return
        index = self.table.index(self.column)
        for batch in self.table.batches():
            seen: set[str] = set()
            for row, text in enumerate(batch.columns[index]):
                if text not in seen:
                    seen.add(text)
                    yield from self._named(text, self.table.at(batch, row), said)

    def _named(self, text: str, at: str, said: Sets) -> Iterator[tuple[str, str]]:
        if len(text) > _LONGEST_TEXT:
            raise ImportRefused(
                f"{at}: the set is a text of {len(text):,} characters.",
                hint="Write large sets as masks: .npy arrays or 0/1 columns.",
            )
        try:
            plain = _within(text.strip(), said)
        except ImportRefused:
            return  # said again, with its line, when the row is read
        if plain not in said.aliases and not _refers_to_others(plain):
            yield plain, at


@dataclass
class _Style:
    """What the texts look like; `places` has the first place of each sign."""

    joined: bool = True
    sorted: bool = True
    any: bool = False
    longest: str = ""
    longest_at: str = ""
    shortest: int = _LONGEST_TEXT
    places: dict[str, tuple[str, str]] = field(default_factory=dict)

    def note(self, text: str, at: str) -> None:
        """Take one text into account."""
        if list_literal(text) is not None:
            return
        self.any = True
        bare = re.sub(r'"[^"]*"', "q", text)
        for sign in ("+", *_SEPARATORS):
            if sign in bare:
                self.places.setdefault(sign, (text, at))
        if not text.isalnum() or len(set(text)) != len(text):
            self.joined = False
        if list(text) != sorted(text):
            self.sorted = False
        if len(text) > len(self.longest):
            self.longest, self.longest_at = text, at
        self.shortest = min(self.shortest, len(text))

    def separator(self) -> str:
        """The sign between names."""
        if len(self.places) < 2:
            return next(iter(self.places), "+")
        (first, (one, at)), (second, (two, there)) = list(self.places.items())[:2]
        raise ImportRefused(
            f"{there}: the set {two!r} has {second!r} in it, and {one!r} ({at}) has {first!r}:"
            " which of them stands between names?",
            hint=f'Say it in a mapping: [sets] separator = "{first}"; a name that holds a sign is'
            " put in double quotes.",
        )


def _new_names(texts: _Texts, spelling: Spelling, separator: str, context: Context) -> list[str]:
    """The names of objects that the texts name and nobody knew, in natural order."""
    first: dict[str, str] = {}
    for text, at in texts:
        for name in _names(text, spelling, separator):
            first.setdefault(context.object_of.get(name, name), at)
    for name, at in first.items():
        if not is_name(name) or not name.strip():
            raise ImportRefused(
                f"{at}: {name[:80]!r} cannot be the name of an object.",
                hint="Names are not blank and hold no line breaks; is a separator too many?",
            )
    _refuse_joined_letters(first, context)
    return sorted(first.keys() - set(context.known), key=natural)


def _refuse_joined_letters(first: dict[str, str], context: Context) -> None:
    """Refuse `ABC` beside A, B and C, unless the mapping says that it is a name."""
    if context.mapping.sets.spelling is not None:
        return
    letters = {name for name in (*first, *context.known) if len(name) == 1}
    for name, at in first.items():
        if len(name) > 1 and len(set(name)) == len(name) and set(name) <= letters:
            raise ImportRefused(
                f"{at}: {name!r} can be one object or the letters {'+'.join(name)}, which are"
                " objects here.",
                hint='Say in a mapping: [sets] spelling = "names", or write the letters with plus'
                " signs.",
            )


def _names(text: str, spelling: Spelling, separator: str) -> list[str]:
    listed = list_literal(text)
    if listed is not None:
        return listed
    if spelling == "letters" and separator == "+" and '"' not in text and "+" not in text:
        return list(text)
    return _pieces(text, separator)


def _pieces(text: str, separator: str) -> list[str]:
    """The names that a text joins; none where its quotes are torn."""
    pieces = cut_sum(text, separator) or []
    return [piece if protected else piece.strip() for piece, protected in pieces]


def _spelling(style: _Style, separator: str, known: list[str]) -> Spelling:
    """Letters or names, where nobody said.

    Letters only when no text holds a sign or repeats a letter, and each lists its letters in
    order, as people who write ABD do; a single word such as `news` is a name.
    """
    if not style.any or separator != "+":
        return "names"
    if known:
        return "letters" if all(len(name) == 1 for name in known) else "names"
    if not style.joined:
        return "names"
    if style.sorted and (len(style.longest) == 1 or len(style.longest) != style.shortest):
        return "letters"
    word = style.longest
    raise ImportRefused(
        f"{style.longest_at}: the set {word!r} can be the object {word!r}"
        f" or the letters {'+'.join(word)}.",
        hint='Say which in a mapping: [sets] spelling = "names", or "letters".',
    )


def _within(text: str, said: Sets) -> str:
    """The part of a text that the mapping's pattern picks out."""
    if said.pattern is None:
        return text
    found = re.search(said.pattern, text)
    if found is None:
        raise ImportRefused(
            f"{text[:80]!r} has nothing that sets.pattern {said.pattern!r} finds.",
            hint="Change the pattern, or drop the row in the mapping.",
        )
    return (found[1] or "").strip()


def _refuse_bad_pattern(said: Sets) -> None:
    if said.pattern is None:
        return
    try:
        groups = re.compile(said.pattern).groups
    except re.error as error:
        raise MappingRefused(
            f"sets.pattern is no regular expression: {error}.", hint="Its group is the set."
        ) from error
    if groups != 1:
        raise MappingRefused(
            f"sets.pattern has {groups} groups.",
            hint="Put the set, and nothing else, in parentheses: mix-(.+)-v1.",
        )


def _refers_to_others(text: str) -> bool:
    """Whether the text is a reserved word, a complement or a key, which name no object anew."""
    return (
        text in ("", *RESERVED)
        or text.startswith(("^", "~", "all-"))
        or (text.casefold() == "empty")
    )


def refused(error: LatticeError, at: str) -> ImportRefused:
    """A refusal of a set's text with its place."""
    return ImportRefused(f"{at}: {error.message}", hint=error.hint, suggestions=error.suggestions)
