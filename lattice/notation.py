"""How people write sets and measures, and how answers write them back.

A set is `ABCD` when all object names are single characters, otherwise `books+science`. `empty`
(or `{}`) and `all` are reserved; `^B` and `all-B` are complements; `~0f` is a key; double quotes
protect any name. A measure is `metric/evaluation set@protocol`, parts may be left out. Nothing is
guessed: a text with several readings is an error that lists them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from lattice.errors import (
    Ambiguous,
    BadSpelling,
    LatticeError,
    UnknownMeasure,
    UnknownObject,
    closest,
    did_you_mean,
)
from lattice.model import DataObject, Measure, TrainingSet
from lattice.subsets import (
    key_of_mask,
    mask_of_key,
    mask_of_positions,
    positions_of_mask,
)

EMPTY, ALL = "empty", "all"
RESERVED = (EMPTY, ALL, "{}")
_COMPLEMENTS = ("^", f"{ALL}-")
_UNSAFE_LETTERS = frozenset('+-,^~"{} ')
_LONGEST_TEXT = 100_000
_MOST_READINGS = 8


@dataclass(frozen=True)
class Universe:
    """The ordered objects of a lattice, as far as names go.

    Args:
        objects: in the order of their positions, which are 0 .. n-1.
    """

    objects: tuple[DataObject, ...]

    @property
    def n(self) -> int:
        """Number of objects, variants included."""
        return len(self.objects)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Object names by position."""
        return tuple(each.name for each in self.objects)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position by object name."""
        return {name: position for position, name in enumerate(self.names)}

    @cached_property
    def by_letters(self) -> bool:
        """Whether sets can be written as joined letters."""
        return bool(self.names) and all(
            len(name) == 1 and name not in _UNSAFE_LETTERS and not name.isspace()
            for name in self.names
        )

    @cached_property
    def base_mask(self) -> int:
        """All base objects: what `all` means and what complements are taken in."""
        return mask_of_positions([each.position for each in self.objects if not each.variant_of])

    @cached_property
    def bases(self) -> tuple[int, ...]:
        """For every object the position of the object that it is a variant of, or its own."""
        return tuple(
            self.position.get(each.variant_of or each.name, each.position) for each in self.objects
        )

    @cached_property
    def has_variants(self) -> bool:
        """Whether any object is a variant of another, so that not every set can be."""
        return len(set(self.bases)) < self.n

    @cached_property
    def _longest_name(self) -> int:
        """Into how many pieces a plus sign cuts a name at most."""
        return max((name.count("+") for name in self.names), default=0) + 1

    # ------------------------------------------------------------ writing

    def spell(self, mask: int) -> str:
        """The set in its canonical spelling, which `read` reads back."""
        if mask == 0:
            return EMPTY if set(self._readings(EMPTY)) == {0} else "{}"
        if self.by_letters:
            text = "".join(self._spelled_octets(mask))
            if text not in RESERVED:
                return text
            text = "+".join(text)
        else:
            text = "+".join(self._spelled_octets(mask))
        if self._longest_name > 1 and set(self._readings(text)) != {mask}:
            return self._spelled_apart(mask)
        return text

    def _spelled_octets(self, mask: int) -> list[str]:
        """The spellings of the objects of each byte of the set; those of a byte are made once."""
        octets = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
        return [made[octet] for made, octet in zip(self._octets, octets, strict=False) if octet]

    @cached_property
    def _octets(self) -> tuple[_SpelledOctets, ...]:
        """For every eight objects the spellings that were made."""
        sign = "" if self.by_letters else "+"
        return tuple(
            _SpelledOctets(self.names[first : first + 8], sign) for first in range(0, self.n, 8)
        )

    def training_set(self, mask: int) -> TrainingSet:
        """The set as answers name it."""
        return TrainingSet(key_of_mask(mask), self.spell(mask), mask.bit_count())

    # ------------------------------------------------------------ reading

    def read(self, text: str) -> int:
        """The mask of a set as people write it.

        Raises:
            BadSpelling: the text is empty, unbalanced, names an object twice, or holds two
                variants of one object.
            UnknownObject: a name that no object has.
            Ambiguous: the text has several readings.
        """
        stripped = text.strip()
        if not stripped:
            raise BadSpelling(
                "The set is an empty text.", hint="Write `empty` for the set without objects."
            )
        if len(stripped) > _LONGEST_TEXT:
            raise BadSpelling(
                f"The set is a text of {len(stripped):,} characters.",
                hint=f"At most {_LONGEST_TEXT:,} are read; use the set's key instead.",
            )
        mask = self._plain_key(stripped) or self._plain_sum(stripped)
        distinct = [mask] if mask else sorted(set(self._readings(stripped)))
        if len(distinct) > 1:
            options = tuple(self._spelled_apart(mask) for mask in distinct)
            raise Ambiguous(
                f"{stripped!r} can be read as {' or as '.join(options)}.",
                hint="Put double quotes around a name, or use one of these spellings.",
                suggestions=options,
            )
        if not distinct:
            raise self._unreadable(stripped)
        mask = distinct[0]
        self._refuse_variants(mask)
        return mask

    def _plain_key(self, text: str) -> int:
        """The mask of a key where no object's name could be meant; 0 for any other text."""
        if text[0] != "~" or self._has_tildes:
            return 0
        return next(self._key_reading(text), 0)

    @cached_property
    def _has_tildes(self) -> bool:
        """Whether a key may also be read as names."""
        return any("~" in name for name in self.names)

    def _plain_sum(self, text: str) -> int:
        """The mask of names that need no thought, joined by plus signs; 0 for any other text."""
        if self.by_letters or self._longest_name > 1 or '"' in text or not text[0].isalnum():
            return 0
        mask = 0
        for name in text.split("+"):
            position = self.position.get(name)
            if position is None or mask >> position & 1:
                return 0
            mask |= 1 << position
        return 0 if text in RESERVED or text.startswith(f"{ALL}-") else mask

    def _readings(self, text: str) -> Iterator[int]:
        """Every mask that the text may stand for."""
        for prefix in _COMPLEMENTS:
            if text.startswith(prefix) and len(text) > len(prefix):
                for removed in self._plain_readings(text[len(prefix) :]):
                    if not removed & ~self.base_mask:  # a variant is in no complement anyway
                        yield self.base_mask & ~removed
        yield from self._plain_readings(text)

    def _plain_readings(self, text: str) -> Iterator[int]:
        """Every mask that the text may stand for without being a complement."""
        if text == "{}":  # never anything else, so that every lattice can name its empty set
            yield 0
            return
        if text == EMPTY:
            yield 0
        if text == ALL:
            yield self.base_mask
        if text.startswith("~"):
            yield from self._key_reading(text)
        yield from self._sum_readings(text)
        if self.by_letters and len(text) > 1 and len(set(text)) == len(text):
            positions = [self.position.get(letter) for letter in text]
            if None not in positions:
                yield mask_of_positions([each for each in positions if each is not None])

    def _key_reading(self, text: str) -> Iterator[int]:
        try:
            mask = mask_of_key(text)
        except ValueError:
            return
        if mask >> self.n:
            raise BadSpelling(
                f"The key {text!r} names an object beyond the {self.n} of this lattice.",
                hint="Keys belong to one lattice; was it copied from another?",
            )
        yield mask

    def _sum_readings(self, text: str) -> Iterator[int]:
        """Names joined by `+`; names may contain `+` themselves, so several cuts may fit."""
        pieces = cut_sum(text)
        if pieces is None:
            return
        found: list[list[int]] = [[] for _ in range(len(pieces) + 1)]
        found[0] = [0]
        for end in range(1, len(pieces) + 1):
            for start in range(max(0, end - self._longest_name), end):
                position = self._position_of(pieces[start:end])
                if position is None:
                    continue
                bit = 1 << position
                found[end] += [mask | bit for mask in found[start] if not mask & bit]
            found[end] = found[end][:_MOST_READINGS]
        yield from found[-1]

    def _position_of(self, pieces: Sequence[tuple[str, bool]]) -> int | None:
        """The object that the pieces spell together; a quoted piece is always a whole name."""
        if len(pieces) > 1 and any(protected for _, protected in pieces):
            return None
        name = "+".join(piece for piece, _ in pieces)
        return self.position.get(name, self.position.get(name.strip()))

    def _spelled_apart(self, mask: int) -> str:
        """A spelling of the set that has no second reading: every name in double quotes."""
        names = [self.names[position] for position in positions_of_mask(mask)]
        return "+".join(in_quotes(name) for name in names) if names else "{}"

    def _unreadable(self, text: str) -> LatticeError:
        for prefix in _COMPLEMENTS:
            if text == prefix:
                return BadSpelling(
                    f"{text!r} does not say which objects are left out.",
                    hint=f"Write for example {text}{quoted(self.names[0]) if self.names else 'B'}.",
                )
            if text.startswith(prefix) and set(self._plain_readings(text[len(prefix) :])):
                return BadSpelling(
                    f"{text!r} leaves out a variant, but complements hold only base objects.",
                    hint="Name the objects that the set holds.",
                )
            text = text.removeprefix(prefix)
        if text.startswith("~"):
            return BadSpelling(
                f"{text!r} is no key of a set.", hint="A key is ~ and the hex of whole bytes: ~0f."
            )
        pieces = cut_sum(text)
        if pieces is None:
            return BadSpelling(
                f"The double quotes in {text!r} do not pair up.",
                hint='Write a quote inside a name twice: "say ""hi""".',
            )
        names = [piece if protected else piece.strip() for piece, protected in pieces]
        if "" in names:
            return BadSpelling(
                f"{text!r} lacks a name beside a plus sign.",
                hint="Join names with one plus sign: books+science.",
            )
        if self.by_letters and len(names) == 1 and not pieces[0][1]:
            names = list(names[0])
        unknown = [name for name in names if self._position_of([(name, True)]) is None]
        if not unknown:
            twice = next((name for name in names if names.count(name) > 1), names[0])
            return BadSpelling(f"{text!r} names {twice!r} twice.", hint="Name each object once.")
        return self._unknown(unknown[0], f"{unknown[0]!r} in {text!r}")

    def position_of(self, name: str) -> int:
        """The position of the object of this name.

        Raises:
            UnknownObject: there is none; the closest names are offered.
        """
        if name not in self.position:
            raise self._unknown(name, repr(name))
        return self.position[name]

    def _unknown(self, name: str, what: str) -> UnknownObject:
        near = closest(name, self.names)
        shown = ", ".join(self.names[:12]) + (", ..." if self.n > 12 else "")
        return UnknownObject(
            f"{what} is no object of this lattice.",
            hint=did_you_mean(near) or f"Its objects are {shown}.",
            suggestions=near,
        )

    def _refuse_variants(self, mask: int) -> None:
        if not self.has_variants:
            return
        bases: dict[str, str] = {}
        for position in positions_of_mask(mask):
            each = self.objects[position]
            base = each.variant_of or each.name
            if base in bases:
                raise BadSpelling(
                    f"{bases[base]!r} and {each.name!r} are variants of one object.",
                    hint="A training set holds at most one of them.",
                )
            bases[base] = each.name


class _SpelledOctets(dict[int, str]):
    """The spellings of the sets of eight objects, each made when it is first asked for."""

    def __init__(self, names: Sequence[str], sign: str) -> None:
        self._names, self._sign = names, sign

    def __missing__(self, octet: int) -> str:
        text = self._sign.join(quoted(self._names[each]) for each in positions_of_mask(octet))
        self[octet] = text
        return text


def quoted(name: str) -> str:
    """An object's name as it is written inside a sum, protected where it has to be."""
    risky = (
        any(sign in name for sign in '+,"')
        or name != name.strip()
        or name.startswith(("^", "~", "{", f"{ALL}-"))
        or name in RESERVED
    )
    return in_quotes(name) if risky else name


def in_quotes(name: str) -> str:
    """A name in double quotes, which protect whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def cut_sum(text: str, sign: str = "+") -> list[tuple[str, bool]] | None:
    """The text cut at each sign outside quotes, with whether a piece was quoted; None if torn.

    Blanks around a quoted name do not belong to it.
    """
    pieces: list[tuple[str, bool]] = []
    index = 0
    while True:
        if text[index:].lstrip().startswith('"'):
            opened = text.index('"', index)
            name, index = _quoted_name(text, opened + 1)
            if index < 0:
                return None
            index += len(text[index:]) - len(text[index:].lstrip())
            if index < len(text) and not text.startswith(sign, index):
                return None
            pieces.append((name, True))
        else:
            end = text.find(sign, index)
            end = len(text) if end < 0 else end
            pieces.append((text[index:end], False))
            index = end
        if index >= len(text):
            return pieces
        index += len(sign)


def _quoted_name(text: str, start: int) -> tuple[str, int]:
    """The name whose opening quote ends at `start`, and the index after its closing quote."""
    name: list[str] = []
    index = start
    while index < len(text):
        if text[index] != '"':
            name.append(text[index])
            index += 1
        elif text.startswith('""', index):
            name.append('"')
            index += 2
        else:
            return "".join(name), index + 1
    return "", -1


# ------------------------------------------------------------------ measures


def measure_name(metric: str, evaluation_set: str, protocol: str | None) -> str:
    """The spelling of a measure; `protocol` is None where the lattice has only one."""
    return f"{metric}/{evaluation_set}" + (f"@{protocol}" if protocol is not None else "")


def find_measure(text: str, measures: Sequence[Measure]) -> int:
    """The index of the measure that the text spells, parts left out or not.

    Exact names are tried first (a metric may itself be called `eval/mmlu_acc`), then every
    spelling with parts left out.

    Raises:
        UnknownMeasure: nothing matches; the closest names are offered.
        Ambiguous: several match; all are listed.
    """
    wanted = text.strip()
    exact = [index for index, each in enumerate(measures) if wanted in _full_names(each)]
    matches = exact or [index for index, each in enumerate(measures) if wanted in _short(each)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = tuple(measures[index].name for index in matches)
        shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        raise Ambiguous(
            f"The measure {wanted!r} can be {shown}.",
            hint="Write one of these in full.",
            suggestions=names,
        )
    spellings = {short for each in measures for short in (*_full_names(each), *_short(each))}
    near = closest(wanted, sorted(spellings))
    shown = ", ".join(each.name for each in measures[:6]) + (", ..." if len(measures) > 6 else "")
    raise UnknownMeasure(
        f"{wanted!r} is no measure of this lattice.",
        hint=did_you_mean(near) or f"Its measures are {shown or 'none: nothing is evaluated yet'}.",
        suggestions=near,
    )


def _full_names(measure: Measure) -> set[str]:
    parts = (measure.metric.name, measure.evaluation_set.name)
    return {measure.name, measure_name(*parts, measure.protocol.name)}


def _short(measure: Measure) -> set[str]:
    metric, column = measure.metric.name, measure.evaluation_set.name
    bare = {metric, column, f"{metric}/{column}", ""}
    protocol = f"@{measure.protocol.name}"
    return (bare | {f"{each}{protocol}" for each in bare}) - {""}
