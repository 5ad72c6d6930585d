"""Results that others published, read by the mappings that docs/formats.md shows.

Expected numbers are counted from the files with plain json, csv and numpy, or are their sources'.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.facade import LatticeDatabase
from lattice.importing import mapping as mappings

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "tests" / "results"
SECTIONS = re.findall(
    r"^## (.+?)\n.*?```sh\n(.*?)```.*?```toml\n(.*?)```",
    (ROOT / "docs" / "formats.md").read_text(encoding="utf-8"),
    flags=re.DOTALL | re.MULTILINE,
)
TASKS = ("segmentation", "depth", "normals", "keypoints", "edges")
ENVIRONMENTS = "CLSV"

Members = frozenset[str]
Scores = dict[tuple[Members, str], list[float]]


def adjacent(sets: set[Members]) -> int:
    """How many pairs of sets differ by one object, counted pair by pair."""
    return sum(len(one ^ two) == 1 for one, two in combinations(sets, 2))


def stored_scores(database: LatticeDatabase, name: str) -> Scores:
    """Every valid score of a lattice by its set and measure, with plain sqlite3."""
    catalog = database[name].show()
    names = [each.name for each in catalog.objects]
    measures = [each.name for each in catalog.measures]
    query = """
        SELECT members, measure_id, score FROM evaluation
        JOIN training_set ON training_set.id = training_set_id
        JOIN lattice ON lattice.id = lattice_id
        WHERE lattice.name = ? AND superseded_by IS NULL ORDER BY replicate
    """
    found: Scores = defaultdict(list)
    with closing(sqlite3.connect(database.place)) as connection:
        rows = connection.execute(query, (name,)).fetchall()
    ids = sorted({measure for _, measure, _ in rows})
    for members, measure, score in rows:
        mask = int.from_bytes(members, "little")
        key = frozenset(each for place, each in enumerate(names) if mask >> place & 1)
        found[key, measures[ids.index(measure)]].append(score)
    return found


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LatticeDatabase]:
    """A database that the documented commands made."""
    place = tmp_path_factory.mktemp("published") / "published.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for _, command, _ in SECTIONS:
            for line in command.splitlines():
                arguments = shlex.split(line)[1:]
                done = CliRunner(env={"LATTICE_DB": str(place)}).invoke(app, arguments)
                assert done.exit_code == 0, f"{line}\n{done.exception}"
    with lattice.open(str(place)) as database:
        yield database


# ------------------------------------------------------------------ the documentation


def test_every_kind_of_source_is_documented_with_its_command() -> None:
    commands = [command.strip() for _, command, _ in SECTIONS]
    manifests = sorted(RESULTS.glob("*/manifest.toml"))
    assert sorted(commands) == [
        f"lattice import {each.relative_to(ROOT).as_posix()}" for each in manifests
    ]
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "formats.md").read_text(), re.MULTILINE)
    assert headings == [title for title, _, _ in SECTIONS]


@pytest.mark.parametrize(("command", "shown"), [(each[1], each[2]) for each in SECTIONS])
def test_a_documented_mapping_is_the_manifest(command: str, shown: str) -> None:
    path = ROOT / shlex.split(command)[2]
    assert mappings.parse(shown, "formats.md") == mappings.load(path)
    assert shown == path.read_text(encoding="utf-8")


def test_every_folder_of_results_says_where_it_comes_from() -> None:
    for manifest in RESULTS.glob("*/manifest.toml"):
        source = (manifest.parent / "SOURCE.txt").read_text(encoding="utf-8")
        mapping = mappings.load(manifest)
        assert mapping.title
        if "invented" in source.lower():
            assert mapping.title.startswith("Invented")
        else:
            assert re.search(r"\b[0-9a-f]{40}\b", source)
            assert re.search(r"\b[0-9a-f]{40}\b", mapping.source or "")
            assert "licence" in source.lower()
            assert mapping.licence
            named = "LICENSE" in mapping.licence
            assert (manifest.parent / "LICENSE").exists() == named


# ------------------------------------------------------------------ counts


@pytest.mark.parametrize(
    ("name", "objects", "sets", "moves", "measures", "evaluations", "kind"),
    [
        # moves of a whole cube are n * 2^(n-1); without the empty set n fewer
        ("taskgrouping", 5, 31, 5 * 2**4 - 5, 5, 155 - 75, "unlabelled"),
        ("fedshapley", 5, 32, 5 * 2**4, 1, 2 * 32, "unlabelled"),
        ("adult-14", 14, 16_384, 14 * 2**13, 1, 2 * 16_384, "shared"),
        ("adult-10", 10, 1024, 5120, 1, 1024, "shared"),
        # six pairs and four triples, each triple above three pairs; 8 columns under 3 protocols
        ("domainbed-vlcs", 4, 10, 12, 8 * 3, 40 * 8, "shared"),
        ("pythia", 1, 1, 0, 172, 172, "unlabelled"),
        ("mlflow", 2, 2, 1, 2, 4, "unlabelled"),
        ("sources", 3, 5, 5, 3, 7 * 3, "shared"),
        ("wandb", 3, 5, 5, 2, 7 * 2, "shared"),
        ("masks", 8, 54, 43, 3, 64 * 3, "unlabelled"),
    ],
)
def test_a_published_lattice_holds_what_its_source_holds(
    published: LatticeDatabase,
    name: str,
    objects: int,
    sets: int,
    moves: int,
    measures: int,
    evaluations: int,
    kind: str,
) -> None:
    catalog = published[name].show()
    summary = catalog.summary
    assert summary.objects == objects
    assert summary.training_sets == sets
    assert summary.moves == moves
    assert summary.measures == measures
    assert summary.evaluations == evaluations
    assert [each.replicate_kind for each in catalog.result_sets] == [kind]


def test_the_database_passes_its_own_examination(published: LatticeDatabase) -> None:
    report = published.doctor()
    assert report.sound, report


# ------------------------------------------------------------------ scores


def test_taskgrouping_is_its_filled_fields(published: LatticeDatabase) -> None:
    lines = (RESULTS / "taskgrouping" / "results.txt").read_text().splitlines()[1:]
    expected: Scores = {}
    for fields in (line.split("\t") for line in lines):
        members = frozenset(task for task, text in zip(TASKS, fields, strict=True) if text)
        for task, text in zip(TASKS, fields, strict=True):
            if text:
                expected[members, f"loss/{task}"] = [float(text)]
    assert stored_scores(published, "taskgrouping") == expected
    assert expected[frozenset(TASKS), "loss/segmentation"] == [0.07854]  # not line 1's 0.08021
    assert sum(not text for line in lines for text in line.split("\t")) == 75


def test_a_task_that_was_not_trained_is_undefined_and_not_missing(
    published: LatticeDatabase,
) -> None:
    catalog = published["taskgrouping"].show()
    assert catalog.summary.coverage == 1.0
    assert [each.domain and each.domain.lower for each in catalog.measures] == [
        (task,) for task in TASKS
    ]
    assert {each.domain and each.domain.upper for each in catalog.measures} == {None}
    assert {each.metric.direction for each in catalog.measures} == {"lower"}


def test_fedshapley_is_the_mean_of_two_runs(published: LatticeDatabase) -> None:
    expected: dict[Members, list[float]] = defaultdict(list)
    for run in ("Def", "cor"):
        for line in (RESULTS / "fedshapley" / f"Weight12345_{run}.tsv").read_text().splitlines():
            clients, score = line.split("\t")
            expected[frozenset(f"client {k + 1}" for k in json.loads(clients))].append(float(score))
    page = published["fedshapley"].sets()
    assert len(page.items) == len(expected) == 32
    for row in page.items:
        (cell,) = row.cells
        scores = expected[frozenset(row.members)]
        assert cell is not None
        assert cell.replicates == len(scores) == 2
        assert cell.mean == pytest.approx(mean(scores), abs=1e-15)
        assert cell.standard_error == pytest.approx(abs(scores[0] - scores[1]) / 2, abs=1e-15)
        assert cell.origin == "measured"
    (initial,) = published["fedshapley"].set("empty").cells
    assert initial is not None
    assert initial.mean == pytest.approx(0.04540359, abs=1e-15)


def test_fedshapley_keeps_the_names_of_its_runs(published: LatticeDatabase) -> None:
    with closing(sqlite3.connect(published.place)) as connection:
        query = """
            SELECT seed_label, count(*) FROM evaluation JOIN result_set ON
            result_set.id = result_set_id WHERE name = 'fedshapley' GROUP BY seed_label
        """
        assert dict(connection.execute(query)) == {"Def": 32, "cor": 32}


def test_adult_is_the_mean_over_its_files(published: LatticeDatabase) -> None:
    values = []
    for path in sorted((RESULTS / "adult-n14").glob("*.npz")):
        with np.load(path) as game:
            weights = 1 << np.arange(14)
            values.append(dict(zip(game["coalitions"] @ weights, game["values"], strict=True)))
    assert len(values) == 2
    adult = published["adult-14"]
    for mask in (1, 0b101, 0x1FFF, 0x2AAA, 0x3FFF):
        name = "".join(letter for k, letter in enumerate("abcdefghijklmn") if mask >> k & 1)
        (cell,) = adult.set(name).cells
        one, two = (float(each[mask]) for each in values)
        assert cell is not None
        assert cell.mean == pytest.approx((one + two) / 2, abs=1e-15)
        assert cell.standard_error == pytest.approx(abs(one - two) / 2, abs=1e-15)
    (empty,) = adult.set("empty").cells
    assert empty is not None
    assert (empty.mean, empty.origin) == (0.0, "declared")


def test_adult_in_json_is_its_data(published: LatticeDatabase) -> None:
    (path,) = (RESULTS / "adult-n10-json").glob("*.json")
    data: dict[str, float] = json.loads(path.read_text())["data"]
    letters = "abcdefghij"
    expected = {
        frozenset(letters[int(each)] for each in key.split(",") if key != "Empty"): value
        for key, value in data.items()
    }
    assert {
        members: scores for (members, _), scores in stored_scores(published, "adult-10").items()
    } == {members: [value] for members, value in expected.items()}


def checkpoints() -> Iterator[dict[str, Any]]:
    """The last checkpoint of every run of DomainBed, with plain json."""
    for path in sorted((RESULTS / "domainbed-vlcs" / "runs").glob("*/results.jsonl")):
        yield json.loads(path.read_text().splitlines()[-1])


def test_domainbed_is_the_last_checkpoint_of_every_run(published: LatticeDatabase) -> None:
    expected: Scores = defaultdict(list)
    for run in sorted(checkpoints(), key=lambda each: each["args"]["trial_seed"]):
        members = frozenset(
            name for k, name in enumerate(ENVIRONMENTS) if k not in run["args"]["test_envs"]
        )
        hparams = run["hparams"]
        protocol = " ".join(
            f"{key}={hparams[key]!r}"
            for key in ("batch_size", "lr", "weight_decay", "resnet_dropout")
        )
        for k, name in enumerate(ENVIRONMENTS):
            for part in ("in", "out"):
                measure = f"accuracy/{name} {part}@{protocol}"
                expected[members, measure].append(run[f"env{k}_{part}_acc"])
    found = stored_scores(published, "domainbed-vlcs")
    assert {key: sorted(scores) for key, scores in found.items()} == {
        key: sorted(scores) for key, scores in expected.items()
    }


def test_domainbed_has_two_pure_replicates_and_two_other_protocols(
    published: LatticeDatabase,
) -> None:
    protocols = {
        each["hparams"]["batch_size"]: each["args"]["hparams_seed"] for each in checkpoints()
    }
    assert protocols == {32: 0, 39: 1, 8: 1}
    replicates: dict[tuple[Members, str], set[int]] = defaultdict(set)
    for (members, measure), scores in stored_scores(published, "domainbed-vlcs").items():
        found = re.search(r"batch_size=(\d+)", measure)
        assert found is not None
        replicates[members, found[1]].add(len(scores))
    assert len(replicates) == 10 * 3
    for (_, batch_size), counts in replicates.items():
        assert counts == ({2} if batch_size == "32" else {1})


def test_domainbed_pairs_the_replicates_of_one_trial(published: LatticeDatabase) -> None:
    """Leaving L out of CLS, as seen by V's held-out part, under the default hyperparameters."""
    by_trial: dict[int, dict[str, float]] = defaultdict(dict)
    for run in checkpoints():
        if run["args"]["hparams_seed"] == 0:
            name = "".join(
                each for k, each in enumerate(ENVIRONMENTS) if k not in run["args"]["test_envs"]
            )
            by_trial[run["args"]["trial_seed"]][name] = run["env3_out_acc"]
    changes = [each["CS"] - each["CLS"] for each in by_trial.values()]
    vlcs = published["domainbed-vlcs"]
    (measure,) = (each.name for each in vlcs.show().measures if "V out@batch_size=32" in each.name)
    (neighbor,) = (
        each
        for each in vlcs.neighbors("CLS", measures=[measure]).neighbors
        if each.removed == ("L",)
    )
    (delta,) = neighbor.deltas
    assert delta is not None
    assert delta.value == pytest.approx(mean(changes), abs=1e-12)
    assert delta.standard_error == pytest.approx(abs(changes[0] - changes[1]) / 2, abs=1e-12)


def test_sources_are_their_table(published: LatticeDatabase) -> None:
    expected: Scores = defaultdict(list)
    with (RESULTS / "sources" / "sources-toy.csv").open(newline="") as text:
        for row in csv.DictReader(text):
            members = frozenset(name for name in ("books", "science", "social") if row[name] == "1")
            for column in row:
                if column.startswith("perplexity/"):
                    expected[members, column].append(float(row[column]))
    assert stored_scores(published, "sources") == expected
    assert adjacent({members for members, _ in expected}) == 5


def test_a_crashed_run_is_left_out(published: LatticeDatabase) -> None:
    expected: Scores = defaultdict(list)
    with (RESULTS / "wandb" / "wandb_export.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        for name in ("code", "prose"):
            if row["State"] == "finished":
                members = frozenset(row["config.train_sources"].split(","))
                expected[members, f"loss/{name}"].append(float(row[f"eval/{name}_loss"]))
    assert len(rows) == 8
    assert stored_scores(published, "wandb") == expected
    assert adjacent({members for members, _ in expected}) == 5


@pytest.mark.parametrize(
    "form", ["mlruns", "mlflow.sqlite", "search_runs.csv", "experiments_csv.csv"]
)
def test_every_form_of_mlflow_is_read_by_one_mapping(form: str, database: LatticeDatabase) -> None:
    mapping = mappings.load(RESULTS / "mlflow" / "manifest.toml")
    reading = replace(mapping, files=(), format=None if form.endswith("csv") else "mlflow")
    database.import_files([RESULTS / "mlflow" / form], mapping=reading)
    assert stored_scores(database, "mlflow") == {
        (frozenset(members), f"accuracy/{name}"): [score]
        for members, name, score in [
            ({"wiki"}, "MMLU", 0.76),
            ({"wiki"}, "GSM8K", 0.37),
            ({"wiki", "code"}, "MMLU", 0.8300000000000001),
            ({"wiki", "code"}, "GSM8K", 0.405),
        ]
    }


def test_one_described_run_of_mlflow_is_its_scores(database: LatticeDatabase) -> None:
    mapping = replace(mappings.load(RESULTS / "mlflow" / "manifest.toml"), files=())
    database.import_files([RESULTS / "mlflow" / "runs_describe.json"], mapping=mapping)
    assert sorted(stored_scores(database, "mlflow").values()) == [[0.405], [0.8300000000000001]]


def test_the_harness_is_a_score_for_every_task_and_metric(published: LatticeDatabase) -> None:
    content = json.loads((RESULTS / "lm_eval_old" / "70m_step143000.json").read_text())
    expected = {
        (frozenset({"the Pile"}), f"{metric}/{task}"): [value]
        for task, values in content["results"].items()
        for metric, value in values.items()
        if not metric.endswith("_stderr")
    }
    assert stored_scores(published, "pythia") == expected
    with closing(sqlite3.connect(published.place)) as connection:
        query = """
            SELECT attributes FROM evaluation JOIN result_set ON result_set.id = result_set_id
            WHERE name = 'lm_eval_old'
        """
        errors = [json.loads(text)["standard_error"] for (text,) in connection.execute(query)]
    assert sorted(errors) == sorted(
        value
        for values in content["results"].values()
        for metric, value in values.items()
        if metric.endswith("_stderr")
    )


def test_models_of_the_same_documents_are_replicates(published: LatticeDatabase) -> None:
    masks = np.load(RESULTS / "masks" / "masks.npy").tolist()
    scores = np.load(RESULTS / "masks" / "scores.npy").tolist()
    expected: Scores = defaultdict(list)
    for row, values in zip(masks, scores, strict=True):
        members = frozenset(f"document {k + 1}" for k, one in enumerate(row) if one)
        for name, value in zip(("names", "dates", "sums"), values, strict=True):
            expected[members, f"accuracy/{name}"].append(value)
    assert stored_scores(published, "masks") == expected
    assert max(map(len, expected.values())) > 1
    assert adjacent({members for members, _ in expected}) == 43
