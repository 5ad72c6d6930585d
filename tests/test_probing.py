"""Strikes, budgets, shapes and listed values on the command line and in the API."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner, Result

import lattice
from lattice.cli import app
from lattice.web.app import create_app

MEASURE = "accuracy/ABCD"
ASKED = {
    "strike": (["A", "B", "C", "--below", "0.5"], "unit=A&unit=B&unit=C&below=0.5"),
    "budget": (["--expense", "size", "--at-most", "2400"], "expense=size&at_most=2400"),
    "shape": ([], ""),
}


@pytest.fixture(scope="module")
def client(bundled: Path) -> Iterator[FlaskClient]:
    with lattice.open(str(bundled)) as database:
        yield create_app(database).test_client()


def run(bundled: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--db", str(bundled)], env={"COLUMNS": "80"})


@pytest.mark.parametrize("verb", ASKED)
def test_the_command_and_the_api_answer_alike(
    bundled: Path, client: FlaskClient, verb: str
) -> None:
    options, query = ASKED[verb]
    printed = run(bundled, verb, "covertype", *options, "-m", MEASURE, "--json", "--limit", "200")
    answer = client.get(f"/api/v1/lattices/covertype/{verb}?measure={MEASURE}&{query}")
    assert answer.status_code == 200
    assert json.loads(printed.stdout) == answer.json


@pytest.mark.parametrize("quantity", ["leave-one-out", "pair-interaction", "evaluation-value"])
def test_listed_values_are_the_same_everywhere(
    bundled: Path, client: FlaskClient, quantity: str
) -> None:
    asked = ["value", "covertype", quantity, "-m", "accuracy/AB", "--unit", "C", "--unit", "D"]
    printed = run(bundled, *asked, "--json", "--limit", "200")
    url = f"/api/v1/lattices/covertype/values/{quantity}?measure=accuracy/AB&unit=C&unit=D"
    assert json.loads(printed.stdout) == client.get(url).json


@pytest.mark.parametrize("verb", ASKED)
@pytest.mark.parametrize("name", ["covertype", "california-housing"])
def test_tables_fit_80_columns(bundled: Path, verb: str, name: str) -> None:
    measure = MEASURE if name == "covertype" else "@decision_tree"
    printed = run(bundled, verb, name, "-m", measure)
    assert printed.exit_code == 0
    table = [line for line in printed.stdout.splitlines() if "─" in line]
    assert table
    assert all(len(line) <= 80 for line in printed.stdout.splitlines() if "beyond" not in line)


def test_what_is_printed_says_what_has_to_be_known(bundled: Path) -> None:
    strike = run(bundled, "strike", "covertype", "A", "B", "C", "-m", MEASURE, "--below", "0.5")
    assert "Together A, B, C take +0.3633 with them, one at a time +0.08042" in strike.stdout
    assert "C, D (leaves AB, 0.4721); 2 of that size do" in strike.stdout
    assert "optimistic" in strike.stdout
    partial = run(bundled, "strike", "toy", "-m", "A", "--below", "0.5")
    assert "No stored set is worse than 0.5; a coalition of 1 might do it." in partial.stdout
    budget = run(bundled, "budget", "toy", "-m", "A")
    assert "2 of 4" in budget.stdout
    assert "a better one may be among the others" in budget.stdout
    shape = run(bundled, "shape", "covertype", "-m", MEASURE)
    assert "Of 28 adds with all scores (of 32) 5 make the score worse." in shape.stdout


def test_refusals_are_one_sentence(bundled: Path, client: FlaskClient) -> None:
    refused = run(bundled, "budget", "covertype", "-m", MEASURE, "--at-most", "-2")
    assert refused.exit_code == 1
    nobody = client.get(f"/api/v1/lattices/covertype/strike?measure={MEASURE}&unit=X")
    assert nobody.status_code == 400
    assert json.loads(nobody.text)["detail"] == "'X' is no unit that is valued here."
    assert client.get("/api/v1/lattices/covertype/shape").status_code == 400
