"""Values as people ask for them: facade, command and API alike, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.encoding import to_json
from lattice.errors import BadQuestion, UnknownMeasure
from lattice.importing.mapping import parse
from lattice.web.app import create_app

WriteFile = Callable[[str, str], Path]
ABCD = "accuracy/ABCD"


def test_covertype_s_shapley_values_are_the_published_ones(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].value("shapley", measure=ABCD, empty=0)
    values = {each.name: each.value for each in answer.items}
    assert values == pytest.approx({"A": 0.198, "B": 0.108, "C": 0.171, "D": 0.117}, abs=5e-4)
    assert answer.status == "exact"
    assert answer.baseline is not None
    assert answer.together is not None
    assert (answer.baseline.origin, answer.baseline.weight) == ("taken", -0.25)
    assert sum(each.value or 0 for each in answer.items) == pytest.approx(answer.together.value)


def test_another_baseline_moves_every_value_by_its_weight(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        values = [
            [each.value or 0 for each in database["covertype"].value(measure=ABCD, empty=c).items]
            for c in (0, 0.4)
        ]
    assert [one - other for one, other in zip(*values, strict=True)] == pytest.approx([0.1] * 4)


def test_california_s_errors_are_paired_by_seed(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["california-housing"].value(measure="@decision_tree")
    last = answer.items[-1]
    assert (last.name, last.method, last.replicates) == ("j", "paired", 30)
    assert last.value == pytest.approx(0.0802, abs=5e-5)
    assert last.standard_error == pytest.approx(0.00165, abs=5e-6)
    assert answer.baseline is not None
    assert answer.baseline.origin == "declared"
    assert any("declared, not measured" in note for note in answer.notes)


def test_without_its_empty_set_covertype_is_bounded_by_the_range_of_accuracy(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].value(measure=ABCD)
        ends = [database["covertype"].value(measure=ABCD, empty=c).items for c in (1, 0)]
    assert [each.training_set.name for each in answer.missing] == ["empty"]
    assert answer.missing_total == 1
    for place, each in enumerate(answer.items):
        assert each.status == "bounded"
        assert (each.used, each.needed, each.value) == (15, 16, None)
        assert each.coverage == pytest.approx(0.875)
        assert each.bounds is not None
        found = (each.bounds.low, each.bounds.high)
        assert found == pytest.approx((ends[0][place].value, ends[1][place].value))


def test_a_third_of_the_sets_and_no_range_is_unavailable_and_says_why(
    tmp_path: Path, write_file: WriteFile
) -> None:
    file = write_file("few.csv", "train_set,loss\nA,0.5\nAB,0.4\nABC,0.2\n")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], into="few")
        answer = database["few"].value()
        assert answer.status == "unavailable"
        assert {each.value for each in answer.items} == {None}
        assert all("no declared range" in (each.note or "") for each in answer.items)
        assert [each.training_set.name for each in answer.missing[:3]] == ["empty", "AC", "BC"] or (
            answer.missing[0].training_set.name == "empty"
        )
        with pytest.raises(BadQuestion, match="no declared range with two ends"):
            database["few"].value(assume="range")
        with pytest.raises(BadQuestion, match="has no score"):
            database["few"].value(assume="monotone")


def test_values_live_in_the_domain_of_a_measure(tmp_path: Path, write_file: WriteFile) -> None:
    rows = [
        "train_set,loss",
        *(f"{name},{0.1 * place}" for place, name in enumerate(["A", "AB", "AC", "ABC"])),
    ]
    mapping = '[[evaluation_sets]]\nname = "default"\ndomain = ["A", "all"]\n'
    file = write_file("part.csv", "\n".join(rows))
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], into="part", mapping=parse(mapping, "part.toml"))
        answer = database["part"].value()
        assert (answer.held.name, answer.whole.name) == ("A", "ABC")
        with pytest.raises(BadQuestion, match="is not defined for"):
            database["part"].value(given="empty")


def test_owners_and_groups_are_units(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        answer = covertype.value(measure=ABCD, empty=0, groups=["pair=A,B"])
        cells = {
            each.training_set.name: each.weight
            for each in covertype.value_cells(
                "shapley", "pair", measure=ABCD, empty=0, groups=["pair=A,B"]
            ).items
        }
    assert [(each.name, each.objects) for each in answer.items] == [
        ("pair", ("A", "B")),
        ("C", ("C",)),
        ("D", ("D",)),
    ]
    assert set(cells) == {"empty", "C", "D", "CD", "AB", "ABC", "ABD", "ABCD"}
    assert cells["AB"] == pytest.approx(1 / 3)
    assert sum(cells.values()) == pytest.approx(0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"quantity": "shaply"}, "no quantity"),
        ({"quantity": "beta"}, "needs its"),
        ({"quantity": "beta", "beta": (0, 1)}, "must be above 0"),
        ({"quantity": "banzhaf", "beta": (1, 1)}, "takes none"),
        ({"quantity": "by-size", "shares": [0.5, 0.5, 0.5, 0.5]}, "sum to 2, not to 1"),
        ({"quantity": "by-size", "shares": [1.0]}, "for 4 units"),
        ({"quantity": "by-size", "shares": [2.0, -1.0, 0, 0]}, "at least 0"),
        ({"groups": ["x=A,B", "y=B,C"]}, "in more than one group"),
        ({"empty": float("nan")}, "must be a number"),
        ({"assume": "cap"}, "lacks its number"),
        ({"of": "AB", "given": "C"}, "not within"),
        ({"of": "A", "quantity": "shapley-interaction"}, "needs two units"),
        ({"limit": 0}, "page"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    bundled: Path, asked: dict[str, Any], said: str
) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion, match=said):
        database["covertype"].value(**{"quantity": "shapley", "measure": ABCD, **asked})


def test_a_value_needs_a_measure_that_is_there(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        with pytest.raises(BadQuestion, match="needs a measure"):
            database["covertype"].value()
        with pytest.raises(UnknownMeasure):
            database["covertype"].value(measure="f1")
        with pytest.raises(BadQuestion, match="nothing that is valued"):
            database["covertype"].value_cells("shapley", "E", measure=ABCD)
        with pytest.raises(BadQuestion, match="no differences"):
            database["covertype"].value_differences("banzhaf-interaction", measure=ABCD)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (["value", "covertype", "banzhaf"], "values/banzhaf?"),
        (["value", "covertype", "shapley", "--empty", "0"], "values/shapley?empty=0&"),
        (["value", "covertype", "--differences"], "values/shapley/differences?"),
        (["value", "covertype", "--assume", "monotone"], "values/shapley?assume=monotone&"),
        (["value", "covertype", "beta", "--beta", "16,1"], "values/beta?beta=16&beta=1&"),
        (["value", "covertype", "--group", "x=A,B"], "values/shapley?group=x%3DA,B&"),
        (["value", "covertype", "--cells", "B", "--limit", "200"], "values/shapley/cells?unit=B&"),
        (["fairness", "covertype", "--empty", "0.1"], "values/shapley/fairness?empty=0.1&"),
    ],
)
def test_the_command_and_the_api_answer_alike(bundled: Path, command: list[str], path: str) -> None:
    said = [*command, "-m", ABCD, "--json", "--db", str(bundled)]
    if "--limit" not in command and command[0] == "value":
        said += ["--limit", "200"]
    printed = CliRunner().invoke(app, said)
    assert printed.exit_code == 0, printed.output
    with lattice.open(str(bundled)) as database:
        client = create_app(database).test_client()
        answered = client.get(f"/api/v1/lattices/covertype/{path}measure={ABCD}")
        assert answered.status_code == 200, answered.text
        assert json.loads(printed.stdout) == answered.get_json()
        if path == "values/banzhaf?":
            found = database["covertype"].value("banzhaf", measure=ABCD)
            assert json.loads(to_json(found)) == answered.get_json()


def test_the_cells_of_nobody_are_refused(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        client = create_app(database).test_client()
        answered = client.get(f"/api/v1/lattices/covertype/values/shapley/cells?measure={ABCD}")
    assert answered.status_code == 400
    assert "unit" in answered.get_json()["detail"]


def test_tables_fit_eighty_columns(bundled: Path) -> None:
    for said in (
        ["value", "california-housing", "-m", "@decision_tree"],
        ["value", "covertype", "-m", ABCD],
        ["value", "covertype", "-m", ABCD, "--cells", "B"],
        ["fairness", "california-housing", "-m", "@decision_tree"],
    ):
        printed = CliRunner(env={"COLUMNS": "80"}).invoke(app, [*said, "--db", str(bundled)])
        assert printed.exit_code == 0
        assert max(map(len, printed.stdout.splitlines())) <= 80
        assert "…" not in printed.stdout
