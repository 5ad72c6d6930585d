from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lattice.errors import ImportRefused
from lattice.importing.lm_eval import (
    directions_of,
    files_of_results,
    looks_like_lm_eval,
    open_lm_eval,
)
from lattice.importing.mapping import Mapping, parse
from lattice.importing.table import Table

PYTHIA = Path(__file__).parent.parent / "results" / "lm_eval_old" / "70m_step143000.json"
NEW: dict[str, Any] = {
    "results": {
        "gsm8k": {
            "alias": "gsm8k",
            "exact_match,strict-match": 0.844,
            "exact_match_stderr,strict-match": 0.016,
            "exact_match,flexible-extract": 0.892,
            "exact_match_stderr,flexible-extract": "N/A",
        },
        "wikitext": {
            "alias": " - wikitext",
            "sample_len": 62,
            "word_perplexity,none": 12.5,
            "word_perplexity_stderr,none": "N/A",
            "acc,none": "N/A",
        },
        "arc": {"acc,none": 1, "acc_stderr,none": 0.0, "acc_norm,none": float("nan")},
        "group": {" ": " ", "alias": "group"},
    },
    "configs": {"gsm8k": {"num_fewshot": 5}},
    "versions": {"gsm8k": 3.0, "wikitext": 2.0},
    "n-shot": {"gsm8k": 5, "wikitext": 0},
    "higher_is_better": {
        "gsm8k": {"exact_match": True},
        "wikitext": {"word_perplexity": False, "acc": None},
        "arc": {"acc": True, "acc_norm": True},
    },
    "n-samples": {"gsm8k": {"original": 1319, "effective": 500}},
    "config": {
        "model": "hf",
        "model_args": {"pretrained": "ckpt/books+science", "dtype": "float"},
        "batch_sizes": [],
        "limit": None,
    },
    "git_hash": "02bb9278",
    "date": 1766006519.5,
    "model_name": "ckpt/books+science",
    "pretty_env_info": "a long text",
}


def rows_of(table: Table) -> list[dict[str, str]]:
    return [
        dict(zip(table.header, texts, strict=True))
        for batch in table.batches()
        for texts in zip(*batch.columns, strict=True)
    ]


@pytest.fixture
def new_file(write_file: Callable[..., Path]) -> Path:
    return write_file("results_2024-05-01T12-00-00.json", json.dumps(NEW))


def test_every_score_of_the_old_form_is_a_row() -> None:
    content = json.loads(PYTHIA.read_text())
    expected = {
        (task, metric): (value, values.get(f"{metric}_stderr"))
        for task, values in content["results"].items()
        for metric, value in values.items()
        if not metric.endswith("_stderr")
    }
    table = open_lm_eval([PYTHIA], Mapping())
    rows = rows_of(table)
    assert {
        (row["evaluation_set"], row["metric"]): (float(row["score"]), float(row["score_stderr"]))
        for row in rows
    } == expected
    assert len(rows) == len(expected) == table.size > 150
    assert table.scores == ("score",)
    assert table.loose
    assert {row["config.model_args"] for row in rows} == {content["config"]["model_args"]}
    assert {row["shots"] for row in rows} == {"0"}
    assert {row["file"] for row in rows} == {"70m_step143000.json"}


def test_scores_of_the_new_form_are_rows_by_task_metric_and_filter(new_file: Path) -> None:
    rows = rows_of(open_lm_eval([new_file], Mapping()))
    names = ("evaluation_set", "metric", "score", "score_stderr", "size", "shots", "version")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("gsm8k", "exact_match,strict-match", "0.844", "0.016", "500", "5", "3.0"),
        ("gsm8k", "exact_match,flexible-extract", "0.892", "", "500", "5", "3.0"),
        ("wikitext", "word_perplexity", "12.5", "", "", "0", "2.0"),
        ("arc", "acc", "1", "0.0", "", "", ""),
        ("arc", "acc_norm", "nan", "", "", "", ""),
    ]


def test_settings_stand_beside_every_score(new_file: Path) -> None:
    table = open_lm_eval([new_file], Mapping())
    for row in rows_of(table):
        assert row["config.model_args"] == "pretrained=ckpt/books+science,dtype=float"
        assert row["config.model"] == "hf"
        assert row["config.batch_sizes"] == "[]"
        assert row["model_name"] == "ckpt/books+science"
        assert row["date"] == "1766006519.5"
    assert "pretty_env_info" not in table.header


def test_several_files_are_one_table(tmp_path: Path) -> None:
    paths = []
    for model in ("ab", "a"):
        place = tmp_path / model / "results_1.json"
        place.parent.mkdir()
        place.write_text(
            json.dumps({"results": {"wsc": {"acc": len(model)}}, "config": {"model_args": model}})
        )
        paths.append(place)
    table = open_lm_eval(paths, Mapping())
    assert [(row["file"], row["score"], row["config.model_args"]) for row in rows_of(table)] == [
        ("ab/results_1.json", "2", "ab"),
        ("a/results_1.json", "1", "a"),
    ]
    (batch,) = table.batches()
    assert table.at(batch, 1) == "a/results_1.json, score 1"
    assert table.kind == "2 files of lm-evaluation-harness results"


def test_a_folder_holds_the_files_of_its_models(tmp_path: Path) -> None:
    content = json.dumps({"results": {"wsc": {"acc": 0.5}}, "versions": {"wsc": 0}})
    for name in ("m/results_1.json", "m/samples_wsc_1.jsonl", "n/eval.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    named = parse('[runs]\nfile = "eval.json"', "mapping.toml")
    assert [name for name, _ in files_of_results(tmp_path, Mapping())] == ["m/results_1.json"]
    assert open_lm_eval([tmp_path], Mapping()).files == ("m/results_1.json",)
    assert open_lm_eval([tmp_path], named).files == ("n/eval.json",)
    with pytest.raises(ImportRefused, match=r"holds no results\*\.json"):
        open_lm_eval([tmp_path / "n"], Mapping())


def test_directions_are_those_that_the_file_says(new_file: Path) -> None:
    assert directions_of(new_file) == {
        "exact_match,strict-match": "higher",
        "exact_match,flexible-extract": "higher",
        "word_perplexity": "lower",
        "acc": "higher",
        "acc_norm": "higher",
    }
    assert directions_of(PYTHIA) == {}


def test_directions_that_disagree_are_refused(write_file: Callable[..., Path]) -> None:
    content = {
        "results": {"a": {"s,none": 1.0}, "b": {"s,none": 2.0}},
        "higher_is_better": {"a": {"s": True}, "b": {"s": False}},
    }
    path = write_file("results.json", json.dumps(content))
    with pytest.raises(ImportRefused, match="'s' is better higher in one task and lower in 'b'"):
        directions_of(path)


def test_results_are_told_from_other_json() -> None:
    assert looks_like_lm_eval(NEW)
    assert looks_like_lm_eval(json.loads(PYTHIA.read_text()))
    others: tuple[object, ...] = (
        [],
        {},
        {"results": []},
        {"results": {"a": {"acc": 0.5}}},
        {"results": {}, "versions": {}},
        {"results": {"a": {"acc": "high"}}, "versions": {}},
        {"results": {"a": 0.5}, "config": {}},
        {"results": {"a": {"acc": True}}, "config": {}},
    )
    assert not any(map(looks_like_lm_eval, others))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"results": {}}', r"results\.json holds no results of lm-evaluation-harness"),
        ('{"results":\n{]', r"results\.json, line 2: no valid JSON"),
        (
            '{"results": {"a": {"acc": 1, "acc": 2}}, "config": {}}',
            r"results\.json: the key 'acc' is there twice",
        ),
        (
            '{"results": {"a": {"acc": 1}}, "config": {"b": "\\udc00"}}',
            r"results\.json: a text holds half a character",
        ),
    ],
)
def test_bad_files_are_refused(content: str, message: str, write_file: Callable[..., Path]) -> None:
    with pytest.raises(ImportRefused, match=message) as caught:
        open_lm_eval([write_file("results.json", content)], Mapping())
    assert caught.value.hint


def test_no_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="There are no files of results"):
        open_lm_eval([], Mapping())
    with pytest.raises(ImportRefused, match=r"gone\.json cannot be read"):
        open_lm_eval([tmp_path / "gone.json"], Mapping())
