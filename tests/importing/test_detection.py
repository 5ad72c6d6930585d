from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lattice
from lattice.errors import ImportRefused, MappingRefused
from lattice.facade import LatticeDatabase
from lattice.importing.mapping import Mapping, with_metric
from lattice.importing.sources import parts_of_name
from lattice.model import ImportedResults

ImportText = Callable[..., ImportedResults]
Scores = Callable[..., dict[tuple[str, str], float | None]]

SOURCES_TOY = """\
run,books,science,social,seed,perplexity/fiction,perplexity/papers,perplexity/posts
r01,1,1,1,0,21.4,18.9,30.2
r02,1,1,1,1,21.6,19.1,30.0
r03,1,0,1,0,21.9,27.5,30.4
r04,1,0,1,1,22.1,27.2,30.7
r05,0,1,1,0,33.0,19.0,30.1
r06,1,1,0,0,21.3,18.8,41.8
r07,1,0,0,0,21.7,27.9,43.0
"""


# ------------------------------------------------------------------ wide tables


def test_sets_of_letters_are_read_as_letters(import_text: ImportText, scores: Scores) -> None:
    done = import_text("train_set,accuracy\nA,0.5\nAB,0.75\nempty,0.1\n")
    assert "wide table" in done.understood[0]
    assert "read as letters" in done.understood[0]
    assert (done.objects, done.training_sets, done.moves) == (2, 3, 2)
    assert scores() == {
        ("empty", "accuracy/default"): 0.1,
        ("A", "accuracy/default"): 0.5,
        ("AB", "accuracy/default"): 0.75,
    }


def test_sets_of_names_are_read_as_names(import_text: ImportText, scores: Scores) -> None:
    done = import_text("subset,accuracy\nbooks+science,0.5\nscience + news,0.75\n{},0.1\n")
    assert "read as names" in done.understood[0]
    assert list(scores()) == [
        ("empty", "accuracy/default"),
        ("books+science", "accuracy/default"),
        ("news+science", "accuracy/default"),
    ]


def test_numbered_names_are_ordered_by_their_numbers(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text("subset,accuracy\nchunk10+chunk2,0.5\nchunk1+chunk2,0.6\n")
    assert [each.name for each in database["test"].show().objects] == [
        "chunk1",
        "chunk2",
        "chunk10",
    ]


def test_a_quoted_name_may_hold_a_plus(import_text: ImportText, database: LatticeDatabase) -> None:
    import_text('subset,accuracy\n"""C++""+Java",0.5\nJava,0.25\n')
    assert [each.name for each in database["test"].show().objects] == ["C++", "Java"]
    assert database["test"].set('"C++"+Java').members == ("C++", "Java")


def test_complements_and_all_are_resolved_over_the_objects(
    import_text: ImportText, scores: Scores
) -> None:
    import_text("train_set,accuracy\nB,0.1\nABC,0.5\n^B,0.4\nall-AB,0.3\n")
    assert [name for name, _ in scores()] == ["B", "C", "AC", "ABC"]


def test_columns_of_0_and_1_are_objects(import_text: ImportText, scores: Scores) -> None:
    done = import_text("books,science,accuracy\n1,0,0.5\n1,1,0.75\n0,0,0.1\n")
    assert "sets in 2 0/1 columns" in done.understood[0]
    assert scores() == {
        ("empty", "accuracy/default"): 0.1,
        ("books", "accuracy/default"): 0.5,
        ("books+science", "accuracy/default"): 0.75,
    }


def test_the_invented_sources_table_is_understood(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    done = import_text(SOURCES_TOY, name="sources-toy.csv", into=None)
    assert done.lattice == done.name == "sources-toy"
    assert "ignored: 'run'" in done.understood[0]
    assert "replicates by 'seed'" in done.understood[0]
    assert (done.objects, done.training_sets, done.measures, done.evaluations) == (3, 5, 3, 21)
    detail = database["sources-toy"].show()
    assert [each.name for each in detail.objects] == ["books", "science", "social"]
    assert [each.name for each in detail.measures] == [
        "perplexity/fiction",
        "perplexity/papers",
        "perplexity/posts",
    ]
    assert {each.metric.direction for each in detail.measures} == {"lower"}
    cell = database["sources-toy"].set("all").cells[1]
    assert cell is not None
    assert cell.mean == pytest.approx(19.0)
    assert cell.replicates == 2


def test_replicates_of_unknown_kind_are_noted(import_text: ImportText) -> None:
    (question,) = import_text(SOURCES_TOY).questions
    assert "The kind of replicate is not said" in question.what
    assert question.say == '[replicates]\nkind = "shared"'


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_tabs_and_semicolons_separate_as_commas_do(
    delimiter: str, import_text: ImportText, scores: Scores
) -> None:
    name = "table.tsv" if delimiter == "\t" else "table.csv"
    import_text("train_set,accuracy\nA,0.5\nAB,0.75\n".replace(",", delimiter), name=name)
    assert scores() == {("A", "accuracy/default"): 0.5, ("AB", "accuracy/default"): 0.75}


@pytest.mark.parametrize(
    "text",
    [
        "\ufefftrain_set,accuracy\nA,0.5\nAB,0.75\n",
        "train_set,accuracy\r\nA,0.5\r\nAB,0.75\r\n",
        "train_set,accuracy\nA,0.5\n\nAB,0.75",
        'train_set,"accuracy"\n"A", 0.5\nAB ,7.5e-1\n',
    ],
)
def test_files_of_other_programs_are_read_alike(
    text: str, import_text: ImportText, scores: Scores
) -> None:
    import_text(text)
    assert scores() == {("A", "accuracy/default"): 0.5, ("AB", "accuracy/default"): 0.75}


def test_a_blank_score_is_missing_and_not_zero(import_text: ImportText, scores: Scores) -> None:
    done = import_text("train_set,accuracy/x,accuracy/y\nA,0.5,\nAB, ,0.75\n")
    assert done.evaluations == 2
    assert scores()["A", "accuracy/y"] is None
    assert scores()["AB", "accuracy/x"] is None


# ------------------------------------------------------------------ long tables


def test_a_long_table_may_name_its_metric_by_the_header(
    import_text: ImportText, scores: Scores
) -> None:
    done = import_text("train_set,eval_set,loss\nA,x,1.5\nA,y,2.5\nAB,x,1.25\n")
    assert "long table" in done.understood[0]
    assert scores()["A", "loss/y"] == 2.5
    assert scores()["AB", "loss/y"] is None


def test_a_long_table_may_name_its_metric_in_a_column(
    import_text: ImportText, database: LatticeDatabase, scores: Scores
) -> None:
    done = import_text(
        "train_set,benchmark,metric,seed,score\n"
        "A,x,accuracy,0,0.5\nA,x,accuracy,1,0.6\nA,x,loss,0,1.5\nAB,y,accuracy,0,0.75\n"
    )
    assert (done.measures, done.evaluations) == (3, 4)
    assert scores()["A", "accuracy/x"] == pytest.approx(0.55)
    assert scores()["A", "loss/x"] == 1.5
    directions = {each.name: each.metric.direction for each in database["test"].show().measures}
    assert directions == {"accuracy/x": "higher", "loss/x": "lower", "accuracy/y": "higher"}


def test_seeds_need_not_be_numbers(
    import_text: ImportText, database_place: Path, database: LatticeDatabase
) -> None:
    import_text("train_set,seed,accuracy\nA,red,0.5\nA,blue,0.7\nA,07,0.6\nA,7,0.8\n")
    cell = database["test"].set("A").cells[0]
    assert cell is not None
    assert cell.mean == pytest.approx(0.65)
    assert cell.replicates == 4


def test_a_protocol_column_tells_measures_apart(import_text: ImportText, scores: Scores) -> None:
    import_text("train_set,model,accuracy\nA,tree,0.5\nA,forest,0.7\n")
    assert scores() == {
        ("A", "accuracy/default@tree"): 0.5,
        ("A", "accuracy/default@forest"): 0.7,
    }


# ------------------------------------------------------------------ games


def save_game(path: Path, **changed: Any) -> Path:
    coalitions = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    arrays = {"values": np.array([0, 1, 2, 3.5]), "coalitions": coalitions, "n_players": 2}
    np.savez(path, **{**arrays, **changed})
    return path


GAME = '[[metrics]]\nname = "r2"\ndirection = "higher"\n'


def test_a_game_is_known_by_its_content(
    tmp_path: Path, import_text: ImportText, scores: Scores
) -> None:
    content = save_game(tmp_path / "game.npz").read_bytes()
    done = import_text(content, GAME, name="renamed.dat")
    assert done.understood == ("coalition game; 2 players, 4 coalitions",)
    assert {name: score for (name, _), score in scores().items()} == {
        "empty": 0,
        "0": 1,
        "1": 2,
        "01": 3.5,
    }


def test_players_are_the_objects_of_the_mapping(
    tmp_path: Path, import_text: ImportText, scores: Scores
) -> None:
    content = save_game(tmp_path / "game.npz").read_bytes()
    import_text(content, GAME + '[[objects]]\nname = "books"\n[[objects]]\nname = "news"\n')
    assert scores()["news", "r2/default"] == 2


def test_a_game_of_booleans_and_whole_numbers_is_read(
    tmp_path: Path, import_text: ImportText, scores: Scores
) -> None:
    coalitions = np.array([[False, False], [True, True]])
    path = save_game(
        tmp_path / "g.npz", values=np.array([1, 4]), coalitions=coalitions, n_players=np.int64(2)
    )
    import_text(path.read_bytes(), GAME, name="g.npz")
    assert scores() == {("empty", "r2/default"): 1, ("01", "r2/default"): 4}


# ------------------------------------------------------------------ file names


PATTERN = "model={protocol}_{metric}_on_{evaluation_set}_{seed}.csv"


def test_a_file_name_says_protocol_metric_evaluation_set_and_seed(
    database: LatticeDatabase, write_file: Callable[[str, str | bytes], Path], scores: Scores
) -> None:
    files = [
        write_file(
            f"model={protocol}_accuracy_on_books_{seed}.csv", f"train_set,score\nA,{score}\n"
        )
        for protocol, seed, score in [("tree", 1, 0.5), ("tree", 2, 0.7), ("forest", 1, 0.9)]
    ]
    database.import_files(files, mapping=Mapping(lattice="test", filename=PATTERN))
    assert scores() == {
        ("A", "accuracy/books@tree"): pytest.approx(0.6),
        ("A", "accuracy/books@forest"): 0.9,
    }


def test_earlier_parts_of_a_file_name_are_as_short_as_they_can_be() -> None:
    assert parts_of_name("model=a_b_accuracy_on_c_7.csv", Mapping(filename=PATTERN)) == {
        "protocol": "a",
        "metric": "b_accuracy",
        "evaluation_set": "c",
        "seed": "7",
    }


def test_signs_of_a_pattern_are_plain_signs() -> None:
    mapping = Mapping(filename="a.b[{seed}]+.csv")
    assert parts_of_name("a.b[3]+.csv", mapping) == {"seed": "3"}
    with pytest.raises(ImportRefused, match="does not follow"):
        parts_of_name("axb[3]+.csv", mapping)


@pytest.mark.parametrize("pattern", ["{model}_{seed}.csv", "{seed}_{seed}.csv", "{}.csv"])
def test_an_unknown_or_repeated_part_of_a_file_name_is_refused(pattern: str) -> None:
    with pytest.raises(MappingRefused, match="filename") as caught:
        parts_of_name("x_1.csv", Mapping(filename=pattern))
    assert "{protocol}" in caught.value.hint


def test_objects_may_have_a_slash_in_their_name(
    write_file: Callable[[str, str | bytes], Path], database_place: Path
) -> None:
    table = write_file(
        "mix.csv", "data/wiki,data/code,f1/de,f1/en\n1,0,0.5,1\n0,1,0.4,0\n1,1,0.6,1\n"
    )
    with lattice.create(str(database_place)) as database:
        database.import_files([table])
        detail = database["mix"].show()
    assert [each.name for each in detail.objects] == ["data/wiki", "data/code"]
    assert [each.name for each in detail.measures] == ["f1/de", "f1/en"]


def test_percent_beside_a_metric_that_is_a_share_is_asked_about_once(
    import_text: ImportText, scores: Scores
) -> None:
    text = "train_set,accuracy/x,accuracy/y\nA,71.5,40\nAB,80,50\n"
    done = import_text(text)
    (question,) = done.questions
    assert "reach 80: are they percent?" in question.what
    said = import_text(text, question.say, into="said")
    assert said.questions == ()
    assert scores("said")[("A", "accuracy/x")] == 71.5


def test_the_index_that_pandas_writes_is_left_out(import_text: ImportText, scores: Scores) -> None:
    text = ",train_set,seed,accuracy\n0,A,1,0.5\n1,AB,1,0.75\n"
    done = import_text(text)
    assert scores() == {("A", "accuracy/default"): 0.5, ("AB", "accuracy/default"): 0.75}
    assert import_text(text, done.mapping, into="again").evaluations == 2


def test_settings_of_runs_are_neither_objects_nor_scores(import_text: ImportText) -> None:
    done = import_text(
        "Name,State,Runtime,config.lr,config.seed,train_set,eval/loss\n"
        "r1,finished,3600,0.1,0,A,2.5\nr2,finished,3500,0.1,1,AB,2.25\n"
    )
    assert [each.name for each in done.read_measures] == ["loss/eval"]
    assert done.read_measures[0].direction == "lower"
    assert done.object_names == ("A", "B")


def test_names_that_differ_in_case_or_mean_nothing_are_asked_about(import_text: ImportText) -> None:
    done = import_text("train_set,accuracy\nwiki+code,0.5\nWiki,0.25\nnone,0.1\n")
    asked = [each.what for each in done.questions]
    assert any("'wiki' and 'Wiki'" in each or "'Wiki' and 'wiki'" in each for each in asked)
    assert any("'none' was read as an object" in each for each in asked)


def test_an_origin_column_says_which_scores_are_declared(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    import_text("train_set,accuracy,origin\nempty,0,declared\nA,0.5,measured\n")
    cells = [database["test"].set(name).cells[0] for name in ("empty", "A")]
    assert [cell.origin for cell in cells if cell is not None] == ["declared", "measured"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("70.1%", "without the sign"),
        ("70.1 ± 0.3", "accuracy_stderr"),
        ('"1,234"', "thousands without a comma"),
        ('"0,75"', 'decimal = ","'),
    ],
)
def test_a_number_in_another_spelling_gets_its_own_advice(
    text: str, hint: str, import_text: ImportText
) -> None:
    with pytest.raises(ImportRefused) as caught:
        import_text(f"train_set,accuracy\nA,0.5\nB,0.5\nAB,{text}\n")
    assert hint in caught.value.hint


def test_a_direction_that_the_metric_s_name_says_need_not_be_given() -> None:
    mapping = with_metric(Mapping(), "perplexity", None)
    assert mapping.metrics[0].direction == "lower"


def test_a_flag_that_is_the_same_in_every_row_is_asked_about(import_text: ImportText) -> None:
    text = "web,code,pretrained,accuracy\n1,0,1,0.5\n0,1,1,0.4\n1,1,1,0.6\n0,0,1,0.1\n"
    (question,) = import_text(text).questions
    assert "the same in every row: pretrained" in question.what
    said = import_text(text, question.say, into="said")
    assert (said.object_names, said.questions) == (("web", "code"), ())
