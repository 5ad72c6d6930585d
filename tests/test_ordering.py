"""Withdrawals and acquisitions on the command line and in the API."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner, Result

import lattice
from lattice.cli import app
from lattice.encoding import to_json
from lattice.errors import LatticeError
from lattice.web.app import create_app


def invoke(place: Path, *arguments: str, columns: int = 120) -> Result:
    runner = CliRunner(env={"COLUMNS": str(columns)})
    return runner.invoke(app, [*arguments, "--db", str(place)])


def shown(place: Path, *arguments: str, columns: int = 120) -> list[str]:
    result = invoke(place, *arguments, columns=columns)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    return lines


def test_a_strike_is_shown_order_by_order_and_step_by_step(bundled: Path) -> None:
    lines = shown(bundled, "withdraw", "covertype", "--to", "D", "-m", "accuracy/ABCD")
    text = "\n".join(lines)
    assert lines[0] == "3 units leave ABCD one by one: accuracy/ABCD"
    assert [each.split()[0] for each in lines if "▁" in each] == [
        "best",
        "worst",
        "greedy",
        "greedy",
        "average",
    ]
    assert "███▁   B, C, A" in text
    assert "All together: -0.3633; each alone, summed: -0.08042; synergy: -0.2829" in text
    assert "6 orders" in text


@pytest.mark.parametrize("columns", [80, 160])
def test_tables_fit_the_terminal(bundled: Path, columns: int) -> None:
    arguments = ("acquire", "california-housing", "-m", "@decision_tree")
    text = "\n".join(shown(bundled, *arguments, columns=columns))
    assert text.count("+6.225e-06") == 1
    assert "3,628,800 orders" in text
    assert "cross-fitted" in text


def test_missing_scores_are_named(bundled: Path) -> None:
    text = "\n".join(shown(bundled, "withdraw", "toy", "-m", "accuracy/A"))
    assert "No score: " in text
    assert "Note: " in text


def test_json_is_the_facades_answer(bundled: Path) -> None:
    result = invoke(
        bundled,
        *("withdraw", "covertype", "ABCD", "--group", "union=A,B", "--unit", "union"),
        *("--unit", "C", "-m", "accuracy/ABCD", "--json"),
    )
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].withdrawals(
            "ABCD", units=["union", "C"], groups={"union": "AB"}, measure="accuracy/ABCD"
        )
    assert json.loads(result.stdout) == json.loads(to_json(answer))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("withdraw", "covertype"), "An order needs a measure"),
        (("withdraw", "covertype", "--to", "E", "-m", "C"), "'E' is no object"),
        (("acquire", "covertype", "ABCD", "-m", "C"), "Nobody can join ABCD"),
        (("acquire", "covertype", "--group", "AB", "-m", "C"), "'AB' is no group"),
    ],
)
def test_refusals_are_one_sentence(bundled: Path, arguments: tuple[str, ...], says: str) -> None:
    result = invoke(bundled, *arguments)
    assert isinstance(result.exception, LatticeError)
    assert says in str(result.exception)


@pytest.fixture
def client(bundled: Path) -> Iterator[FlaskClient]:
    with lattice.open(str(bundled)) as database:
        yield create_app(database).test_client()


def test_the_api_answers_as_the_facade_does(client: FlaskClient, bundled: Path) -> None:
    api = "/api/v1/lattices/covertype"
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        asked = {
            "/withdrawals?measure=accuracy/ABCD": covertype.withdrawals(measure="accuracy/ABCD"),
            "/withdrawals?from=ABC&to=A&measure=C": covertype.withdrawals(
                "ABC", to="A", measure="accuracy/C"
            ),
            "/acquisitions?from=D&group=union=A,B&measure=C": covertype.acquisitions(
                "D", groups={"union": "AB"}, measure="accuracy/C"
            ),
            "/acquisitions?unit=A&unit=B&by=object&measure=C": covertype.acquisitions(
                units=["A", "B"], by="object", measure="accuracy/C"
            ),
        }
    for path, answer in asked.items():
        response = client.get(api + path)
        assert response.status_code == 200, response.text
        assert json.loads(response.data) == json.loads(to_json(answer))


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("measure=C&from=ABX", 404, "from"),
        ("measure=C&to=ABX", 404, "to"),
        ("measure=C&by=colour", 400, "by"),
        ("measure=C&by=owner", 400, "by"),
        ("measure=C&group=AB", 400, "group"),
        ("measure=C&unit=Z", 400, "unit"),
        ("measure=nothing", 404, "measure"),
    ],
)
def test_bad_requests_name_their_parameter(
    client: FlaskClient, query: str, status: int, parameter: str
) -> None:
    response = client.get(f"/api/v1/lattices/covertype/withdrawals?{query}")
    assert response.status_code == status, response.text
    assert json.loads(response.data)["parameter"] == parameter
