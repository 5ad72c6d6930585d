import json
import re
import shlex
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

import lattice
from lattice.cli import app
from lattice.importing import mapping as mappings
from lattice.importing.layout import USUAL_NAMES
from lattice.web.app import create_app
from lattice.web.openapi import document

ROOT = Path(__file__).parents[1]
COMMANDS = sorted(typer.main.get_group(app).commands)


def blocks(path: str, language: str) -> list[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def shell_lines(path: str) -> list[str]:
    lines = "\n".join(blocks(path, "sh")).splitlines()
    return [line.split("#")[0].strip() for line in lines if line.strip()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_with_an_example(command: str) -> None:
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    section = text.split(f"## lattice {command}\n")[1].split("\n## ")[0]
    assert f"```sh\nlattice {command}" in section


def test_every_documented_command_exists() -> None:
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^## lattice (\w+)$", text, flags=re.MULTILINE)) == COMMANDS


def test_readme_and_command_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [*shell_lines("README.md"), *shell_lines("docs/commands.md")]
    commands = [line for line in lines if line.startswith("lattice ")]
    finite = [line for line in commands if not line.startswith("lattice serve")]
    assert len(finite) > 8
    monkeypatch.chdir(tmp_path)
    for line in finite:
        done = CliRunner().invoke(app, shlex.split(line)[1:])
        assert done.exit_code == 0, f"{line}\n{done.output}{done.exception}"
        assert done.stdout


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [line.split()[1] for line in shell_lines("README.md") if line.startswith("make ")]
    assert targets == ["explore", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8").strip().splitlines()
    assert script[-1] == "exec make test"


def test_the_python_example_of_the_readme_runs(
    tmp_path: Path, bundled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = blocks("README.md", "python")
    exec(example.replace('"lattice.db"', repr(str(bundled))), {})
    printed = capsys.readouterr().out
    assert "Move(kind='remove', object='B') 0.0066" in printed
    assert "['A', 'AD', 'ACD', 'ABCD', 'BCD'] 0.580417" in printed


def keys_of(kind: object) -> set[str]:
    assert is_dataclass(kind)
    return {each.name for each in fields(kind)}


@pytest.mark.parametrize(
    "kind",
    [
        mappings.Mapping,
        mappings.Columns,
        mappings.Replicates,
        mappings.Sets,
        mappings.ObjectEntry,
        mappings.EvaluationSetEntry,
        mappings.MetricEntry,
        mappings.ProtocolEntry,
    ],
)
def test_every_key_of_a_mapping_is_documented_and_shown(kind: object) -> None:
    text = (ROOT / "docs/mapping.md").read_text(encoding="utf-8")
    section = text.split("## Every key")[1]
    for key in keys_of(kind):
        assert f"`{key}`" in section or f"`[{key}]`" in section or f"`[[{key}]]`" in section, key


def test_every_example_mapping_is_valid() -> None:
    examples = blocks("docs/mapping.md", "toml")
    assert len(examples) >= 4
    for number, example in enumerate(examples):
        mappings.parse(example, f"example {number}")


def test_the_wide_example_reads_without_and_with_its_mapping(tmp_path: Path) -> None:
    table = tmp_path / "mixes.csv"
    table.write_text(blocks("docs/mapping.md", "csv")[0], encoding="utf-8")
    mapping = mappings.parse(blocks("docs/mapping.md", "toml")[0], "example")
    with lattice.create(str(tmp_path / "a.db")) as database:
        (plain,) = database.import_files([table]).imported
        (said,) = database.import_files([table], into="said", mapping=mapping).imported
    assert plain.evaluations == said.evaluations == 4
    assert plain.questions
    assert not said.questions


def test_the_published_json_schema_is_current() -> None:
    published = json.loads((ROOT / "docs/mapping.schema.json").read_text(encoding="utf-8"))
    assert published == mappings.json_schema()


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_api_page_lists_every_resource_with_its_parameters() -> None:
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    listed = {
        path: set(filter(None, parameters.split("&")))
        for path, parameters in re.findall(r"^\| `([^`?]+)\??([^`]*)` \|", page, re.MULTILINE)
    }
    described = {
        f"{'' if method == 'get' else 'POST '}{path}": {
            each["name"] for each in found["parameters"] if each["in"] == "query"
        }
        for path, operations in json.loads(document())["paths"].items()
        for method, found in operations.items()
    }
    assert listed == described


def test_the_api_page_shows_a_real_refusal(bundled: Path) -> None:
    (shown,) = blocks("docs/api.md", "json")
    with lattice.open(str(bundled)) as database:
        client = create_app(database).test_client()
        answer = client.get("/api/v1/lattices/toy/subgraph?measure=acuracy/A")
    assert json.loads(shown) == answer.json


def test_every_header_that_is_understood_is_documented() -> None:
    section = (ROOT / "docs/mapping.md").read_text(encoding="utf-8").split("## Every key")[1]
    for names in USUAL_NAMES.values():
        for name in names:
            assert f"`{name}`" in section, name
