from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

import lattice
from lattice.cli import app
from lattice.encoding import to_json
from lattice.errors import LatticeError, MissingDatabase
from lattice.facade import terms

Tables = dict[str, list[tuple[object, ...]]]
WriteFile = Callable[[str, str | bytes], Path]
ROOT = Path(__file__).parents[1]
TABLE = "train_set,accuracy\nA,0.5\nAB,0.75\n"
COMMANDS = (
    "acquire",
    "budget",
    "columns",
    "compare",
    "curve",
    "doctor",
    "export",
    "fairness",
    "front",
    "grid",
    "import",
    "interval",
    "levels",
    "longest",
    "ls",
    "merge",
    "methods",
    "nearest",
    "neighbors",
    "path",
    "plan",
    "results",
    "search",
    "serve",
    "shape",
    "show",
    "squares",
    "strike",
    "terms",
    "tradeoffs",
    "value",
    "withdraw",
    "without",
)
LEAVES = (
    *(name for name in COMMANDS if name != "results"),
    *(f"results {name}" for name in ("diff", "ls", "show", "undo")),
)
OF_FILES = ("export", "import", "merge", "results diff", "serve")


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if name != "LATTICE_DB"}
    return subprocess.run(
        [sys.executable, "-m", "lattice.cli", *map(str, arguments)],
        env={**kept, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def invoke(*arguments: str | Path, database: Path | None = None) -> Result:
    """Call the command in this process."""
    place = [] if database is None else ["--db", str(database)]
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*map(str, arguments), *place])


def answer(*arguments: str | Path, database: Path) -> Any:
    """The one JSON document that a command prints."""
    result = invoke(*arguments, "--json", database=database)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def as_json(given: Any) -> Any:
    return json.loads(to_json(given))


# ------------------------------------------------------------------ exit codes and errors


def test_an_answer_exits_with_0_and_errors_are_quiet(bundled: Path) -> None:
    done = run("show", "toy", "--db", bundled)
    assert (done.returncode, done.stderr) == (0, "")
    assert "The four-letter toy" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "toi"], "There is no lattice 'toi'"),
        (["neighbors", "toy", "ABX"], "'X' in 'ABX' is no object"),
        (["neighbors", "toy", "AB", "-m", "nothing"], "'nothing' is no measure"),
        (["neighbors", "toy", "AB", "--moves", "jump"], "'jump' is no kind of move"),
        (["compare", "toy", "AB", "^CD"], "The set AB is given twice"),
        (["without", "toy", "AB", "C"], "holds nothing of C"),
        (["squares", "toy", "AB", "A", "C"], "'C' is not in AB"),
        (["path", "toy", "D", "ABCD"], "The training set D is not stored"),
        (["path", "covertype", "A", "BCD", "--objective", "widest"], "needs a measure"),
        (["path", "toy", "AB", "ACD", "--avoid", "B"], "which is to be avoided, but AB does not"),
        (["path", "toy", "AB", "ACD", "-k", "0"], "0 paths cannot be given"),
        (["longest", "covertype"], "needs a measure"),
        (["import", "none.csv"], "'none.csv' does not exist"),
        (["search", "toy", "--top", "0"], "The best 0 sets cannot be listed. Ask for 1 or more."),
        (["front", "toy", "-m", "A"], "A front of 1 side cannot be given."),
        (["nearest", "toy", "AB", "-k", "0"], "The nearest 0 sets cannot be given."),
        (["levels", "toy", "--histogram"], "A histogram needs a measure"),
    ],
)
def test_a_refusal_exits_with_1_and_says_one_sentence(
    arguments: list[str], says: str, bundled: Path
) -> None:
    done = run(*arguments, "--db", bundled)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("lattice: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["show"],
        ["show", "toy", "--nonsense"],
        ["show", "toy", "-m", "A"],
        ["grid", "toy", "--bands", "0"],
        ["grid", "toy", "--bands", "2", "--without", "B"],
        ["grid", "toy", "--bands", "2", "--limit", "3"],
        ["import"],
        ["path", "toy", "A"],
        ["path", "toy", "A", "B", "--objective", "longest"],
        ["grid", "toy", "--limit", "0"],
        ["interval", "toy", "A"],
        ["neighbors", "toy", "AB", "--radius", "9"],
        ["without", "toy", "AB", "--by", "age"],
        ["grid", "toy", "--columns", "sorted"],
        ["levels", "toy", "--bins", "5"],
        ["serve", "--port", "70000"],
        ["import", "x.csv", "--metric", "m", "--direction", "up"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], bundled: Path) -> None:
    result = invoke(*arguments, database=bundled)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr


def test_wrong_usage_exits_with_2_in_a_process_too(bundled: Path) -> None:
    done = run("grid", "toy", "--limit", "many", "--db", bundled)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_closest_commands_and_names_are_offered(bundled: Path) -> None:
    result = invoke("show", "covertyp", database=bundled)
    assert isinstance(result.exception, LatticeError)
    assert "Did you mean covertype?" in str(result.exception)


def test_a_refusal_with_json_prints_no_document(bundled: Path) -> None:
    done = run("show", "toi", "--json", "--db", bundled)
    assert (done.returncode, done.stdout) == (1, "")


@pytest.mark.parametrize(
    "command", ["ls", "show toy", "neighbors toy A", "path toy A B", "grid toy"]
)
def test_without_a_database_it_says_how_to_make_one(command: str, tmp_path: Path) -> None:
    place = tmp_path / "none.db"
    result = invoke(*command.split(), database=place)
    assert isinstance(result.exception, MissingDatabase)
    assert "lattice import" in str(result.exception)
    assert not place.exists()


def test_without_a_database_it_says_so_in_one_sentence(tmp_path: Path) -> None:
    done = run("ls", LATTICE_DB=str(tmp_path / "none.db"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"lattice: There is no database at '{tmp_path}/none.db'.")


def test_a_refusal_is_printed_as_it_is(tmp_path: Path) -> None:
    done = run("ls", "--db", tmp_path / "[bold]x[/bold].db")
    assert "[bold]x[/bold].db" in done.stderr


def test_the_environment_names_the_database(bundled: Path) -> None:
    done = run("ls", "--json", LATTICE_DB=str(bundled))
    assert [each["name"] for each in json.loads(done.stdout)] == [
        "california-housing",
        "covertype",
        "silo",
        "toy",
    ]


# ------------------------------------------------------------------ help


def commands() -> dict[str, typer.core.TyperCommand]:
    group = typer.main.get_command(app)
    found = group.list_commands(typer.Context(group))  # type: ignore[attr-defined]
    return {name: group.get_command(typer.Context(group), name) for name in found}  # type: ignore[attr-defined]


def test_these_are_the_commands() -> None:
    assert sorted(commands()) == sorted(COMMANDS)


def found(command: str) -> Any:
    """A command by its words: `ls`, `results ls`."""
    first, *rest = command.split()
    answer: Any = commands()[first]
    for word in rest:
        answer = answer.commands[word]
    return answer


def test_every_command_is_among_the_leaves() -> None:
    every = {
        f"{name} {below}".strip()
        for name, command in commands().items()
        for below in getattr(command, "commands", [""])
    }
    assert every == set(LEAVES)


@pytest.mark.parametrize("command", LEAVES)
def test_help_of_a_command_has_an_example_and_explains_every_option(command: str) -> None:
    result = invoke(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"Example: lattice {command}" in result.stdout
    assert "--json" in result.stdout
    assert "--db" in result.stdout
    for parameter in found(command).params:
        assert getattr(parameter, "help", None), parameter.name


@pytest.mark.parametrize("command", [each for each in LEAVES if each not in OF_FILES])
def test_the_example_of_a_command_works(command: str, bundled: Path) -> None:
    epilog = found(command).epilog or ""
    words = epilog.removeprefix("Example: lattice ").split()
    assert " ".join(words).startswith(command)
    assert invoke(*words, database=bundled).exit_code == 0


def test_its_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for arguments in (["--version"], ["--version", "ls"]):
        result = invoke(*arguments)
        assert (result.exit_code, result.stdout) == (0, f"datalattice {project['version']}\n")
    assert "--version" in invoke("--help").stdout


def test_without_a_command_it_explains_itself() -> None:
    result = invoke()
    assert all(f"\n  {command} " in result.output for command in COMMANDS)


# ------------------------------------------------------------------ every answer as JSON


def test_json_is_what_the_facade_answers(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covers, toy = database["covertype"], database["toy"]
        measures = ["accuracy/ABCD", "A"]
        asked: list[tuple[list[str], Any]] = [
            (["ls"], database.lattices()),
            (["terms", "LOO", "Shapley value"], terms(("LOO", "Shapley value"))),
            (["show", "covertype"], covers.show()),
            (
                [
                    "grid",
                    "covertype",
                    "--bands",
                    "4",
                    "--sort=-D",
                    "-m",
                    "A",
                    "--where",
                    "rank < 4",
                ],
                covers.bands(measures=["A"], sort="-D", where="rank < 4", most=4),
            ),
            (
                ["show", "covertype", "ABC", "-m", "A", "-m", "D"],
                covers.replicates("ABC", measures=["A", "D"]),
            ),
            (["neighbors", "toy", "ABCD"], toy.neighbors("ABCD")),
            (
                ["neighbors", "covertype", "ABC", "-m", "accuracy/ABCD", "--measure", "A"],
                covers.neighbors("ABC", measures=measures),
            ),
            (["path", "toy", "AB", "ACD"], toy.path("AB", "ACD")),
            (
                ["curve", "covertype", "-m", "A", "--stratum", "B", "--axis", "size"],
                covers.scaling(measure="A", strata=["B"], axis="size"),
            ),
            (
                ["curve", "covertype", "evaluation", "-m", "A", "--set", "BC"],
                covers.evaluation_scaling("BC", measure="A"),
            ),
            (
                ["curve", "covertype", "order", "-m", "A", "--ranking", "banzhaf", "--empty", "0"],
                covers.order_curves("banzhaf", measure="A", empty=0),
            ),
            (["methods", "toy", "-m", "C"], toy.methods(measure="C")),
            (
                ["plan", "toy", "--for", "strike", "--most", "1", "-m", "C", "--budget", "2"],
                toy.plan("strike", most=1, measure="C", budget=2),
            ),
            (
                [
                    *("plan", "covertype", "-m", "A", "--criterion", "sample", "--seed", "4"),
                    *("--expense", "rank", "--given", "B", "--group", "two=C,D"),
                ],
                covers.plan(
                    measure="A",
                    criterion="sample",
                    seed=4,
                    expense="rank",
                    given="B",
                    groups=["two=C,D"],
                ),
            ),
            (
                ["path", "covertype", "A", "BCD", "--objective", "widest", "-m", "accuracy/ABCD"],
                covers.path("A", "BCD", objective="widest", measure="accuracy/ABCD"),
            ),
            (
                [
                    *("path", "covertype", "A", "BCD", "--objective", "least-loss", "-k", "3"),
                    *("-m", "accuracy/ABCD", "--profile", "A", "--floor", "accuracy/ABCD=0.5"),
                    *("--min-rank", "1", "--max-rank", "3", "--avoid", "empty", "--evaluated"),
                    *("--where", "rank < 4", "--limit", "3"),
                ],
                covers.path(
                    "A",
                    "BCD",
                    objective="least-loss",
                    k=3,
                    measure="accuracy/ABCD",
                    measures=["A"],
                    floors={"accuracy/ABCD": 0.5},
                    min_rank=1,
                    max_rank=3,
                    where="rank < 4",
                    evaluated=True,
                    limit=3,
                ),
            ),
            (
                [
                    *("path", "toy", "AB", "ABC", "--objective", "cheapest"),
                    *("--cost", "C=2", "--only", "add"),
                ],
                toy.path("AB", "ABC", objective="cheapest", costs={"C": 2}, only="add"),
            ),
            (["longest", "covertype", "-m", "A"], covers.longest_run(measure="A")),
            (["grid", "toy", "--limit", "2", "--start", "1"], toy.grid(start=1, limit=2)),
            (
                ["grid", "covertype", "--sort", "score", "-m", "accuracy/ABCD"],
                covers.grid(sort="score", measures=["accuracy/ABCD"], limit=50),
            ),
            (["grid", "toy", "--without", "B"], toy.pairs("B", limit=50)),
            (
                ["search", "covertype", 'contains("B")', "--sort", "D", "--top", "2", "-m", "D"],
                covers.search('contains("B")', sort="D", top=2, measures=["D"], limit=50),
            ),
            (
                ["front", "covertype", "-m", "A", "-m", "D", "--expense", "rank", "--limit", "3"],
                covers.front(["A", "D"], expense="rank", limit=3),
            ),
            (["nearest", "toy", "BC", "-k", "2"], toy.nearest("BC", 2)),
            (
                ["levels", "covertype", "-m", "A", "--where", "rank < 3"],
                covers.levels("A", where="rank < 3"),
            ),
            (
                ["levels", "covertype", "-m", "A", "--histogram", "--bins", "9"],
                covers.histogram("A", bins=9),
            ),
        ]
        for arguments, expected in asked:
            assert answer(*arguments, database=bundled) == as_json(expected), arguments


def test_json_of_a_large_lattice_has_no_nan(bundled: Path) -> None:
    result = invoke("grid", "california-housing", "--json", database=bundled)
    assert not re.search(r"\b(NaN|Infinity)\b", result.stdout)
    assert json.loads(result.stdout)["total"] == 1024


def test_json_of_an_import_is_its_report(database_place: Path, write_file: WriteFile) -> None:
    path = write_file("t.csv", TABLE)
    report = answer("import", path, database=database_place)
    assert report["dry_run"] is False
    (done,) = report["imported"]
    assert (done["lattice"], done["objects"], done["training_sets"]) == ("t", 2, 2)
    (again,) = answer("import", path, database=database_place)["imported"]
    assert again["already_imported"] is True


def test_json_is_one_document_and_nothing_else(bundled: Path) -> None:
    done = run("neighbors", "toy", "ABCD", "--json", "--db", bundled)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["training_set"]["name"] == "ABCD"


# ------------------------------------------------------------------ tables for people


def test_the_toy_shows_what_leaving_b_out_changes(bundled: Path) -> None:
    result = invoke("grid", "toy", "--without", "B", database=bundled)
    (row,) = (line for line in result.stdout.splitlines() if line.lstrip().startswith("ABCD"))
    assert re.findall(r"[+-]0\.\d+", row) == ["-0.14", "-0.33", "-0.03", "-0.02"]


def test_the_whole_grid_is_shown_in_bands(bundled: Path) -> None:
    said = ["grid", "california-housing", "-m", "@decision_tree"]
    first = invoke(*said, "--limit", "93", database=bundled).stdout
    scores = [
        float(each) for each in re.findall(r"^ [a-j]+ +(0\.\d+) ±", first, flags=re.MULTILINE)
    ]
    assert len(scores) == 92  # the score of the empty set is declared: it has no error, no part
    bands = invoke(*said, "--bands", "11", database=bundled).stdout
    found = re.search(r"\n 1 to 93 +0 +(0\.\d+) \n 94 to 186 +3 ", bands)
    assert found is not None
    assert float(found[1]) == pytest.approx(sum(scores) / 92, abs=1e-4)
    assert "1,024 sets in 11 bands, sorted by rank" in bands
    sorted_ = invoke(*said, "--bands", "2", "--sort", "score", database=bundled).stdout
    assert "from rank" not in sorted_
    none = invoke(*said, "--bands", "2", "--where", "rank > 99", database=bundled)
    assert none.stdout == "No such set.\n"


def test_a_set_is_shown_replicate_by_replicate(bundled: Path) -> None:
    said = ["show", "california-housing", "abc", "-m", "@decision_tree"]
    many = invoke(*said, database=bundled).stdout
    assert many.startswith("abc, 3 objects.\n")
    scores = [float(each) for each in re.findall(r"^ \d+ +(0\.\d+) $", many, flags=re.MULTILINE)]
    assert len(scores) == 30
    assert f" {sum(scores) / 30:.3f} ±0.0061 " in many
    assert "± is one standard error of the mean." in many
    assert "Shared replicates" in many
    one = invoke("show", "toy", "all", "-m", "A", database=bundled).stdout
    assert re.search(r"\n unnamed +0.92 \n mean +0.92 \n", one)
    assert one.endswith("The error of a single replicate is unknown.\n")
    declared = invoke(
        "show", "california-housing", "empty", "-m", "@decision_tree", database=bundled
    )
    assert "0 (declared)" in declared.stdout
    assert "standard error" not in declared.stdout


def test_neighbors_that_are_not_stored_are_named(bundled: Path) -> None:
    result = invoke("neighbors", "toy", "ABCD", database=bundled)
    assert "Not stored: BCD, ABD." in result.stdout


def test_a_bad_predicate_is_shown_with_carets_under_the_place(bundled: Path) -> None:
    done = run("search", "toy", "rank >= 3 and contians('A')", "--db", bundled)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "lattice: The predicate cannot be read at character 15: `contians` is no word of"
        " predicates. Did you mean contains or contains_any?",
        "  rank >= 3 and contians('A')",
        "                ^^^^^^^^",
    ]


def test_a_search_says_how_lucky_the_best_set_is(bundled: Path) -> None:
    said = ["--sort", "@decision_tree", "--top", "1", "-m", "@decision_tree"]
    lucky = invoke("search", "california-housing", "rank <= 5", *said, database=bundled)
    assert "1 set, sorted by r2/held-out@decision_tree." in lucky.stdout
    assert "on the 30 shared replicates that chose it" in lucky.stdout
    assert "of 100 resamples choose the same set." in lucky.stdout
    once = invoke("search", "toy", "--sort", "A", database=bundled)
    assert "Note: the first set is chosen on the same scores: optimistic." in once.stdout
    none = invoke("search", "toy", "rank > 9", database=bundled)
    assert none.stdout == "No such set.\n"


def test_found_sets_are_printed_with_what_to_change_and_what_they_cost(bundled: Path) -> None:
    near = invoke("nearest", "toy", "BC", database=bundled)
    assert re.search(r"AB +2 +\+A -C ", near.stdout)
    assert "BC is not stored." in near.stdout
    front = invoke(
        "front", "covertype", "-m", "A", "-m", "D", "--expense", "rank", database=bundled
    )
    assert re.search(r"\n +AC +2 +0.7267 +0.11 ", front.stdout)
    assert "7 of 15 sets are on the front of accuracy/A (higher is better)" in front.stdout


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("search toy", "are only 4"),
        ("front covertype -m A -m D --expense rank", "are only 7"),
        ("squares covertype ABC -m A", "are only 3"),
        ("without covertype ABC -m A", "are only 3"),
        ("neighbors toy AB", "is only 1"),
        ("grid toy", "are only 4"),
        ("interval toy AB ABCD", "are only 3"),
    ],
)
def test_a_page_beyond_the_end_says_how_many_there_are(
    said: str, count: str, bundled: Path
) -> None:
    result = invoke(*said.split(), "--start", "99", database=bundled)
    assert result.exit_code == 0
    assert f"There {count}.\n" in result.stdout


def test_costs_and_names_with_blanks_are_printed(
    database_place: Path, write_file: WriteFile
) -> None:
    costs = {"big, books": 2, "news": 1.5, "web": None}
    objects = "".join(
        f"[[objects]]\nname = '{name}'\n" + ("" if cost is None else f"cost = {cost}\n")
        for name, cost in costs.items()
    )
    rows = '"""big, books"""+news+web,0.5\n"""big, books""",0.75\nnews,0.25\nweb,0.5\n'
    table = write_file("t.csv", f"subset,accuracy\n{rows}".replace('"""big, books"""', "BB"))
    mapping = write_file("t.toml", f"[sets]\nspelling = 'names'\n{objects}")
    mapping.write_text(
        mapping.read_text().replace("name = 'big, books'", "name = 'big, books'\naliases = ['BB']")
    )
    imported = invoke("import", table, "--mapping", mapping, database=database_place)
    assert imported.exit_code == 0, imported.output
    assert re.search(
        r"object +label +size +cost", invoke("show", "t", database=database_place).stdout
    )
    found = invoke("search", "t", "--sort", "-cost", database=database_place).stdout
    assert re.search(r"training set +rank +cost", found)
    assert re.search(r'"big, books" +1 +2 +0.75', found)
    assert re.search(r"web +1 +missing +0.5", found)
    squares = invoke("squares", "t", "all", database=database_place).stdout
    assert '"big, books" + news' in squares
    compared = invoke("compare", "t", '"big, books"', "all", database=database_place).stdout
    assert 'Held fixed: "big, books". Meet: "big, books".' in compared


def test_sums_that_cannot_be_made_say_why(bundled: Path) -> None:
    result = invoke("acquire", "toy", "AB", "-m", "A", database=bundled)
    assert result.exit_code == 0
    assert re.search(
        r"All together: \S+; each alone, summed, and synergy: unavailable \(no score of",
        result.stdout,
    )


def test_levels_are_printed_as_numbers_and_as_bars(bundled: Path) -> None:
    levels = invoke("levels", "toy", "-m", "A", database=bundled)
    assert re.search(r"\n +3 +2 +50% +2 +0.78 +0.805 +0.83 +0.855 +0.88 +0.83 ", levels.stdout)
    apart = "1 declared, not measured: it is no part of the quantiles."
    said = ["levels", "california-housing", "-m", "@decision_tree"]
    assert apart in invoke(*said, database=bundled).stdout
    bars = invoke(*said, "--histogram", database=bundled)
    assert re.search(r"\n +0 +0 +1 +0 \n +1 +[▁-█ ]+ 10 +0 +0 \n", bars.stdout)
    assert "1 declared, not measured: it is no part of the bins." in bars.stdout
    nothing = invoke(*said, "--histogram", "--where", "rank == 0", database=bundled).stdout
    assert nothing.splitlines() == [
        "No set has a measured score under r2/held-out@decision_tree.",
        "1 declared, not measured.",
    ]
    said = ["levels", "toy", "-m", "A", "--histogram", "--bins", "4"]
    bars = invoke(*said, database=bundled)
    assert re.search(r"\n +3 +█ █ +2 +0 ", bars.stdout)
    assert "in bins of 0.05" in bars.stdout
    none = invoke(*said, "--where", "rank > 9", database=bundled)
    assert none.stdout == "No set has a score under accuracy/A.\n"


@pytest.mark.parametrize(("width", "digits"), [(80, 4), (75, 3)])
def test_a_narrow_terminal_shows_fewer_digits_of_levels_but_whole_numbers(
    bundled: Path, width: int, digits: int
) -> None:
    said = ["levels", "california-housing", "-m", "@random_forest", "--db", str(bundled)]
    result = CliRunner(env={"COLUMNS": f"{width}"}).invoke(app, said)
    (line,) = (each for each in result.stdout.splitlines() if each.lstrip().startswith("3 "))
    with lattice.open(str(bundled)) as database:
        level = database["california-housing"].levels("@random_forest").items[3]
    numbers = (level.lowest, level.lower_quartile, level.median, level.upper_quartile)
    assert line.split()[4:8] == [f"{number:.{digits}g}" for number in numbers]


def test_a_number_without_room_does_not_lose_digits_unseen(bundled: Path) -> None:
    said = ["levels", "california-housing", "-m", "@random_forest", "--db", str(bundled)]
    result = CliRunner(env={"COLUMNS": "60"}).invoke(app, said)
    (line,) = (each for each in result.stdout.splitlines() if each.lstrip().startswith("3 "))
    assert any(each.endswith("…") for each in line.split())
    with lattice.open(str(bundled)) as database:
        level = database["california-housing"].levels("@random_forest").items[3]
    quantiles = (level.lowest, level.lower_quartile, level.median, level.upper_quartile)
    for shown, number in zip(line.split()[4:8], quantiles, strict=True):
        assert shown.endswith("…") or shown == f"{number:.3g}"


def test_bars_fit_the_terminal(bundled: Path) -> None:
    said = ["levels", "covertype", "-m", "A", "--histogram", "--bins", "200", "--db", str(bundled)]
    result = CliRunner(env={"COLUMNS": "60"}).invoke(app, said)
    assert max(map(len, result.stdout.splitlines())) <= 60
    counts = [int(line.split()[-2]) for line in result.stdout.splitlines() if line.endswith(" 0 ")]
    assert sum(counts) == 15


def test_names_are_printed_as_they_are(database_place: Path, write_file: WriteFile) -> None:
    path = write_file("t.csv", "subset,accuracy\n[red]x[/red],0.5\n[red]x[/red]+y,0.75\n")
    assert invoke("import", path, database=database_place).exit_code == 0
    for command in (["show", "t"], ["grid", "t"], ["neighbors", "t", "[red]x[/red]"]):
        assert "[red]x[/red]" in invoke(*command, database=database_place).stdout, command


# ------------------------------------------------------------------ import


def test_an_import_says_what_it_understood_and_added(
    database_place: Path, write_file: WriteFile
) -> None:
    result = invoke("import", write_file("t.csv", TABLE), database=database_place)
    assert result.exit_code == 0
    assert "t -> lattice t" in result.stdout
    assert "understood: wide table" in result.stdout
    assert "added: 2 objects, 2 training sets, 1 move, 1 measure, 2 evaluations" in result.stdout


def test_a_second_import_says_that_nothing_was_added(
    database_place: Path, write_file: WriteFile
) -> None:
    path = write_file("t.csv", TABLE)
    invoke("import", path, database=database_place)
    assert "nothing was added" in invoke("import", path, database=database_place).stdout


def test_a_dry_run_makes_no_file(database_place: Path, write_file: WriteFile) -> None:
    path = write_file("t.csv", TABLE)
    result = invoke("import", path, "--dry-run", database=database_place)
    assert result.exit_code == 0
    assert "would add: 2 objects" in result.stdout
    assert "Nothing was written" in result.stdout
    assert list(path.parent.iterdir()) == [path]


def test_a_dry_run_on_a_database_changes_nothing(
    database_place: Path, write_file: WriteFile, read_tables: Callable[[Path], Tables]
) -> None:
    invoke("import", write_file("t.csv", TABLE), database=database_place)
    before = read_tables(database_place)
    more = write_file("more.csv", "train_set,accuracy\nB,0.25\n")
    report = answer("import", more, "--into", "t", "--dry-run", database=database_place)
    assert report["imported"][0]["training_sets"] == 1
    assert read_tables(database_place) == before


def test_a_metric_is_named_on_the_command_line(database_place: Path, write_file: WriteFile) -> None:
    path = write_file("t.csv", "train_set,points\nA,5\nAB,4\n")
    said = ["--metric", "points", "--direction", "lower"]
    answer("import", path, *said, database=database_place)
    (measure,) = answer("show", "t", database=database_place)["measures"]
    assert (measure["name"], measure["metric"]["direction"]) == ("points/default", "lower")


def test_a_mapping_and_a_lattice_are_named_on_the_command_line(
    database_place: Path, write_file: WriteFile
) -> None:
    path = write_file("t.csv", "who,accuracy\nA,0.5\n")
    mapping = write_file("m.toml", 'title = "Mapped"\n[columns]\ntraining_set = "who"\n')
    answer("import", path, "--mapping", mapping, "--into", "x", database=database_place)
    (found,) = answer("ls", database=database_place)
    assert (found["name"], found["title"]) == ("x", "Mapped")


def test_a_failed_import_makes_no_lattice(database_place: Path, write_file: WriteFile) -> None:
    good, bad = write_file("a.csv", TABLE), write_file("b.csv", "train_set,accuracy\nA,x\n")
    done = run("import", good, bad, "--db", database_place)
    assert done.returncode == 1
    assert done.stderr.startswith("lattice: b.csv, line 2: ")
    assert answer("ls", database=database_place) == []


# ------------------------------------------------------------------ serve


@pytest.mark.parametrize("as_document", [False, True])
def test_the_server_says_its_address_answers_and_stops(bundled: Path, as_document: bool) -> None:
    command = [sys.executable, "-m", "lattice.cli", "serve", "--port", "0", "--db", str(bundled)]
    with subprocess.Popen(
        [*command, *(["--json"] if as_document else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
    ) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        try:
            said = server.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:[1-9]\d*/", said)
            assert found is not None, said
            if as_document:
                assert json.loads(said) == {"address": found[0]}
            with urllib.request.urlopen(f"{found[0]}api/v1/lattices", timeout=10) as response:
                assert response.status == 200
                names = [each["name"] for each in json.load(response)["items"]]
            assert names == ["california-housing", "covertype", "silo", "toy"]
        finally:
            server.send_signal(signal.SIGINT)
            code = server.wait(timeout=20)
        assert code == 0
        assert "Traceback" not in server.stderr.read()
        assert server.stdout.read() == ""


def test_a_port_that_is_taken_is_refused(bundled: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), "--db", bundled)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be bound" in done.stderr
    assert "--port" in done.stderr
