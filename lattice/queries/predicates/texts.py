"""The texts of predicates: their tokens, and refusals that point at the character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, NoReturn

from lattice.errors import BadQuestion, LatticeError, did_you_mean
from lattice.queries.predicates.words import Span

_AROUND = 30


def pointed(text: str, span: Span) -> str:
    """The part of the text around a place, with carets under it; always two lines."""
    start, end = span
    end = min(max(end, start + 1), start + _AROUND)
    left, right = max(0, start - _AROUND), min(len(text), end + _AROUND)
    before = ("…" if left else "") + printable(text[left:start])
    shown = printable(text[start:end])
    after = printable(text[end:right]) + ("…" if right < len(text) else "")
    return f"\n  {before}{shown}{after}\n  {' ' * _width(before)}{'^' * max(1, _width(shown))}"


def printable(text: str) -> str:
    """The text on one line, blanks as spaces, what a terminal cannot show as a placeholder."""
    spaced = (" " if sign.isspace() else sign for sign in text)
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in spaced)


def _width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )


def refuse(
    text: str, span: Span, what: str, hint: str = "", near: tuple[str, ...] = ()
) -> NoReturn:
    """Refuse a predicate, pointing at a place in it.

    Raises:
        BadQuestion: always.
    """
    raise BadQuestion(
        f"The predicate cannot be read at character {span[0] + 1}: {what}.",
        hint=(hint or did_you_mean(near)) + pointed(text, span),
        suggestions=near,
    )


@contextmanager
def pointing(text: str, span: Span) -> Iterator[None]:
    """Let every refusal inside the block say which place of the predicate it speaks of."""
    try:
        yield
    except LatticeError as error:
        where = f", at character {span[0] + 1} of the predicate."
        error.message = error.message.removesuffix(".") + where
        error.hint += pointed(text, span)
        raise


# ------------------------------------------------------------------ tokens


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text. `content` is what it means: a word in small letters, a name."""

    kind: Literal["number", "word", "text", "sign", "end"]
    content: str
    span: Span


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
    | (?P<text>"(?:[^"]|"")*+"|'(?:[^']|'')*+')
    | (?P<slip>&&?|\|\|?|!(?!=)|=[<>]|<>|[“”„«»‘’])
    | (?P<sign>[<>=!]=|[<>=(),])""",
    re.VERBOSE,
)
_SLIPS = {
    "&": "and",
    "&&": "and",
    "|": "or",
    "||": "or",
    "!": "not",
    "=<": "<=",
    "=>": ">=",
    "<>": "!=",
}


def tokens_of(text: str) -> Iterator[Token]:
    """The pieces of the text, and the end.

    Raises:
        BadQuestion: something in it is no piece of any predicate.
    """
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        span = (place, found.end()) if found else (place, place + 1)
        said = text[slice(*span)]
        if found is None and said in "\"'":
            refuse(text, span, "this quote is never closed", "End the name with the same quote.")
        if found is None:
            refuse(text, span, f"{said!r} means nothing here", 'Names stand in quotes: "books".')
        place = found.end()
        match found.lastgroup:
            case "slip":
                instead = _SLIPS.get(said, 'straight quotes: "books"')
                refuse(text, span, f"{said!r} means nothing here", f"Write {instead}.")
            case "word":
                yield Token("word", said.lower(), span)
            case "text":
                yield Token("text", said[1:-1].replace(said[0] * 2, said[0]), span)
            case "number" | "sign" as kind:
                yield Token(kind, said, span)
    yield Token("end", "", (len(text), len(text)))
