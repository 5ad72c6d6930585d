from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
HOMES = {
    "lattice": "lattice",
    "web": "lattice.web",
    "migrations": "lattice.migrations",
    "data": "lattice.data",
}
NOT_PACKED = shutil.ignore_patterns("frontend", "node_modules", "__pycache__", "*.egg-info")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def python_files() -> list[Path]:
    return [
        path
        for home in HOMES
        for path in sorted((ROOT / home).rglob("*.py"))
        if not {"frontend", "node_modules"} & set(path.relative_to(ROOT).parts)
    ]


@dataclass(frozen=True)
class Installed:
    """The wheel, and an environment of its own that it is installed in."""

    wheel: Path
    folder: Path

    @property
    def names(self) -> set[str]:
        with zipfile.ZipFile(self.wheel) as archive:
            return set(archive.namelist())

    def run(self, program: str, *arguments: str) -> str:
        """Run a program of the environment from `/` and give what it prints."""
        scripts = self.folder / ("Scripts" if os.name == "nt" else "bin")
        hidden = ("PYTHONPATH", "PYTHONHOME", "LATTICE_DB", "VIRTUAL_ENV")
        done = subprocess.run(
            [scripts / program, *arguments],
            cwd="/",
            env={name: value for name, value in os.environ.items() if name not in hidden},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel from a copy of the sources, and install it away from the checkout.

    The environment borrows the dependencies of the one that runs the tests, but not its editable
    datalattice: a .pth file adds a folder without reading the .pth files in it.
    """
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    for home in HOMES:
        shutil.copytree(ROOT / home, sources / home, ignore=NOT_PACKED)
    built = folder / "built"
    quietly("-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(sources))
    (wheel,) = built.glob("*.whl")
    target = folder / "environment"
    venv.EnvBuilder(with_pip=False).create(target)
    variables = {"base": str(target), "platbase": str(target)}
    site_packages = Path(sysconfig.get_path("purelib", vars=variables))
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = next(
        (target / each) for each in ("bin/python", "Scripts/python.exe") if (target / each).exists()
    )
    quietly("-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    return Installed(wheel, target)


def quietly(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd="/", timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


# ------------------------------------------------------------------ what is declared


def test_the_list_of_packages_is_the_folders_with_python_files() -> None:
    folders = {path.parent for path in python_files()}
    found = set()
    for folder in folders:
        home, *below = folder.relative_to(ROOT).parts
        found.add(".".join((HOMES[home], *below)))
        assert (folder / "__init__.py").is_file(), folder
    listed = project()["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(found)
    assert len(listed) == len(set(listed))


def test_packages_are_found_in_their_folders() -> None:
    assert project()["tool"]["setuptools"]["package-dir"] == {
        package: home for home, package in HOMES.items()
    }


def test_every_library_that_is_imported_is_declared() -> None:
    extras = project()["project"]["optional-dependencies"]
    ours = {"dev", "bench"}  # what only tests, checks and benchmarks import
    offered = [each for name, extra in extras.items() if name not in ours for each in extra]
    declared = {
        re.split(r"[<>=~!\[;]", each)[0].strip().casefold().replace("-", "_")
        for each in [*project()["project"]["dependencies"], *offered]
    }
    imported = set()
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported |= {name.split(".")[0] for name in names}
    imported -= {*sys.stdlib_module_names, "lattice"}
    distributions = packages_distributions()
    of_flask = {"werkzeug"}
    missing = {
        name
        for name in imported - of_flask
        if not {each.casefold().replace("-", "_") for each in distributions[name]} & declared
    }
    assert missing == set()


# ------------------------------------------------------------------ what is in the wheel


def test_the_wheel_holds_every_module(installed: Installed) -> None:
    expected = set()
    for path in python_files():
        home, *below = path.relative_to(ROOT).parts
        expected.add("/".join((HOMES[home].replace(".", "/"), *below)))
    assert {name for name in installed.names if name.endswith(".py")} == expected


def test_the_wheel_holds_templates_and_the_built_front_end(installed: Installed) -> None:
    names = installed.names
    dist = "lattice/web/static/dist"
    assert "lattice/web/templates/explorer.html" in names
    assert f"{dist}/.vite/manifest.json" in names
    with zipfile.ZipFile(installed.wheel) as archive:
        manifest = json.loads(archive.read(f"{dist}/.vite/manifest.json"))
    for chunk in manifest.values():
        for each in (chunk["file"], *chunk.get("css", ()), *chunk.get("assets", ())):
            assert f"{dist}/{each}" in names


def test_the_wheel_holds_all_bundled_data(installed: Installed) -> None:
    expected = {
        f"lattice/data/{path.relative_to(ROOT / 'data').as_posix()}"
        for path in (ROOT / "data").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(expected) > 90
    assert {name for name in installed.names if name.startswith("lattice/data/")} == expected


def test_the_wheel_holds_types_migrations_licence_and_the_command(installed: Installed) -> None:
    names = installed.names
    assert "lattice/py.typed" in names
    assert "lattice/migrations/script.py.mako" in names
    assert any(re.fullmatch(r"lattice/migrations/versions/v0001_\w+\.py", each) for each in names)
    assert any(each.endswith("/licenses/LICENSE") for each in names)
    with zipfile.ZipFile(installed.wheel) as archive:
        (points,) = (each for each in names if each.endswith("entry_points.txt"))
        assert "lattice = lattice.cli:main" in archive.read(points).decode()


def test_the_wheel_holds_nothing_else(installed: Installed) -> None:
    roots = {name.split("/")[0] for name in installed.names}
    assert len(roots) == 2
    assert {each for each in roots if not each.endswith(".dist-info")} == {"lattice"}
    foreign = ("frontend", "node_modules", "__pycache__", ".db", ".ts", ".tsx")
    assert [name for name in installed.names if any(each in name for each in foreign)] == []


# ------------------------------------------------------------------ what it does away from here


def test_the_installed_command_imports_and_lists(installed: Installed, tmp_path: Path) -> None:
    place = str(tmp_path / "wheel.db")
    installed.run("lattice", "import", "--bundled", "--db", place)
    listed = json.loads(installed.run("lattice", "ls", "--json", "--db", place))
    assert [each["name"] for each in listed] == ["california-housing", "covertype", "silo", "toy"]
    assert [each["training_sets"] for each in listed] == [1024, 15, 2, 4]


PAGES = """
import json, re, sys
import lattice, lattice.data, lattice.migrations, lattice.web
from lattice.resources import bundled_manifests
from lattice.web.app import create_app

with lattice.create(sys.argv[1]) as database:
    database.import_files([each for each in bundled_manifests() if each.parent.name == "toy"])
    client = create_app(database).test_client()
    home = client.get("/")
    urls = re.findall(r'(?:src|href)="(/[^"]+)"', home.text)
    print(json.dumps({
        "files": [lattice.__file__, lattice.data.__file__, lattice.migrations.__file__,
                  lattice.web.__file__],
        "home": home.status_code,
        "assets": {url: client.get(url).status_code for url in urls},
        "page": client.get("/lattices/toy/map").status_code,
        "api": client.get("/api/v1/lattices/toy").json["summary"]["training_sets"],
    }))
"""


def test_the_installed_explorer_answers(installed: Installed, tmp_path: Path) -> None:
    said = json.loads(installed.run("python", "-c", PAGES, str(tmp_path / "pages.db")))
    for file in said["files"]:
        assert Path(file).is_relative_to(installed.folder)
        assert not Path(file).is_relative_to(ROOT)
    assert said["home"] == said["page"] == 200
    assert said["api"] == 4
    assert any(url.endswith(".js") for url in said["assets"])
    assert set(said["assets"].values()) == {200}
