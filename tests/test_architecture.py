"""The arrows of docs/architecture.md, read from the imports with ast."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOMES = {"lattice": "lattice", "web": "lattice.web", "migrations": "lattice.migrations"}
LONGEST_MODULE = 500


@dataclass(frozen=True)
class Import:
    """One imported module or name: `lattice.queries.grid.Sort`, and when it is imported."""

    name: str
    at_start: bool


@cache
def modules() -> dict[str, Path]:
    """Every module of the product by the name under which it is imported."""
    found = {}
    for folder, package in HOMES.items():
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" in path.parts or "frontend" in path.parts:
                continue
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            name = ".".join((package, *(part for part in parts if part != "__init__")))
            found[name] = path
    found["lattice.data"] = ROOT / "data" / "__init__.py"
    return found


def imports_of(name: str) -> list[Import]:
    return imports_in(modules()[name].read_text(encoding="utf-8"), name)


def imports_in(source: str, name: str) -> list[Import]:
    """What a module imports; nested in a function or under TYPE_CHECKING is not at its start."""
    found: list[Import] = []

    def walk(node: ast.AST, at_start: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(each.name, at_start) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found.extend(Import(f"{node.module}.{each.name}", at_start) for each in node.names)
        later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for child in ast.iter_child_nodes(node):
            walk(child, at_start and not later and not typing)

    walk(ast.parse(source), True)
    return found


def module_of(imported: str) -> str | None:
    """The product's module that an imported name is, or is in."""
    while imported and imported not in modules():
        imported = imported.rpartition(".")[0]
    return imported or None


def needs(name: str, *, at_start: bool = False) -> set[str]:
    """The product's other modules that a module imports."""
    found = {module_of(each.name) for each in imports_of(name) if each.at_start or not at_start}
    return {each for each in found if each is not None} - {name}


def outside(name: str) -> set[str]:
    """Top-level names of everything else that a module imports."""
    return {each.name.split(".")[0] for each in imports_of(name) if module_of(each.name) is None}


def under(name: str, *packages: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in packages)


def reached(name: str) -> set[str]:
    """All modules that a module needs, directly or through others."""
    found: set[str] = set()
    left = {name}
    while left:
        each = left.pop()
        found.add(each)
        left |= needs(each) - found
    return found - {name, "lattice"}


def test_the_imports_are_read_right() -> None:
    source = (
        "import a.b\nfrom c import d as e\nif TYPE_CHECKING:\n    import f\n"
        "def g():\n    from h import i\nclass J:\n    import k\ntry:\n    import l\nfinally: pass\n"
    )
    found = {each.name: each.at_start for each in imports_in(source, "x")}
    assert found == {"a.b": True, "c.d": True, "f": False, "h.i": False, "k": True, "l": True}
    assert module_of("lattice.queries.grid.Sort") == "lattice.queries.grid"
    assert module_of("numpy.random") is None
    assert len(modules()) > 40


def test_only_the_database_side_knows_sqlalchemy() -> None:
    knowing = {name for name in modules() if outside(name) & {"sqlalchemy", "alembic"}}
    allowed = ("lattice.schema", "lattice.database", "lattice.storage", "lattice.migrations")
    assert {name for name in knowing if not under(name, *allowed)} == set()
    assert {"lattice.schema", "lattice.database", "lattice.storage.snapshot"} <= knowing


def test_only_storage_and_importing_see_the_tables() -> None:
    seeing = {name for name in modules() if "lattice.schema" in needs(name)}
    allowed = ("lattice.database", "lattice.storage", "lattice.importing", "lattice.migrations")
    assert {name for name in seeing if not under(name, *allowed)} == set()


def test_the_index_needs_no_storage() -> None:
    allowed = tuple(
        f"lattice.{part}" for part in ("lookup", "model", "notation", "replicates", "subsets")
    )
    assert all(under(each, *allowed) for each in needs("lattice.index"))
    assert all(under(each, *allowed, "lattice.errors") for each in reached("lattice.index"))


def test_queries_see_the_index_and_not_the_database() -> None:
    allowed = (
        "deadlines",
        "errors",
        "index",
        "lookup",
        "model",
        "notation",
        "queries",
        "replicates",
        "subsets",
    )
    for name in modules():
        if under(name, "lattice.queries"):
            seen = {each for each in needs(name) if each != "lattice"}
            assert all(under(each, *(f"lattice.{part}" for part in allowed)) for each in seen), name


def test_values_see_the_index_and_the_queries_and_not_the_database() -> None:
    allowed = (
        "deadlines",
        "errors",
        "index",
        "model",
        "queries",
        "replicates",
        "subsets",
        "values",
    )
    for name in modules():
        if under(name, "lattice.values"):
            seen = {each for each in needs(name) if each != "lattice"}
            assert all(under(each, *(f"lattice.{part}" for part in allowed)) for each in seen), name


def test_subset_algebra_knows_numpy_only() -> None:
    assert needs("lattice.subsets") == set()
    assert outside("lattice.subsets") - {"numpy"} <= {
        "__future__",
        "collections",
        "dataclasses",
        "functools",
        "typing",
    }


def test_the_model_and_the_errors_need_nothing_of_ours() -> None:
    assert needs("lattice.errors") == set()
    for name in modules():
        if under(name, "lattice.model"):
            assert all(under(each, "lattice.model") for each in needs(name)), name


def test_reports_are_words_too() -> None:
    assert all(under(each, "lattice.model") for each in needs("lattice.reports"))


def test_readers_of_files_do_not_see_the_database() -> None:
    for part in (
        "arrays",
        "delimited",
        "detection",
        "facts",
        "folders",
        "games",
        "jsontexts",
        "layout",
        "lm_eval",
        "mapping",
        "masks",
        "metrics",
        "mlflow",
        "mlflow_files",
        "parquet",
        "records",
        "rows",
        "runs",
        "settexts",
        "sources",
        "table",
        "tables",
    ):
        seen = reached(f"lattice.importing.{part}")
        assert not {name for name in seen if under(name, "lattice.storage", "lattice.database")}


def test_only_the_graph_imports_networkx_at_its_start() -> None:
    importing = {
        name
        for name in modules()
        for each in imports_of(name)
        if each.name.split(".")[0] == "networkx" and each.at_start
    }
    assert importing == {"lattice.graph"}
    at_start = {name for name in modules() if "lattice.graph" in needs(name, at_start=True)}
    assert at_start == set()


@pytest.mark.parametrize("edge", ["lattice.cli", "lattice.printing", "lattice.web"])
def test_the_edges_see_only_the_facade_and_the_words(edge: str) -> None:
    allowed = {
        "lattice",
        "lattice.deadlines",
        "lattice.facade",
        "lattice.model",
        "lattice.errors",
        "lattice.encoding",
        "lattice.exporting.report",
        "lattice.reports",
        "lattice.resources",
    }
    parts = {"lattice.queries.grid.Sort", "lattice.database.default_url"}
    readers = ("lattice.importing.mapping", "lattice.importing.records")
    for name in modules():
        if not under(name, edge):
            continue
        for each in imports_of(name):
            module = module_of(each.name)
            if module is None or module in allowed or each.name in parts:
                continue
            if under(module, "lattice.model"):
                continue
            if under(module, edge, "lattice.web", "lattice.printing"):
                continue
            if edge != "lattice.printing" and under(module, *readers):
                continue
            pytest.fail(f"{name} imports {each.name}")


def test_the_library_does_not_need_the_web() -> None:
    for name in modules():
        if not under(name, "lattice.web", "lattice.cli"):
            assert not {each for each in needs(name) if under(each, "lattice.web")}, name
            assert not outside(name) & {"flask", "waitress", "werkzeug", "typer"}, name
    for each in imports_of("lattice.cli"):
        assert not (each.at_start and under(each.name, "lattice.web"))


def test_nobody_imports_the_folders_by_their_plain_names() -> None:
    for name in modules():
        assert not outside(name) & {"web", "migrations", "data"}, name


def test_no_imports_go_in_a_circle() -> None:
    graph = {name: needs(name, at_start=True) for name in modules()}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(modules())


def test_every_module_fits_on_a_few_screens() -> None:
    long = {
        name: lines
        for name, path in modules().items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_every_module_says_its_job_first() -> None:
    for name, path in modules().items():
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert said, name
        assert said.split("\n")[0].rstrip().endswith((".", ":")), name
