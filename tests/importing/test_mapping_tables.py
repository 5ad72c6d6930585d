"""What a mapping says of how tables are written, row by row and key by key."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lattice.errors import ImportRefused, MappingRefused
from lattice.facade import LatticeDatabase
from lattice.importing import mapping as mappings
from lattice.importing.mapping import Mapping, parse
from lattice.model import Domain, ImportedResults

ImportText = Callable[..., ImportedResults]
Scores = Callable[..., dict[tuple[str, str], float | None]]
WriteFile = Callable[[str, str | bytes], Path]
Tables = dict[str, list[tuple[object, ...]]]
ReadTables = Callable[[Path], Tables]


# ------------------------------------------------------------------ [table]


def test_a_spreadsheet_s_text_is_read_as_it_is_written(
    import_text: ImportText, scores: Scores
) -> None:
    text = "mix|status|split|accuracy\nbücher|OK|test|0,5\nnews|FAILED|test|0,9\n"
    text += "news|OK|train|0,8\nnews|OK|test|NA\nbücher;news|OK|test|0,75\nx|y|z|1\n"
    import_text(
        text.encode("latin-1"),
        """
        [table]
        delimiter = "|"
        encoding = "latin-1"
        decimal = ","
        missing = ["NA"]
        drop_lines = [7]
        drop = { status = ["FAILED"] }
        keep = { split = ["test"] }
        [columns]
        measures = ["accuracy"]
        ignore = ["status", "split"]
        """,
    )
    assert scores() == {
        ("bücher", "accuracy/default"): 0.5,
        ("news", "accuracy/default"): None,
        ("bücher+news", "accuracy/default"): 0.75,
    }


def test_rows_within_a_log_are_found_by_a_pattern(import_text: ImportText, scores: Scores) -> None:
    text = "starting\n[]\t0.1\nepoch 1 loss 3\n[0, 2]\t0.5\ndone\n"
    import_text(
        text,
        """
        [table]
        header = ["coalition", "accuracy"]
        delimiter = "\\t"
        lines = '^\\['
        """,
    )
    assert scores() == {("empty", "accuracy/default"): 0.1, ("02", "accuracy/default"): 0.5}


def test_a_line_within_a_log_is_named_by_its_own_number(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match=r"table\.csv, line 4: 'x' in the column 'accuracy'"):
        import_text(
            "starting\n[0]\t0.1\nepoch\n[1]\tx\n[2]\t0.3\n",
            "[table]\nheader = ['coalition', 'accuracy']\ndelimiter = '\\t'\nlines = '^\\['\n".replace(
                "'\\t'", '"\\t"'
            ),
        )


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ('encoding = "klingon"', "no encoding"),
        ('encoding = "base64"', "no encoding"),
        ('lines = "("', "no regular expression"),
        ('lines = "^never"', "no line has"),
        ("drop = { colour = ['x'] }", "no column 'colour'"),
    ],
)
def test_a_wrong_way_of_writing_is_refused(key: str, says: str, import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match=says):
        import_text("train_set,accuracy\nA,0.5\n", f"[table]\n{key}\n")


# ------------------------------------------------------------------ [sets], aliases, [[measures]]


def test_a_filled_field_is_a_member_and_a_score(
    import_text: ImportText, scores: Scores, database: LatticeDatabase
) -> None:
    import_text(
        "0.9\t0.8\n0.5\t\n\t0.25\n0.75\t0.125\n",
        """
        [table]
        header = ["s", "d"]
        drop_lines = [1]
        [columns]
        objects = ["s", "d"]
        measures = ["s", "d"]
        [sets]
        membership = "filled"
        [[metrics]]
        name = "loss"
        direction = "lower"
        [[evaluation_sets]]
        name = "s"
        domain = ["s", "all"]
        [[evaluation_sets]]
        name = "d"
        domain = ["d", "s+d"]
        """,
    )
    assert scores() == {
        ("s", "loss/s"): 0.5,
        ("s", "loss/d"): None,
        ("d", "loss/s"): None,
        ("d", "loss/d"): 0.25,
        ("sd", "loss/s"): 0.75,
        ("sd", "loss/d"): 0.125,
    }
    detail = database["test"].show()
    assert [each.domain for each in detail.measures] == [
        Domain(("s",), None),
        Domain(("d",), ("s", "d")),
    ]
    assert detail.summary.coverage == 1  # the undefined cells are not missing


def test_a_score_outside_the_domain_is_refused(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match="line 3: accuracy/x is undefined for this"):
        import_text(
            "train_set,accuracy/x\nAB,0.5\nB,0.6\n",
            '[[evaluation_sets]]\nname = "x"\ndomain = ["A", "all"]\n'
            '[sets]\nspelling = "letters"\n',
        )


def test_pooled_is_everything_but_the_evaluated_one(
    import_text: ImportText, scores: Scores
) -> None:
    import_text(
        "mix,A,B,C\npooled,0.1,0.2,0.3\nA,0.5,,\n",
        """
        [sets]
        spelling = "letters"
        aliases = { pooled = "^{evaluation_set}" }
        [[objects]]
        name = "A"
        [[objects]]
        name = "B"
        [[objects]]
        name = "C"
        [[metrics]]
        name = "accuracy"
        direction = "higher"
        """,
    )
    found = {cell: score for cell, score in scores().items() if score is not None}
    assert found == {
        ("BC", "accuracy/A"): 0.1,
        ("AC", "accuracy/B"): 0.2,
        ("AB", "accuracy/C"): 0.3,
        ("A", "accuracy/A"): 0.5,
    }


def test_what_is_left_out_is_named_by_aliases_within_longer_texts(
    import_text: ImportText, scores: Scores
) -> None:
    import_text(
        "model,score\nbase-no-0|2-v1,80\nbase-no-1-v1,40\n",
        """
        [columns]
        training_set = "model"
        [sets]
        pattern = '^base-no-(.+)-v1$'
        separator = "|"
        complement = true
        [[objects]]
        name = "books"
        aliases = ["0"]
        [[objects]]
        name = "news"
        aliases = ["1"]
        [[objects]]
        name = "web"
        aliases = ["2"]
        [[measures]]
        column = "score"
        metric = "accuracy"
        evaluation_set = "held-out"
        protocol = "base"
        replicate = "7"
        scale = 0.01
        """,
    )
    assert scores() == {
        ("news", "accuracy/held-out"): 0.8,
        ("books+web", "accuracy/held-out"): 0.4,
    }


def test_a_mixed_pair_of_separators_is_refused(import_text: ImportText) -> None:
    with pytest.raises(ImportRefused, match="line 3: the set 'a,b' has ',' in it, and 'a\\+b'"):
        import_text('train_set,accuracy\na+b,0.5\n"a,b",0.6\n')


# ------------------------------------------------------------------ replicates and what is kept


def test_rows_that_repeat_are_replicates_only_when_the_mapping_says_so(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    text = "train_set,accuracy\nA,0.5\nA,0.7\nAB,0.1\nA,0.9\n"
    with pytest.raises(ImportRefused, match=r"line 3 disagrees with table\.csv, line 2"):
        import_text(text)
    import_text(text, "[replicates]\nrepeated_rows = true\n")
    cell = database["test"].set("A").cells[0]
    assert cell is not None
    assert cell.mean == pytest.approx(0.7)
    assert cell.replicates == 3


def test_columns_named_rep_are_replicates(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    done = import_text("train_set,accuracy.rep1,accuracy.rep2\nA,0.5,0.75\nAB,0.25,\n")
    assert (done.measures, done.replicates, done.evaluations) == (1, 2, 3)
    cell = database["test"].set("A").cells[0]
    assert cell is not None
    assert (cell.mean, cell.replicates) == (0.625, 2)


def test_sorted_replicates_are_unlabelled_unless_the_order_is_real(
    import_text: ImportText, database: LatticeDatabase
) -> None:
    rows = [f"{name},{k},{score + k / 10}" for k in range(4) for name, score in NAMED.items()]
    text = "train_set,seed,loss\n" + "\n".join(rows) + "\n"
    done = import_text(text, '[replicates]\nkind = "shared"\n')
    assert "sorted within every cell" in done.notes[0]
    assert done.replicate_kind == "unlabelled"
    assert database["test"].show().result_sets[0].replicate_kind == "unlabelled"
    real = import_text(text, '[replicates]\nkind = "shared"\nsorted = true\n', into="real")
    assert (real.replicate_kind, real.notes) == ("shared", ())


NAMED = {"A": 0.1, "B": 0.2, "C": 0.3, "AB": 0.4, "AC": 0.5, "BC": 0.6, "ABC": 0.7}


def test_attributes_and_reported_errors_are_kept_with_each_score(
    import_text: ImportText, database_place: Path, read_tables: ReadTables
) -> None:
    import_text(
        "train_set,gpu,acc,acc_stderr\nA,A100,0.5,0.01\nAB,,0.75,\n",
        '[columns]\nattributes = ["gpu"]\n',
    )
    rows = read_tables(database_place)["evaluation"]
    assert [None if row[-1] is None else json.loads(str(row[-1])) for row in rows] == [
        {"gpu": "A100", "standard_error": 0.01},
        None,
    ]


def test_several_columns_make_one_protocol(import_text: ImportText, scores: Scores) -> None:
    import_text(
        "train_set,lr,epochs,accuracy\nA,0.1,3,0.5\nA,0.2,3,0.75\n",
        '[columns]\nprotocol = ["lr", "epochs"]\n',
    )
    assert scores() == {
        ("A", "accuracy/default@lr=0.1 epochs=3"): 0.5,
        ("A", "accuracy/default@lr=0.2 epochs=3"): 0.75,
    }


# ------------------------------------------------------------------ [join], [runs], file names


def test_two_tables_are_joined_by_a_key_or_by_order(
    database: LatticeDatabase, write_file: WriteFile, scores: Scores
) -> None:
    sets = write_file("sets.csv", "run_id,books,news\nr1,1,0\nr2,1,1\n")
    results = write_file("scores.csv", "run_id,accuracy\nr2,0.75\nr1,0.5\nr3,0.1\n")
    keyed = parse('[join]\nkey = "run_id"\n', "m")
    database.import_files([sets, results], into="keyed", mapping=keyed)
    plain = write_file("plain.csv", "accuracy\n0.5\n0.75\n")
    database.import_files([sets, plain], into="ordered", mapping=parse("[join]\n", "m"))
    expected = {
        ("books", "accuracy/default"): 0.5,
        ("books+news", "accuracy/default"): 0.75,
    }
    assert scores("keyed") == scores("ordered") == expected


@pytest.mark.parametrize(
    ("key", "other", "says"),
    [
        ("[join]\n", "accuracy\n0.5\n", "scores.csv has fewer rows than sets.csv"),
        ("[join]\n", "accuracy\n0.5\n0.6\n0.7\n", "scores.csv has more rows than sets.csv"),
        ('[join]\nkey = "run"\n', "run,accuracy\n1,0.5\n", "has no row with run '2'"),
        ('[join]\nkey = "run"\n', "run,accuracy\n1,0.5\n1,0.6\n", "the key '1' is there a second"),
        ('[join]\nkey = "run"\n', "id,accuracy\n1,0.5\n", "no column 'run'"),
        ("[join]\n", "books,accuracy\n1,0.5\n", "'books' is in sets.csv and in scores.csv"),
    ],
)
def test_tables_that_do_not_fit_are_not_joined(
    key: str, other: str, says: str, database: LatticeDatabase, write_file: WriteFile
) -> None:
    sets = write_file("sets.csv", "run,books,news\n1,1,0\n2,1,1\n")
    results = write_file("scores.csv", other)
    with pytest.raises(ImportRefused, match=says):
        database.import_files([sets, results], into="x", mapping=parse(key, "m"))
    assert "x" not in database


def test_the_best_checkpoint_of_every_run_counts(
    database: LatticeDatabase, tmp_path: Path, scores: Scores
) -> None:
    for name, lines in {"a": [(0.1, 5), (0.3, 6), (0.2, 7)], "b": [(0.9, 1)]}.items():
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "log.jsonl").write_text(
            "".join(
                json.dumps({"args": {"mix": [name]}, "val": val, "score": score}) + "\n"
                for val, score in lines
            ),
            encoding="utf-8",
        )
    said = """
        format = "runs"
        [runs]
        file = "log.jsonl"
        checkpoint = "best"
        best = "val"
        direction = "higher"
        [columns]
        training_set = "args.mix"
        measures = ["score"]
        [[metrics]]
        name = "points"
        direction = "higher"
        """
    database.import_files([tmp_path / "runs"], into="test", mapping=parse(said, "m"))
    assert scores() == {("a", "points/default"): 6, ("b", "points/default"): 1}


def test_a_file_name_may_say_the_training_set(
    database: LatticeDatabase, write_file: WriteFile, scores: Scores
) -> None:
    paths = [
        write_file(f"mix_{name}_seed1.csv", f"benchmark,accuracy\nx,{score}\ny,{score / 2}\n")
        for name, score in (("books", 0.5), ("books+news", 0.75))
    ]
    mapping = parse('filename = "mix_{training_set}_seed{seed}.csv"\n', "m")
    database.import_files(paths, into="test", mapping=mapping)
    assert scores() == {
        ("books", "accuracy/x"): 0.5,
        ("books", "accuracy/y"): 0.25,
        ("books+news", "accuracy/x"): 0.75,
        ("books+news", "accuracy/y"): 0.375,
    }


# ------------------------------------------------------------------ --set and --save-mapping


def test_keys_are_said_one_by_one() -> None:
    mapping = mappings.with_said(
        Mapping(),
        [
            "columns.training_set=mix",
            'table.missing=["NA", "-"]',
            "sets.separator=;",
            "replicates.sorted=true",
            'table.keep."args.x"=["1"]',
        ],
    )
    assert mapping.columns.training_set == "mix"
    assert mapping.table.missing == ("NA", "-")
    assert mapping.sets.separator == ";"
    assert mapping.replicates.sorted
    assert mapping.table.keep == {"args.x": ("1",)}


@pytest.mark.parametrize("said", ["columns", "=x", "colour=red", "columns.x=1", "design=good"])
def test_a_key_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(MappingRefused):
        mappings.with_said(Mapping(), [said])


def test_what_was_understood_reads_the_file_in_the_same_way(
    import_text: ImportText, scores: Scores
) -> None:
    text = "run,mix,seed,accuracy/x,accuracy/y\nr1,a;b,1,0.5,0.25\nr2,b,2,0.75,\n"
    first = import_text(text.replace(",", "\t"), name="t.tsv")
    again = import_text(text.replace(",", "\t"), first.mapping, name="t.tsv", into="again")
    assert "separator" in first.mapping
    assert scores() == scores("again")
    assert (again.evaluations, again.objects) == (first.evaluations, first.objects) == (3, 2)
