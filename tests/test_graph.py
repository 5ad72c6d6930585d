from __future__ import annotations

import copy
import itertools
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.graph import LatticeGraph, to_networkx
from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import DataObject, EvaluationSet, Measure, Metric, Protocol
from lattice.notation import Universe
from lattice.subsets import display_order, ranks, words_of_masks


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
        for graph in (toy.to_networkx(), toy.graph().copy()):
            graph.remove_node("ABCD")
            graph.nodes["AB"]["scores"]["mine"] = 1
        assert "ABCD" in toy.graph()
        assert "mine" not in toy.graph().nodes["AB"]["scores"]


def test_a_copy_of_some_sets_has_the_moves_between_them(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        whole = covertype.to_networkx()
        some = covertype.to_networkx('rank >= 3 or contains("A", "B")')
    names = [name for name in whole if len(name) >= 3 or set(name) >= set("AB")]
    assert nx.utils.graphs_equal(some, whole.subgraph(names).copy())
    assert list(some) == names


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


# ---------------------------------------------------------------- the view


def index_of(names: list[str], scores: dict[int, list[float]]) -> LatticeIndex:
    """An index built from arrays: for every mask its scores, NaN where there is none."""
    words = words_of_masks(list(scores), 1)
    order = display_order(words)
    table = np.array(list(scores.values()))[order]
    measures = tuple(
        Measure(name, Metric(name, "higher"), EvaluationSet("e"), Protocol("p", "d"))
        for name in ("up/e", "down/e")
    )
    return LatticeIndex(
        state="s",
        universe=Universe(tuple(DataObject(name, place) for place, name in enumerate(names))),
        measures=measures,
        words=words[order],
        ranks=ranks(words[order]).astype(np.int32),
        columns=tuple(
            ScoreColumn.of(
                np.ascontiguousarray(table[:, [each]]),
                ("unlabelled",),
                np.zeros(len(table), dtype=np.bool_),
            )
            for each in range(2)
        ),
    )


score = st.sampled_from([0.0, 0.25, 0.5, 1.0, float("nan")])
universes = st.sampled_from([["A", "B", "C", "D", "E"], ["web", "a+b", "all", "x y", "empty"]])
indexes = st.builds(
    index_of,
    universes,
    st.dictionaries(st.integers(0, 31), st.lists(score, min_size=2, max_size=2), min_size=1),
)


def written_out(index: LatticeIndex) -> nx.DiGraph[str]:
    """The same graph, set by set and pair by pair."""
    masks = [index.mask_of(row) for row in range(len(index))]
    spell, objects = index.universe.spell, index.universe.names
    graph: nx.DiGraph[str] = nx.DiGraph(state="s")
    found = [
        {
            measure.name: float(column.mean[row])
            for measure, column in zip(index.measures, index.columns, strict=True)
            if not np.isnan(column.mean[row])
        }
        for row in range(len(masks))
    ]
    for mask, scores in zip(masks, found, strict=True):
        key = index.universe.training_set(mask).key
        graph.add_node(spell(mask), key=key, rank=bin(mask).count("1"), scores=scores)
    for low, high in itertools.permutations(range(len(masks)), 2):
        apart = masks[low] ^ masks[high]
        if masks[low] < masks[high] and apart.bit_count() == 1 and masks[high] & apart:
            both = found[low].keys() & found[high].keys()
            delta = {name: found[high][name] - found[low][name] for name in both}
            added = objects[apart.bit_length() - 1]
            graph.add_edge(spell(masks[low]), spell(masks[high]), object=added, delta=delta)
    return graph


def cost(_: str, __: str, edge: Any) -> float:
    return 1.0 + abs(float(edge["delta"].get("up/e", 2)))


ALGORITHMS: dict[str, Callable[[nx.DiGraph[str], str, str], Any]] = {
    "shortest path": nx.shortest_path,
    "path both ways": lambda g, s, t: nx.shortest_path_length(g.to_undirected(as_view=True), s, t),
    "dijkstra": lambda g, s, t: nx.bidirectional_dijkstra(g, s, t, weight=cost),
    "dijkstra both ways": lambda g, s, t: nx.dijkstra_path_length(
        g.to_undirected(as_view=True), s, t, weight=cost
    ),
    "every path": lambda g, s, t: sorted(nx.all_shortest_paths(g, s, t)),
    "breadth first": lambda g, s, _: list(nx.bfs_edges(g, s)),
    "depth first": lambda g, s, _: list(nx.dfs_preorder_nodes(g, s)),
    "ancestors": lambda g, s, t: (nx.ancestors(g, t), nx.descendants(g, s)),
    "components": lambda g, *_: sorted(map(sorted, nx.weakly_connected_components(g))),
    "topological": lambda g, *_: list(nx.topological_sort(g)),
    "generations": lambda g, *_: list(nx.topological_generations(g)),
    "longest": lambda g, *_: nx.dag_longest_path(g),
    "reversed": lambda g, *_: sorted(g.reverse(copy=False).edges),
    "ranking": lambda g, *_: nx.pagerank(g),
    "degrees": lambda g, *_: (dict(g.degree), dict(g.in_degree), dict(g.out_degree)),
    "neighborhood": lambda g, s, _: nx.ego_graph(g, s, 2).edges,
    "bipartite": lambda g, *_: nx.is_bipartite(g.to_undirected(as_view=True)),
    "between": lambda g, *_: nx.betweenness_centrality(g),
    "reduced": lambda g, *_: sorted(nx.transitive_reduction(g).edges),
}


def outcome(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except nx.NetworkXException as error:
        return type(error)


@settings(max_examples=60, deadline=None)
@given(index=indexes, data=st.data())
def test_algorithms_answer_on_the_view_as_on_a_graph_written_out(
    index: LatticeIndex, data: st.DataObject
) -> None:
    view, plain = LatticeGraph(index), written_out(index)
    source, target = (data.draw(st.sampled_from(list(plain))) for _ in range(2))
    for name, algorithm in ALGORITHMS.items():
        asked = [outcome(partial(algorithm, each, source, target)) for each in (view, plain)]
        assert asked[0] == asked[1], name


@settings(max_examples=60, deadline=None)
@given(index=indexes, data=st.data())
def test_the_view_and_the_copies_are_the_graph_written_out(
    index: LatticeIndex, data: st.DataObject
) -> None:
    view, plain = LatticeGraph(index), written_out(index)
    assert list(view.nodes(data=True)) == list(plain.nodes(data=True))
    assert list(view) == list(plain)
    for each in (view, view.copy(), to_networkx(index), nx.DiGraph(view)):
        assert nx.utils.graphs_equal(each, plain)
        assert each.graph == {"state": "s"}
    assert {(a, b): dict(e) for a, b, e in view.edges(data=True)} == {
        (a, b): e for a, b, e in plain.edges(data=True)
    }
    assert (len(view), view.number_of_nodes()) == (len(plain), len(plain))
    assert view.number_of_edges() == plain.number_of_edges() == view.size() == len(view.edges)
    for one, other in itertools.product(plain, repeat=2):
        assert view.has_edge(one, other) == plain.has_edge(one, other)
        assert view.number_of_edges(one, other) == plain.number_of_edges(one, other)
        assert view.get_edge_data(one, other) == plain.get_edge_data(one, other)
    some = data.draw(st.sets(st.sampled_from(list(plain))))
    assert nx.utils.graphs_equal(view.subgraph(some).copy(), plain.subgraph(some).copy())
    assert type(view.subgraph(some).copy()) is nx.DiGraph


def test_a_node_has_one_name(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        graph = database["covertype"].graph()
    assert "ABC" in graph
    for name in ("CBA", "A+B+C", "~07", "^D", "nothing", "", "empty", 7, None, ("A", "B")):
        assert name not in graph
        with pytest.raises(KeyError):
            graph.nodes[name]  # type: ignore[index]
    assert "D" not in graph["ABC"]
    with pytest.raises(KeyError):
        graph["ABC"]["AB"]
    assert list(graph.pred["ABC"]) == ["AB", "AC", "BC"]


def changes(graph: Any) -> Iterator[Callable[[], object]]:
    yield lambda: graph.add_node("Z")
    yield lambda: graph.add_edge("A", "AB")
    yield lambda: graph.remove_node("A")
    yield lambda: graph.remove_edges_from([("A", "AB")])
    yield lambda: graph.clear()
    yield lambda: graph.nodes["A"].update(x=1)
    yield lambda: graph.nodes["A"]["scores"].pop("accuracy/A")
    yield lambda: graph["A"]["AB"].__setitem__("weight", 1)
    yield lambda: nx.set_node_attributes(graph, {"A": 1}, "x")
    yield lambda: nx.set_edge_attributes(graph, {("A", "AB"): 1}, "weight")


def test_the_view_cannot_be_changed(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        graph = database["covertype"].graph()
        before = database["covertype"].to_networkx()
    for change in changes(graph):
        with pytest.raises(nx.NetworkXError):
            change()
    assert nx.is_frozen(graph)
    assert nx.utils.graphs_equal(graph, before)


def test_only_a_copy_of_the_view_is_pickled(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        graph = database["covertype"].graph()
    with pytest.raises(nx.NetworkXError, match="copy"):
        pickle.dumps(graph)
    again = pickle.loads(pickle.dumps(graph.copy()))
    assert nx.utils.graphs_equal(again, graph)
    for attributes in (copy.deepcopy(graph.nodes["A"]), copy.copy(graph.nodes["A"])):
        assert type(attributes) is dict
        assert attributes == graph.nodes["A"]


def test_a_large_universe_is_walked_without_reading_all_of_it() -> None:
    draw = np.random.default_rng(0)
    names = [f"o{place}" for place in range(3_000)]
    masks = [0]
    for place in draw.permutation(3_000).tolist():
        masks.append(masks[-1] | 1 << place)
    words = words_of_masks(masks, 47)
    order = display_order(words)
    index = LatticeIndex(
        state="s",
        universe=Universe(tuple(DataObject(name, place) for place, name in enumerate(names))),
        measures=(),
        words=words[order],
        ranks=ranks(words[order]).astype(np.int32),
        columns=(),
    )
    graph = LatticeGraph(index)
    ends = [index.universe.spell(masks[place]) for place in (100, 160)]
    path = nx.shortest_path(graph, *ends)
    assert path == [index.universe.spell(mask) for mask in masks[100:161]]
    assert graph.number_of_edges() == 3_000
