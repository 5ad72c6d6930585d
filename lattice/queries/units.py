"""Who leaves a set, or joins it: objects, owners with all that is theirs, or named groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lattice.errors import BadQuestion, about, closest, did_you_mean
from lattice.model import OrderDirection, UnitKind
from lattice.notation import Universe
from lattice.subsets import mask_of_positions, positions_of_mask

Groups = Mapping[str, str | Sequence[str]]
MOST_UNITS = 256
_NAMED = 8


@dataclass(frozen=True)
class Roster:
    """The units that move, by the position of their first object, and where they move from.

    `units` are (name, mask) with masks that do not overlap.
    """

    direction: OrderDirection
    source: int
    units: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]

    @property
    def target(self) -> int:
        """The set after all have moved."""
        found = self.source
        for _, mask in self.units:
            found ^= mask
        return found


@dataclass(frozen=True)
class Call:
    """What an asker says about who moves; everything may be left out.

    Args:
        units: names of those who move. Without it all who can.
        by: whether each object moves alone, or all objects of an owner together.
        groups: sets of objects that move together, by the name of the group.
        to: the mask of the set that is to be reached, instead of `units`.
        most: of more units there is no answer.
    """

    units: Sequence[str] | None = None
    by: UnitKind = "object"
    groups: Groups | None = None
    to: int | None = None
    most: int = MOST_UNITS


def roster(universe: Universe, direction: OrderDirection, source: int, call: Call) -> Roster:
    """The units that move out of the set `source`, or into it.

    Raises:
        BadQuestion: nobody can move; units that are not there; a target that cannot be reached;
            more units than can be answered.
        UnknownObject, BadSpelling, Ambiguous: a group of objects that are not there.
    """
    crew = _Crew(universe, direction, source, call)
    crew.check_owners()
    everybody, notes = crew.everybody()
    if call.to is not None:
        if call.units is not None:
            raise BadQuestion(
                "Both the units and the set that is to be reached were given.",
                hint="Say who moves, or where that is to end.",
            )
        chosen = crew.on_the_way(everybody, call.to)
    elif call.units is not None:
        chosen = {name: everybody[name] for name in crew.named(everybody, call.units)}
    else:
        chosen = crew.by_default(everybody)
    crew.check(chosen)
    order = sorted(chosen.items(), key=lambda unit: unit[1] & -unit[1])
    return Roster(direction, source, tuple(order), notes)


@dataclass(frozen=True)
class _Crew:
    universe: Universe
    direction: OrderDirection
    source: int
    call: Call

    @property
    def _leaving(self) -> bool:
        return self.direction == "withdrawal"

    @property
    def _pool(self) -> int:
        """The objects that can move at all."""
        everything = (1 << self.universe.n) - 1
        return self.source if self._leaving else everything & ~self.source

    def _spell(self, mask: int) -> str:
        return self.universe.spell(mask)

    def check_owners(self) -> None:
        """Refuse owners where nobody who can move has one."""
        able = [self.universe.objects[position] for position in positions_of_mask(self._pool)]
        if self.call.by != "owner" or not able or any(each.owner for each in able):
            return
        source = self._spell(self.source)
        with about(self.call.by):
            raise BadQuestion(
                f"The set {source} holds no object with an owner to leave out."
                if self._leaving
                else f"No object with an owner can join {source}.",
                hint="Say each object's owner in the mapping of an import ([[objects]]), or move"
                " objects or groups.",
            )

    def everybody(self) -> tuple[dict[str, int], tuple[str, ...]]:
        """All units that can move by name, and notes about groups that move in part."""
        notes = []
        units: dict[str, int] = {}
        taken = 0
        for name, members in (self.call.groups or {}).items():
            mask = _read_group(self.universe, name, members)
            if taken & mask:
                raise BadQuestion(
                    f"{self._spell(taken & mask)} is in more than one group.",
                    hint="An object can move only once.",
                )
            taken |= mask
            if here := mask & self._pool:
                units[name] = here
            if outside := mask & ~self._pool:
                where = "not in" if self._leaving else "already in"
                notes.append(
                    f"{self._spell(outside)} of {name} is {where} {self._spell(self.source)}"
                )
        by_owner = self._usual if self.call.by == "owner" else 0
        owners: set[str] = set()
        for position in positions_of_mask(self._pool & ~taken):
            each = self.universe.objects[position]
            owner = each.owner if by_owner >> position & 1 else None
            name = each.name if owner is None else owner
            if name in units and (owner is None or owner not in owners):
                raise BadQuestion(
                    f"Two units would be called {name!r}.",
                    hint="Give the group another name, or put one of the two in a group.",
                )
            if owner is not None:
                owners.add(owner)
            units[name] = units.get(name, 0) | 1 << position
        return units, tuple(notes)

    @cached_property
    def _usual(self) -> int:
        """What moves unless asked otherwise: of what joins, only base objects, and only those of
        which the source holds no variant.
        """
        universe = self.universe
        if self._leaving:
            return self._pool
        held = {universe.bases[position] for position in positions_of_mask(self.source)}
        free = [p for p in positions_of_mask(universe.base_mask) if universe.bases[p] not in held]
        return mask_of_positions(free)

    def by_default(self, everybody: dict[str, int]) -> dict[str, int]:
        """All who leave; all base objects, and all groups, that join."""
        groups = self.call.groups or {}
        return {name: m for name, m in everybody.items() if name in groups or not m & ~self._usual}

    def named(self, everybody: dict[str, int], names: Sequence[str]) -> list[str]:
        """The names, if all are of units that can move."""
        for name in names:
            if name not in everybody:
                near = closest(name, everybody)
                listed = ", ".join(list(everybody)[:_NAMED])
                with about(name):
                    raise BadQuestion(
                        f"{name!r} is no unit that can {self._verb} {self._spell(self.source)}.",
                        hint=did_you_mean(near) or f"These can: {listed or 'none'}.",
                        suggestions=near,
                    )
        return list(dict.fromkeys(names))

    @property
    def _verb(self) -> str:
        return "leave" if self._leaving else "join"

    def on_the_way(self, everybody: dict[str, int], to: int) -> dict[str, int]:
        """The units that lead to the set `to`."""
        spelled, source = self._spell(to), self._spell(self.source)
        astray = to & ~self.source if self._leaving else self.source & ~to
        if astray:
            why = "it holds" if self._leaving else "it lacks"
            raise BadQuestion(
                f"{spelled} is not reached when units {self._verb} {source}:"
                f" {why} {self._spell(astray)}.",
                hint="Withdrawals end in a smaller set, acquisitions in a larger one.",
            )
        changed = self.source ^ to
        for name, mask in everybody.items():
            if mask & changed and mask & ~changed:
                raise BadQuestion(
                    f"{name!r} would {self._verb} in part on the way to {spelled}:"
                    f" {self._spell(mask & ~changed)} would not.",
                    hint="A unit moves as a whole; choose another target, or other groups.",
                )
        return {name: mask for name, mask in everybody.items() if mask & changed}

    def check(self, chosen: dict[str, int]) -> None:
        """Refuse nobody, too many, and two variants of one object."""
        source = self._spell(self.source)
        if not chosen:
            raise BadQuestion(
                f"Nobody can {self._verb} {source}.",
                hint="Start from a larger set." if self._leaving else "Start from a smaller set.",
            )
        if len(chosen) > self.call.most:
            raise BadQuestion(
                f"{len(chosen):,} units would {self._verb} {source}; at most"
                f" {self.call.most:,} can.",
                hint="Name units, or let owners or groups move together.",
            )
        if self._leaving or not self.universe.has_variants:
            return
        bases: dict[int, int] = {}
        reached = self.source | sum(chosen.values())
        for position in positions_of_mask(reached):
            other = bases.setdefault(self.universe.bases[position], position)
            if other != position:
                names = self.universe.names
                raise BadQuestion(
                    f"{names[other]} and {names[position]} are variants of one object: no set"
                    " holds both.",
                    hint="Name the units that join.",
                )


def _read_group(universe: Universe, name: str, members: str | Sequence[str]) -> int:
    """The mask of a group: a set in any spelling, names with commas between, or a list."""
    if isinstance(members, str):
        whole = members in universe.position
        members = [members] if whole else [each.strip() for each in members.split(",")]
    with about(name):
        mask = 0
        for each in members:
            mask |= (
                1 << universe.position[each] if each in universe.position else universe.read(each)
            )
        if not mask:
            raise BadQuestion(f"The group {name!r} is empty.", hint="Say what is in it: name=A,B.")
    return mask


def groups_of(texts: Sequence[str] | None) -> dict[str, str]:
    """Groups as they are written: `union=A,B`.

    Raises:
        BadQuestion: a text that is no such thing, or a name that comes twice.
    """
    found: dict[str, str] = {}
    for text in texts or ():
        name, sign, members = text.partition("=")
        with about(text):
            if not sign or not name.strip() or not members.strip():
                raise BadQuestion(f"{text!r} is no group.", hint="Write it as name=A,B.")
            if name.strip() in found:
                raise BadQuestion(
                    f"There are two groups {name.strip()!r}.", hint="Give one another name."
                )
        found[name.strip()] = members.strip()
    return found
