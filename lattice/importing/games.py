"""Reads coalition games: arrays of coalitions and their values, or one JSON object of them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing.arrays import (
    IF_MISSING,
    MOST_OBJECTS,
    array_shapes,
    finite,
    load_arrays,
    needed_metric,
    object_names,
    zero_one,
)
from lattice.importing.records import (
    UNNAMED,
    Codes,
    Context,
    MeasureKey,
    Progress,
    Reading,
    Records,
)
from lattice.subsets import Words, pack

_LARGEST_JSON = 2**30
_BATCH_CELLS = 2**24
_NEEDED = ("values", "coalitions", "n_players")
_EMPTY = "Empty"
_PLAYERS = re.compile(r"[0-9]{1,9}( ?, ?[0-9]{1,9})*")
# ------------------------------------------------------------------ arrays


def read_game(path: Path, context: Context, progress: Progress) -> Reading:
    """Read a coalition game from a `.npz` with `values` (M,), `coalitions` (M, n), `n_players`.

    Player k is the object at position k.

    Raises:
        ImportRefused: no such archive, arrays that do not fit each other, or a value that is no
            finite number; says file and row.
    """
    values, coalitions = _arrays(path)
    count, n = coalitions.shape
    names = object_names(f"{path.name}: the game has {n} players", n, None, context)

    def at(row: int) -> str:
        return f"{path.name}, row {row + 1}"

    def blocks() -> Iterator[Records]:
        sets = zero_one(coalitions, context, at)
        scored = finite(values, context, at)[sets]
        row = np.flatnonzero(scored)
        zeros = np.zeros(len(row), dtype=np.int64)
        words = pack(coalitions[sets].astype(np.bool_))
        yield Records(words, np.flatnonzero(sets) + 1, row, zeros, zeros, values[sets][row])
        progress(f"reading {path.name}", count, count)

    understood = f"coalition game; {n} players, {count:,} coalitions"
    return _reading(path, context, names, understood, "row", blocks())


def _arrays(path: Path) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Values (M,) and coalitions (M, n), whose shapes and types fit each other."""
    shapes = array_shapes(path, _NEEDED)
    for name in _NEEDED:
        if name not in shapes:
            raise ImportRefused(
                f"{path.name}: the archive has no array {name!r}.",
                hint=f"A coalition game has {', '.join(_NEEDED)}.",
            )
    fit = (
        len(shapes["values"]) == 1
        and len(shapes["coalitions"]) == 2
        and shapes["n_players"] == ()
        and shapes["coalitions"][0] == shapes["values"][0]
    )
    content = load_arrays(path, _NEEDED) if fit else {}  # unpacks only what fits together
    players = content.get("n_players")
    if (
        players is None
        or players.dtype.kind not in "iu"
        or content["coalitions"].shape[1] != int(players)
    ):
        raise ImportRefused(
            f"{path.name}: values {shapes['values']}, coalitions {shapes['coalitions']} and"
            " n_players do not fit each other.",
            hint="Expected values (M,), coalitions (M, n) and the number n.",
        )
    values, coalitions = content["values"], content["coalitions"]
    if len(values) == 0:
        raise ImportRefused(f"{path.name} holds no coalitions.", hint="There is nothing to import.")
    if values.dtype.kind not in "fiu":
        raise ImportRefused(
            f"{path.name}, row 1: the value {values[0].item()!r} is no finite number.",
            hint="The array 'values' holds numbers.",
        )
    if coalitions.dtype.kind not in "biu":
        raise ImportRefused(
            f"{path.name}: the coalitions are no matrix of 0 and 1.",
            hint="A coalition holds a player or not; weights belong to the protocol.",
        )
    return values.astype(np.float64), coalitions


# ------------------------------------------------------------------ JSON


def looks_like_game(content: object) -> bool:
    """Whether JSON content is a coalition game, alone or as the `data` beside `n_players`."""
    if not isinstance(content, dict):
        return False
    if _is_described(content):
        return True
    return (
        all(_lists_players(key) for key in content)
        and any(key == _EMPTY or "," in key for key in content)
        and not any(isinstance(value, dict | list) for value in content.values())
    )


def _is_described(content: dict[str, Any]) -> bool:
    data, metadata = content.get("data"), content.get("metadata")
    return isinstance(data, dict) and isinstance(metadata, dict) and "n_players" in metadata


def _lists_players(key: str) -> bool:
    return key == _EMPTY or _PLAYERS.fullmatch(key) is not None


def read_game_json(path: Path, context: Context, progress: Progress) -> Reading:
    """Read a coalition game from JSON: `{"Empty": 0.0, "0": 0.5, "0,3": 0.7}`.

    Such an object is all of the file, or its `data` beside a `metadata` that has `n_players` and
    may have `player_names`.

    Raises:
        ImportRefused: no such JSON, a key that names no coalition or one that is there already,
            or a value that is no finite number; says file and key.
    """
    content = _load_json(path, context)
    described = _is_described(content)
    data: dict[str, Any] = content["data"] if described else content
    metadata: dict[str, Any] = content["metadata"] if described else {}
    if not any(map(_lists_players, data)):
        raise ImportRefused(
            f"{path.name} holds no coalitions.",
            hint='Expected {"Empty": 0.0, "0": 0.5, "0,3": 0.7}: players by number, from 0.',
        )
    n = _player_count(path, data, metadata, context)
    said = _player_names(path, metadata.get("player_names"), n)
    names = object_names(f"{path.name}: the game has {n} players", n, said, context)
    understood = f"coalition game in JSON; {n} players, {len(data):,} coalitions"
    blocks = _json_blocks(path, data, n, context, progress)
    return _reading(path, context, names, understood, "entry", blocks)


def _load_json(path: Path, context: Context) -> dict[str, Any]:
    size = path.stat().st_size
    if size > _LARGEST_JSON:
        raise ImportRefused(
            f"{path.name} has {size:,} bytes of JSON.",
            hint=f"At most {_LARGEST_JSON:,} are read; larger games are saved as .npz.",
        )

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in pairs:
            if key in content:
                context.refusals.add(
                    ImportRefused(
                        f"{path.name}: the key {key[:80]!r} is there twice.",
                        hint="Keep one of the two.",
                    )
                )
            content.setdefault(key, value)
        return content

    try:
        content = json.loads(path.read_bytes(), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise ImportRefused(
            f"{path.name} is no readable JSON: {error}.", hint="Was it cut short?"
        ) from error
    return content if isinstance(content, dict) else {}


def _player_count(
    path: Path, data: dict[str, Any], metadata: dict[str, Any], context: Context
) -> int:
    """How many players there are: as is said, as are known, or as many as the keys name."""
    n = metadata.get("n_players", len(context.known))
    if not metadata and not context.known:
        keys = (key for key in data if key != _EMPTY and _lists_players(key))
        n = max((int(each) + 1 for key in keys for each in key.split(",")), default=0)
    if type(n) is not int or not 1 <= n <= MOST_OBJECTS:
        raise ImportRefused(
            f"{path.name}: {n!r} is no number of players.",
            hint=f"There are between 1 and {MOST_OBJECTS:,}; a key lists players by number.",
        )
    return n


def _player_names(path: Path, said: object, n: int) -> tuple[str, ...] | None:
    if said is None:
        return None
    if isinstance(said, list) and len(said) == n and all(isinstance(name, str) for name in said):
        return tuple(said)
    raise ImportRefused(
        f"{path.name}: player_names are not {n} texts.", hint="Name every player, or write null."
    )


def _json_blocks(
    path: Path, data: dict[str, Any], n: int, context: Context, progress: Progress
) -> Iterator[Records]:
    entries = list(data.items())
    first_key: dict[tuple[int, ...], str] = {}
    step = max(1, _BATCH_CELLS // n)
    for start in range(0, len(entries), step):
        batch = entries[start : start + step]
        yield _json_batch(path, batch, start, n, first_key, context)
        progress(f"reading {path.name}", start + len(batch), len(entries))


def _json_batch(
    path: Path,
    batch: list[tuple[str, Any]],
    start: int,
    n: int,
    first_key: dict[tuple[int, ...], str],
    context: Context,
) -> Records:
    """The records of some entries; the first of them has `start` others before it."""
    found: list[tuple[int, tuple[int, ...], float | None]] = []

    def at(entry: int) -> str:
        return f"{path.name}, entry {start + entry + 1}, {batch[entry][0][:80]!r}"

    for entry, (key, value) in enumerate(batch):
        try:
            players = _players(at(entry), key, n, first_key)
            found.append((entry, players, _number(at(entry), value, context)))
        except ImportRefused as error:
            context.refusals.add(error)
    places = np.array([entry for entry, _, _ in found], dtype=np.int64) + start + 1
    row = np.array([row for row, each in enumerate(found) if each[2] is not None], dtype=np.int64)
    scores = np.array([number for _, _, number in found if number is not None], dtype=np.float64)
    scored = finite(scores, context, lambda index: at(found[row[index]][0]))
    zeros = np.zeros(int(scored.sum()), dtype=np.int64)
    words = _words([players for _, players, _ in found], n)
    return Records(words, places, row[scored], zeros, zeros, scores[scored])


def _players(
    where: str, key: str, n: int, first_key: dict[tuple[int, ...], str]
) -> tuple[int, ...]:
    """The players that a key lists, ascending."""
    wrong = ""
    players: tuple[int, ...] = ()
    if not _lists_players(key):
        wrong = "lists no players"
    elif key != _EMPTY:
        players = tuple(sorted(map(int, key.split(","))))
    if players and players[-1] >= n:
        wrong = f"names the player {players[-1]}, but there are {n}, from 0"
    elif len(set(players)) != len(players):
        wrong = "names a player twice"
    elif not wrong and first_key.setdefault(players, key) != key:
        wrong = f"is the coalition {first_key[players][:80]!r} again"
    if wrong:
        raise ImportRefused(
            f"{where}: the key {wrong}.",
            hint='A key lists different players by number, such as "0,3", or is "Empty".',
        )
    return players


def _number(where: str, value: object, context: Context) -> float | None:
    """The value as a number; None where it is none and the mapping says that it is missing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    text = "null" if value is None else str(value)
    if text in context.mapping.table.missing:
        return None
    raise ImportRefused(f"{where}: {text[:80]!r} is no finite number.", hint=IF_MISSING)


def _words(coalitions: Sequence[tuple[int, ...]], n: int) -> Words:
    membership = np.zeros((len(coalitions), n), dtype=np.bool_)
    row = np.repeat(np.arange(len(coalitions)), [len(players) for players in coalitions])
    membership[row, np.fromiter(chain.from_iterable(coalitions), dtype=np.int64)] = True
    return pack(membership)


def _reading(
    path: Path,
    context: Context,
    objects: tuple[str, ...],
    understood: str,
    unit: str,
    blocks: Iterator[Records],
) -> Reading:
    metric = needed_metric(path.name, "a coalition game", context)
    evaluation_set = context.part("evaluation_set") or UNNAMED
    measures, replicates = Codes(), Codes()
    measures.of(MeasureKey(metric, evaluation_set, context.part("protocol") or UNNAMED))
    replicates.of((context.parts.get("seed"), None))
    return Reading(
        files=(path.name,),
        objects=objects,
        understood=understood,
        unit=unit,
        measures=measures,
        replicates=replicates,
        blocks=blocks,
        mapping={"format": "game"},
    )
