from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lattice.errors import ImportRefused, MappingRefused
from lattice.importing.mapping import Mapping, parse
from lattice.importing.runs import files_of_runs, open_runs
from lattice.importing.table import Table

DOMAINBED = Path(__file__).parent.parent / "results" / "domainbed-vlcs" / "runs"
NAMED = parse('[runs]\nfile = "results.jsonl"', "mapping.toml")


def rows_of(table: Table) -> list[dict[str, str]]:
    """Every row by column, over all batches."""
    return [
        dict(zip(table.header, texts, strict=True))
        for batch in table.batches()
        for texts in zip(*batch.columns, strict=True)
    ]


def checkpoints() -> dict[str, list[dict[str, Any]]]:
    """Every run's checkpoints, read with plain json."""
    return {
        folder.name: [
            json.loads(line) for line in (folder / "results.jsonl").read_text().splitlines()
        ]
        for folder in DOMAINBED.iterdir()
    }


def best_by(key: str, direction: str) -> Mapping:
    return parse(
        f'[runs]\ncheckpoint = "best"\nbest = "{key}"\ndirection = "{direction}"', "mapping.toml"
    )


@pytest.fixture
def runs(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Writes the files of runs, and gives their folder."""

    def write(files: dict[str, str | bytes]) -> Path:
        folder = tmp_path / "sweep"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    return write


def test_domainbed_is_a_row_a_run_with_the_last_checkpoint() -> None:
    table = open_runs(DOMAINBED, NAMED)
    expected = checkpoints()
    found = {row["run"]: row for row in rows_of(table)}
    assert table.kind == "folder of 40 runs, last checkpoint"
    assert table.size == len(table.files) == len(found) == 40
    assert table.loose
    for run, row in found.items():
        last = expected[run][-1]
        assert last["step"] == max(each["step"] for each in expected[run])
        assert float(row["env0_in_acc"]) == last["env0_in_acc"]
        assert float(row["hparams.lr"]) == last["hparams"]["lr"]
        assert json.loads(row["args.test_envs"]) == last["args"]["test_envs"]
        assert row["args.skip_model_save"] == "0"
        assert row["args.hparams"] == ""


def test_domainbed_has_ten_training_sets_with_two_pure_replicates_each() -> None:
    environments = "CLSV"
    sets: dict[frozenset[str], list[str]] = {}
    for row in rows_of(open_runs(DOMAINBED, NAMED)):
        left_out = set(json.loads(row["args.test_envs"]))
        members = frozenset(environments[env] for env in range(4) if env not in left_out)
        if row["args.hparams_seed"] == "0":
            sets.setdefault(members, []).append(row["args.trial_seed"])
    assert len(sets) == 10
    assert {len(members) for members in sets} == {2, 3}
    assert all(sorted(seeds) == ["0", "1"] for seeds in sets.values())


def test_a_row_stands_in_the_line_of_its_checkpoint() -> None:
    table = open_runs(DOMAINBED, NAMED)
    (batch,) = table.batches()
    first = min(checkpoints())
    assert table.at(batch, 0) == f"{first}/results.jsonl, line 5"


def test_the_first_checkpoint() -> None:
    table = open_runs(DOMAINBED, parse('[runs]\ncheckpoint = "first"', "mapping.toml"))
    assert table.kind == "folder of 40 runs, first checkpoint"
    expected = checkpoints()
    assert all(float(row["loss"]) == expected[row["run"]][0]["loss"] for row in rows_of(table))


@pytest.mark.parametrize(("direction", "choose"), [("higher", max), ("lower", min)])
def test_the_best_checkpoint(direction: str, choose: Callable[..., dict[str, Any]]) -> None:
    table = open_runs(DOMAINBED, best_by("env1_out_acc", direction))
    assert table.kind == "folder of 40 runs, best checkpoint by env1_out_acc"
    expected = checkpoints()
    for row in rows_of(table):
        best = choose(expected[row["run"]], key=lambda each: each["env1_out_acc"])
        assert (int(row["step"]), float(row["loss"])) == (best["step"], best["loss"])


def test_a_best_checkpoint_is_one_that_has_a_number(runs: Callable[..., Path]) -> None:
    lines = '{"step": 1}\n{"step": 2, "v": {"f1": NaN}}\n\n{"step": 3, "v": {"f1": 0.1}}\n'
    table = open_runs(runs({"a/log.jsonl": lines}), best_by("v.f1", "higher"))
    (row,) = rows_of(table)
    assert row == {"run": "a", "step": "3", "v.f1": "0.1"}
    (batch,) = table.batches()
    assert batch.places.tolist() == [4]


def test_runs_without_results_are_counted(runs: Callable[..., Path]) -> None:
    folder = runs({"a/results.jsonl": '{"x": 1}\n', "b/results.jsonl": "", "c/err.txt": "killed"})
    table = open_runs(folder, NAMED)
    assert table.kind == "folder of 1 run (2 more without results)"
    assert rows_of(table) == [{"run": "a", "x": "1"}]


def test_runs_may_be_folders_deep_and_have_folders_of_their_own(
    runs: Callable[..., Path],
) -> None:
    folder = runs(
        {
            "ab/seed0/eval/out.json": '{"acc": 0.5}',
            "ab/seed1/eval/out.json": '{"acc": 0.25}',
            "ab/seed2/model/weights.bin": "...",
            "ab/seed0/args.json": "{}",
        }
    )
    table = open_runs(folder, parse('[runs]\nfile = "eval/out.json"', "mapping.toml"))
    assert rows_of(table) == [
        {"run": "ab/seed0", "acc": "0.5"},
        {"run": "ab/seed1", "acc": "0.25"},
    ]
    assert table.kind == "folder of 2 runs (1 more without results)"
    (batch,) = table.batches()
    assert table.at(batch, 1) == "ab/seed1/eval/out.json, object 1"


def test_without_a_named_file_every_json_file_is_a_run(runs: Callable[..., Path]) -> None:
    folder = runs(
        {
            "AB.json": '{"acc": 1}',
            "one/metrics.jsonl": '{"acc": 2}\n{"acc": 3}\n',
            "two/a.json": '{"acc": 4}',
            "two/b.json": '{"acc": 5}',
            ".cache/c.json": '{"acc": 6}',
            "two/notes.txt": "no results",
        }
    )
    rows = {row["run"]: row["acc"] for row in rows_of(open_runs(folder, Mapping()))}
    assert rows == {"AB": "1", "one": "3", "two/a": "4", "two/b": "5"}


def test_the_files_of_runs_are_sorted_and_no_links_are_followed(
    runs: Callable[..., Path], tmp_path: Path
) -> None:
    folder = runs({"b/results.jsonl": "{}", "a/results.jsonl": "{}"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "results.jsonl").write_text('{"secret": 1}')
    (folder / "c").symlink_to(outside)
    (folder / "d").mkdir()
    (folder / "d" / "results.jsonl").symlink_to(outside / "results.jsonl")
    os.mkfifo(folder / "b" / "pipe.jsonl")
    assert files_of_runs(folder, NAMED) == (
        ("a/results.jsonl", folder / "a" / "results.jsonl"),
        ("b/results.jsonl", folder / "b" / "results.jsonl"),
    )
    assert len(files_of_runs(folder, Mapping())) == 2


def test_values_become_texts(runs: Callable[..., Path]) -> None:
    content = {
        "run": "mine",
        "list": [1, "é", None, {"a": True}],
        "yes": True,
        "no": False,
        "null": None,
        "float": 1e-5,
        "whole": 10**20,
        "deep": {"er": {"est": "text"}},
        "empty": {},
        "odd": float("nan"),
    }
    (row,) = rows_of(open_runs(runs({"a/r.json": json.dumps(content)}), Mapping()))
    assert row == {
        "run": "mine",
        "list": '[1, "é", null, {"a": true}]',
        "yes": "1",
        "no": "0",
        "null": "",
        "float": "1e-05",
        "whole": "100000000000000000000",
        "deep.er.est": "text",
        "odd": "nan",
    }


def test_columns_are_those_of_all_runs_in_order_of_appearance(runs: Callable[..., Path]) -> None:
    folder = runs({"a/r.json": '{"x": 1}', "b/r.json": '{"y": 2, "x": 3}'})
    table = open_runs(folder, Mapping())
    assert table.header == ("run", "x", "y")
    assert [(row["x"], row["y"]) for row in rows_of(table)] == [("1", ""), ("3", "2")]


def test_a_file_of_lines_is_a_row_a_line(write_file: Callable[..., Path]) -> None:
    count = 2_500
    text = "".join(json.dumps({"train": [k], "acc": k / 7}) + "\n\n" for k in range(count))
    table = open_runs(write_file("runs.jsonl", text), parse('[runs]\nfile = "x"', "mapping.toml"))
    batches = list(table.batches())
    assert [len(batch) for batch in batches] == [1_000, 1_000, 500]
    assert batches[-1].done == table.size == count
    assert table.at(batches[1], 3) == "runs.jsonl, line 2007"
    assert [float(row["acc"]) for row in rows_of(table)] == [k / 7 for k in range(count)]


@pytest.mark.parametrize("content", ['[{"a": 1}, {"a": 2}]', '{"a": 1}'])
def test_a_json_file_is_a_list_of_rows_or_one(
    content: str, write_file: Callable[..., Path]
) -> None:
    table = open_runs(write_file("all.json", content), Mapping())
    loaded = json.loads(content)
    expected = loaded if isinstance(loaded, list) else [loaded]
    assert rows_of(table) == [{"a": str(each["a"])} for each in expected]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1}\n{"a": \n', "a/log.jsonl, line 2: no valid JSON"),
        ('{"a": 1}\n3\n', "a/log.jsonl, line 2: no JSON object, but '3'"),
        ('\n{"a": 1, "b": {"c": 1, "c": 2}}\n', "a/log.jsonl, line 2: the key 'c' is there twice"),
        ('{"a": {"b": 1}, "a.b": 2}\n', "a/log.jsonl, line 1: the key 'a.b' is there twice"),
        (b'{"a": 1}\n{"a": "\xff"}\n', "a/log.jsonl, line 2: byte 0xff is no UTF-8"),
        ('{"a": "\\ud800"}\n', "a/log.jsonl, line 1: a text holds half a character"),
        ('{"": 1}\n', "a/log.jsonl, line 1: '' cannot be the name of a column"),
        ('{"a\\nb": 1}\n', "a/log.jsonl, line 1: 'a\\\\nb' cannot be the name of a column"),
        ("[" * 100_000, "a/log.jsonl, line 1: objects are nested too deeply"),
        ('{"a": ' + "1" * 5_000 + "}", "a/log.jsonl, line 1: Exceeds the limit"),
        ('{"a": "' + "x" * 2**24 + '"}', "a/log.jsonl, line 1: the line has more than"),
        (
            json.dumps({"k" * 9_000: {str(key): 1 for key in range(10_001)}}),
            "a/log.jsonl, line 1: more than 10,000 keys",
        ),
        (
            json.dumps({str(key): 1 for key in range(10_001)}),
            "a/log.jsonl, line 1: here there are more than 10,000 different keys",
        ),
    ],
)
def test_bad_lines_are_refused_with_their_line(
    content: str | bytes, message: str, runs: Callable[..., Path]
) -> None:
    with pytest.raises(ImportRefused, match=message) as caught:
        open_runs(runs({"a/log.jsonl": content}), Mapping())
    assert caught.value.hint


def test_bad_json_files_are_refused_with_their_line(runs: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match=r"a/r\.json, line 3: no valid JSON"):
        open_runs(runs({"a/r.json": '{\n"a": 1,\n'}), Mapping())


def test_folders_without_runs_are_refused(runs: Callable[..., Path]) -> None:
    folder = runs({"a/err.txt": "killed"})
    with pytest.raises(ImportRefused, match=r"sweep holds no results\.jsonl"):
        open_runs(folder, NAMED)
    runs({"a/results.jsonl": "\n"})
    with pytest.raises(ImportRefused, match=r"every results\.jsonl is empty"):
        open_runs(folder, NAMED)


def test_a_best_checkpoint_needs_a_key_with_numbers(runs: Callable[..., Path]) -> None:
    folder = runs({"a/log.jsonl": '{"acc": "good"}\n'})
    with pytest.raises(MappingRefused, match="does not say by what"):
        open_runs(folder, parse('[runs]\ncheckpoint = "best"', "mapping.toml"))
    with pytest.raises(ImportRefused, match=r"a/log\.jsonl: no checkpoint has a number 'f1'"):
        open_runs(folder, best_by("f1", "higher"))
    with pytest.raises(ImportRefused, match="'acc' is 'good', which is no number"):
        open_runs(folder, best_by("acc", "higher"))


def test_a_file_that_changes_meanwhile_is_refused(runs: Callable[..., Path]) -> None:
    folder = runs({"a/log.jsonl": '{"acc": 1}\n{"acc": 2}\n'})
    table = open_runs(folder, Mapping())
    runs({"a/log.jsonl": '{"acc": 1}\n'})
    with pytest.raises(ImportRefused, match=r"a/log\.jsonl has changed while it was read"):
        list(table.batches())
    runs({"a/log.jsonl": '{"acc": 1}\n{"f1": 2}\n'})
    with pytest.raises(ImportRefused, match="sweep has changed while it was read"):
        list(table.batches())
    (folder / "a" / "log.jsonl").unlink()
    with pytest.raises(ImportRefused, match=r"a/log\.jsonl cannot be read"):
        list(table.batches())


def test_names_that_cannot_be_kept_are_refused(runs: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match="cannot be the name of a source file"):
        open_runs(runs({"a\nb/log.jsonl": "{}"}), Mapping())


def test_too_many_files_are_refused(
    runs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lattice.importing.runs.MOST_FILES", 2)
    folder = runs({f"{k}/log.jsonl": "{}" for k in range(3)})
    with pytest.raises(ImportRefused, match="sweep has more than 2 files"):
        open_runs(folder, Mapping())
