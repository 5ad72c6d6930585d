from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.errors import ImportRefused, MappingRefused
from lattice.facade import LatticeDatabase
from lattice.importing.mapping import Mapping, parse
from lattice.model import ImportedResults

Tables = dict[str, list[tuple[object, ...]]]
ReadTables = Callable[[Path], Tables]
WriteFile = Callable[[str, str | bytes], Path]

ACCURACY = '[[metrics]]\nname = "accuracy"\ndirection = "higher"\nrange = [0, 1]\n'
BOOKS_AND_NEWS = '[[objects]]\nname = "books"\n[[objects]]\nname = "news"\n'


class Burglar:
    """Leaves a trace when it is unpickled."""

    trace: Path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def game(**changed: Any) -> bytes:
    arrays = {
        "values": np.array([0.0, 0.5]),
        "coalitions": np.array([[0, 0], [1, 0]]),
        "n_players": 2,
        **changed,
    }
    stream = io.BytesIO()
    np.savez_compressed(stream, **{name: each for name, each in arrays.items() if each is not None})
    return stream.getvalue()


@dataclass(frozen=True)
class Bad:
    """A file, how it is read, and what its refusal has to say."""

    content: str | bytes
    says: tuple[str, ...]
    mapping: str | None = None
    name: str = "bad.csv"


def score(text: str) -> str:
    return f"train_set,accuracy\nA,0.5\nAB,{text}\n"


TABLES = {
    "a ragged row": Bad(
        "train_set,accuracy\nA,0.5\nB,0.5,0.6\n",
        ("bad.csv, line 3", "3 fields where the header has 2"),
    ),
    "a short row": Bad(
        "train_set,accuracy/x,accuracy/y\nA,0.5,0.1\nB,0.5\n",
        ("bad.csv, line 3", "2 fields where the header has 3"),
    ),
    "a text for a score": Bad(score("abc"), ("bad.csv, line 3", "'abc'", "'accuracy'")),
    "a decimal comma": Bad(score('"1,5"'), ("bad.csv, line 3", "'1,5'")),
    "not a number": Bad(score("nan"), ("bad.csv, line 3", "'nan'", "no finite number")),
    "infinity": Bad(score("inf"), ("bad.csv, line 3", "'inf'", "no finite number")),
    "minus infinity": Bad(score("-Infinity"), ("bad.csv, line 3", "no finite number")),
    "a number too large": Bad(score("1e400"), ("bad.csv, line 3", "'1e400'", "no finite number")),
    "a number with underscores": Bad(score("1_000"), ("bad.csv, line 3", "'1_000'")),
    "a text in a declared measure": Bad(
        score("abc"), ("bad.csv, line 3", "'abc'"), '[columns]\nmeasures = ["accuracy"]\n'
    ),
    "underscores in a declared measure": Bad(
        score("1_000"), ("bad.csv, line 3", "'1_000'"), '[columns]\nmeasures = ["accuracy"]\n'
    ),
    "a late text in a long column": Bad(
        "train_set,seed,accuracy\n" + "".join(f"A,{k},0.5\n" for k in range(9000)) + "A,x,none\n",
        ("bad.csv, line 9002", "'none'", "no finite number"),
    ),
    "a late underscore in a long column": Bad(
        "train_set,seed,accuracy\n" + "".join(f"A,{k},0.5\n" for k in range(9000)) + "A,x,1_0\n",
        ("bad.csv, line 9002", "'1_0'", "no finite number"),
    ),
    "an object cell of 2": Bad(
        "books,news,accuracy\n0,1,0.5\n1,2,0.5\n",
        ("bad.csv, line 3", "'2' in the object column 'news' is neither 0 nor 1"),
        BOOKS_AND_NEWS,
    ),
    "an object cell of one half": Bad(
        "books,news,accuracy\n0,1,0.5\n1,0.5,0.5\n",
        ("bad.csv, line 3", "'0.5' in the object column 'news'"),
        BOOKS_AND_NEWS,
    ),
    "a blank object cell": Bad(
        "books,news,accuracy\n0,1,0.5\n1,,0.5\n", ("bad.csv, line 3", "'' in the object column")
    ),
    "a blank seed": Bad(
        "train_set,seed,accuracy\nA,1,0.5\nA,,0.6\n",
        ("bad.csv, line 3", "the column 'seed' is blank"),
    ),
    "a blank training set": Bad(
        "train_set,accuracy\nA,0.5\n,0.6\n", ("bad.csv, line 3", "an empty text")
    ),
    "only a blank training set": Bad(
        "train_set,accuracy\n,0.6\n", ("bad.csv, line 2", "an empty text")
    ),
    "a plus too many": Bad(
        "train_set,accuracy\nbooks,0.5\nbooks+,0.6\n", ("bad.csv, line 3", "''")
    ),
    "a line break in a name": Bad(
        'train_set,accuracy\nbooks,0.5\n"bo\noks",0.6\n', ("bad.csv, line 3", r"'bo\noks'")
    ),
    "a line break in a label": Bad(
        'train_set,benchmark,accuracy\nA,x,0.5\nA,"x\ny",0.6\n', ("bad.csv, line 3", r"'x\ny'")
    ),
    "an object named twice": Bad(
        "train_set,accuracy\nbooks+news,0.5\nbooks+books,0.6\n", ("bad.csv, line 3", "twice")
    ),
    "unbalanced quotes in a set": Bad(
        'train_set,accuracy\nbooks+news,0.5\n"""books+news",0.6\n',
        ("bad.csv, line 3", "do not pair up"),
    ),
    "two rows that disagree": Bad(
        "train_set,accuracy\nAB,0.5\nA,0.1\nBA,0.6\n",
        ("bad.csv, line 4 disagrees with bad.csv, line 2", "0.5 and 0.6"),
        '[sets]\nspelling = "letters"\n',
    ),
    "two rows that repeat": Bad(
        "train_set,accuracy\nA,0.5\nA,0.5\n", ("bad.csv, line 3 repeats bad.csv, line 2",)
    ),
    "an empty file": Bad("", ("bad.csv is empty",)),
    "a file of blanks": Bad("\n \n\n", ("bad.csv is empty",)),
    "only a header": Bad("train_set,accuracy\n", ("bad.csv has a header and no rows",)),
    "a header without its line's end": Bad(
        "train_set,accuracy", ("bad.csv has a header and no rows",)
    ),
    "two columns of one name": Bad(
        "train_set,accuracy,accuracy\nA,0.5,0.6\n",
        ("bad.csv, line 1", "the header has 'accuracy' twice"),
    ),
    "two columns without a name": Bad(
        "train_set,,,accuracy\nA,1,2,0.6\n", ("bad.csv, line 1", "an empty name twice")
    ),
    "a column of control characters": Bad(
        "train_set,acc\x07uracy\nA,0.5\n", ("bad.csv, line 1", r"'acc\x07uracy'")
    ),
    "a binary file": Bad(bytes(range(256)), ("bad.csv is no text file",)),
    "another encoding": Bad(
        "train_set,accuracy\nbooks,0.5\nbücher,0.6\n".encode("latin-1"),
        ("bad.csv, line 3", "0xfc is no UTF-8"),
    ),
    "another encoding far below": Bad(
        ("train_set,seed,accuracy\n" + "".join(f"A,{k},0.5\n" for k in range(20_000))).encode()
        + b"\xe9,0,0.5\n",
        ("bad.csv, line 20002", "0xe9 is no UTF-8"),
    ),
    "quotes that never close": Bad(
        'train_set,accuracy\nA,0.5\n"AB,0.6\nB,0.1\n',
        ("bad.csv, line 3", "a quote opens here and is not closed"),
    ),
    "quotes in the middle": Bad(
        'train_set,accuracy\nA,0.5\n"A"B,0.6\n', ("bad.csv, line 3", "expected after")
    ),
    "an unknown column in the mapping": Bad(
        "train_set,accuracy\nA,0.5\n",
        ("bad.csv, line 1", "no column 'acuracy'", "Did you mean accuracy?"),
        '[columns]\nmeasures = ["acuracy"]\n',
    ),
    "an unknown object": Bad(
        "train_set,accuracy\nbooks,0.5\nbooks+new,0.6\n",
        ("bad.csv, line 3", "'new'", "Did you mean news?"),
        BOOKS_AND_NEWS,
    ),
    "a set with two readings": Bad(
        "train_set,accuracy\nnews,0.5\ncode,0.6\n",
        ("bad.csv, line 2", "the object 'news'", "the letters n+e+w+s", 'spelling = "names"'),
    ),
    "an object without a column": Bad(
        "books,accuracy\n1,0.5\n0,0.6\n",
        ("bad.csv, line 1", "the object 'news' of the mapping has no column"),
        BOOKS_AND_NEWS,
    ),
    "a column without an object": Bad(
        "books,news,web,accuracy\n1,0,1,0.5\n0,1,0,0.6\n",
        ("bad.csv, line 1", "the column 'web' is no object of the mapping"),
        BOOKS_AND_NEWS + '[columns]\nobjects = ["books", "news", "web"]\n',
    ),
    "a text without a role": Bad(
        "train_set,mood,accuracy\nA,,0.5\nAB,glad,0.6\n",
        ("bad.csv, line 3", "'glad' is no number", "'mood'", 'ignore = ["mood"]'),
    ),
    "no set at all": Bad(
        "loss,accuracy\n1.5,0.5\n", ("bad.csv, line 1", "no column says the training set")
    ),
    "no scores at all": Bad("train_set,seed\nA,0\n", ("bad.csv, line 1", "no column holds scores")),
    "a score above the range": Bad(
        score("1.5"), ("bad.csv, line 3", "1.5 lies outside the range [0, 1]"), ACCURACY
    ),
    "a score below the range": Bad(
        score("-0.5"), ("bad.csv, line 3", "-0.5 lies outside the range [0, 1]"), ACCURACY
    ),
    "a metric of unknown direction": Bad(
        "train_set,benchmark,quux\nA,x,0.5\n",
        ("bad.csv, line 2", "whether a higher 'quux' is better", 'direction = "higher"'),
    ),
    "a score column without a metric": Bad(
        "train_set,quux\nA,0.5\n", ("bad.csv", "nothing names the metric", "--metric")
    ),
    "another name than the pattern's": Bad(
        score("0.6"), ("bad.csv", "does not follow"), 'filename = "run_{seed}.csv"\n'
    ),
}
GAMES = {
    "a truncated archive": Bad(game()[:200], ("bad.npz is no readable .npz archive",)),
    "no archive": Bad("train_set,accuracy\n", ("bad.npz is no readable .npz archive",)),
    "pickled objects": Bad(
        game(values=np.array([0.0, 0.5], dtype=object)),
        ("bad.npz is no readable .npz archive", "unpickling"),
    ),
    "no values": Bad(game(values=None), ("bad.npz", "no array 'values'")),
    "no coalitions": Bad(game(coalitions=None), ("bad.npz", "no array 'coalitions'")),
    "no number of players": Bad(game(n_players=None), ("bad.npz", "no array 'n_players'")),
    "too few values": Bad(game(values=np.array([0.5])), ("bad.npz", "do not fit")),
    "values in a square": Bad(game(values=np.eye(2)), ("bad.npz", "do not fit")),
    "another number of players": Bad(game(n_players=3), ("bad.npz", "do not fit")),
    "a text for the players": Bad(game(n_players="two"), ("bad.npz", "do not fit")),
    "half a player": Bad(game(n_players=2.5), ("bad.npz", "do not fit")),
    "no coalition": Bad(
        game(values=np.zeros(0), coalitions=np.zeros((0, 2), int)), ("bad.npz", "no coalitions")
    ),
    "a value that is no number": Bad(
        game(values=np.array([0.0, np.nan])), ("bad.npz, row 2", "nan is no finite number")
    ),
    "an infinite value": Bad(
        game(values=np.array([-np.inf, 0])), ("bad.npz, row 1", "-inf is no finite number")
    ),
    "texts for values": Bad(
        game(values=np.array(["a", "b"])), ("bad.npz, row 1", "'a' is no finite number")
    ),
    "a coalition of 2": Bad(
        game(coalitions=np.array([[0, 0], [2, 0]])), ("bad.npz", "no matrix of 0 and 1")
    ),
    "a value above the range": Bad(
        game(values=np.array([0.0, 1.5])), ("bad.npz, row 2", "1.5 lies outside the range [0, 1]")
    ),
    "names for other players": Bad(
        game(),
        ("bad.npz", "2 players, but 3 objects"),
        BOOKS_AND_NEWS + '[[objects]]\nname = "c"\n',
    ),
}


@pytest.mark.parametrize("bad", TABLES.values(), ids=TABLES.keys())
def test_a_bad_table_is_refused_in_one_sentence(
    bad: Bad,
    database: LatticeDatabase,
    database_place: Path,
    write_file: WriteFile,
    read_tables: ReadTables,
) -> None:
    refused_in_one_sentence(bad, "bad.csv", database, database_place, write_file, read_tables)


@pytest.mark.parametrize("bad", GAMES.values(), ids=GAMES.keys())
def test_a_bad_game_is_refused_in_one_sentence(
    bad: Bad,
    database: LatticeDatabase,
    database_place: Path,
    write_file: WriteFile,
    read_tables: ReadTables,
) -> None:
    bad = Bad(bad.content, bad.says, (bad.mapping or "") + ACCURACY)
    refused_in_one_sentence(bad, "bad.npz", database, database_place, write_file, read_tables)


def refused_in_one_sentence(
    bad: Bad,
    name: str,
    database: LatticeDatabase,
    place: Path,
    write_file: WriteFile,
    read_tables: ReadTables,
) -> None:
    database.import_files([write_file("good.csv", "train_set,accuracy\nA,0.5\n")], into="test")
    before = read_tables(place)
    path = write_file(name, bad.content)
    mapping = None if bad.mapping is None else parse(bad.mapping, "mapping.toml")
    with pytest.raises(ImportRefused) as caught:
        database.import_files([path], into="new", mapping=mapping)
    for part in bad.says:
        assert part in str(caught.value)
    assert caught.value.message.startswith(name)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    assert caught.value.hint.endswith((".", "?"))
    assert read_tables(place) == before


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[LatticeDatabase]:
    """A database for dry runs."""
    with lattice.create(":memory:") as database:
        yield database


def tried(database: LatticeDatabase, path: Path, mapping: Mapping | None) -> ImportedResults | str:
    """What a dry run would add, or the message that it is refused with; other errors pass."""
    try:
        (done,) = database.import_files([path], mapping=mapping, dry_run=True).imported
    except ImportRefused as error:
        return error.message
    return done


def test_a_folder_without_runs_is_refused(database: LatticeDatabase, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportRefused, match=r"empty holds no \.json or \.jsonl file"):
        database.import_files([tmp_path / "empty"])


def test_a_missing_file_is_named(database: LatticeDatabase, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"none\.csv' does not exist"):
        database.import_files([tmp_path / "none.csv"])
    with pytest.raises(MappingRefused, match=r"none\.toml"):
        database.import_files([tmp_path / "none.toml"])


def test_a_pickled_object_is_never_unpickled(
    database: LatticeDatabase, write_file: WriteFile, tmp_path: Path
) -> None:
    Burglar.trace = tmp_path / "trace"
    content = game(values=np.array([Burglar(), Burglar()], dtype=object))
    with pytest.raises(ImportRefused, match="unpickling"):
        database.import_files([write_file("g.npz", content)], mapping=parse(ACCURACY, "m"))
    assert not Burglar.trace.exists()
    stream = io.BytesIO(content)
    np.load(stream, allow_pickle=True)["values"]  # the trap itself works
    assert Burglar.trace.exists()


def test_the_first_bytes_of_a_table_may_be_anything(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    with pytest.raises(ImportRefused, match=r"t\.csv is no readable \.npz archive"):
        database.import_files([write_file("t.csv", b"PK\x03\x04 and then text\n")])


def test_a_game_without_a_metric_says_how_to_name_it(
    database: LatticeDatabase, write_file: WriteFile
) -> None:
    with pytest.raises(ImportRefused, match=r"g\.npz: .*does not say its metric") as caught:
        database.import_files([write_file("g.npz", game())])
    assert "--metric" in caught.value.hint


def test_a_broken_game_is_refused_and_never_crashes(
    rehearsal: LatticeDatabase, write_file: WriteFile
) -> None:
    whole, chance = game(), random.Random(7)
    mapping = parse(ACCURACY.replace("range = [0, 1]\n", ""), "m")
    refused = 0
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path = write_file("g.npz", bytes(broken))
        result = tried(rehearsal, path, mapping)
        if isinstance(result, str):
            assert result.startswith("g.npz")
            refused += 1
        else:
            assert result.evaluations > 0
    assert refused > 50


text_of_a_table = st.text(alphabet='AB+,^~"01.5e\n;\t {}all-x', max_size=60)


@settings(max_examples=150, deadline=None)
@given(text_of_a_table)
def test_any_text_is_imported_or_refused_and_never_crashes(
    rehearsal: LatticeDatabase, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_text(f"train_set,accuracy\n{text}", encoding="utf-8", newline="")
    result = tried(rehearsal, path, None)
    if isinstance(result, str):
        assert result.startswith("t.csv")
    else:
        assert result.training_sets > 0 or result.refused


def test_a_mapping_without_anything_reads_as_detection_does() -> None:
    assert parse("", "m") == Mapping()
