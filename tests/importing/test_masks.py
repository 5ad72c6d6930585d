from __future__ import annotations

import io
import pickle
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing import masks as masks_module
from lattice.importing.mapping import parse
from lattice.importing.masks import read_masks, read_npz
from lattice.importing.records import Context, Reading, Refusals

ACCURACY = '[[metrics]]\nname = "accuracy"\ndirection = "higher"\n'
NAN_IS_MISSING = '[table]\nmissing = ["nan"]\n'

WriteFile = Callable[[str, str | bytes], Path]
SaveArray = Callable[[str, Any], Path]
Scores = list[tuple[frozenset[str], tuple[str | None, ...], int, float]]


@pytest.fixture
def save(tmp_path: Path) -> SaveArray:
    """Saves an array as .npy of this name."""

    def write(name: str, array: Any) -> Path:
        np.save(tmp_path / name, np.asarray(array))
        return tmp_path / name

    return write


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def context(text: str = ACCURACY, **said: Any) -> Context:
    mapping = parse(text, "mapping.toml")
    listed = tuple(entry.name for entry in mapping.objects)
    return Context(**{"mapping": mapping, "known": listed, "closed": bool(listed), **said})


def entries(kind: str, *names: str) -> str:
    return "".join(f'[[{kind}]]\nname = "{name}"\n' for name in names)


def scores_of(reading: Reading) -> Scores:
    """Every record: the names in its set, its measure, its place, its score."""
    found: Scores = []
    for block in reading.blocks:
        measures = list(reading.measures.number)
        for row, measure, score in zip(
            block.row.tolist(), block.measure.tolist(), block.score.tolist(), strict=True
        ):
            words = block.words[row].tolist()
            members = frozenset(
                name
                for position, name in enumerate(reading.objects)
                if words[position // 64] >> (position % 64) & 1
            )
            found.append((members, measures[measure], int(block.places[row]), score))
    return found


def expected_of(
    masks: NDArray[Any], scores: NDArray[Any], evaluation_sets: list[str], metric: str = "accuracy"
) -> Scores:
    """The same, cell by cell."""
    return [
        (
            frozenset(str(i) for i in range(masks.shape[1]) if masks[row, i]),
            (metric, evaluation_sets[column], "default"),
            row + 1,
            float(scores[row, column]),
        )
        for row in range(masks.shape[0])
        for column in range(scores.shape[1])
    ]


def some(models: int, objects: int, columns: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    chance = np.random.default_rng(models * objects + columns)
    return chance.random((models, objects)) < 0.5, chance.normal(size=(models, columns))


# ------------------------------------------------------------------ two files


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("objects", [5, 64, 130])
def test_masks_and_scores_are_read(save: SaveArray, objects: int, order: tuple[int, int]) -> None:
    masks, scores = some(12, objects, 3)
    paths = [save("masks.npy", masks), save("scores.npy", scores)]
    reading = read_masks([paths[each] for each in order], context(parts={"seed": "4"}), silent)
    assert reading.files == ("scores.npy", "masks.npy")
    assert reading.mapping == {"format": "masks"}
    assert reading.unit == "row"
    assert list(reading.replicates.number) == [("4", None)]
    assert scores_of(reading) == expected_of(masks, scores, ["0", "1", "2"])


@pytest.mark.parametrize(
    ("masks_type", "scores_type"),
    [
        ("?", "<f4"),
        ("u1", "<f2"),
        ("<i8", ">f8"),
        (">i4", "<f8"),
        ("<f4", "<f8"),
        ("u1", "<i4"),
    ],
)
def test_types_of_numbers_make_no_difference(
    save: SaveArray, masks_type: str, scores_type: str
) -> None:
    masks, scores = some(9, 70, 2)
    masks, scores = masks.astype(masks_type), (scores * 10).astype(scores_type)
    reading = read_masks([save("s.npy", scores), save("the_masks.npy", masks)], context(), silent)
    assert scores_of(reading) == expected_of(masks, scores, ["0", "1"])


def test_columns_beside_each_other_make_no_difference(save: SaveArray) -> None:
    masks, scores = some(9, 70, 2)
    paths = [
        save("masks.npy", np.asfortranarray(masks)),
        save("scores.npy", np.asfortranarray(scores)),
    ]
    found = scores_of(read_masks(paths, context(), silent))
    assert found == expected_of(masks, scores, ["0", "1"])


def test_batches_are_small_and_leave_nothing_out(save: SaveArray, monkeypatch: Any) -> None:
    monkeypatch.setattr(masks_module, "_BATCH_BYTES", 70 * 4)
    masks, scores = some(11, 70, 2)
    seen: list[tuple[int, int]] = []
    reading = read_masks(
        [save("masks.npy", masks), save("scores.npy", scores)],
        context(),
        lambda _, done, total: seen.append((done, total)),
    )
    assert scores_of(reading) == expected_of(masks, scores, ["0", "1"])
    assert seen == [(4, 11), (8, 11), (11, 11)]


def test_a_wide_array_of_scores_makes_batches_small(save: SaveArray, monkeypatch: Any) -> None:
    monkeypatch.setattr(masks_module, "_BATCH_SCORES", 50)
    masks, scores = some(5, 3, 40)
    reading = read_masks([save("masks.npy", masks), save("scores.npy", scores)], context(), silent)
    blocks = list(reading.blocks)
    assert [len(block.score) for block in blocks] == [40] * 5
    assert np.concatenate([block.score for block in blocks]).tolist() == scores.ravel().tolist()


def test_memory_stays_bounded(save: SaveArray) -> None:
    """2,000 masks of 20,000 objects are 40 MB unpacked."""
    masks, scores = some(2_000, 20_000, 4)
    paths = [save("masks.npy", masks), save("scores.npy", scores)]
    ranks, size = masks.sum(axis=1).tolist(), masks.nbytes
    del masks
    found: list[int] = []
    tracemalloc.start()
    try:
        reading = read_masks(paths, context(), silent)
        for block in reading.blocks:
            found += np.bitwise_count(block.words).sum(axis=1).tolist()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == ranks
    assert size == 40_000_000
    assert peak < size / 3


# ------------------------------------------------------------------ names


def test_evaluation_sets_are_named_in_their_order(save: SaveArray) -> None:
    masks, scores = some(2, 3, 2)
    paths = [save("masks.npy", masks), save("scores.npy", scores)]
    said = ACCURACY + entries("evaluation_sets", "news", "code") + entries("protocols", "sgd")
    reading = read_masks(paths, context(said), silent)
    assert list(reading.measures.number) == [
        ("accuracy", "news", "sgd"),
        ("accuracy", "code", "sgd"),
    ]
    assert reading.questions == []


@pytest.mark.parametrize(
    ("said", "parts", "name"),
    [
        ("", {}, "default"),
        (entries("evaluation_sets", "news"), {}, "news"),
        (entries("evaluation_sets", "news", "code"), {}, "default"),
        ("", {"evaluation_set": "code"}, "code"),
    ],
)
@pytest.mark.parametrize("flat", [True, False])
def test_a_single_evaluation_set_is_the_one_that_is_meant(
    save: SaveArray, said: str, parts: dict[str, str], name: str, flat: bool
) -> None:
    masks, scores = some(4, 3, 1)
    paths = [save("masks.npy", masks), save("scores.npy", scores[:, 0] if flat else scores)]
    reading = read_masks(paths, context(ACCURACY + said, parts=parts), silent)
    assert scores_of(reading) == expected_of(masks, scores, [name])


def test_columns_without_names_are_asked_about(save: SaveArray) -> None:
    masks, scores = some(2, 3, 3)
    paths = [save("masks.npy", masks), save("scores.npy", scores)]
    for said, lists in (("", "lists no evaluation sets"), ("news", "lists 1 evaluation set:")):
        listed = entries("evaluation_sets", *said.split())
        reading = read_masks(paths, context(ACCURACY + listed), silent)
        assert [key[1] for key in reading.measures.number] == ["0", "1", "2"]
        (question,) = reading.questions
        assert lists in question.what
        assert "[[evaluation_sets]]" in question.say


@pytest.mark.parametrize(
    ("said", "known", "names"),
    [
        ("", (), ("0", "1", "2")),
        ("", ("a", "b", "c"), ("a", "b", "c")),
        ("", ("a", "b"), ("0", "1", "2")),
        (entries("objects", "x", "y", "z"), ("x", "y", "z"), ("x", "y", "z")),
    ],
    ids=["numbers", "the lattice's", "another lattice's", "the mapping's"],
)
def test_objects_are_numbered_or_called_as_is_known(
    save: SaveArray, said: str, known: tuple[str, ...], names: tuple[str, ...]
) -> None:
    masks, scores = some(2, 3, 1)
    paths = [save("masks.npy", masks), save("scores.npy", scores)]
    assert read_masks(paths, context(ACCURACY + said, known=known), silent).objects == names


# ------------------------------------------------------------------ bad rows


def test_missing_scores_are_left_out(save: SaveArray) -> None:
    masks, scores = some(4, 3, 2)
    scores[1, 0] = scores[3, 1] = np.nan
    paths = [save("masks.npy", masks), save("scores.npy", scores)]
    found = scores_of(read_masks(paths, context(ACCURACY + NAN_IS_MISSING), silent))
    expected = expected_of(masks, scores, ["0", "1"])
    assert found == [each for each in expected if each[3] == each[3]]
    assert len(found) == 6


def test_bad_rows_are_refused_where_they_stand(save: SaveArray, monkeypatch: Any) -> None:
    monkeypatch.setattr(masks_module, "_BATCH_BYTES", 6)
    masks = np.array([[0, 1, 1], [1, 0, 0], [1, 1, 0], [2, 0, 0], [0, 0, 0]])
    scores = np.array([[0.1, 0.2], [0.3, 0.4], [np.nan, 0.5], [0.6, 0.7], [0.8, np.inf]])
    paths = [save("masks.npy", masks.astype(np.int16)), save("scores.npy", scores)]
    with pytest.raises(ImportRefused, match=r"scores\.npy, row 3, '0': the value nan is no finite"):
        scores_of(read_masks(paths, context(), silent))
    refusals = Refusals(most=10)
    found = scores_of(read_masks(paths, context(refusals=refusals), silent))
    assert [(place, score) for _, _, place, score in found] == [
        (1, 0.1),
        (1, 0.2),
        (2, 0.3),
        (2, 0.4),
        (3, 0.5),
        (5, 0.8),
    ]
    assert [error.message for error in refusals.found] == [
        "scores.npy, row 3, '0': the value nan is no finite number.",
        "masks.npy, row 4: with 2 this is no matrix of 0 and 1.",
        "scores.npy, row 5, '1': the value inf is no finite number.",
    ]


# ------------------------------------------------------------------ bad files

MASKS, SCORES = some(4, 3, 2)
BAD: dict[str, tuple[Any, Any, str]] = {
    "two floats": (SCORES, SCORES, r"not clear: a\.npy is \(4, 2\) of float64, b\.npy is \(4, 2\)"),
    "two masks": (MASKS, MASKS, "Which array holds the masks is not clear"),
    "flat masks": (MASKS[:, 0], SCORES, "Which array holds the masks is not clear"),
    "texts": (np.array([["a", "b"]]), np.array([["c"]]), "is not clear"),
    "complex scores": (MASKS, SCORES * 1j, "scores are numbers, but"),
    "texts as scores": (MASKS, np.array(["a"] * 4), "scores are numbers, but"),
    "dates as scores": (MASKS, np.zeros(4, "datetime64[s]"), "scores are numbers, but"),
    "too few scores": (MASKS, SCORES[:3], "do not fit each other"),
    "scores turned around": (MASKS, SCORES.T, "do not fit each other.*Turn the scores around"),
    "scores in a cube": (MASKS, np.zeros((4, 2, 2)), "do not fit each other"),
    "no models": (MASKS[:0], SCORES[:0], "An array is empty"),
    "no objects": (MASKS[:, :0], SCORES, "An array is empty"),
    "no scores": (MASKS, SCORES[:, :0], "An array is empty"),
}


@pytest.mark.parametrize(("first", "second", "says"), BAD.values(), ids=BAD.keys())
def test_arrays_that_do_not_fit_are_refused(
    save: SaveArray, first: Any, second: Any, says: str
) -> None:
    paths = [save("a.npy", first), save("b.npy", second)]
    with pytest.raises(ImportRefused, match=says) as caught:
        scores_of(read_masks(paths, context(), silent))
    assert caught.value.hint
    assert "a.npy" in caught.value.message


def test_type_and_name_that_contradict_each_other_are_not_clear(save: SaveArray) -> None:
    masks, scores = some(4, 3, 3)
    paths = [save("masks.npy", scores), save("scores.npy", masks)]
    with pytest.raises(ImportRefused, match="Which array holds the masks is not clear"):
        read_masks(paths, context(), silent)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_masks_are_two_files(save: SaveArray, count: int) -> None:
    paths = [save(f"{number}.npy", MASKS) for number in range(count)]
    with pytest.raises(ImportRefused, match=f"masks and scores are two files, and this is {count}"):
        read_masks(paths, context(), silent)


class Burglar:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def archive(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def test_nothing_is_unpickled(save: SaveArray, write_file: WriteFile, tmp_path: Path) -> None:
    burglar, scores = Burglar(tmp_path / "trace"), save("scores.npy", SCORES)
    stream = io.BytesIO()
    np.save(stream, np.array([[burglar]] * 4, dtype=object), allow_pickle=True)
    for content in (stream.getvalue(), pickle.dumps(burglar)):
        with pytest.raises(ImportRefused, match=r"masks\.npy is no readable \.npy array"):
            read_masks([write_file("masks.npy", content), scores], context(), silent)
    objects = archive(masks=np.array([[burglar]] * 4, dtype=object), scores=SCORES)
    for content in (objects, pickle.dumps(burglar)):
        with pytest.raises(ImportRefused, match=r"m\.npz is no readable \.npz archive"):
            read_npz(write_file("m.npz", content), context(), silent)
    assert not (tmp_path / "trace").exists()


def header(shape: str, descr: str = "'|b1'") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"model,score\n1,2\n",
        archive(masks=MASKS),
        header("(4, 3)") + bytes(11),
        header("(4, 1000000000000)") + bytes(12),
        header("(4294967296, 4294967296)") + bytes(12),
        header("(4, -3)") + bytes(12),
        header("(4, 3)", "'O'") + bytes(12),
        header("(4, 3)", "'nonsense'") + bytes(12),
        header("(4, [])") + bytes(12),
        header("__import__('os')") + bytes(12),
    ],
    ids=range(11),
)
def test_what_is_no_array_is_refused(
    save: SaveArray, write_file: WriteFile, content: bytes
) -> None:
    paths = [write_file("masks.npy", content), save("scores.npy", SCORES)]
    with pytest.raises(ImportRefused, match=r"masks\.npy is no readable \.npy array"):
        read_masks(paths, context(), silent)


def test_arrays_that_are_endlessly_wide_are_refused(save: SaveArray, monkeypatch: Any) -> None:
    monkeypatch.setattr(masks_module, "MOST_OBJECTS", 2)
    with pytest.raises(ImportRefused, match="An array is too wide"):
        read_masks([save("masks.npy", MASKS), save("scores.npy", SCORES)], context(), silent)


def test_a_broken_array_is_refused_and_never_crashes(
    save: SaveArray, write_file: WriteFile
) -> None:
    whole, chance = save("whole.npy", MASKS).read_bytes(), random.Random(5)
    scores = save("scores.npy", SCORES)
    for number in range(400):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            broken[chance.randrange(128)] = chance.randrange(32, 127)
        path = write_file(f"masks{number}.npy", bytes(broken))
        assert outcome([path, scores]) in {"read", "refused"}


def outcome(paths: list[Path]) -> str:
    """What came of reading two arrays: `read` or `refused`."""
    try:
        scores_of(read_masks(paths, context(), silent))
    except ImportRefused:
        return "refused"
    return "read"


def test_masks_without_a_metric_say_how_to_name_it(save: SaveArray) -> None:
    paths = [save("masks.npy", MASKS), save("scores.npy", SCORES)]
    with pytest.raises(ImportRefused, match=r"scores\.npy: .*does not say its metric") as caught:
        read_masks(paths, context("title = 'no metric'"), silent)
    assert "--metric" in caught.value.hint


def test_objects_that_are_too_few_are_refused(save: SaveArray) -> None:
    paths = [save("masks.npy", MASKS), save("scores.npy", SCORES)]
    said = ACCURACY + entries("objects", "a", "b")
    with pytest.raises(ImportRefused, match=r"masks\.npy: the masks have 3 columns, but 2 objects"):
        read_masks(paths, context(said), silent)


# ------------------------------------------------------------------ one archive


def test_an_archive_of_masks_is_read(write_file: WriteFile) -> None:
    path = write_file("m.npz", archive(masks=MASKS, scores=SCORES))
    reading = read_npz(path, context(), silent)
    assert (reading.files, reading.mapping) == (("m.npz",), {"format": "masks"})
    assert scores_of(reading) == expected_of(MASKS, SCORES, ["0", "1"])


def test_an_archive_names_its_objects_and_measures(write_file: WriteFile) -> None:
    content = archive(
        masks=MASKS,
        scores=SCORES,
        objects=np.array(["wiki", "code/rust", "news"]),
        measures=np.array(["loss/dev/a@sgd@2", "accuracy/test"]),
    )
    reading = read_npz(write_file("m.npz", content), context("title = 'no metric'"), silent)
    assert reading.objects == ("wiki", "code/rust", "news")
    assert list(reading.measures.number) == [
        ("loss", "dev/a@sgd", "2"),
        ("accuracy", "test", "default"),
    ]
    assert reading.questions == []
    found = scores_of(reading)
    assert [score for *_, score in found] == SCORES.ravel().tolist()
    assert found[0][0] == {
        name for name, is_in in zip(reading.objects, MASKS[0], strict=True) if is_in
    }


def test_an_archive_of_a_game_is_read_as_a_game(write_file: WriteFile) -> None:
    content = archive(values=SCORES[:, 0], coalitions=MASKS, n_players=3)
    reading = read_npz(write_file("g.npz", content), context(), silent)
    assert reading.mapping == {"format": "game"}
    assert [score for *_, score in scores_of(reading)] == SCORES[:, 0].tolist()


BAD_ARCHIVES: dict[str, tuple[dict[str, Any], str]] = {
    "something else": ({"weights": SCORES}, "neither masks nor a game are in .*'weights'"),
    "no scores": ({"masks": MASKS}, "no array 'scores'"),
    "no masks": ({"scores": SCORES}, "no array 'masks'"),
    "half a game": ({"coalitions": MASKS}, "no array 'values'"),
    "floats as objects": (
        {"masks": MASKS, "scores": SCORES, "objects": SCORES},
        "objects are no list of texts",
    ),
    "too few objects": (
        {"masks": MASKS, "scores": SCORES, "objects": np.array(["a", "b"])},
        "the masks have 3 columns, but 2 objects are named",
    ),
    "an object twice": (
        {"masks": MASKS, "scores": SCORES, "objects": np.array(["a", "b", "a"])},
        "not all different",
    ),
    "too few measures": (
        {"masks": MASKS, "scores": SCORES, "measures": np.array(["a/b"])},
        "the 1 measures are not all different, or not one for each of the 2",
    ),
    "a measure twice": (
        {"masks": MASKS, "scores": SCORES, "measures": np.array(["a/b", "a/b@default"])},
        "the 2 measures are not all different",
    ),
    "no measure": (
        {"masks": MASKS, "scores": SCORES, "measures": np.array(["a/b", "accuracy"])},
        "'accuracy' is no measure",
    ),
    "half a measure": (
        {"masks": MASKS, "scores": SCORES, "measures": np.array(["a/b", "a/b@"])},
        "'a/b@' is no measure",
    ),
}


@pytest.mark.parametrize(("arrays", "says"), BAD_ARCHIVES.values(), ids=BAD_ARCHIVES.keys())
def test_a_bad_archive_is_refused(write_file: WriteFile, arrays: dict[str, Any], says: str) -> None:
    with pytest.raises(ImportRefused, match=says) as caught:
        scores_of(read_npz(write_file("m.npz", archive(**arrays)), context(), silent))
    assert caught.value.message.startswith("m.npz")
    assert caught.value.hint


def test_an_archive_cut_short_is_refused(write_file: WriteFile) -> None:
    content = archive(masks=MASKS, scores=SCORES)
    for length in (0, 10, len(content) // 2, len(content) - 1):
        with pytest.raises(ImportRefused, match=r"m\.npz is no readable \.npz archive"):
            read_npz(write_file("m.npz", content[:length]), context(), silent)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Nine members of a gigabyte each by what the archive says: more than is read at all."""
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb:
        for name in ("masks.npy", "scores.npy"):
            bomb.writestr(name, bytes(2**20))
        for entry in bomb.filelist:
            entry.file_size = 5 * 2**30
    assert path.stat().st_size < 2**16
    tracemalloc.start()
    try:
        with pytest.raises(ImportRefused, match="the archive unpacks to 10,737,418,240 bytes"):
            read_npz(path, context(), silent)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
