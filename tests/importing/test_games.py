from __future__ import annotations

import io
import json
import pickle
import random
import re
from collections.abc import Callable
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lattice.errors import ImportRefused
from lattice.importing import arrays, games
from lattice.importing.games import looks_like_game, read_game, read_game_json
from lattice.importing.mapping import Mapping, parse
from lattice.importing.records import Context, Reading, Refusals
from lattice.resources import bundled_manifests

RESULTS = Path(__file__).parent.parent / "results"
GAME_NAME = "model_name=decision_tree_player_sizes=increasing_n_players=10_1"
ACCURACY = '[[metrics]]\nname = "accuracy"\ndirection = "higher"\n'
A_AND_B = '[[objects]]\nname = "a"\n[[objects]]\nname = "b"\naliases = ["second"]\n'
NAN_IS_MISSING = '[table]\nmissing = ["NA", "nan", "-1"]\n'

WriteFile = Callable[[str, str | bytes], Path]
Cells = dict[frozenset[str], float]


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def mapped(text: str = ACCURACY) -> Mapping:
    return parse(text, "mapping.toml")


def context(text: str = ACCURACY, **said: Any) -> Context:
    mapping = mapped(text)
    listed = tuple(entry.name for entry in mapping.objects)
    return Context(**{"mapping": mapping, "known": listed, "closed": bool(listed), **said})


def cells(reading: Reading) -> Cells:
    """Every score of a reading by the names of its set, put together object by object."""
    found: Cells = {}
    for block in reading.blocks:
        for row, score in zip(block.row.tolist(), block.score.tolist(), strict=True):
            words = block.words[row].tolist()
            members = frozenset(
                name
                for position, name in enumerate(reading.objects)
                if words[position // 64] >> (position % 64) & 1
            )
            assert members not in found
            found[members] = score
    return found


def places(reading: Reading) -> list[int]:
    return [place for block in reading.blocks for place in block.places[block.row].tolist()]


def outcome(path: Path) -> str:
    """What came of reading a JSON game: `read`, or why it was refused."""
    try:
        cells(read_game_json(path, context(), silent))
    except ImportRefused as error:
        return error.message
    return "read"


def archive(**arrays: Any) -> bytes:
    content = {
        "values": np.array([0.0, 0.5, 0.25]),
        "coalitions": np.array([[0, 0], [1, 0], [1, 1]]),
        "n_players": 2,
        **arrays,
    }
    stream = io.BytesIO()
    np.savez_compressed(
        stream, **{name: each for name, each in content.items() if each is not None}
    )
    return stream.getvalue()


def described(data: dict[str, Any], **metadata: Any) -> str:
    return json.dumps(
        {"object_name": "Game", "metadata": {"n_players": 3, **metadata}, "data": data}
    )


# ------------------------------------------------------------------ arrays


def test_a_game_of_arrays_is_read(write_file: WriteFile) -> None:
    reading = read_game(write_file("g.npz", archive()), context(parts={"seed": "7"}), silent)
    assert reading.files == ("g.npz",)
    assert reading.mapping == {"format": "game"}
    assert list(reading.measures.number) == [("accuracy", "default", "default")]
    assert list(reading.replicates.number) == [("7", None)]
    assert cells(reading) == {
        frozenset(): 0.0,
        frozenset("0"): 0.5,
        frozenset("01"): 0.25,
    }


def test_every_coalition_of_many_players_is_in_its_words(write_file: WriteFile) -> None:
    chance = np.random.default_rng(3)
    coalitions, values = chance.random((40, 150)) < 0.5, chance.normal(size=40)
    content = archive(values=values, coalitions=coalitions, n_players=150)
    found = cells(read_game(write_file("g.npz", content), context(), silent))
    expected = {
        frozenset(str(player) for player in range(150) if coalition[player]): value
        for coalition, value in zip(coalitions.tolist(), values.tolist(), strict=True)
    }
    assert found == expected


def test_a_value_that_is_said_to_be_missing_is_no_score(write_file: WriteFile) -> None:
    content = archive(values=np.array([np.nan, -1.0, 0.25]))
    reading = read_game(write_file("g.npz", content), context(ACCURACY + NAN_IS_MISSING), silent)
    assert cells(reading) == {frozenset("01"): 0.25}


def test_a_dry_run_goes_on_behind_bad_rows(write_file: WriteFile) -> None:
    content = archive(
        values=np.array([0.1, np.inf, 0.3, 0.4]),
        coalitions=np.array([[0, 0], [1, 0], [2, 0], [1, 1]]),
    )
    refusals = Refusals(most=5)
    reading = read_game(write_file("g.npz", content), context(refusals=refusals), silent)
    (block,) = reading.blocks
    assert block.places[block.row].tolist() == [1, 4]
    assert block.places.tolist() == [1, 2, 4]
    assert block.score.tolist() == [0.1, 0.4]
    said = [error.message for error in refusals.found]
    assert said[0].startswith("g.npz, row 3: with 2 this is no matrix of 0 and 1")
    assert said[1] == "g.npz, row 2: the value inf is no finite number."


class Burglar:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def test_nothing_is_unpickled(write_file: WriteFile, tmp_path: Path) -> None:
    burglar = Burglar(tmp_path / "trace")
    objects = archive(values=np.array([burglar, burglar, burglar], dtype=object))
    for name, content in (("objects.npz", objects), ("pickle.npz", pickle.dumps(burglar))):
        with pytest.raises(ImportRefused, match=f"{name} is no readable .npz archive"):
            read_game(write_file(name, content), context(), silent)
    assert not (tmp_path / "trace").exists()


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(
    write_file: WriteFile, monkeypatch: Any
) -> None:
    path = write_file("bomb.npz", archive(values=np.zeros(2**22)))
    assert path.stat().st_size < 2**16
    monkeypatch.setattr(arrays, "_LARGEST_MEMBER", 2**24)
    with pytest.raises(ImportRefused, match=r"bomb\.npz: 'values\.npy' unpacks to 33,554,560"):
        read_game(path, context(), silent)


def test_the_whole_archive_is_bounded(write_file: WriteFile, monkeypatch: Any) -> None:
    path = write_file("g.npz", archive())
    monkeypatch.setattr(arrays, "_LARGEST_BYTES", 100)
    with pytest.raises(ImportRefused, match=r"g\.npz: the archive unpacks to \d+ bytes"):
        read_game(path, context(), silent)


# ------------------------------------------------------------------ JSON


def test_a_published_json_game_is_read_to_the_last_digit() -> None:
    """The folder's game is that of Adult census, accuracy on 9,044 held-out rows."""
    path = RESULTS / "adult-n10-json" / f"{GAME_NAME}.json"
    lines = re.findall(r'"(Empty|[0-9,]+)": ([0-9.]+)', path.read_text().partition('"data"')[2])
    expected = {
        frozenset(key.replace("Empty", "").split(",")) - {""}: value for key, value in lines
    }
    found = cells(read_game_json(path, context(), silent))
    assert {members: repr(score) for members, score in found.items()} == expected
    every = chain.from_iterable(combinations(map(str, range(10)), size) for size in range(11))
    assert set(found) == set(map(frozenset, every))
    right = [score * 9044 for score in found.values()]
    assert right == pytest.approx([round(number) for number in right], abs=1e-9)
    assert looks_like_game(json.loads(path.read_bytes()))


def test_one_game_reads_alike_from_arrays_and_from_json(write_file: WriteFile) -> None:
    (folder,) = (
        manifest.parent
        for manifest in bundled_manifests()
        if manifest.parent.name == "california-housing"
    )
    arrays = folder / f"{GAME_NAME}.npz"
    with np.load(arrays, allow_pickle=False) as game:
        coalitions, values = game["coalitions"], game["values"].tolist()
    keys = [",".join(map(str, np.flatnonzero(row))) or "Empty" for row in coalitions]
    data = dict(zip(keys, values, strict=True))
    path = write_file("g.json", described(data, n_players=10, player_names=None))
    assert len(data) == 1024
    assert cells(read_game_json(path, context(), silent)) == cells(
        read_game(arrays, context(), silent)
    )


def test_a_bare_object_is_a_game(write_file: WriteFile) -> None:
    path = write_file("g.json", '{"Empty": 0, "0": 1.0, "0, 3": 2.5, "3,1": 1e-3}')
    reading = read_game_json(path, context(), silent)
    assert reading.objects == ("0", "1", "2", "3")
    assert (reading.files, reading.unit, reading.mapping) == (
        ("g.json",),
        "entry",
        {"format": "game"},
    )
    assert cells(reading) == {
        frozenset(): 0.0,
        frozenset("0"): 1.0,
        frozenset("03"): 2.5,
        frozenset("13"): 0.001,
    }
    assert places(read_game_json(path, context(), silent)) == [1, 2, 3, 4]


def test_entries_are_read_in_batches(write_file: WriteFile, monkeypatch: Any) -> None:
    monkeypatch.setattr(games, "_BATCH_CELLS", 100)
    data = {
        ",".join(map(str, players)): float(sum(players)) for players in combinations(range(20), 2)
    }
    seen: list[tuple[int, int]] = []
    path = write_file("g.json", json.dumps(data))
    reading = read_game_json(path, context(), lambda _, done, total: seen.append((done, total)))
    found = cells(reading)
    assert found == {
        frozenset(map(str, players)): sum(players) for players in combinations(range(20), 2)
    }
    assert seen[0] == (5, 190)
    assert seen[-1] == (190, 190)
    assert places(read_game_json(path, context(), silent)) == list(range(1, 191))


@pytest.mark.parametrize(
    ("text", "said", "names"),
    [
        (ACCURACY, None, ("0", "1", "2")),
        (ACCURACY, ["x", "y", "z"], ("x", "y", "z")),
        (ACCURACY + A_AND_B + '[[objects]]\nname = "c"\n', None, ("a", "b", "c")),
        (ACCURACY + A_AND_B + '[[objects]]\nname = "c"\n', ["x", "y", "z"], ("a", "b", "c")),
        (ACCURACY + A_AND_B + '[[objects]]\nname = "c"\n', ["c", "second", "a"], ("c", "b", "a")),
    ],
    ids=["numbers", "own names", "the mapping's", "not the file's", "the file's order"],
)
def test_players_are_called_as_the_mapping_or_the_file_says(
    write_file: WriteFile, text: str, said: list[str] | None, names: tuple[str, ...]
) -> None:
    path = write_file("g.json", described({"0,2": 1.0}, player_names=said))
    reading = read_game_json(path, context(text), silent)
    assert reading.objects == names
    assert cells(reading) == {frozenset({names[0], names[2]}): 1.0}


def test_players_take_the_names_of_a_lattice_only_where_the_file_has_none(
    write_file: WriteFile,
) -> None:
    known = ("red", "green", "blue")
    numbered = write_file("n.json", described({"0": 1.0}))
    named = write_file("m.json", described({"0": 1.0}, player_names=["green", "blue", "pink"]))
    assert read_game_json(numbered, context(known=known), silent).objects == known
    assert read_game_json(named, context(known=known), silent).objects == ("green", "blue", "pink")


def test_entries_that_are_said_to_be_missing_are_no_scores(write_file: WriteFile) -> None:
    said = ACCURACY + '[table]\nmissing = ["null", "NA", "nan", "-1"]\n'
    content = '{"Empty": null, "0": NaN, "1": "NA", "0,1": -1, "2": 0.5}'
    reading = read_game_json(write_file("g.json", content), context(said), silent)
    assert cells(reading) == {frozenset("2"): 0.5}


BAD_JSON: dict[str, tuple[str, str]] = {
    "an unknown player": (
        described({"0": 1.0, "0,3": 2.0}),
        "g.json, entry 2, '0,3': the key names the player 3, but there are 3, from 0",
    ),
    "a player twice": (described({"1,1": 2.0}), "g.json, entry 1, '1,1': the key names a player"),
    "no players": (described({"0": 1.0, "books": 2.0}), "'books': the key lists no players"),
    "a blank key": (described({"0": 1.0, "": 2.0}), "entry 2, '': the key lists no players"),
    "a negative player": (described({"0": 1.0, "-1": 2.0}), "'-1': the key lists no players"),
    "other digits": (described({"0": 1.0, "\u0661": 2.0}), "the key lists no players"),
    "a key twice": ('{"Empty": 0, "0": 1, "0": 2}', "g.json: the key '0' is there twice"),
    "a coalition twice": (
        described({"0,2": 1.0, "2,0": 1.0}),
        "entry 2, '2,0': the key is the coalition '0,2' again",
    ),
    "NaN": ('{"Empty": NaN, "0,1": 1}', "entry 1, 'Empty': the value nan is no finite number"),
    "infinity": ('{"Empty": 0, "0,1": 1e999}', "entry 2, '0,1': the value inf is no finite"),
    "beyond floats": (
        '{"Empty": 0, "0,1": 1' + "0" * 400 + "}",
        "entry 2, '0,1': the value inf is no finite",
    ),
    "null": (described({"0": None}), "entry 1, '0': 'null' is no finite number"),
    "a text": (described({"0": "0.5"}), "entry 1, '0': '0.5' is no finite number"),
    "true": (described({"0": True}), "entry 1, '0': 'True' is no finite number"),
    "a list": (described({"0": [1.0]}), "entry 1, '0': '[1.0]' is no finite number"),
    "no object": ("[1, 2]", "g.json holds no coalitions"),
    "an empty object": ("{}", "g.json holds no coalitions"),
    "no data": (described({}), "g.json holds no coalitions"),
    "something else": ('{"results": {"acc": 1}}', "g.json holds no coalitions"),
    "cut short": (described({"0": 1.0})[:-3], "g.json is no readable JSON"),
    "too deep": ("[" * 100_000, "g.json is no readable JSON"),
    "endless digits": ('{"Empty": ' + "1" * 5000 + "}", "g.json is no readable JSON"),
    "no players at all": ('{"Empty": 1}', "g.json: 0 is no number of players"),
    "half a player": (described({"0": 1}, n_players=2.5), "g.json: 2.5 is no number of players"),
    "true players": (described({"0": 1}, n_players=True), "g.json: True is no number of players"),
    "endless players": ('{"999999999": 1}', "g.json: 1000000000 is no number of players"),
    "too few names": (described({"0": 1}, player_names=["a"]), "g.json: player_names are not 3"),
    "numbered names": (described({"0": 1}, player_names=[1, 2, 3]), "player_names are not 3"),
    "names twice": (described({"0": 1}, player_names=["a", "b", "a"]), "not all different"),
    "a blank name": (described({"0": 1}, player_names=["a", "b", ""]), "not all different"),
}


@pytest.mark.parametrize(("content", "says"), BAD_JSON.values(), ids=BAD_JSON.keys())
def test_a_bad_json_game_is_refused_with_its_key(
    write_file: WriteFile, content: str, says: str
) -> None:
    with pytest.raises(ImportRefused) as caught:
        cells(read_game_json(write_file("g.json", content), context(), silent))
    assert says in caught.value.message
    assert caught.value.message.startswith("g.json")
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_a_dry_run_lists_bad_entries_and_reads_the_others(write_file: WriteFile) -> None:
    content = '{"Empty": 0, "0": 1, "0": 9, "0,x": 3, "1": NaN, "1,2": 5, "2,1": 6}'
    refusals = Refusals(most=9)
    path = write_file("g.json", content)
    assert cells(read_game_json(path, context(refusals=refusals), silent)) == {
        frozenset(): 0.0,
        frozenset("0"): 1.0,
        frozenset("12"): 5.0,
    }
    assert len(refusals.found) == 4
    assert all(error.message.startswith("g.json") for error in refusals.found)


def test_objects_that_are_too_few_are_refused(write_file: WriteFile) -> None:
    path = write_file("g.json", described({"0": 1.0}))
    with pytest.raises(ImportRefused, match=r"g\.json: the game has 3 players, but 2 objects"):
        read_game_json(path, context(ACCURACY + A_AND_B), silent)


def test_a_long_json_file_is_refused_unread(write_file: WriteFile, monkeypatch: Any) -> None:
    monkeypatch.setattr(games, "_LARGEST_JSON", 10)
    with pytest.raises(ImportRefused, match=r"g\.json has 24 bytes of JSON"):
        read_game_json(write_file("g.json", '{"Empty": 0, "0,1": 1.0}'), context(), silent)


def test_a_game_without_a_metric_says_how_to_name_it(write_file: WriteFile) -> None:
    for path, read in (
        (write_file("g.json", '{"0,1": 1.0}'), read_game_json),
        (write_file("g.npz", archive()), read_game),
    ):
        with pytest.raises(ImportRefused, match="does not say its metric") as caught:
            read(path, context("title = 'no metric'"), silent)
        assert "--metric" in caught.value.hint


def test_a_broken_json_game_is_refused_and_never_crashes(write_file: WriteFile) -> None:
    whole = described({"Empty": 0.0, "0": 0.5, "0,2": 0.25}).encode()
    chance = random.Random(11)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path = write_file("g.json", bytes(broken[: chance.randint(1, len(broken))]))
        assert outcome(path).startswith(("read", "g.json"))


@pytest.mark.parametrize(
    "content",
    [
        None,
        [1, 2],
        {},
        {"0": 1.0, "1": 2.0},
        {"Empty": {}, "0,1": {}},
        {"results": {"0,1": 1.0}},
        {"data": {"0": 1.0}},
        {"data": [1], "metadata": {"n_players": 1}},
        {"Empty": 0.0, "accuracy": 1.0},
    ],
)
def test_other_json_does_not_look_like_a_game(content: object) -> None:
    assert not looks_like_game(content)
