/** Leave-one-out pairs as rows and as a graph: pure, so that tests can read them. */
import type { Pair } from "../api/types";
import {
  cellColumns,
  cellValues,
  deltaAttributes,
  deltaColumns,
  deltaValues,
  nodeAttributes,
} from "../export/cells";
import type { Attributes, Graph, Table, Value } from "../export/types";

/** One row per pair; a change is the score without the object minus the score with it. */
export function pairsTable(
  pairs: readonly Pair[],
  measures: readonly string[],
  about: Readonly<Record<string, Value>>,
): Table {
  return {
    columns: [
      ...["with", "with_key", "without", "without_key"],
      ...measures.flatMap((name) => [
        ...cellColumns(`${name} with`),
        ...cellColumns(`${name} without`),
        ...deltaColumns(name),
      ]),
    ],
    about,
    rows: pairs.map((pair) => [
      ...[pair.with_object.name, pair.with_object.key],
      ...[pair.without_object.name, pair.without_object.key],
      ...measures.flatMap((_, place) => [
        ...cellValues(pair.cells_with[place]),
        ...cellValues(pair.cells_without[place]),
        ...deltaValues(pair.deltas[place]),
      ]),
    ]),
  };
}

/** Each pair as a move that takes the object away. */
export function pairsGraph(
  pairs: readonly Pair[],
  object: string,
  measures: readonly string[],
): Graph {
  const node = (pair: Pair, which: "with" | "without") => {
    const set = which === "with" ? pair.with_object : pair.without_object;
    const cells = which === "with" ? pair.cells_with : pair.cells_without;
    const all = measures.map((name, place) => nodeAttributes(set, name, cells[place]));
    return { id: set.name, attributes: merged(all) };
  };
  return {
    nodes: pairs.flatMap((pair) => [node(pair, "with"), node(pair, "without")]),
    edges: pairs.map((pair) => ({
      source: pair.with_object.name,
      target: pair.without_object.name,
      attributes: {
        removed: object,
        ...merged(
          measures.map((name, place) => {
            const { effect: _, ...delta } = deltaAttributes(name, pair.deltas[place]);
            return delta;
          }),
        ),
      },
    })),
  };
}

/** What is true under each measure; replicates and origin are told where there is one measure. */
function merged(all: readonly Attributes[]): Attributes {
  const found = Object.assign({}, ...all) as Record<string, Value>;
  if (all.length < 2) return found;
  const { replicates: _, origin: __, ...rest } = found;
  return rest;
}
