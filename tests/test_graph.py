from __future__ import annotations

import itertools
from pathlib import Path

import networkx as nx
import pytest

import lattice


def test_the_toy_is_three_moves_between_four_sets(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        graph = toy.graph()
        assert graph.graph == {"state": toy.state}
    assert list(graph.nodes) == ["AB", "ABC", "ACD", "ABCD"]
    assert sorted(graph.edges(data="object")) == [
        ("AB", "ABC", "C"),
        ("ABC", "ABCD", "D"),
        ("ACD", "ABCD", "B"),
    ]
    assert graph.nodes["ACD"] == {
        "key": "~0d",
        "rank": 3,
        "scores": {"accuracy/A": 0.78, "accuracy/B": 0.55, "accuracy/C": 0.82, "accuracy/D": 0.80},
    }


def test_every_edge_adds_the_object_it_names_and_none_lacks(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        graph = database["covertype"].graph()
    expected = {
        (lower, upper, next(iter(set(upper) - set(lower))))
        for lower, upper in itertools.permutations(graph, 2)
        if set(lower) < set(upper) and len(upper) == len(lower) + 1
    }
    assert set(graph.edges(data="object")) == expected
    assert len(expected) == 28


def test_a_complete_lattice_is_a_hypercube(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        graph = database["california-housing"].graph()
    assert len(graph) == 1_024
    assert graph.number_of_edges() == 10 * 2**9
    assert {graph.in_degree(name) + graph.out_degree(name) for name in graph} == {10}
    assert all(graph.in_degree(name) == graph.nodes[name]["rank"] for name in graph)
    assert nx.is_directed_acyclic_graph(graph)


def test_missing_cells_are_left_out_of_the_scores(tmp_path: Path) -> None:
    file = tmp_path / "gaps.csv"
    file.write_text("train_set,accuracy/x,accuracy/y\nA,0.5,0.4\nAB,,0.6\nC,,\n", encoding="utf-8")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        graph = database["gaps"].graph()
    assert {name: graph.nodes[name]["scores"] for name in graph} == {
        "A": {"accuracy/x": 0.5, "accuracy/y": 0.4},
        "C": {},
        "AB": {"accuracy/y": 0.6},
    }


def test_the_copy_is_the_askers_own(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        toy.graph().remove_node("ABCD")
        assert "ABCD" in toy.graph()


@pytest.mark.parametrize("objects", [("a+b", "a", "b"), ("empty", "all", "{}")])
def test_sets_of_awkward_names_are_nodes_of_their_own(
    tmp_path: Path, objects: tuple[str, ...]
) -> None:
    file = tmp_path / "awkward.csv"
    rows = "\n".join(f"{','.join(each)},0.5" for each in itertools.product("01", repeat=3))
    file.write_text(f"{','.join(objects)},accuracy\n{rows}\n", encoding="utf-8")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        awkward = database["awkward"]
        graph = awkward.graph()
        assert len(graph) == 8
        assert graph.number_of_edges() == 12
        for name in graph:
            assert awkward.resolve(name).training_set.key == graph.nodes[name]["key"]
