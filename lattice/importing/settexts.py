"""Reads a table's training-set column: finds the objects that its texts name, and every text's set."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lattice.errors import ImportRefused, LatticeError
from lattice.importing.delimited import Table
from lattice.importing.mapping import Spelling, is_name
from lattice.importing.records import Context
from lattice.model import DataObject
from lattice.notation import RESERVED, Universe, cut_sum


@dataclass(frozen=True)
class SetTexts:
    """Every distinct text of a set column with its mask over the universe."""

    universe: Universe
    spelling: Spelling
    mask_of: dict[str, int]


def survey(table: Table, column: str, context: Context) -> SetTexts:
    """Read the whole column once: texts, objects, sets.

    Raises:
        ImportRefused: a text is no set, or could be several; says file and line.
    """
    first_line = _distinct_texts(table, column)
    plain = {
        text.strip(): line
        for text, line in first_line.items()
        if not _refers_to_others(text.strip())
    }
    names = list(context.known)
    spelling = context.mapping.sets.spelling or _spelling(table, plain, names)
    if not context.closed:
        line_of = {name: line for text, line in plain.items() for name in _names(text, spelling)}
        _refuse_bad_names(table, line_of)
        names += sorted(line_of.keys() - set(names), key=natural)
    universe = Universe(
        tuple(DataObject(name, position) for position, name in enumerate(names)),
    )
    mask_of = {}
    for text, line in first_line.items():
        try:
            mask_of[text] = universe.read(text)
        except LatticeError as error:
            raise ImportRefused(
                f"{table.name}, line {line}: {error.message}",
                hint=error.hint,
                suggestions=error.suggestions,
            ) from error
    return SetTexts(universe, spelling, mask_of)


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key under which chunk2 comes before chunk10."""
    pieces = re.split(r"(\d+)", name)
    return [
        (0, int(piece), "") if piece.isdecimal() and piece.isascii() else (1, 0, piece)
        for piece in pieces
        if piece
    ]


def _distinct_texts(table: Table, column: str) -> dict[str, int]:
    """Every distinct text of the column and the line of its first appearance."""
    index = table.index(column)
    first_line: dict[str, int] = {}
    for batch in table.batches():
        for line, row in zip(batch.lines.tolist(), batch.rows, strict=True):
            first_line.setdefault(row[index], line)
    return first_line


def _refers_to_others(text: str) -> bool:
    """Whether the text is a reserved word, a complement or a key, which name no object anew."""
    return text in ("", *RESERVED) or text.startswith(("^", "~", "all-"))


def _names(text: str, spelling: Spelling) -> list[str]:
    pieces = cut_sum(text)
    if pieces is None:
        return []
    if spelling == "letters" and len(pieces) == 1 and not pieces[0][1]:
        return list(text)
    return [piece if protected else piece.strip() for piece, protected in pieces]


def _refuse_bad_names(table: Table, line_of: dict[str, int]) -> None:
    for name, line in line_of.items():
        if not is_name(name):
            raise ImportRefused(
                f"{table.name}, line {line}: {name!r} cannot be the name of an object.",
                hint="Names are not blank and hold no line breaks; is a `+` too many?",
            )


def _spelling(table: Table, texts: dict[str, int], known: list[str]) -> Spelling:
    """Letters or names, where nobody said.

    Letters only when no text holds a sign or repeats a letter, and each lists its letters in
    order, as people who write ABD do; a single word such as `news` is a name.
    """
    if not texts:
        return "names"
    if known:
        return "letters" if all(len(name) == 1 for name in known) else "names"
    joined = all(text.isalnum() and len(set(text)) == len(text) for text in texts)
    if not joined:
        return "names"
    if all(list(text) == sorted(text) for text in texts) and (
        max(map(len, texts)) == 1 or len({len(text) for text in texts}) > 1
    ):
        return "letters"
    word = max(texts, key=len)
    raise ImportRefused(
        f"{table.name}, line {texts[word]}: the set {word!r} can be the object {word!r}"
        f" or the letters {'+'.join(word)}.",
        hint='Say which in a mapping: [sets] spelling = "names", or "letters".',
    )
